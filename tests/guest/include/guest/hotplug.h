/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Processors that go off and come: by sysctl and by platform_op. */
#ifndef GUEST_HOTPLUG_H
#define GUEST_HOTPLUG_H

#include "abi/platform.h"
#include "guest/sysctl.h"
#include "guest/types.h"

static inline long cpu_hotplug(uint32_t cpu, uint32_t operation)
{
	struct xen_sysctl call = {0};

	call.u.cpu_hotplug.cpu = cpu;
	call.u.cpu_hotplug.op = operation;
	return sysctl_send(&call, XEN_SYSCTL_cpu_hotplug);
}

static inline long cpu_off(uint32_t cpu)
{
	return cpu_hotplug(cpu, XEN_SYSCTL_CPU_HOTPLUG_OFFLINE);
}

static inline long cpu_on(uint32_t cpu)
{
	return cpu_hotplug(cpu, XEN_SYSCTL_CPU_HOTPLUG_ONLINE);
}

/* XENPF_cpu_online or XENPF_cpu_offline. */
static inline long cpu_platform(uint32_t cpu, uint32_t command)
{
	struct xen_platform_op call = {0};

	call.cmd = command;
	call.interface_version = XENPF_INTERFACE_VERSION;
	call.u.cpu_ol.cpuid = cpu;
	return hypercall_platform_op(&call);
}

/* XEN_PCPU_FLAGS_*. */
static inline uint32_t cpu_flags(uint32_t cpu)
{
	struct xen_platform_op call = {0};

	call.cmd = XENPF_get_cpuinfo;
	call.interface_version = XENPF_INTERFACE_VERSION;
	call.u.pcpu_info.xen_cpuid = cpu;
	return hypercall_platform_op(&call) ? ~0u : call.u.pcpu_info.flags;
}

static inline uint32_t cpus_online(void)
{
	struct xen_sysctl call = {0};

	return sysctl_send(&call, XEN_SYSCTL_physinfo) ? 0 : call.u.physinfo.nr_cpus;
}

#endif
