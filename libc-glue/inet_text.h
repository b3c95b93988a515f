/* SPDX-License-Identifier: BSD-2-Clause */
/* Internet addresses as text. */
#ifndef LIBC_GLUE_INET_TEXT_H
#define LIBC_GLUE_INET_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INET_TEXT_V4 16 /* bytes, with the end */
#define INET_TEXT_V6 46

/** Read "a.b.c.d", decimal, nothing before or after. Source: RFC 6943, 3.1.1 (the strict form). */
bool inet_text_read_v4(const char *text, uint8_t addr[4]);

/**
 * Read an IPv4 address as it has always been written: one to four numbers with dots between
 * them, decimal, octal (0…) or hexadecimal (0x…), the last one for all bytes that are left;
 * blanks and what follows them do not count.
 *
 * Source: POSIX, inet_addr().
 */
bool inet_text_read_loose_v4(const char *text, uint8_t addr[4]);

/** Read an IPv6 address. Source: RFC 4291, 2.2. */
bool inet_text_read_v6(const char *text, uint8_t addr[16]);

/** Write the address; buf holds INET_TEXT_V4 or INET_TEXT_V6 bytes. Source: RFC 5952, 4. */
void inet_text_write_v4(const uint8_t addr[4], char *buf);
void inet_text_write_v6(const uint8_t addr[16], char *buf);

#endif
