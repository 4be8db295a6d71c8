/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loop devices and host interfaces that are in memory only. */
#ifndef TEST_FAKE_HOST_H
#define TEST_FAKE_HOST_H

#include <stdbool.h>
#include <stdint.h>

void fake_host_reset(void);
/* Files behind loop devices now. */
unsigned int fake_host_loops(void);
void fake_host_refuse_loops(void);
/* The back end made vif7.0, or took it away. */
void fake_host_add_interface(const char *name);
void fake_host_remove_interface(const char *name);
/* "xenbr0 1500 web0": bridge, MTU and name of the interface that was plugged last. */
const char *fake_host_plugged(void);

#endif
