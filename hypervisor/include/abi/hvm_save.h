/* SPDX-License-Identifier: MIT */
/* Records of a saved HVM domain, as far as other interfaces use them. */
#ifndef ABI_HVM_SAVE_H
#define ABI_HVM_SAVE_H

#include "abi/abi.h"

struct xen_hvm_save_descriptor {
	uint16_t typecode;
	uint16_t instance;
	uint32_t length; /* bytes, without this head */
};
ABI_SIZE(struct xen_hvm_save_descriptor, 8);

struct xen_hvm_vmce_vcpu {
	uint64_t caps;
	uint64_t mci_ctl2_bank0;
	uint64_t mci_ctl2_bank1;
	uint64_t mcg_ext_ctl;
};
ABI_SIZE(struct xen_hvm_vmce_vcpu, 32);

#endif
