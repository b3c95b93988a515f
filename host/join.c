/* SPDX-License-Identifier: BSD-2-Clause */
/* Packets of one connection joined to a large segment: join.h says which. */
#include "host/join.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "host/offload.h"

#define TCP_PSH 0x08u
#define TCP_ACK 0x10u

struct join {
	unsigned bytes; /* 0: empty */
	struct layers l;
	unsigned gso_bytes; /* payload of the first */
	uint32_t next_seq;
	bool complete; /* nothing may follow */
	unsigned n;
	uint8_t data[PACKET_BYTES_MAX];
};

struct join *join_create(void)
{
	return calloc(1, sizeof(struct join));
}

void join_free(struct join *j)
{
	free(j);
}

static uint32_t get32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, 4);
	return ntohl(v);
}

static uint8_t *flags_of(uint8_t *frame, const struct layers *l)
{
	return frame + l->transport + 13;
}

/* Is it a data packet as senders of bulk data send them? */
static bool fits_any(const struct packet *p, struct layers *l)
{
	uint8_t flags;

	if (!p->csum_blank || p->gso != GSO_NONE ||
		!layers_find(p->data, p->len_bytes, l) || l->proto != IPPROTO_TCP ||
		l->end == l->payload || l->end != p->len_bytes)
		return false;
	flags = p->data[l->transport + 13];
	return (flags & ~TCP_PSH) == TCP_ACK;
}

/* Are all bytes of the headers the same that do not change from packet to packet? */
static bool same_headers(const struct join *j, const uint8_t *f, const struct layers *l)
{
	const uint8_t *a = j->data;
	unsigned t = l->transport;

	if (l->ip6 != j->l.ip6 || t != j->l.transport || l->payload != j->l.payload)
		return false;
	if (memcmp(a, f, 14) != 0)
		return false;
	if (l->ip6 ? memcmp(a + 14, f + 14, 4) != 0 || memcmp(a + 20, f + 20, t - 20) != 0
		   : memcmp(a + 14, f + 14, 2) != 0 || memcmp(a + 20, f + 20, 4) != 0 ||
				memcmp(a + 26, f + 26, t - 26) != 0)
		return false;
	/* ports; acknowledgement and header length; window; options */
	return memcmp(a + t, f + t, 4) == 0 && memcmp(a + t + 8, f + t + 8, 5) == 0 &&
	       memcmp(a + t + 14, f + t + 14, 2) == 0 &&
	       memcmp(a + t + 18, f + t + 18, l->payload - t - 18) == 0;
}

static void begin(struct join *j, const struct packet *p, const struct layers *l)
{
	memcpy(j->data, p->data, p->len_bytes);
	j->bytes = p->len_bytes;
	j->l = *l;
	j->gso_bytes = l->end - l->payload;
	j->next_seq = get32(p->data + l->transport + 4) + j->gso_bytes;
	j->complete = p->data[l->transport + 13] & TCP_PSH;
	j->n = 1;
}

bool join_add(struct join *j, const struct packet *p)
{
	struct layers l;
	unsigned payload;

	if (!fits_any(p, &l))
		return false;
	if (j->bytes == 0) {
		begin(j, p, &l);
		return true;
	}
	payload = l.end - l.payload;
	if (j->complete || payload > j->gso_bytes ||
		j->bytes + payload > PACKET_BYTES_MAX ||
		get32(p->data + l.transport + 4) != j->next_seq ||
		!same_headers(j, p->data, &l))
		return false;
	memcpy(j->data + j->bytes, p->data + l.payload, payload);
	j->bytes += payload;
	j->next_seq += payload;
	*flags_of(j->data, &j->l) |= p->data[l.transport + 13];
	j->complete = payload < j->gso_bytes || p->data[l.transport + 13] & TCP_PSH;
	j->n++;
	return true;
}

bool join_take(struct join *j, struct packet *p)
{
	if (j->bytes == 0)
		return false;
	*p = (struct packet){.data = j->data,
		.len_bytes = j->bytes,
		.csum_blank = true,
		.csum_good = true};
	if (j->n > 1) {
		p->gso = j->l.ip6 ? GSO_TCP6 : GSO_TCP4;
		p->gso_bytes = (uint16_t)j->gso_bytes;
		offload_set_length(j->data, j->bytes);
	}
	j->bytes = 0;
	return true;
}
