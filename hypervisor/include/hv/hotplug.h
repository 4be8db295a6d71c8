/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CPUs go off and come back while the machine runs. CPU 0 stays. One changes
 * at a time; whoever comes with another one in between finishes the first.
 * The work is done in steps shorter than a millisecond: -ERESTART, call again
 * with the same arguments. What a CPU has is kept while it is off.
 */
#ifndef HV_HOTPLUG_H
#define HV_HOTPLUG_H

#include "hv/types.h"

/* No vcpu, timer or interrupt is left on it, it halts. -EINVAL (no such CPU, or 0), -EEXIST (it is off), -EBUSY (the last one of a pool with
 * domains), -EADDRINUSE (a vcpu is pinned there), -ENOSPC (no vectors on others). No lock; waits for other CPUs. */
int must_check hotplug_remove_cpu(unsigned int cpu);
/* It joins the pool that it left, or pool 0; a free one is free. -EINVAL, -EEXIST (it is on), -ENOMEM, -EOPNOTSUPP (no start-up code below
 * 640 KiB), -EIO (it doesn't start). */
int must_check hotplug_add_cpu(unsigned int cpu);
/* All threads of cores but the first ones: those of the two functions above, and -EOPNOTSUPP (cores have one thread). */
int must_check hotplug_remove_threads(void);
int must_check hotplug_add_threads(void);

#endif
