/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * 16550 serial lines: set up by com1= and com2= (baud,format,port,irq; "auto" keeps the firmware's
 * baud), polled at first, then interrupt-driven with a buffer. Nobody waits for the line with the
 * console's lock: who can wait asks for room first, other text is lost when the buffer is full, and
 * a line says how much.
 */
#include "hv/arch.h"
#include "hv/console.h"
#include "hv/errno.h"
#include "hv/irq.h"
#include "hv/params.h"
#include "hv/printk.h"
#include "hv/format.h"
#include "hv/string.h"
#include "hv/time.h"
#include "hv/uart.h"

#define NR_LINES 2
#define BUFFER_BYTES 16384
#define FIFO_BYTES 16
#define CLOCK_HZ 1843200u
#define BAUD_DEFAULT 115200u
#define SPIN_LIMIT 2000000u
/* Of 16 characters; what a line takes at once beyond that is for the next interrupt. */
#define NR_ROUNDS 16
/* A line that asks on for so many interrupts is broken. */
#define NR_BUSY_MAX 4096
/* A line that takes nothing for so long takes nothing at all. */
#define STUCK_NS (2 * NS_PER_SECOND)
/* For the line that tells of lost text. */
#define NOTE_BYTES 64

/* Registers, as offsets from the first port. */
#define REG_DATA 0
#define REG_INTERRUPTS 1
#define REG_REASON 2 /* when read: what the line interrupts for */
#define REG_FIFO 2
#define REG_FORMAT 3
#define REG_MODEM 4
#define REG_LINE_STATUS 5
#define REG_SCRATCH 7
#define REG_DIVISOR_LOW 0
#define REG_DIVISOR_HIGH 1

#define INTERRUPT_RECEIVE 0x01
#define INTERRUPT_TRANSMIT 0x02
#define FIFO_ENABLE_CLEAR 0x07
#define FORMAT_DIVISOR_LATCH 0x80
#define MODEM_DTR_RTS_OUT2 0x0b
#define REASON_NONE 0x01
#define STATUS_DATA_READY 0x01
#define STATUS_TRANSMIT_EMPTY 0x20

struct uart {
	uint16_t port;
	uint8_t irq; /* 0: polled only */
	uint8_t format;
	uint32_t baud; /* 0: as the firmware left it */
	bool is_buffered;
	/* Free-running positions in the buffer; what follows is under the console's lock. */
	uint32_t producer, consumer;
	uint32_t nr_lost;
	uint32_t nr_busy;  /* interrupts that ended while it still asked */
	uint64_t moved_ns; /* it was empty or took something last */
	char buffer[BUFFER_BYTES];
};

static char com1_option[48], com2_option[48];
STRING_PARAMETER("com1", com1_option, "baud|auto,data-parity-stop,port,irq");
STRING_PARAMETER("com2", com2_option, "the same for the second line");

static struct uart lines[NR_LINES] = {
	{.port = 0x3f8, .irq = 4, .format = 0x03},
	{.port = 0x2f8, .irq = 3, .format = 0x03},
};

static uint8_t uart_read(const struct uart *line, unsigned int reg)
{
	return port_read8((uint16_t)(line->port + reg));
}

static void uart_write(const struct uart *line, unsigned int reg, uint8_t value)
{
	port_write8((uint16_t)(line->port + reg), value);
}

static bool uart_is_ready(const struct uart *line)
{
	return uart_read(line, REG_LINE_STATUS) & STATUS_TRANSMIT_EMPTY;
}

/* A line that never gets ready loses a character rather than the machine. */
static void uart_wait_ready(const struct uart *line)
{
	for (unsigned int i = 0; i < SPIN_LIMIT && !uart_is_ready(line); i++)
		cpu_relax();
}

static uint32_t uart_room(const struct uart *line)
{
	return BUFFER_BYTES - (line->producer - line->consumer);
}

static void uart_drain_fifo(struct uart *line)
{
	for (unsigned int i = 0; i < FIFO_BYTES && line->consumer != line->producer; i++)
		uart_write(line, REG_DATA, (uint8_t)line->buffer[line->consumer++ % BUFFER_BYTES]);
	line->moved_ns = time_now_ns();
}

/* Gives the line what it takes now. */
static void uart_advance(struct uart *line)
{
	if (!line->is_buffered)
		return;
	if (line->consumer == line->producer)
		line->moved_ns = time_now_ns();
	else if (uart_is_ready(line))
		uart_drain_fifo(line);
}

static void uart_put(struct uart *line, char c)
{
	if (!line->is_buffered) {
		uart_wait_ready(line);
		uart_write(line, REG_DATA, (uint8_t)c);
	} else if (uart_room(line)) {
		line->buffer[line->producer++ % BUFFER_BYTES] = c;
	} else {
		line->nr_lost++;
	}
}

static void uart_note_lost(struct uart *line)
{
	char note[NOTE_BYTES];
	int bytes;

	if (!line->nr_lost || uart_room(line) < NOTE_BYTES)
		return;
	bytes = hv_snprintf(note, sizeof(note), "\r\n(%u characters were lost)\r\n", line->nr_lost);
	line->nr_lost = 0;
	for (int i = 0; i < bytes; i++)
		uart_put(line, note[i]);
}

static void uart_print(struct uart *line, const char *text, size_t bytes)
{
	uart_advance(line);
	uart_note_lost(line);
	for (size_t i = 0; i < bytes; i++) {
		if (text[i] == '\n')
			uart_put(line, '\r');
		uart_put(line, text[i]);
	}
	uart_advance(line);
	if (line->is_buffered && line->consumer != line->producer)
		uart_write(line, REG_INTERRUPTS, INTERRUPT_RECEIVE | INTERRUPT_TRANSMIT);
}

/* Lines end in two characters. A stuck line has room for all that is to be lost. */
static size_t uart_free_bytes(struct uart *line)
{
	uart_advance(line);
	if (!line->is_buffered || time_now_ns() - line->moved_ns > STUCK_NS)
		return SIZE_MAX;
	return uart_room(line) / 2;
}

static void uart_transmit(struct uart *line)
{
	uint64_t flags = console_lock_irqsave();

	uart_advance(line);
	if (line->consumer == line->producer)
		uart_note_lost(line);
	if (line->consumer == line->producer)
		uart_write(line, REG_INTERRUPTS, INTERRUPT_RECEIVE);
	console_unlock_irqrestore(flags);
}

static void uart_receive(const struct uart *line)
{
	for (unsigned int i = 0; i < BUFFER_BYTES; i++) {
		if (!(uart_read(line, REG_LINE_STATUS) & STATUS_DATA_READY))
			break;
		console_receive((char)uart_read(line, REG_DATA));
	}
}

/* Lets go of the interrupt's line and asks anew: an edge, if there is a reason still. */
static void uart_interrupt_again(struct uart *line)
{
	uint64_t flags = console_lock_irqsave();
	uint8_t enabled = uart_read(line, REG_INTERRUPTS);

	uart_write(line, REG_INTERRUPTS, 0);
	uart_write(line, REG_INTERRUPTS, enabled);
	console_unlock_irqrestore(flags);
}

/*
 * The interrupt is edge-triggered, and the line's two reasons share it: a character that comes while
 * the transmitter still asks makes no edge. Only once the line was seen to ask for nothing does the
 * next character interrupt again.
 */
static void uart_handle_interrupt(unsigned int irq, void *data)
{
	struct uart *line = data;

	for (unsigned int i = 0; i < NR_ROUNDS; i++) {
		uart_receive(line);
		uart_transmit(line);
		if (uart_read(line, REG_REASON) & REASON_NONE) {
			line->nr_busy = 0;
			return;
		}
	}
	if (++line->nr_busy < NR_BUSY_MAX)
		uart_interrupt_again(line);
}

static void uart_enable_input(struct uart *line)
{
	uint64_t flags;
	int rc;

	if (line->irq == 0)
		return;
	rc = irq_request(line->irq, uart_handle_interrupt, line, "serial line");
	if (rc) {
		printk(LOG_WARNING, "Serial line at %#x: no interrupt %u (error %d), output only\n",
		       line->port, line->irq, rc);
		return;
	}
	flags = console_lock_irqsave();
	line->is_buffered = !console_is_synchronous();
	line->moved_ns = time_now_ns();
	uart_write(line, REG_MODEM, MODEM_DTR_RTS_OUT2);
	uart_write(line, REG_INTERRUPTS, INTERRUPT_RECEIVE);
	console_unlock_irqrestore(flags);
}

static void uart_flush(struct uart *line)
{
	line->is_buffered = false;
	while (line->consumer != line->producer) {
		uart_wait_ready(line);
		uart_drain_fifo(line);
	}
}

static void com1_write(const char *text, size_t bytes)
{
	uart_print(&lines[0], text, bytes);
}

static size_t com1_free_bytes(void)
{
	return uart_free_bytes(&lines[0]);
}

static void com1_enable_input(void)
{
	uart_enable_input(&lines[0]);
}

static void com1_flush(void)
{
	uart_flush(&lines[0]);
}

static void com2_write(const char *text, size_t bytes)
{
	uart_print(&lines[1], text, bytes);
}

static size_t com2_free_bytes(void)
{
	return uart_free_bytes(&lines[1]);
}

static void com2_enable_input(void)
{
	uart_enable_input(&lines[1]);
}

static void com2_flush(void)
{
	uart_flush(&lines[1]);
}

static struct console_device devices[NR_LINES] = {
	{.name = "com1",
	 .write = com1_write,
	 .free_bytes = com1_free_bytes,
	 .enable_input = com1_enable_input,
	 .flush = com1_flush},
	{.name = "com2",
	 .write = com2_write,
	 .free_bytes = com2_free_bytes,
	 .enable_input = com2_enable_input,
	 .flush = com2_flush},
};

/* "8n1": data bits, parity, stop bits, as the format register has them. */
static int format_parse(const char *text, uint8_t *format)
{
	static const char parities[] = "noems";
	static const uint8_t parity_bits[] = {0x00, 0x08, 0x18, 0x28, 0x38};
	const char *parity;

	if (text[0] < '5' || text[0] > '8' || !text[1] || (text[2] != '1' && text[2] != '2'))
		return -EINVAL;
	parity = strchr(parities, text[1]);
	if (!parity)
		return -EINVAL;
	*format = (uint8_t)((text[0] - '5') | parity_bits[parity - parities] |
			    (text[2] == '2' ? 0x04 : 0));
	return 0;
}

static int baud_parse(const char *text, uint32_t *baud)
{
	uint64_t value;

	if (strncmp(text, "auto", 4) == 0) {
		*baud = 0;
		return 0;
	}
	if (parse_u64(text, NULL, 10, &value) || value == 0 || value > CLOCK_HZ / 16)
		return -EINVAL;
	*baud = (uint32_t)value;
	return 0;
}

/* The next field of a comma-separated list, or NULL behind the last. */
static const char *field_next(const char *text)
{
	const char *comma = strchr(text, ',');

	return comma ? comma + 1 : NULL;
}

static bool field_is_empty(const char *field)
{
	return *field == ',' || *field == '\0';
}

static int number_parse(const char *field, uint64_t limit, uint64_t *value)
{
	return parse_u64(field, NULL, 0, value) || *value > limit ? -EINVAL : 0;
}

static int line_parse(struct uart *line, const char *option)
{
	const char *field = option;
	uint64_t port = line->port, irq = line->irq;

	if (!field_is_empty(field) && baud_parse(field, &line->baud))
		return -EINVAL;
	field = field_next(field);
	if (field && !field_is_empty(field) && format_parse(field, &line->format))
		return -EINVAL;
	field = field ? field_next(field) : NULL;
	if (field && !field_is_empty(field) && number_parse(field, 0xfff8, &port))
		return -EINVAL;
	field = field ? field_next(field) : NULL;
	if (field && !field_is_empty(field) && number_parse(field, 255, &irq))
		return -EINVAL;
	line->port = (uint16_t)port;
	line->irq = (uint8_t)irq;
	return 0;
}

/* Where there is no line, reads give all ones and the scratch register keeps nothing. */
static bool uart_is_present(const struct uart *line)
{
	uart_write(line, REG_SCRATCH, 0x5a);
	if (uart_read(line, REG_SCRATCH) != 0x5a)
		return false;
	uart_write(line, REG_SCRATCH, 0xa5);
	return uart_read(line, REG_SCRATCH) == 0xa5;
}

static void uart_set_up(const struct uart *line)
{
	uint16_t divisor = (uint16_t)(CLOCK_HZ / 16 / (line->baud ? line->baud : BAUD_DEFAULT));

	uart_write(line, REG_INTERRUPTS, 0);
	uart_write(line, REG_FORMAT, line->format | FORMAT_DIVISOR_LATCH);
	/* Firmware that set no speed leaves 0 or all ones. */
	if (line->baud || uart_read(line, REG_DIVISOR_HIGH) == 0xff ||
	    (uart_read(line, REG_DIVISOR_HIGH) | uart_read(line, REG_DIVISOR_LOW)) == 0) {
		uart_write(line, REG_DIVISOR_LOW, (uint8_t)divisor);
		uart_write(line, REG_DIVISOR_HIGH, (uint8_t)(divisor >> 8));
	}
	uart_write(line, REG_FORMAT, line->format);
	uart_write(line, REG_FIFO, FIFO_ENABLE_CLEAR);
	uart_write(line, REG_MODEM, MODEM_DTR_RTS_OUT2);
}

void uart_register(void)
{
	static const char *const options[NR_LINES] = {com1_option, com2_option};

	for (unsigned int i = 0; i < NR_LINES; i++) {
		if (line_parse(&lines[i], options[i]))
			printk(LOG_WARNING, "com%u=%s is no serial line's description\n", i + 1,
			       options[i]);
		if (!uart_is_present(&lines[i]))
			continue;
		uart_set_up(&lines[i]);
		devices[i].first_port = lines[i].port;
		devices[i].last_port = (uint16_t)(lines[i].port + REG_SCRATCH);
		console_register(&devices[i]);
	}
}
