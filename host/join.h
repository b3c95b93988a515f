/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The opposite of cutting: packets of one TCP connection that follow each other become one
 * large segment, so that a burst costs one system call instead of one for each packet.
 *
 *     join_add()     true: the packet is part of it now
 *     join_take()    what has been joined, to be sent; empty afterwards
 *
 * Only what the receiver could have got as one segment is joined: same headers, sequence
 * numbers without a gap, full packets but for the last, checksums left to us. A packet that
 * ends a burst (PSH, or a short one) ends the segment.
 */
#ifndef HOST_JOIN_H
#define HOST_JOIN_H

#include <stdbool.h>
#include <stdint.h>

#include "host/outlet.h"

struct join;

struct join *join_create(void);
void join_free(struct join *j);

/**
 * Add a packet, or begin with it.
 *
 * Returns false when it does not fit what is there, or nothing can ever be joined to it:
 * then what is there must be sent, and the packet tried again or sent by itself.
 */
bool join_add(struct join *j, const struct packet *p);

/** Take what has been joined. False when there is nothing. */
bool join_take(struct join *j, struct packet *p);

#endif
