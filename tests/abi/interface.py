# SPDX-License-Identifier: GPL-2.0-or-later
"""What is compared with what: the pairs of headers, and the names that differ, each with a reason."""

# Our header -> the published one. abi.h has no counterpart: it holds the asserts.
PAIRS = {
    "xen.h": ["xen.h", "xen-compat.h"],
    "arch_x86_64.h": ["arch-x86/xen.h", "arch-x86/xen-x86_64.h"],
    "errno.h": ["errno.h"],
    "event_channel.h": ["event_channel.h"],
    "grant_table.h": ["grant_table.h"],
    "memory.h": ["memory.h"],
    "sched.h": ["sched.h"],
    "vcpu.h": ["vcpu.h"],
    "version.h": ["version.h"],
    "features.h": ["features.h"],
    "physdev.h": ["physdev.h"],
    "platform.h": ["platform.h"],
    "xen_mca.h": ["arch-x86/xen-mca.h"],
    "xenpmu.h": ["pmu.h", "arch-x86/pmu.h"],
    "kexec.h": ["kexec.h"],
    "callback.h": ["callback.h"],
    "nmi.h": ["nmi.h"],
    "elfnote.h": ["elfnote.h"],
    "console.h": ["io/console.h"],
    "xs_wire.h": ["io/xs_wire.h"],
    "cpuid.h": ["arch-x86/cpuid.h"],
    "domctl.h": ["domctl.h"],
    "sysctl.h": ["sysctl.h"],
    "trace.h": ["trace.h"],
    "hvm_op.h": ["hvm/hvm_op.h"],
    "hvm_params.h": ["hvm/params.h"],
    "dm_op.h": ["hvm/dm_op.h"],
    "hvm_vcpu.h": ["hvm/hvm_vcpu.h"],
    "hvm_start_info.h": ["arch-x86/hvm/start_info.h"],
    "hvm_save.h": ["hvm/save.h", "arch-x86/hvm/save.h"],
}
NO_COUNTERPART = {"abi.h": "holds the two layout asserts and nothing of the interface"}

# Headers of which ours takes a part: what they have beyond it is not asked for.
PARTIAL = {"hvm_save.h": "the records of saved HVM domains come with their save format",
           "trace.h": "events of parts that are not here"}

# The published headers see this; errno.h alone is read as the hypervisor reads it, for EINTR and
# ERESTART, and includes nothing.
PUBLISHED_PROLOGUE = """\
#include <stdint.h>
#define __XEN_TOOLS__ 1
#define __XEN__ 1
#include <xen/errno.h>
#undef __XEN__
"""

# Ours, not published under that name -> (the published expression for the same value, reason).
STANDS_FOR = {
    "XEN_COMMANDLINE_LEN": ("sizeof(xen_commandline_t)", "published as a type without a length"),
}

# Arguments for function-like macros that do not take plain numbers: (ours, published).
SAMPLES = {
    "TI_GET_DPL": ("&(struct xen_trap_info){.flags = 7}", "&(struct trap_info){.flags = 7}"),
    "TI_GET_IF": ("&(struct xen_trap_info){.flags = 7}", "&(struct trap_info){.flags = 7}"),
    "MASK_XENCONS_IDX": ("0x12345, (int8_t[1024]){0}", "0x12345, (char[1024]){0}"),
}
NUMBERS = ("0", "1", "5", "0x1234", "0x123456789aULL")

# Published, not ours -> reason. A name, or a pattern for re.fullmatch.
OMITTED = {
    r"__DECL_REG\w*": "builds the union of a register's names",
    r"set_xen_guest_handle(_raw)?|_*DEFINE_XEN_GUEST_HANDLE|_*XEN_GUEST_HANDLE\w*|XEN_GUEST_HANDLE_64":
        "our guest handles are plain uint64_t",
    r"_*xen_mk_u(int|long|llong)|__xen_mk_ullong|XEN_FLEX_ARRAY_DIM|COMPAT_FLEX_ARRAY_DIM|"
    r"u?int64_aligned_t": "builds declarations, is no part of the interface",
    r"PRI\w+": "format strings",
    r"__XEN_INTERFACE_VERSION__|__XEN_TOOLS__|XEN_HAVE_PV_\w+": "chooses among declarations",
    r"__HYPERVISOR_VIRT_(START|END)|__MACH2PHYS_VIRT_(START|END)|machine_to_phys_mapping":
        "other spellings of HYPERVISOR_VIRT_* and MACH2PHYS_VIRT_*",
    r"TI_SET_(DPL|IF)": "writes a field, for guests",
    r"XEN_EMULATE_PREFIX|XEN_CPUID": "instruction bytes as an assembler string; the emulator has them",
    r"xen_wc_sec_hi|xen_vga_console_info(_t)?|xenpf_settime": "a second name of a field or a type",
    r"PHYSDEVOP_pirq_eoi_gmfn": "depends on the caller's version; both numbered forms are here",
    r"XEN_DEFINE_UUID_?|xen_uuid_t": "an initialiser for tools",
    r"XENMEM_SHARING_OP_FIELD_\w+_GREF": "accessors; the flag is here",
    r"XSD_ERROR|xsd_errors|XS_WRITE_\w+|XS_DEBUG": "error names, old spellings, dead strings",
    r"x86_mcinfo_\w+": "iterators for readers of the records",
    r"GNTTABOP_error_msgs": "texts",
    r"XEN_ERRNO(_DEFAULT_INCLUDE)?": "builds the list of errors",
    r"ioservid_t|evtchn_port_t|event_word_t": "a plain fixed-width type in ours",
}

# Published fields, not ours -> reason.
OMITTED_FIELDS = {
    r"cpu_user_regs\.(e?[abcd]x|[abcd][lh]|e?(bp|si|di|ip|sp|flags)|(bp|si|di|sp)l|_e\w+|"
    r"r\d+[dwb])": "a narrower name of the same register",
}
