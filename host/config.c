/* SPDX-License-Identifier: BSD-2-Clause */
/* The meaning of an xl configuration file: config.h lists the keys. */
#define _GNU_SOURCE
#include "host/config.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/config_parse.h"
#include "host/say.h"
#include "host/status.h"

#define FILE_BYTES_MAX (1u << 20)

/* A key's handler and what it works on. */
struct work {
	struct config *c;
	const char *path;
	const struct setting *s;
	char *root, *extra; /* make a command line if there is none */
};

static void say_line(const char *line)
{
	host_say("%s", line);
}

void config_init(struct config *c)
{
	*c = (struct config){.on_poweroff = ACTION_DESTROY,
		.on_reboot = ACTION_RESTART,
		.on_crash = ACTION_DESTROY,
		.tell = say_line};
}

void config_free(struct config *c)
{
	free(c->name);
	free(c->kernel);
	free(c->ramdisk);
	free(c->cmdline);
	c->name = c->kernel = c->ramdisk = c->cmdline = NULL;
}

static void tell(const struct work *w, unsigned line, const char *fmt, va_list args)
{
	char text[512];
	int n = snprintf(text, sizeof(text), "%s:%u: ", w->path, line);

	if (n < 0 || (size_t)n >= sizeof(text))
		n = 0;
	vsnprintf(text + n, sizeof(text) - (size_t)n, fmt, args);
	w->c->tell(text);
}

static int bad(const struct work *w, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static int bad(const struct work *w, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	tell(w, w->s->value.line, fmt, args);
	va_end(args);
	return STATUS_CONFIG;
}

static void note(const struct work *w, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void note(const struct work *w, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	tell(w, w->s->value.line, fmt, args);
	va_end(args);
}

/* --- kinds of values ---------------------------------------------------------------- */

static int take_text(struct work *w, char **to)
{
	const struct value *v = &w->s->value;
	char *old = *to;

	if (v->kind == VALUE_LIST)
		return bad(w, "%s is one text in quotes, not a list", w->s->name);
	if (w->s->append && old) {
		if (asprintf(to, "%s%s", old, v->text) < 0)
			*to = NULL;
	} else {
		*to = strdup(v->text);
	}
	free(old);
	return *to ? 0 : STATUS_HOST;
}

/* xl takes a number in quotes too. */
static int take_number(struct work *w, long *to)
{
	const struct value *v = &w->s->value;
	char *end;

	if (v->kind == VALUE_LIST || !*v->text)
		return bad(w, "%s is a number", w->s->name);
	errno = 0;
	*to = strtol(v->text, &end, 0);
	if (errno || *end)
		return bad(w, "%s: %.40s is no number", w->s->name, v->text);
	return 0;
}

/* --- keys --------------------------------------------------------------------------- */

static int key_name(struct work *w)
{
	int status = take_text(w, &w->c->name);

	if (status)
		return status;
	if (!*w->c->name || strlen(w->c->name) > 63 || strpbrk(w->c->name, "/\n"))
		return bad(w, "a name has 1 to 63 characters and no /");
	return 0;
}

static int key_type(struct work *w)
{
	char *type = NULL;
	int status = take_text(w, &type);

	if (!status && strcmp(type, "pv") != 0)
		status = bad(w,
			"%s = \"%.20s\": only PV domains run here (type = \"pv\"); "
			"others "
			"need real Xen",
			w->s->name, type);
	free(type);
	return status;
}

static int key_kernel(struct work *w)
{
	int status = take_text(w, &w->c->kernel);

	return status || *w->c->kernel ? status : bad(w, "kernel names no file");
}

static int key_ramdisk(struct work *w)
{
	int status = take_text(w, &w->c->ramdisk);

	return status || *w->c->ramdisk ? status : bad(w, "ramdisk names no file");
}

static int key_memory(struct work *w)
{
	long mb;
	int status = take_number(w, &mb);

	if (status)
		return status;
	if (mb < 1 || mb > (long)CONFIG_MEMORY_MAX)
		return bad(w, "memory = %ld: give 1 to %u, in MB", mb, CONFIG_MEMORY_MAX);
	w->c->memory_mb = (unsigned)mb;
	return 0;
}

static int key_cmdline(struct work *w)
{
	return take_text(w, &w->c->cmdline);
}

static int key_root(struct work *w)
{
	return take_text(w, &w->root);
}

static int key_extra(struct work *w)
{
	return take_text(w, &w->extra);
}

static int take_action(struct work *w, enum config_action *to)
{
	static const char *const restart[] = {
		"restart", "rename-restart", "coredump-restart", "soft-reset"};
	static const char *const destroy[] = {"destroy", "preserve", "coredump-destroy"};
	char *text = NULL;
	int status = take_text(w, &text);

	for (unsigned i = 0; !status && i < sizeof(restart) / sizeof(restart[0]); i++)
		if (strcmp(text, restart[i]) == 0) {
			*to = ACTION_RESTART;
			goto out;
		}
	for (unsigned i = 0; !status && i < sizeof(destroy) / sizeof(destroy[0]); i++)
		if (strcmp(text, destroy[i]) == 0) {
			*to = ACTION_DESTROY;
			if (i)
				note(w, "note: %s = \"%s\" is like \"destroy\" here",
					w->s->name, text);
			goto out;
		}
	if (!status)
		status = bad(
			w, "%s = \"%.30s\": give destroy or restart", w->s->name, text);
out:
	free(text);
	return status;
}

static int key_on_poweroff(struct work *w)
{
	return take_action(w, &w->c->on_poweroff);
}

static int key_on_reboot(struct work *w)
{
	return take_action(w, &w->c->on_reboot);
}

static int key_on_crash(struct work *w)
{
	return take_action(w, &w->c->on_crash);
}

/* --- vif ---------------------------------------------------------------------------- */

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
static int vif_word(struct work *w, struct config_vif *v, char *key, char *value)
{
	static const char *const ours_not[] = {"bridge", "script", "type", "model",
		"rate", "vifname", "backend", "netdev", "gatewaydev", "trusted", "mtu",
		"devid"};

	if (strcmp(key, "mac") == 0) {
		v->has_mac = config_mac(value, v->mac);
		return v->has_mac ? 0
				  : bad(w,
					    "vif: mac=%.40s: give six bytes like "
					    "00:16:3e:01:02:03, the first one even",
					    value);
	}
	if (strcmp(key, "ip") == 0) {
		if (strlen(value) >= sizeof(v->ip) ||
			strspn(value, "0123456789abcdefABCDEF.:/ ") != strlen(value))
			return bad(w, "vif: ip=%.60s is no list of addresses", value);
		strcpy(v->ip, value);
		return 0;
	}
	for (unsigned i = 0; i < sizeof(ours_not) / sizeof(ours_not[0]); i++)
		if (strcmp(key, ours_not[i]) == 0)
			return 0; /* of dom0's side: --net says where packets go */
	note(w, "note: vif: %.40s means nothing here and is ignored", key);
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

static int vif_item(struct work *w, const struct value *item)
{
	struct config_vif *v = &w->c->vif[w->c->n_vifs];
	char *copy, *rest;
	int status = 0;

	if (item->kind != VALUE_TEXT)
		return bad(w, "vif is a list of texts: vif = [\"mac=…\"]");
	if (w->c->n_vifs == CONFIG_VIFS_MAX)
		return bad(w, "more than %u vifs", CONFIG_VIFS_MAX);
	*v = (struct config_vif){0};
	rest = copy = strdup(item->text);
	if (!copy)
		return STATUS_HOST;
	for (char *word; !status && (word = strsep(&rest, ",")) != NULL;) {
		char *equals = strchr(word, '=');

		if (!*trim(word))
			continue;
		if (!equals) {
			status = bad(w, "vif: %.40s: expected KEY=VALUE", trim(word));
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

static int key_vif(struct work *w)
{
	const struct value *v = &w->s->value;
	int status = 0;

	if (v->kind != VALUE_LIST)
		return bad(w, "vif is a list, also for one: vif = [\"\"]");
	if (!w->s->append)
		w->c->n_vifs = 0;
	for (size_t i = 0; !status && i < v->n_items; i++)
		status = vif_item(w, &v->items[i]);
	return status;
}

/* --- the file ----------------------------------------------------------------------- */

static const struct key {
	const char *name;
	int (*take)(struct work *w);
} keys[] = {
	{"name", key_name},
	{"type", key_type},
	{"builder", key_type},
	{"kernel", key_kernel},
	{"ramdisk", key_ramdisk},
	{"memory", key_memory},
	{"cmdline", key_cmdline},
	{"root", key_root},
	{"extra", key_extra},
	{"vif", key_vif},
	{"on_poweroff", key_on_poweroff},
	{"on_reboot", key_on_reboot},
	{"on_crash", key_on_crash},
};

static const struct key *find_key(const char *name)
{
	for (unsigned i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcmp(keys[i].name, name) == 0)
			return &keys[i];
	return NULL;
}

/* A key that is set twice counts once; say which. */
static void note_repetition(struct work *w, const struct setting *list)
{
	if (w->s->append)
		return;
	for (const struct setting *s = list; s != w->s; s = s->next)
		if (strcmp(s->name, w->s->name) == 0) {
			note(w, "note: %s replaces the one of line %u", s->name,
				s->value.line);
			return;
		}
}

static int take_settings(struct work *w, const struct setting *list)
{
	for (w->s = list; w->s; w->s = w->s->next) {
		const struct key *key = find_key(w->s->name);
		int status;

		if (!key) {
			note(w, "note: %.60s means nothing here and is ignored",
				w->s->name);
			continue;
		}
		note_repetition(w, list);
		status = key->take(w);
		if (status)
			return status;
	}
	return 0;
}

/* As xl does: root and extra count only without cmdline. */
static int make_cmdline(struct work *w)
{
	struct config *c = w->c;

	if (!c->cmdline && w->root && w->extra) {
		if (asprintf(&c->cmdline, "root=%s %s", w->root, w->extra) < 0)
			c->cmdline = NULL;
	} else if (!c->cmdline && w->root) {
		if (asprintf(&c->cmdline, "root=%s", w->root) < 0)
			c->cmdline = NULL;
	} else if (!c->cmdline && w->extra) {
		c->cmdline = strdup(w->extra);
	} else {
		return 0;
	}
	return c->cmdline ? 0 : STATUS_HOST;
}

int config_parse(struct config *c, const char *text, size_t bytes, const char *path)
{
	struct work w = {.c = c, .path = path};
	struct parse_error error = {0};
	struct setting *list;
	char line[sizeof(error.text) + 300];
	int status = settings_parse(text, bytes, &list, &error);

	if (status == -EINVAL) {
		snprintf(line, sizeof(line), "%.280s:%u: %s", path, error.line,
			error.text);
		c->tell(line);
		status = STATUS_CONFIG;
	} else if (status) {
		status = STATUS_HOST;
	} else {
		status = take_settings(&w, list);
	}
	if (!status)
		status = make_cmdline(&w);
	if (!status && c->cmdline && strlen(c->cmdline) > CONFIG_CMDLINE_MAX) {
		snprintf(line, sizeof(line),
			"%.280s: the command line has %zu characters; Xen passes on %u",
			path, strlen(c->cmdline), CONFIG_CMDLINE_MAX);
		c->tell(line);
		status = STATUS_CONFIG;
	}
	free(w.root);
	free(w.extra);
	settings_free(list);
	return status;
}

/* A path that is not there from here: from the configuration's folder? */
static int find_beside(char **file, const char *path)
{
	const char *slash = strrchr(path, '/');
	char *beside;

	if (!*file || **file == '/' || !slash || access(*file, F_OK) == 0)
		return 0;
	if (asprintf(&beside, "%.*s/%s", (int)(slash - path), path, *file) < 0)
		return STATUS_HOST;
	if (access(beside, F_OK) != 0) {
		free(beside);
		return 0; /* whoever opens it will say so */
	}
	free(*file);
	*file = beside;
	return 0;
}

static int read_all(struct config *c, const char *path, char **text, size_t *bytes)
{
	FILE *f = fopen(path, "r");
	char line[400];

	*text = NULL;
	if (f) {
		*text = malloc(FILE_BYTES_MAX + 1);
		*bytes = *text ? fread(*text, 1, FILE_BYTES_MAX + 1, f) : 0;
	}
	if (!f || !*text || ferror(f))
		snprintf(line, sizeof(line), "%.300s: %s", path, strerror(errno));
	else if (*bytes > FILE_BYTES_MAX)
		snprintf(
			line, sizeof(line), "%.300s: too long for a configuration", path);
	else
		line[0] = '\0';
	if (f)
		fclose(f);
	if (!line[0])
		return 0;
	c->tell(line);
	return STATUS_NO_FILE;
}

int config_read(struct config *c, const char *path)
{
	char *text;
	size_t bytes;
	int status = read_all(c, path, &text, &bytes);

	if (!status)
		status = config_parse(c, text, bytes, path);
	free(text);
	if (!status)
		status = find_beside(&c->kernel, path);
	if (!status)
		status = find_beside(&c->ramdisk, path);
	return status;
}
