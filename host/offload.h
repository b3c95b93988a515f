/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The work that a sender leaves to the network, done in software: checksums completed, one
 * large TCP segment cut into packets.
 *
 *     | Ethernet | IP, total length L | TCP, seq S | payload: k * gso_bytes + rest |
 *     ->  each packet: the same headers with its own length, IPv4 id + i, seq S + i *
 *         gso_bytes; FIN and PSH only in the last, CWR only in the first
 *
 * All functions take any bytes: what they do not understand they leave alone and say so.
 */
#ifndef HOST_OFFLOAD_H
#define HOST_OFFLOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "host/outlet.h"

/* Where the parts of a frame begin, in bytes from its start. */
struct layers {
	bool ip6;
	uint8_t proto; /* IPPROTO_TCP, IPPROTO_UDP … */
	unsigned ip, transport;
	unsigned payload; /* of TCP and UDP */
	unsigned end;     /* by IP's length; padding may follow */
};

/** Find them. False when it is not a whole IP packet, or one of several fragments. */
bool layers_find(const uint8_t *frame, unsigned len_bytes, struct layers *l);

/**
 * Compute TCP's or UDP's checksum, or only that of the pseudo header, as a sender leaves
 * it who expects the rest to be added.
 *
 * Returns false when there is none to compute.
 */
bool offload_sum(uint8_t *frame, unsigned len_bytes);
bool offload_sum_pseudo(uint8_t *frame, unsigned len_bytes);

/**
 * Write the length of an IP packet that has grown or shrunk into its header, with IPv4's
 * own checksum. @frame held a whole packet before.
 */
void offload_set_length(uint8_t *frame, unsigned len_bytes);

/**
 * Cut a packet with gso into packets, each given to @emit, which may change it.
 *
 * @blank  leave TCP's checksum to the receiver
 * Returns how many there were, 0 when the packet cannot be cut.
 */
unsigned offload_cut(const struct packet *p, bool blank,
	void (*emit)(void *arg, struct packet *p), void *arg);

/**
 * The packet in words, for a trace:
 * "TCP 10.0.0.1:3456 > 10.0.0.2:80 SYN seq=1 ack=0 win=64240 len=0".
 */
void packet_describe(const struct packet *p, char *text, unsigned text_bytes);

#endif
