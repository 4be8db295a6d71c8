/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What became of the machine: FAKE_PANICS(statement) is 1 when the statement ended it, and this says how. */
#ifndef FAKE_MACHINE_END_H
#define FAKE_MACHINE_END_H

enum fake_machine_end {
	FAKE_MACHINE_RUNS,
	FAKE_MACHINE_RESTARTED,
	FAKE_MACHINE_HALTED,
	FAKE_MACHINE_OFF
};
extern enum fake_machine_end fake_machine_end;

/* Ports that event_check_pending() finds pending (below 64) and the number of ports there are. */
extern unsigned long fake_events_pending;
extern unsigned int fake_event_nr_ports;
extern unsigned int fake_vcpu_info_resets;

#endif
