/* SPDX-License-Identifier: BSD-2-Clause */
/* A guest without a kernel: raw.h says what it can do. */
#include "tests/fake/raw.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xen/event_channel.h>
#include <xen/grant_table.h>
#include <xen/io/console.h>
#include <xen/io/xs_wire.h>

#include "arch/barrier.h"
#include "host/console.h"
#include "host/peer.h"
#include "host/xenstore.h"
#include "kernel/addr.h"
#include "tests/fake/terminal.h"

#define MFN_FIRST 0x5000u
#define TABLE_MFN 0x900000u
#define PAGE_XS   0u
#define PAGE_CONS 1u

static uint8_t *memory, *table;
static struct shared_info *shared;
static bool is_table[RAW_PAGES];
static unsigned writers[RAW_PAGES];
static uint32_t xs_port, console_port;

/* --- the seam ----------------------------------------------------------------------- */

void *raw_page(unsigned pfn)
{
	return memory + pages_to_bytes(pfn);
}

/* Neighbours are not neighbours in the machine. */
uint64_t raw_mfn(unsigned pfn)
{
	return MFN_FIRST + (pfn ^ 5);
}

static unsigned pfn_of(uint64_t mfn)
{
	return mfn - MFN_FIRST < RAW_PAGES ? (unsigned)(mfn - MFN_FIRST) ^ 5 : RAW_PAGES;
}

void *hv_frame(uint64_t mfn)
{
	if (mfn >= TABLE_MFN && mfn < TABLE_MFN + HV_GRANT_FRAMES_LIMIT)
		return table + pages_to_bytes(mfn - TABLE_MFN);
	return pfn_of(mfn) < RAW_PAGES ? raw_page(pfn_of(mfn)) : NULL;
}

void *hv_frame_get(uint64_t mfn, bool write)
{
	unsigned pfn = pfn_of(mfn);

	if (pfn == RAW_PAGES || (write && is_table[pfn]))
		return NULL;
	writers[pfn] += write;
	return raw_page(pfn);
}

void hv_frame_put(uint64_t mfn, bool write)
{
	unsigned pfn = pfn_of(mfn);

	assert(pfn < RAW_PAGES && (!write || writers[pfn] > 0));
	writers[pfn] -= write;
}

uint64_t hv_grant_frame(unsigned n)
{
	return TABLE_MFN + n;
}

struct shared_info *hv_shared_info(void)
{
	return shared;
}

uint64_t hv_now_ns(void)
{
	return 0;
}

void raw_make_table(unsigned pfn, bool t)
{
	assert(writers[pfn] == 0);
	is_table[pfn] = t;
}

unsigned raw_held(void)
{
	unsigned n = 0;

	for (unsigned i = 0; i < RAW_PAGES; i++)
		n += writers[i];
	return n;
}

static void *zeroed(size_t n_pages)
{
	void *p = aligned_alloc(PAGE_SIZE, pages_to_bytes(n_pages));

	assert(p);
	return memset(p, 0, pages_to_bytes(n_pages));
}

void raw_start(void)
{
	if (memory)
		return;
	memory = zeroed(RAW_PAGES);
	table = zeroed(HV_GRANT_FRAMES_LIMIT);
	shared = zeroed(1);
	xenstored_start(raw_page(PAGE_XS), &xs_port);
	consoled_start(raw_page(PAGE_CONS), &console_port, terminal_print, NULL);
}

/* --- grants ------------------------------------------------------------------------- */

struct grant_entry_v1 *raw_entry(uint32_t ref)
{
	return (struct grant_entry_v1 *)(void *)table + ref;
}

void raw_grant(uint32_t ref, uint16_t domid, unsigned pfn, uint16_t flags)
{
	struct grant_entry_v1 *e = raw_entry(ref);

	e->domid = domid;
	e->frame = (uint32_t)raw_mfn(pfn);
	arch_wmb();
	e->flags = flags;
}

void raw_end(uint32_t ref)
{
	memset(raw_entry(ref), 0, sizeof(struct grant_entry_v1));
}

/* --- ports -------------------------------------------------------------------------- */

uint32_t raw_unbound(uint16_t domid)
{
	struct evtchn_alloc_unbound op = {.dom = DOMID_SELF, .remote_dom = domid};

	return hv_evtchn_op(EVTCHNOP_alloc_unbound, &op) == 0 ? op.port : 0;
}

long raw_close(uint32_t port)
{
	return hv_evtchn_op(EVTCHNOP_close, &(struct evtchn_close){.port = port});
}

void raw_settle(void)
{
	for (unsigned i = 0; i < 1000 && peers_run() > 0; i++)
		;
}

long raw_send(uint32_t port)
{
	long err = hv_evtchn_op(EVTCHNOP_send, &(struct evtchn_send){.port = port});

	raw_settle();
	return err;
}

bool raw_take_event(uint32_t port)
{
	return atomic_bit_clear(shared->evtchn_pending, port);
}

/* --- XenStore ----------------------------------------------------------------------- */

unsigned raw_n_events;
char raw_last_path[4097], raw_last_token[4097];

static struct raw_reply reply;

struct xenstore_domain_interface *raw_xs_ring(void)
{
	return raw_page(PAGE_XS);
}

uint32_t raw_xs_port(void)
{
	return xs_port;
}

size_t raw_xs_put(const void *bytes, size_t n)
{
	struct xenstore_domain_interface *ring = raw_xs_ring();
	const char *from = bytes;
	size_t done = 0;

	while (done < n && ring->req_prod - ring->req_cons < XENSTORE_RING_SIZE)
		ring->req[MASK_XENSTORE_IDX(ring->req_prod++)] = from[done++];
	return done;
}

/* Read exactly so much, letting the server go on. False when no more comes. */
static bool get(void *to, size_t n)
{
	struct xenstore_domain_interface *ring = raw_xs_ring();
	char *at = to;

	for (size_t i = 0; i < n; i++) {
		if (ring->rsp_cons == ring->rsp_prod)
			raw_send(xs_port);
		if (ring->rsp_cons == ring->rsp_prod)
			return false;
		at[i] = ring->rsp[MASK_XENSTORE_IDX(ring->rsp_cons++)];
	}
	return true;
}

/* One message; events are kept apart. Returns false when there is none. */
static bool message(void)
{
	struct xsd_sockmsg head;

	if (!get(&head, sizeof(head)) || head.len > 4096 || !get(reply.body, head.len))
		return false;
	reply.body[head.len] = '\0';
	reply.n = head.len;
	reply.type = head.type;
	if (head.type == XS_WATCH_EVENT) {
		raw_n_events++;
		strcpy(raw_last_path, reply.body);
		strcpy(raw_last_token, reply.body + strlen(reply.body) + 1);
	}
	return true;
}

const struct raw_reply *raw_xs(uint32_t type, uint32_t tx, const void *body, size_t n)
{
	struct xsd_sockmsg head = {
		.type = type, .req_id = 17, .tx_id = tx, .len = (uint32_t)n};
	size_t done = raw_xs_put(&head, sizeof(head));

	assert(done == sizeof(head));
	for (done = 0; done < n;) {
		size_t step = raw_xs_put((const char *)body + done, n - done);

		done += step;
		raw_send(xs_port);
		if (step == 0)
			break;
	}
	raw_send(xs_port);
	do {
		if (!message()) {
			reply.type = XS_INVALID;
			return &reply;
		}
	} while (reply.type == XS_WATCH_EVENT);
	return &reply;
}

const struct raw_reply *raw_xs2(
	uint32_t type, uint32_t tx, const char *first, const char *second)
{
	char body[8200];
	size_t n = strlen(first) + 1;

	memcpy(body, first, n);
	if (second) {
		memcpy(body + n, second, strlen(second) + 1);
		n += strlen(second) + 1;
	}
	return raw_xs(type, tx, body, n);
}

static const char *verdict(const struct raw_reply *r)
{
	return r->type == XS_ERROR ? r->body : r->type == XS_INVALID ? "silence" : "ok";
}

const char *raw_xs_error(
	uint32_t type, uint32_t tx, const char *first, const char *second)
{
	return verdict(raw_xs2(type, tx, first, second));
}

const char *raw_xs_write(uint32_t tx, const char *path, const char *value)
{
	char body[8200];
	size_t n = strlen(path) + 1;

	memcpy(body, path, n);
	memcpy(body + n, value, strlen(value));
	return verdict(raw_xs(XS_WRITE, tx, body, n + strlen(value)));
}

uint32_t raw_xs_begin(void)
{
	const struct raw_reply *r = raw_xs(XS_TRANSACTION_START, 0, "", 1);

	return r->type == XS_TRANSACTION_START ? (uint32_t)strtoul(r->body, NULL, 10) : 0;
}

const char *raw_xs_end(uint32_t tx, bool commit)
{
	return verdict(raw_xs(XS_TRANSACTION_END, tx, commit ? "T" : "F", 2));
}

void raw_xs_listen(void)
{
	while (message())
		;
}

/* --- the console -------------------------------------------------------------------- */

struct xencons_interface *raw_console(void)
{
	return raw_page(PAGE_CONS);
}

uint32_t raw_console_port(void)
{
	return console_port;
}
