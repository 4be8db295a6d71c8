# SPDX-License-Identifier: GPL-2.0-or-later
"""Breaks a copy of our headers, one fault at a time: the comparison must name each."""
import os
import re
import shutil

import compare

# name: (header, what is replaced, by what, what a finding must say)
FAULTS = {
    "constant-has-another-value":
        ("event_channel.h", "#define EVTCHNOP_close 3", "#define EVTCHNOP_close 4", "EVTCHNOP_close: 0x4"),
    "constant-is-not-published":
        ("sched.h", "#define SCHEDOP_yield 0", "#define SCHEDOP_yield 0\n#define SCHEDOP_nap 9",
         "SCHEDOP_nap: does not exist"),
    "constant-is-missing":
        ("xen.h", "#define VIRQ_DEBUG 1\n", "", "lacks VIRQ_DEBUG"),
    "macro-computes-something-else":
        ("memory.h", "(((x) + 1) << 8)", "((x) << 8)", "XENMEMF_node"),
    "field-is-too-wide":
        ("sched.h", "\tuint32_t reason; /* SHUTDOWN_* */", "\tuint64_t reason;",
         "xen_sched_shutdown.reason"),
    "field-has-the-wrong-sign":
        ("vcpu.h", "\tint32_t state;", "\tuint32_t state;", "xen_vcpu_runstate_info.state"),
    "fields-are-swapped":
        ("xen.h", "\tuint64_t op;\n\tuint64_t result;", "\tuint64_t result;\n\tuint64_t op;",
         "xen_multicall_entry.op"),
    "field-has-another-name":
        ("callback.h", "\tuint64_t address;", "\tuint64_t entry;", "xen_callback_register.entry"),
    "field-is-missing":
        ("domctl.h", "\t\tstruct xen_domctl_max_mem max_mem;\n", "", "lacks xen_domctl.u.max_mem"),
    "bits-are-swapped":
        ("platform.h", "bm_control : 1;\n\tuint32_t bm_check : 1;",
         "bm_check : 1;\n\tuint32_t bm_control : 1;", "xen_processor_flags.bm_check"),
    "struct-is-not-published":
        ("nmi.h", "struct xen_xennmi_callback {", "struct xen_nmi_thing {\n\tuint64_t x;\n};\n"
         "struct xen_xennmi_callback {", "xen_nmi_thing: does not exist"),
    "struct-is-missing":
        ("vcpu.h", "struct xen_vcpu_get_physid {\n", "struct vcpu_get_physid {\n",
         "lacks vcpu_get_physid"),
    "struct-is-too-long":
        ("grant_table.h", "struct xen_gnttab_get_version {\n",
         "struct __attribute__((aligned(16))) xen_gnttab_get_version {\n", "xen_gnttab_get_version: 0x10"),
}


def _break(include, folder, fault):
    """A copy of our headers with one fault, its own asserts off; None when the place is gone."""
    header, before, after, _ = fault
    copy = os.path.join(folder, "broken")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(os.path.join(include, "abi"), os.path.join(copy, "abi"))
    for name in os.listdir(os.path.join(copy, "abi")):
        path = os.path.join(copy, "abi", name)
        with open(path, encoding="utf-8") as source:
            text = source.read()
        if name == header:
            if before not in text:
                return None
            text = text.replace(before, after, 1)
        text = re.sub(r"^ABI_(SIZE|OFFSET)\(.*?\);\n", "", text, flags=re.M | re.S)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
    return copy


def run(include, published, folder):
    """(name, complaint or None) of each fault."""
    for name, fault in FAULTS.items():
        copy = _break(include, folder, fault)
        if copy is None:
            yield name, f"{fault[0]} does not have the line to break"
            continue
        findings = compare.compare(copy, published, folder).findings
        seen = any(fault[3] in finding for finding in findings)
        yield name, None if seen else f"not seen; findings: {findings[:3]}"
