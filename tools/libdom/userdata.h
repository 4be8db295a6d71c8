/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Configurations of running domains where libxenlight keeps and looks for them, in its own form:
 * /var/lib/xen/userdata-d.DOMID.UUID.libxl-json. tl reads it of guests that others made; others
 * (Debian's xl, libvirt) see with it what tl made. Only a copy: the state files of runtime.h are what
 * tl goes by. TRESTLE_RUN names another place, for tests.
 */
#ifndef LIBDOM_USERDATA_H
#define LIBDOM_USERDATA_H

#include <jansson.h>
#include <stdint.h>

/* Replaces what there is of this number. uuid: 36 characters. 0, or -1 with errno. */
int userdata_write(uint32_t domid, const char *uuid, const json_t *config);
/* Of domain 0, which nobody created: its name and kind, unless something is there. */
int userdata_write_dom0(void);
/* NULL when there is none that can be read. */
json_t *userdata_read(uint32_t domid, const char *uuid);
/* All of this number, whoever made it. */
void userdata_remove(uint32_t domid);

#endif
