/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The access log: a line for each answer, in the common log format and then the microseconds that
 * the answer took. Lines are gathered and written once per wake-up of the loop; above
 * LIMIT_LOG_LINES in a second they are counted instead, since a console is slower than the network.
 */
#ifndef HTTPD_ACCESS_LOG_H
#define HTTPD_ACCESS_LOG_H

#include <netinet/in.h>
#include <stdint.h>

#include "apps/httpd/slice.h"

enum access_log_mode { ACCESS_LOG_OFF, ACCESS_LOG_ON, ACCESS_LOG_ALL };

void access_log_set_mode(enum access_log_mode mode);

/** Whether lines are wanted at all. */
bool access_log_is_on(void);

/**
 * Log one answer.
 *
 * @peer      who asked; an IPv4 address is mapped into IPv6
 * @line      the request line
 * @status    of the answer
 * @bytes     of the body that were sent
 * @start_us  when the request was read, on the clock of loop_now_us()
 */
void access_log_write(const struct in6_addr *peer, struct slice line, int status,
	uint64_t bytes, uint64_t start_us);

/** Write out what was gathered. */
void access_log_flush(void);

#endif
