/* SPDX-License-Identifier: BSD-2-Clause */
/* The setting "vif" of a configuration: a list of texts of KEY=VALUE, parted by commas. */
#define _GNU_SOURCE
#include "host/config_private.h"

#include <stdlib.h>
#include <string.h>

#include "host/status.h"

bool config_mac(const char *text, uint8_t mac[6])
{
	for (unsigned i = 0; i < 6; i++) {
		char digits[3] = {text[0], text[0] ? text[1] : '\0', '\0'}, *end;

		mac[i] = (uint8_t)strtoul(digits, &end, 16);
		if (end != digits + 2 || digits[0] == ' ' || digits[0] == '+' ||
			digits[0] == '-')
			return false;
		text += 2;
		if (*text != (i < 5 ? ':' : '\0'))
			return false;
		text += i < 5;
	}
	return !(mac[0] & 1);
}

/* One KEY=VALUE of a vif; both end with NUL. */
static int vif_word(struct config_work *w, struct config_vif *v, char *key, char *value)
{
	static const char *const ours_not[] = {"bridge", "script", "type", "model",
		"rate", "vifname", "backend", "netdev", "gatewaydev", "trusted", "mtu",
		"devid"};

	if (strcmp(key, "mac") == 0) {
		v->has_mac = config_mac(value, v->mac);
		return v->has_mac ? 0
				  : config_bad(w,
					    "vif: mac=%.40s: give six bytes like "
					    "00:16:3e:01:02:03, the first one even",
					    value);
	}
	if (strcmp(key, "ip") == 0) {
		if (strlen(value) >= sizeof(v->ip) ||
			strspn(value, "0123456789abcdefABCDEF.:/ ") != strlen(value))
			return config_bad(
				w, "vif: ip=%.60s is no list of addresses", value);
		strcpy(v->ip, value);
		return 0;
	}
	for (unsigned i = 0; i < sizeof(ours_not) / sizeof(ours_not[0]); i++)
		if (strcmp(key, ours_not[i]) == 0)
			return 0; /* of dom0's side: --net says where packets go */
	config_note(w, "note: vif: %.40s means nothing here and is ignored", key);
	return 0;
}

static char *trim(char *text)
{
	size_t n;

	text += strspn(text, " \t");
	n = strlen(text);
	while (n && (text[n - 1] == ' ' || text[n - 1] == '\t'))
		text[--n] = '\0';
	return text;
}

static int vif_item(struct config_work *w, const struct value *item)
{
	struct config_vif *v = &w->c->vif[w->c->n_vifs];
	char *copy, *rest;
	int status = 0;

	if (item->kind != VALUE_TEXT)
		return config_bad(w, "vif is a list of texts: vif = [\"mac=…\"]");
	if (w->c->n_vifs == CONFIG_VIFS_MAX)
		return config_bad(w, "more than %u vifs", CONFIG_VIFS_MAX);
	*v = (struct config_vif){0};
	rest = copy = strdup(item->text);
	if (!copy)
		return STATUS_HOST;
	for (char *word; !status && (word = strsep(&rest, ",")) != NULL;) {
		char *equals = strchr(word, '=');

		if (!*trim(word))
			continue;
		if (!equals) {
			status = config_bad(
				w, "vif: %.40s: expected KEY=VALUE", trim(word));
			break;
		}
		*equals = '\0';
		status = vif_word(w, v, trim(word), trim(equals + 1));
	}
	free(copy);
	if (!status)
		w->c->n_vifs++;
	return status;
}

int config_take_vif(struct config_work *w)
{
	const struct value *v = &w->s->value;
	int status = 0;

	if (v->kind != VALUE_LIST)
		return config_bad(w, "vif is a list, also for one: vif = [\"\"]");
	if (!w->s->append)
		w->c->n_vifs = 0;
	for (size_t i = 0; !status && i < v->n_items; i++)
		status = vif_item(w, &v->items[i]);
	return status;
}
