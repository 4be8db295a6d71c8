/* SPDX-License-Identifier: GPL-2.0-or-later */
/* physdev_op: unknown commands -ENOSYS; bad lines, devices and domains get the ABI's errors. */
#include "abi/physdev.h"
#include "guest/hypercall.h"
#include "guest/test.h"

void test_main(void)
{
	struct xen_physdev_eoi eoi = {.irq = 0x7fffffff};
	struct xen_physdev_irq_status_query query = {.irq = 0x7fffffff};
	struct xen_physdev_map_pirq map = {
		.domid = 5, .type = MAP_PIRQ_TYPE_GSI, .index = 9, .pirq = 9};
	struct xen_physdev_unmap_pirq unmap = {.domid = DOMID_SELF, .pirq = 0x7fffffff};
	struct xen_physdev_setup_gsi gsi = {.gsi = 0x7fffffff};
	struct xen_physdev_restore_msi restore = {.bus = 77, .devfn = 8};
	struct xen_physdev_pci_device device = {.bus = 77, .devfn = 8};
	struct xen_physdev_set_iopl iopl = {.iopl = 4};
	struct xen_physdev_set_iobitmap iobitmap = {.nr_ports = 65537};

	CHECK_EQUAL(hypercall_physdev_op(0, &eoi), -XEN_ENOSYS);
	CHECK_EQUAL(hypercall_physdev_op(99, &eoi), -XEN_ENOSYS);
	CHECK_EQUAL(hypercall_physdev_op(0x7fffffff, &eoi), -XEN_ENOSYS);
	CHECK_EQUAL(hypercall_physdev_op(PHYSDEVOP_eoi, &eoi), -XEN_EINVAL);
	CHECK_EQUAL(hypercall_physdev_op(PHYSDEVOP_irq_status_query, &query), -XEN_EINVAL);
	CHECK_EQUAL(hypercall_physdev_op(PHYSDEVOP_map_pirq, &map), -XEN_ESRCH);
	map.domid = DOMID_SELF;
	map.index = 0x7fffffff;
	CHECK_EQUAL(hypercall_physdev_op(PHYSDEVOP_map_pirq, &map), -XEN_EINVAL);
	map.type = 77;
	CHECK_EQUAL(hypercall_physdev_op(PHYSDEVOP_map_pirq, &map), -XEN_EINVAL);
	CHECK_EQUAL(hypercall_physdev_op(PHYSDEVOP_unmap_pirq, &unmap), -XEN_EINVAL);
	unmap.domid = 5;
	CHECK_EQUAL(hypercall_physdev_op(PHYSDEVOP_unmap_pirq, &unmap), -XEN_ESRCH);
	CHECK_EQUAL(hypercall_physdev_op(PHYSDEVOP_setup_gsi, &gsi), -XEN_EINVAL);
	CHECK_EQUAL(hypercall_physdev_op(PHYSDEVOP_restore_msi, &restore), -XEN_ENODEV);
	CHECK_EQUAL(hypercall_physdev_op(PHYSDEVOP_restore_msi_ext, &device), -XEN_ENODEV);
	CHECK_EQUAL(hypercall_physdev_op(PHYSDEVOP_set_iopl, &iopl), -XEN_EINVAL);
	CHECK_EQUAL(hypercall_physdev_op(PHYSDEVOP_set_iobitmap, &iobitmap), -XEN_EINVAL);
	CHECK_EQUAL(hypercall_physdev_op(PHYSDEVOP_eoi, (void *)0x7000dead0000), -XEN_EFAULT);
}
