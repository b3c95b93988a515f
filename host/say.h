/* SPDX-License-Identifier: BSD-2-Clause */
/* What the host says to the person who started it: on stderr, a line at a time. */
#ifndef HOST_SAY_H
#define HOST_SAY_H

/** "domik-host: …": an error or a note that is worth a line. */
void host_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/**
 * "host: refused …": why a request of the guest gets an error. The first few are shown;
 * with --trace all of them.
 */
void host_refused(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
