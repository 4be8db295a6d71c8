/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between the parts of domctl only: domctl.c dispatches, domctl_domain.c is
 * about life cycle and limits, domctl_vcpu.c about vcpus and where they run;
 * arch/x86/pv has the rest (hv/domctl.h).
 */
#ifndef HYPERCALL_DOMCTL_H
#define HYPERCALL_DOMCTL_H

#include "hv/domctl.h"

/* Every row's handler; those of arch/x86 are declared a second time. */
#define DOMCTL(name, permission, payload, target) domctl_handler domctl_##name;
#define REFUSED(name, error)
#include "domctl.def"
#undef DOMCTL
#undef REFUSED

#endif
