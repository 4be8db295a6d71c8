/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * LZMA2: a sequence of chunks, each LZMA or stored, that says what each resets. Source: the LZMA2
 * section of the .xz file format and the xz documentation of its control byte.
 */
#ifndef DECOMPRESS_LZMA2_H
#define DECOMPRESS_LZMA2_H

#include "lzma.h"

/* Decodes chunks up to and with the end marker. */
must_check int lzma2_decode(struct lzma *lzma, struct decoder *decoder);

#endif /* DECOMPRESS_LZMA2_H */
