/* SPDX-License-Identifier: BSD-2-Clause */
/* Names for the guest's code addresses, from the image's symbol table. */
#ifndef HOST_SYMBOLS_H
#define HOST_SYMBOLS_H

#include <stddef.h>
#include <stdint.h>

/**
 * Read the symbols of an image: NAME.debug.elf beside NAME.elf, else of the image itself.
 *
 * Returns how many functions there are; 0 when there is no table, or none that is whole.
 */
size_t symbols_load(const char *image);

void symbols_free(void);

/** "tcp_input+0x12"; returns the bytes written, 0 for an address before the first. */
size_t symbols_name(uint64_t address, char *text, size_t bytes);

#endif
