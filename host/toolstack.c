/* SPDX-License-Identifier: BSD-2-Clause */
/* What `xl create` does besides building: toolstack.h. */
#define _GNU_SOURCE
#include "host/toolstack.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "host/hv.h"
#include "host/outlet.h"
#include "host/say.h"
#include "host/status.h"
#include "host/vif.h"
#include "host/xenstore.h"

#define HOME "/local/domain/7"
#define VM   "/vm/00000000-0000-0000-0000-000000000007"

_Static_assert(HV_DOMID == 7, "HOME names the domain");

static struct netback_features offered;

/* --- the domain's keys ---------------------------------------------------------------- */

/* Of the toolstack; the domain may read. */
static void put(const char *path, const char *value)
{
	store_write(path, "%s", value);
	store_set_perms(path, "n0 r7");
}

void toolstack_introduce(const struct config *c)
{
	char kb[24];

	snprintf(kb, sizeof(kb), "%u", c->memory_mb * 1024);
	store_begin();
	put(HOME "/name", c->name);
	put(HOME "/vm", VM);
	put(VM "/name", c->name);
	put(HOME "/memory", "");
	put(HOME "/memory/static-max", kb);
	put(HOME "/memory/target", kb);
	put(HOME "/cpu", "");
	put(HOME "/cpu/0", "");
	put(HOME "/cpu/0/availability", "online");
	put(HOME "/console", "");
	put(HOME "/console/type", "domik-host");
	put("/local/domain/0/name", "Domain-0");
	store_commit();
}

int toolstack_store(const char *path)
{
	FILE *f = fopen(path, "r");
	char line[1024], key[1100];

	if (!f) {
		host_say("--store %s: %s", path, strerror(errno));
		return STATUS_NO_FILE;
	}
	store_begin();
	while (fgets(line, sizeof(line), f)) {
		char *value = line + strcspn(line, " \n");

		if (value == line)
			continue;
		if (*value)
			*value++ = '\0';
		value[strcspn(value, "\n")] = '\0';
		snprintf(key, sizeof(key), line[0] == '/' ? "%s" : HOME "/%s", line);
		store_write(key, "%s", value);
		if (strncmp(key, HOME "/", sizeof(HOME)) == 0)
			store_set_perms(key, "n7");
	}
	store_commit();
	fclose(f);
	return 0;
}

void toolstack_shutdown(const char *how)
{
	store_write(HOME "/control/shutdown", "%s", how);
}

_Bool toolstack_shutdown_waits(void)
{
	const char *text = store_read(HOME "/control/shutdown");

	return text && *text;
}

/* --- vifs --------------------------------------------------------------------------- */

/* Which features are left out: words of --without. */
static int leave_out(const char *list)
{
	while (list) {
		size_t n = strcspn(list, ",");

		if (n == 5 && memcmp(list, "split", n) == 0) {
			offered.split = false;
		} else if (n == 2 && memcmp(list, "sg", n) == 0) {
			offered.sg = false;
		} else if (n == 3 && memcmp(list, "gso", n) == 0) {
			offered.gso4 = offered.gso6 = false;
		} else if (n == 4 && memcmp(list, "csum", n) == 0) {
			offered.csum4 = offered.csum6 = false;
		} else {
			host_say("--without %.*s: give some of split,sg,gso,csum", (int)n,
				list);
			return STATUS_USAGE;
		}
		list = list[n] ? list + n + 1 : NULL;
	}
	netback_make_consistent(&offered);
	return 0;
}

/* slirp's guests need no address of their own; neighbours on a bridge do. */
static void choose_mac(unsigned id, const char *net, struct config_vif *v)
{
	static const uint8_t xen[6] = {0x00, 0x16, 0x3e, 0, 0, 0x11};

	if (v->has_mac)
		return;
	memcpy(v->mac, xen, sizeof(xen));
	if (strncmp(net, "tap", 3) != 0)
		v->mac[5] = (uint8_t)(v->mac[5] + id);
	else if (getrandom(v->mac + 3, 3, 0) == 3)
		v->mac[3] &= 0x7f; /* as xl chooses */
	v->has_mac = true;
}

/* The toolstack's key saves an image that has no ip= the time of DHCP. */
static void choose_ip(unsigned id, const char *net, struct config_vif *v)
{
	if (!v->ip[0] && strncmp(net, "user", 4) == 0)
		snprintf(v->ip, sizeof(v->ip), "192.168.%u.11", (2 + id) & 0xff);
}

int toolstack_plug(unsigned id, const char *net, const struct config_vif *v)
{
	struct config_vif w = *v;
	struct outlet_guest guest = {.vif = id};
	struct vif_config c = {.id = id, .features = offered, .ip = w.ip};
	int status;

	choose_mac(id, net, &w);
	choose_ip(id, net, &w);
	memcpy(guest.mac, w.mac, sizeof(w.mac));
	snprintf(guest.ip, sizeof(guest.ip), "%.*s", (int)strcspn(w.ip, " ,/"), w.ip);
	memcpy(c.mac, w.mac, sizeof(w.mac));
	c.outlet = outlet_open(net, &guest, &status);
	if (!c.outlet)
		return status;
	if (vif_plug(&c))
		return 0;
	outlet_close(c.outlet);
	host_say("vif %u is there already", id);
	return STATUS_NET;
}

int toolstack_plug_all(const struct config *c, const struct options *o)
{
	int status;

	offered = netback_all_features;
	if (o->queues)
		offered.queues = o->queues;
	status = leave_out(o->without);
	for (unsigned i = 0; !status && i < c->n_vifs; i++)
		status =
			toolstack_plug(i, i < o->n_nets ? o->net[i] : "user", &c->vif[i]);
	return status;
}
