/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Serial lines of the 16550 kind at I/O ports, as console devices com1 and com2.
 */
#ifndef HV_UART_H
#define HV_UART_H

/* Registers the lines that com1=, com2= or console= ask for and that answer. Boot CPU. */
void uart_register(void);

#endif
