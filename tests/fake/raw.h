/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A guest without a kernel: frames, grants, ports and XenStore's ring in a test's own
 * hands, so that it can do to the models of host/ what no front end of ours would.
 *
 * It stands where tests/fake/seam.c and the fake machine stand for native kernels.
 */
#ifndef TESTS_FAKE_RAW_H
#define TESTS_FAKE_RAW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/hv.h"

#define RAW_PAGES 1024u

/** Shared page, console and XenStore; once, harmless when called again. */
void raw_start(void);

/* --- frames ------------------------------------------------------------------------- */

void *raw_page(unsigned pfn);
uint64_t raw_mfn(unsigned pfn);

/** From now on the page is a page table, which peers may only read; or is none again. */
void raw_make_table(unsigned pfn, bool table);

/** Pages that peers hold for writing. */
unsigned raw_held(void);

/* --- grants ------------------------------------------------------------------------- */

struct grant_entry_v1 *raw_entry(uint32_t ref);

/** Write an entry. @flags GTF_permit_access, with GTF_readonly or not. */
void raw_grant(uint32_t ref, uint16_t domid, unsigned pfn, uint16_t flags);
void raw_end(uint32_t ref);

/* --- ports -------------------------------------------------------------------------- */

/** Open a port for a domain; 0 when that is refused. */
uint32_t raw_unbound(uint16_t domid);
long raw_close(uint32_t port);

/** Signal, and let the peers work until they have nothing to do. */
long raw_send(uint32_t port);
void raw_settle(void);

/** Was it signalled? Clears it. */
bool raw_take_event(uint32_t port);

/* --- XenStore ----------------------------------------------------------------------- */

struct raw_reply {
	uint32_t type; /* XS_ERROR for one; 0xffff = there was none */
	size_t n;
	char body[4097]; /* with a NUL of ours */
};

/** One request over the ring, and its reply (until the next). */
const struct raw_reply *raw_xs(uint32_t type, uint32_t tx, const void *body, size_t n);

/** The same for a body of one or two strings, each with its NUL; NULL = one. */
const struct raw_reply *raw_xs2(
	uint32_t type, uint32_t tx, const char *first, const char *second);

/** "ok" or the name of the error of a request of two strings. */
const char *raw_xs_error(
	uint32_t type, uint32_t tx, const char *first, const char *second);

/** XS_WRITE: the value without a NUL. */
const char *raw_xs_write(uint32_t tx, const char *path, const char *value);

/** The id of a new transaction; 0 when it is refused. */
uint32_t raw_xs_begin(void);

/** "ok", "EAGAIN" ... */
const char *raw_xs_end(uint32_t tx, bool commit);

/** Events that came with replies, or by raw_xs_listen(). */
void raw_xs_listen(void);
extern unsigned raw_n_events;
extern char raw_last_path[4097], raw_last_token[4097];

/** The ring itself, its port, and bytes put into it as they are. */
struct xenstore_domain_interface *raw_xs_ring(void);
uint32_t raw_xs_port(void);
size_t raw_xs_put(const void *bytes, size_t n);

/* --- the console -------------------------------------------------------------------- */

struct xencons_interface *raw_console(void);
uint32_t raw_console_port(void);

#endif
