/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control domain on the stand-in machine, for domctl: shared by its unit test and its fuzzer. Domains are made and ended by the
 * shipping code; what touches the processor or the scheduler is noted here.
 */
#ifndef TEST_DOMCTL_FIXTURE_H
#define TEST_DOMCTL_FIXTURE_H

#include "abi/domctl.h"
#include "fake.h"
#include "hv/domain.h"

extern struct domain *control;
/* What pv_vcpu_install() answers; how often it was asked. */
extern int install_result;
extern unsigned int nr_installed;

/* Once in a program: the machine, and the control domain, number 0, as current. */
void fixture_start(void);
/* Ends all domains but the control domain. */
void fixture_clear(void);
/* A caller without rights from now on, or the control domain again. */
void fixture_act_as(bool is_control);
/* Sends *op until it isn't continued. */
int64_t fixture_domctl(struct xen_domctl *op, uint32_t command, uint16_t id);
/* A configuration that createdomain takes. */
void fixture_configure(struct xen_domctl *op);
/* Domains that there are. */
unsigned int fixture_nr_domains(void);

#endif
