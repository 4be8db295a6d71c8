/* SPDX-License-Identifier: MIT */
/* nmi_op, and the bits of arch_shared_info.nmi_reason. */
#ifndef ABI_NMI_H
#define ABI_NMI_H

#include "abi/xen.h"

#define XENNMI_register_callback 0
#define XENNMI_unregister_callback 1

#define _XEN_NMIREASON_io_error 0
#define XEN_NMIREASON_io_error 1
#define _XEN_NMIREASON_pci_serr 1
#define XEN_NMIREASON_pci_serr 2
#define _XEN_NMIREASON_unknown 2
#define XEN_NMIREASON_unknown 4

struct xen_xennmi_callback {
	uint64_t handler_address;
	uint64_t pad;
};
ABI_SIZE(struct xen_xennmi_callback, 16);

#endif
