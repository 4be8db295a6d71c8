/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PCI functions are told of and taken back; only known ones with MSI-X have their tables prepared. */
#include "abi/physdev.h"
#include "guest/hypercall.h"
#include "guest/test.h"

#define DEVFN_WITH_MSIX (5 << 3)
#define DEVFN_WITHOUT 0

static long call(uint32_t command, uint16_t segment, uint8_t devfn)
{
	struct xen_physdev_pci_device_add device = {.seg = segment, .devfn = devfn};

	return hypercall_physdev_op(command, &device);
}

void test_main(void)
{
	struct xen_physdev_manage_pci old = {.bus = 9, .devfn = 1};
	struct xen_physdev_dbgp_op debug = {.op = PHYSDEVOP_DBGP_RESET_PREPARE};

	CHECK_EQUAL(call(PHYSDEVOP_prepare_msix, 0, DEVFN_WITH_MSIX), -XEN_ENODEV);
	CHECK_EQUAL(call(PHYSDEVOP_pci_device_add, 0, DEVFN_WITH_MSIX), 0);
	CHECK_EQUAL(call(PHYSDEVOP_pci_device_add, 0, DEVFN_WITH_MSIX), 0);
	CHECK_EQUAL(call(PHYSDEVOP_pci_device_add, 0, DEVFN_WITHOUT), 0);
	CHECK_EQUAL(call(PHYSDEVOP_release_msix, 0, DEVFN_WITH_MSIX), -XEN_EBUSY);
	CHECK_EQUAL(call(PHYSDEVOP_prepare_msix, 0, DEVFN_WITH_MSIX), 0);
	CHECK_EQUAL(call(PHYSDEVOP_prepare_msix, 0, DEVFN_WITH_MSIX), -XEN_EBUSY);
	CHECK_EQUAL(call(PHYSDEVOP_release_msix, 0, DEVFN_WITH_MSIX), 0);
	CHECK_EQUAL(call(PHYSDEVOP_prepare_msix, 0, DEVFN_WITHOUT), -XEN_ENODEV);
	CHECK_EQUAL(call(PHYSDEVOP_pci_device_remove, 0, DEVFN_WITH_MSIX), 0);
	CHECK_EQUAL(call(PHYSDEVOP_pci_device_remove, 0, DEVFN_WITH_MSIX), -XEN_ENODEV);
	CHECK_EQUAL(call(PHYSDEVOP_pci_device_add, 1, 0), -XEN_ENODEV);
	CHECK_EQUAL(hypercall_physdev_op(PHYSDEVOP_manage_pci_remove, &old), -XEN_ENODEV);
	CHECK_EQUAL(hypercall_physdev_op(PHYSDEVOP_manage_pci_add, &old), 0);
	CHECK_EQUAL(hypercall_physdev_op(PHYSDEVOP_manage_pci_remove, &old), 0);
	CHECK_EQUAL(hypercall_physdev_op(PHYSDEVOP_dbgp_op, &debug), 0);
	debug.op = 9;
	CHECK_EQUAL(hypercall_physdev_op(PHYSDEVOP_dbgp_op, &debug), -XEN_EINVAL);
}
