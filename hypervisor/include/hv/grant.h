/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Grant tables: a domain offers frames to others by entries in pages it shares
 * with the hypervisor; mappings are tracked by handles on the mapping side and
 * by pin counts on the granting side. An entry's active state lives in the
 * hypervisor only; the shared flags are changed by compare-and-exchange.
 */
#ifndef HV_GRANT_H
#define HV_GRANT_H

#include "hv/domain.h"
#include "hv/types.h"

/* GNTTABOP_*; pre-emptible. */
int64_t hypercall_grant_table_op(uint64_t command, uint64_t argument, uint64_t count);

/* XENMEM_acquire_resource and add_to_physmap: the frame that holds grant page `index` (status pages too). */
int must_check grant_get_shared_frame(struct domain *d, uint32_t index, bool status, mfn_t *out);
/* How many such frames the domain may have; 0: none of that kind. */
uint32_t grant_max_shared_frames(const struct domain *d, bool status);

/*
 * The PV MMU tells of page-table writes behind the grant layer's back: a guest
 * replaced or destroyed a host mapping made by GNTTABOP_map_grant_ref.
 * What the grant layer needs of the PV MMU (make and destroy one PTE at a
 * linear or machine address) is in asm/pv_mmu.h.
 */
/* I/O or foreign frames: may `d` map `mfn` of `owner` by an ordinary PTE? Only through privilege; see asm/pv_mmu.h. */

#endif
