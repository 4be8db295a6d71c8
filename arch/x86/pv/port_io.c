/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Port accesses of PV guests. Two questions: may this mode of the guest use
 * the port (its virtual IOPL and bitmap), or it gets #GP; and is the port the
 * domain's, or reads give all ones and writes are dropped.
 */
#include "asm/pv.h"
#include "hv/arch.h"
#include "hv/guest_access.h"
#include "hv/hypercall.h"
#include "hv/pci.h"
#include "hv/rangeset.h"
#include "instruction.h"

#define PORT_PCI_ADDRESS 0xcf8
#define PORT_PCI_DATA 0xcfc
#define STRING_BYTES_PER_ROUND 4096
#define PORTS_PER_LOOK 16

static bool port_is_open_to_mode(const struct vcpu *v, uint16_t port, unsigned int bytes)
{
	const struct pv_vcpu *pv = &v->arch.pv;
	unsigned int level = 3;
	uint16_t bits = 0;

	if (pv->in_kernel)
		level = v->domain->vm_assist & 1UL << VMASST_TYPE_architectural_iopl ? 0 : 1;
	if (pv->iopl >> 12 >= level)
		return true;
	if (!pv->iobitmap_guest || port + bytes > pv->iobitmap_nr_ports)
		return false;
	if (guest_copy_from(&bits, pv->iobitmap_guest + port / 8, (port % 8) + bytes > 8 ? 2 : 1))
		return false;
	return !(bits >> port % 8 & ((1U << bytes) - 1));
}

static bool port_is_domains(const struct vcpu *v, uint16_t port, unsigned int bytes)
{
	return rangeset_contains(v->domain->arch.io_ports_allowed, port, port + bytes - 1U);
}

static uint32_t hardware_read(uint16_t port, unsigned int bytes)
{
	switch (bytes) {
	case 1:
		return port_read8(port);
	case 2:
		return port_read16(port);
	default:
		return port_read32(port);
	}
}

static void hardware_write(uint16_t port, unsigned int bytes, uint32_t value)
{
	switch (bytes) {
	case 1:
		port_write8(port, (uint8_t)value);
		break;
	case 2:
		port_write16(port, (uint16_t)value);
		break;
	default:
		port_write32(port, value);
		break;
	}
}

/* The address latch is kept per domain, so that our own configuration cycles never meet the guest's. */
static bool port_is_pci(uint16_t port, unsigned int bytes)
{
	return (port == PORT_PCI_ADDRESS && bytes == 4) ||
	       (port >= PORT_PCI_DATA && port + bytes <= PORT_PCI_DATA + 4);
}

static uint32_t port_read(struct vcpu *v, uint16_t port, unsigned int bytes)
{
	if (!port_is_domains(v, port, bytes))
		return ~0U;
	if (!port_is_pci(port, bytes))
		return hardware_read(port, bytes);
	if (port == PORT_PCI_ADDRESS)
		return v->domain->arch.pci_address;
	return pci_ports_read(v->domain->arch.pci_address, port - PORT_PCI_DATA, bytes);
}

static void port_write(struct vcpu *v, uint16_t port, unsigned int bytes, uint32_t value)
{
	if (!port_is_domains(v, port, bytes))
		return;
	if (!port_is_pci(port, bytes))
		hardware_write(port, bytes, value);
	else if (port == PORT_PCI_ADDRESS)
		v->domain->arch.pci_address = value;
	else
		pci_ports_write(v->domain->arch.pci_address, port - PORT_PCI_DATA, bytes, value);
}

static void accumulator_write(struct registers *r, unsigned int bytes, uint32_t value)
{
	uint64_t mask = (1ULL << (8 * bytes)) - 1;

	r->rax = bytes == 4 ? value : (r->rax & ~mask) | (value & mask);
}

/* One element of INS or OUTS; false when the guest's memory isn't there. */
static bool string_step(struct vcpu *v, struct registers *r, bool is_in, unsigned int bytes)
{
	uint64_t *pointer = is_in ? &r->rdi : &r->rsi;
	uint16_t port = (uint16_t)r->rdx;
	uint32_t value = 0;

	if (is_in) {
		value = port_read(v, port, bytes);
		if (guest_copy_to(*pointer, &value, bytes))
			return false;
	} else {
		if (guest_copy_from(&value, *pointer, bytes))
			return false;
		port_write(v, port, bytes, value);
	}
	*pointer += r->rflags & RFLAGS_DF ? -(uint64_t)bytes : bytes;
	return true;
}

/* Repeats a page's worth, then lets the guest execute the rest again. */
static bool string_emulate(struct vcpu *v, struct registers *r, const struct instruction *in,
			   bool is_in, unsigned int bytes)
{
	uint64_t rounds = in->has_repeat ? MIN(r->rcx, STRING_BYTES_PER_ROUND / bytes) : 1;
	uint64_t *pointer = is_in ? &r->rdi : &r->rsi;

	if (in->has_address_size || in->segment == 0x64 || in->segment == 0x65)
		return false;
	for (uint64_t i = 0; i < rounds; i++) {
		if (!string_step(v, r, is_in, bytes)) {
			pv_inject_page_fault(*pointer, is_in ? 2 : 0);
			return true;
		}
		if (in->has_repeat)
			r->rcx--;
		/* A device's port may take a microsecond and more. */
		if (i % PORTS_PER_LOOK == PORTS_PER_LOOK - 1 && hypercall_is_preempt_due())
			break;
	}
	if (!in->has_repeat || !r->rcx)
		r->rip += in->length;
	return true;
}

bool port_io_emulate(struct registers *r, struct instruction *in)
{
	struct vcpu *v = current_vcpu();
	bool is_string = (in->opcode & 0xfc) == 0x6c;
	bool is_immediate = (in->opcode & 0xfc) == 0xe4;
	unsigned int bytes = in->opcode & 1 ? MIN(in->operand_bytes, 4) : 1;
	uint16_t port = (uint16_t)r->rdx;
	uint8_t immediate;

	if (in->is_two_byte || (!is_string && (in->opcode & 0xf4) != 0xe4))
		return false;
	if (is_immediate) {
		if (!instruction_next(in, &immediate))
			return false;
		port = immediate;
	}
	if (!port_is_open_to_mode(v, port, bytes))
		return false;
	if (is_string)
		return string_emulate(v, r, in, !(in->opcode & 2), bytes);
	if (in->opcode & 2)
		port_write(v, port, bytes, (uint32_t)r->rax);
	else
		accumulator_write(r, bytes, port_read(v, port, bytes));
	r->rip += in->length;
	return true;
}
