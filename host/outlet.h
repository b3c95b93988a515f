/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the packets of a vif go: the far side of the network back end.
 *
 *     netback  --- outlet_send() --->  outlet  --->  slirp | tap | nothing
 *              <-- o->deliver() -----          <---  descriptors of the loop
 *
 * Packets are Ethernet frames. As on Xen, work may be left to the other side: a checksum
 * that is still to be computed, a TCP segment that is still to be cut into packets. Who
 * cannot take such a packet calls offload.h first; outlets do for what they are sent.
 */
#ifndef HOST_OUTLET_H
#define HOST_OUTLET_H

#include <stdbool.h>
#include <stdint.h>

/* Without VLAN tags; with segments left to cut a frame is as long as IP allows. */
#define PACKET_BYTES_MAX (65535u + 14u)

enum packet_gso { GSO_NONE, GSO_TCP4, GSO_TCP6 };

struct packet {
	uint8_t *data; /* may be changed by whoever it is given to */
	unsigned len_bytes;
	bool csum_blank; /* TCP's or UDP's sum covers the pseudo header only: complete it */
	bool csum_good; /* the sum is right or blank: need not be looked at */
	enum packet_gso gso;
	uint16_t gso_bytes; /* of payload in each packet; with GSO_TCP… only */
};

/* What the receiver of packets takes without software help. */
struct packet_ability {
	bool csum_blank4, csum_blank6; /* packets with csum_blank */
	bool gso_tcp4, gso_tcp6;
};

struct outlet;
struct join;

struct outlet_ops {
	const char *name;
	/* Send a packet of the guest's on. It is the outlet's to change until it returns. */
	void (*send)(struct outlet *o, struct packet *p);
	/* The guest's front end has connected: what it takes. NULL: of no interest. */
	void (*guest_takes)(struct outlet *o, const struct packet_ability *a);
	/* There is room for packets again. NULL: of no interest. */
	void (*room)(struct outlet *o);
	void (*close)(struct outlet *o);
};

struct outlet {
	const struct outlet_ops *ops;
	struct join *join;           /* NULL: every packet is sent by itself */
	struct packet_ability takes; /* of the guest */

	/* Set by who connects the vif (outlet_connect()). */
	bool (*deliver)(void *arg, const struct packet *p); /* false: no room, keep it */
	void *arg;

	/* counts for --stats */
	uint64_t sent, sent_bytes, received, received_bytes, dropped, cut, summed, joined;
};

/**
 * A packet from the guest. It may be kept to be joined with the next: whoever has sent all
 * that there is for now calls outlet_flush().
 */
void outlet_send(struct outlet *o, struct packet *p);
void outlet_flush(struct outlet *o);

/**
 * The guest can receive from now on.
 *
 * @deliver  put a packet into the guest's ring; false when there is no room now
 * @takes    what its front end has said that it takes
 */
void outlet_connect(struct outlet *o, bool (*deliver)(void *arg, const struct packet *p),
	void *arg, const struct packet_ability *takes);

/** It cannot any more: what comes is dropped. */
void outlet_disconnect(struct outlet *o);

/** The guest has put pages up: what could not be delivered is tried again. */
void outlet_room(struct outlet *o);

void outlet_close(struct outlet *o);

/* --- for outlets -------------------------------------------------------------------- */

/**
 * Give the guest a packet: cut and summed as far as it needs. Returns false when there is
 * no room and nothing has been delivered of it; counts and drops what cannot be.
 */
bool outlet_deliver(struct outlet *o, struct packet *p);

/* --- kinds -------------------------------------------------------------------------- */

/* What a vif is told about: the toolstack's and DHCP's address, and the hardware's. */
struct outlet_guest {
	unsigned vif; /* its number, which chooses slirp's network */
	uint8_t mac[6];
	char ip[16]; /* dotted; "" = none: slirp's default for the guest */
};

/** What is sent is dropped, nothing comes. */
struct outlet *outlet_null(void);

/**
 * The network of this user through libslirp, which needs no rights.
 *
 * @options  what follows "user," on the command line, NULL = nothing: forwards like
 *           "tcp:127.0.0.1:8080-:80", "udp:[::1]:53-:53"
 * @guest    forwards that name no address of the guest's go to these
 * @status   gets a host_status when NULL is returned, after a message
 */
struct outlet *outlet_slirp(
	const char *options, const struct outlet_guest *guest, int *status);

/**
 * A tap device of Linux.
 *
 * @options  NAME, or NAME,netns=NAMESPACE
 */
struct outlet *outlet_tap(const char *options, int *status);

/** Any of them: @text is the argument of --net. */
struct outlet *outlet_open(
	const char *text, const struct outlet_guest *guest, int *status);

#endif
