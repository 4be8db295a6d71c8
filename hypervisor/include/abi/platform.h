/* SPDX-License-Identifier: MIT */
/*
 * platform_op: what the hardware domain asks of the machine: clock, memory types, microcode, EFI
 * run-time services, firmware tables, ACPI sleep and processor power data, processors, MSRs.
 */
#ifndef ABI_PLATFORM_H
#define ABI_PLATFORM_H

#include "abi/xen.h"

#define XENPF_INTERFACE_VERSION 0x03000001

#define XENPF_settime32 17
#define XENPF_add_memtype 31
#define XENPF_del_memtype 32
#define XENPF_read_memtype 33
#define XENPF_microcode_update 35
#define XENPF_platform_quirk 39
#define XENPF_get_cpu_version 48
#define XENPF_efi_runtime_call 49
#define XENPF_firmware_info 50
#define XENPF_enter_acpi_sleep 51
#define XENPF_change_freq 52
#define XENPF_getidletime 53
#define XENPF_set_processor_pminfo 54
#define XENPF_get_cpuinfo 55
#define XENPF_cpu_online 56
#define XENPF_cpu_offline 57
#define XENPF_cpu_hotadd 58
#define XENPF_mem_hotadd 59
#define XENPF_core_parking 60
#define XENPF_resource_op 61
#define XENPF_settime64 62
#define XENPF_settime XENPF_settime64
#define XENPF_get_symbol 63

#define QUIRK_NOIRQBALANCING 1
#define QUIRK_IOAPIC_BAD_REGSEL 2
#define QUIRK_IOAPIC_GOOD_REGSEL 3

/* xenpf_efi_runtime_call.function */
#define XEN_EFI_get_time 1
#define XEN_EFI_set_time 2
#define XEN_EFI_get_wakeup_time 3
#define XEN_EFI_set_wakeup_time 4
#define XEN_EFI_get_next_high_monotonic_count 5
#define XEN_EFI_get_variable 6
#define XEN_EFI_set_variable 7
#define XEN_EFI_get_next_variable_name 8
#define XEN_EFI_query_variable_info 9
#define XEN_EFI_query_capsule_capabilities 10
#define XEN_EFI_update_capsule 11

/* xenpf_efi_runtime_call.misc, a meaning for each function */
#define XEN_EFI_GET_TIME_SET_CLEARS_NS 1
#define XEN_EFI_GET_WAKEUP_TIME_ENABLED 1
#define XEN_EFI_GET_WAKEUP_TIME_PENDING 2
#define XEN_EFI_SET_WAKEUP_TIME_ENABLE 1
#define XEN_EFI_SET_WAKEUP_TIME_ENABLE_ONLY 2
#define XEN_EFI_VARIABLE_NON_VOLATILE 1
#define XEN_EFI_VARIABLE_BOOTSERVICE_ACCESS 2
#define XEN_EFI_VARIABLE_RUNTIME_ACCESS 4
#define XEN_EFI_VARINFO_BOOT_SNAPSHOT 1

/* xenpf_firmware_info.type, and the index under XEN_FW_EFI_INFO */
#define XEN_FW_DISK_INFO 1
#define XEN_FW_DISK_MBR_SIGNATURE 2
#define XEN_FW_VBEDDC_INFO 3
#define XEN_FW_EFI_INFO 4
#define XEN_FW_EFI_VERSION 0
#define XEN_FW_EFI_CONFIG_TABLE 1
#define XEN_FW_EFI_VENDOR 2
#define XEN_FW_EFI_MEM_INFO 3
#define XEN_FW_EFI_RT_VERSION 4
#define XEN_FW_EFI_PCI_ROM 5
#define XEN_FW_EFI_APPLE_PROPERTIES 6
#define XEN_FW_KBD_SHIFT_FLAGS 5

/* The reduced-hardware sleep registers, not PM1. */
#define XENPF_ACPI_SLEEP_EXTENDED 1

/* Bits in start_info.flags under SIF_PM_MASK: which power data dom0 is to hand up. */
#define XEN_PROCESSOR_PM_CX 1
#define XEN_PROCESSOR_PM_PX 2
#define XEN_PROCESSOR_PM_TX 4

/* xenpf_set_processor_pminfo.type */
#define XEN_PM_CX 0
#define XEN_PM_PX 1
#define XEN_PM_TX 2
#define XEN_PM_PDC 3

/* xen_processor_performance.flags: which parts are filled in */
#define XEN_PX_PCT 1
#define XEN_PX_PSS 2
#define XEN_PX_PPC 4
#define XEN_PX_PSD 8

#define XEN_CPUPERF_SHARED_TYPE_HW 1
#define XEN_CPUPERF_SHARED_TYPE_ALL 2
#define XEN_CPUPERF_SHARED_TYPE_ANY 3

/* xenpf_pcpuinfo.flags */
#define XEN_PCPU_FLAGS_ONLINE 1
#define XEN_PCPU_FLAGS_INVALID 2

#define XEN_CORE_PARKING_SET 1
#define XEN_CORE_PARKING_GET 2

#define XEN_RESOURCE_OP_MSR_READ 0
#define XEN_RESOURCE_OP_MSR_WRITE 1

struct xen_xenpf_settime32 {
	uint32_t secs;
	uint32_t nsecs;
	uint64_t system_time; /* ns since boot at which that was the time */
};
ABI_SIZE(struct xen_xenpf_settime32, 16);

struct xen_xenpf_settime64 {
	uint64_t secs;
	uint32_t nsecs;
	uint32_t mbz;
	uint64_t system_time;
};
ABI_SIZE(struct xen_xenpf_settime64, 24);

struct xen_xenpf_add_memtype {
	uint64_t mfn;
	uint64_t nr_mfns;
	uint32_t type;
	uint32_t handle; /* out */
	uint32_t reg;	 /* out */
};
ABI_SIZE(struct xen_xenpf_add_memtype, 32);

struct xen_xenpf_del_memtype {
	uint32_t handle;
	uint32_t reg;
};
ABI_SIZE(struct xen_xenpf_del_memtype, 8);

struct xen_xenpf_read_memtype {
	uint32_t reg;
	uint64_t mfn; /* out, as all that follows */
	uint64_t nr_mfns;
	uint32_t type;
};
ABI_SIZE(struct xen_xenpf_read_memtype, 32);

struct xen_xenpf_microcode_update {
	uint64_t data; /* handle of bytes */
	uint32_t length;
};
ABI_SIZE(struct xen_xenpf_microcode_update, 16);

struct xen_xenpf_platform_quirk {
	uint32_t quirk_id;
};
ABI_SIZE(struct xen_xenpf_platform_quirk, 4);

struct xen_xenpf_efi_time {
	uint16_t year;
	uint8_t month;
	uint8_t day;
	uint8_t hour;
	uint8_t min;
	uint8_t sec;
	uint32_t ns;
	int16_t tz;
	uint8_t daylight;
};
ABI_SIZE(struct xen_xenpf_efi_time, 16);

struct xen_xenpf_efi_guid {
	uint32_t data1;
	uint16_t data2;
	uint16_t data3;
	uint8_t data4[8];
};
ABI_SIZE(struct xen_xenpf_efi_guid, 16);

struct xen_xenpf_efi_runtime_call {
	uint32_t function;
	uint32_t misc;
	uint64_t status; /* out: EFI_STATUS */
	union {
		struct {
			struct xen_xenpf_efi_time time;
			uint32_t resolution;
			uint32_t accuracy;
		} get_time;
		struct xen_xenpf_efi_time set_time;
		struct xen_xenpf_efi_time get_wakeup_time;
		struct xen_xenpf_efi_time set_wakeup_time;
		struct {
			uint64_t name; /* handle of UCS-2 */
			uint64_t size;
			uint64_t data; /* handle of bytes */
			struct xen_xenpf_efi_guid vendor_guid;
		} get_variable, set_variable;
		struct {
			uint64_t size;
			uint64_t name; /* handle of UCS-2 */
			struct xen_xenpf_efi_guid vendor_guid;
		} get_next_variable_name;
		struct {
			uint32_t attr;
			uint64_t max_store_size;
			uint64_t remain_store_size;
			uint64_t max_size;
		} query_variable_info;
		struct {
			uint64_t capsule_header_array;
			uint64_t capsule_count;
			uint64_t max_capsule_size;
			uint32_t reset_type;
		} query_capsule_capabilities;
		struct {
			uint64_t capsule_header_array;
			uint64_t capsule_count;
			uint64_t sg_list; /* machine address */
		} update_capsule;
	} u;
};
ABI_SIZE(struct xen_xenpf_efi_runtime_call, 56);

union xen_xenpf_efi_info {
	uint32_t version;
	struct {
		uint64_t addr;
		uint32_t nent;
	} cfg;
	struct {
		uint32_t revision;
		uint32_t bufsz; /* bytes */
		uint64_t name;	/* handle of UCS-2 */
	} vendor;
	struct {
		uint64_t addr; /* in: address; out: the region around it */
		uint64_t size;
		uint64_t attr;
		uint32_t type;
	} mem;
	struct {
		uint16_t segment;
		uint8_t bus;
		uint8_t devfn;
		uint16_t vendor;
		uint16_t devid;
		uint64_t address; /* out, as the size */
		uint64_t size;
	} pci_rom;
	struct {
		uint64_t address;
		uint64_t size;
	} apple_properties;
};
ABI_SIZE(union xen_xenpf_efi_info, 32);

struct xen_xenpf_firmware_info {
	uint32_t type;
	uint32_t index;
	union {
		struct {
			uint8_t device;
			uint8_t version;
			uint16_t interface_support;
			uint16_t legacy_max_cylinder;
			uint8_t legacy_max_head;
			uint8_t legacy_sectors_per_track;
			uint64_t edd_params; /* handle; its first uint16_t is the space there */
		} disk_info;
		struct {
			uint8_t device;
			uint32_t mbr_signature;
		} disk_mbr_signature;
		struct {
			uint8_t capabilities;
			uint8_t edid_transfer_time;
			uint64_t edid; /* handle of 128 bytes */
		} vbeddc_info;
		union xen_xenpf_efi_info efi_info;
		uint8_t kbd_shift_flags;
	} u;
};
ABI_SIZE(struct xen_xenpf_firmware_info, 40);

struct xen_xenpf_enter_acpi_sleep {
	uint16_t val_a;
	uint16_t val_b;
	uint32_t sleep_state;
	uint32_t flags; /* XENPF_ACPI_SLEEP_EXTENDED */
};
ABI_SIZE(struct xen_xenpf_enter_acpi_sleep, 12);

struct xen_xenpf_change_freq {
	uint32_t flags; /* must be 0 */
	uint32_t cpu;
	uint64_t freq; /* Hz */
};
ABI_SIZE(struct xen_xenpf_change_freq, 16);

struct xen_xenpf_getidletime {
	uint64_t cpumap_bitmap; /* handle of bytes; out: the processors that exist */
	uint32_t cpumap_nr_cpus;
	uint64_t idletime; /* handle of uint64_t: ns for each processor in the map */
	uint64_t now;	   /* out: ns */
};
ABI_SIZE(struct xen_xenpf_getidletime, 32);

struct xen_power_register {
	uint32_t space_id;
	uint32_t bit_width;
	uint32_t bit_offset;
	uint32_t access_size;
	uint64_t address;
};
ABI_SIZE(struct xen_power_register, 24);

struct xen_processor_csd {
	uint32_t domain;
	uint32_t coord_type;
	uint32_t num;
};
ABI_SIZE(struct xen_processor_csd, 12);

struct xen_processor_cx {
	struct xen_power_register reg;
	uint8_t type;
	uint32_t latency; /* us */
	uint32_t power;	  /* mW */
	uint32_t dpcnt;
	uint64_t dp; /* handle of struct xen_processor_csd */
};
ABI_SIZE(struct xen_processor_cx, 48);

struct xen_processor_flags {
	uint32_t bm_control : 1;
	uint32_t bm_check : 1;
	uint32_t has_cst : 1;
	uint32_t power_setup_done : 1;
	uint32_t bm_rld_set : 1;
};
ABI_SIZE(struct xen_processor_flags, 4);

struct xen_processor_power {
	uint32_t count;
	struct xen_processor_flags flags;
	uint64_t states; /* handle of struct xen_processor_cx */
};
ABI_SIZE(struct xen_processor_power, 16);

struct xen_pct_register {
	uint8_t descriptor;
	uint16_t length;
	uint8_t space_id;
	uint8_t bit_width;
	uint8_t bit_offset;
	uint8_t reserved;
	uint64_t address;
};
ABI_SIZE(struct xen_pct_register, 16);

struct xen_processor_px {
	uint64_t core_frequency; /* MHz */
	uint64_t power;		 /* mW */
	uint64_t transition_latency;
	uint64_t bus_master_latency;
	uint64_t control;
	uint64_t status;
};
ABI_SIZE(struct xen_processor_px, 48);

struct xen_psd_package {
	uint64_t num_entries;
	uint64_t revision;
	uint64_t domain;
	uint64_t coord_type;
	uint64_t num_processors;
};
ABI_SIZE(struct xen_psd_package, 40);

struct xen_processor_performance {
	uint32_t flags;
	uint32_t platform_limit;
	struct xen_pct_register control_register;
	struct xen_pct_register status_register;
	uint32_t state_count;
	uint64_t states; /* handle of struct xen_processor_px */
	struct xen_psd_package domain_info;
	uint32_t shared_type; /* XEN_CPUPERF_SHARED_TYPE_* */
};
ABI_SIZE(struct xen_processor_performance, 104);

struct xen_xenpf_set_processor_pminfo {
	uint32_t id;   /* ACPI id */
	uint32_t type; /* XEN_PM_* */
	union {
		struct xen_processor_power power;
		struct xen_processor_performance perf;
		uint64_t pdc; /* handle of uint32_t */
	} u;
};
ABI_SIZE(struct xen_xenpf_set_processor_pminfo, 112);

struct xen_xenpf_pcpuinfo {
	uint32_t xen_cpuid;
	uint32_t max_present; /* out, as all that follows */
	uint32_t flags;
	uint32_t apic_id;
	uint32_t acpi_id;
};
ABI_SIZE(struct xen_xenpf_pcpuinfo, 20);

struct xen_xenpf_pcpu_version {
	uint32_t xen_cpuid;   /* in: the one asked for; out: this or the next one online */
	uint32_t max_present; /* out, as all that follows */
	int8_t vendor_id[12];
	uint32_t family;
	uint32_t model;
	uint32_t stepping;
};
ABI_SIZE(struct xen_xenpf_pcpu_version, 32);

struct xen_xenpf_cpu_ol {
	uint32_t cpuid;
};
ABI_SIZE(struct xen_xenpf_cpu_ol, 4);

struct xen_xenpf_cpu_hotadd {
	uint32_t apic_id;
	uint32_t acpi_id;
	uint32_t pxm;
};
ABI_SIZE(struct xen_xenpf_cpu_hotadd, 12);

struct xen_xenpf_mem_hotadd {
	uint64_t spfn;
	uint64_t epfn;
	uint32_t pxm;
	uint32_t flags;
};
ABI_SIZE(struct xen_xenpf_mem_hotadd, 24);

struct xen_xenpf_core_parking {
	uint32_t type; /* XEN_CORE_PARKING_* */
	uint32_t idle_nums;
};
ABI_SIZE(struct xen_xenpf_core_parking, 8);

struct xen_xenpf_resource_entry {
	union {
		uint32_t cmd;
		int32_t ret; /* out */
	} u;
	uint32_t rsvd;
	uint64_t idx;
	uint64_t val;
};
ABI_SIZE(struct xen_xenpf_resource_entry, 24);

struct xen_xenpf_resource_op {
	uint32_t nr_entries;
	uint32_t cpu;
	uint64_t entries; /* handle of struct xen_xenpf_resource_entry */
};
ABI_SIZE(struct xen_xenpf_resource_op, 16);

struct xen_xenpf_symdata {
	uint32_t namelen;
	uint32_t symnum;
	uint64_t name; /* handle of characters */
	uint64_t address;
	int8_t type;
};
ABI_SIZE(struct xen_xenpf_symdata, 32);

struct xen_platform_op {
	uint32_t cmd;
	uint32_t interface_version;
	union {
		struct xen_xenpf_settime64 settime;
		struct xen_xenpf_settime32 settime32;
		struct xen_xenpf_settime64 settime64;
		struct xen_xenpf_add_memtype add_memtype;
		struct xen_xenpf_del_memtype del_memtype;
		struct xen_xenpf_read_memtype read_memtype;
		struct xen_xenpf_microcode_update microcode;
		struct xen_xenpf_platform_quirk platform_quirk;
		struct xen_xenpf_efi_runtime_call efi_runtime_call;
		struct xen_xenpf_firmware_info firmware_info;
		struct xen_xenpf_enter_acpi_sleep enter_acpi_sleep;
		struct xen_xenpf_change_freq change_freq;
		struct xen_xenpf_getidletime getidletime;
		struct xen_xenpf_set_processor_pminfo set_pminfo;
		struct xen_xenpf_pcpuinfo pcpu_info;
		struct xen_xenpf_pcpu_version pcpu_version;
		struct xen_xenpf_cpu_ol cpu_ol;
		struct xen_xenpf_cpu_hotadd cpu_add;
		struct xen_xenpf_mem_hotadd mem_add;
		struct xen_xenpf_core_parking core_parking;
		struct xen_xenpf_resource_op resource_op;
		struct xen_xenpf_symdata symdata;
		uint8_t pad[128];
	} u;
};
ABI_SIZE(struct xen_platform_op, 136);

#endif
