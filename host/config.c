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

#include "host/config_private.h"
#include "host/hv.h"
#include "host/say.h"
#include "host/status.h"

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

static void tell(
	const struct config_work *w, unsigned line, const char *fmt, va_list args)
{
	char text[512];
	int n = snprintf(text, sizeof(text), "%s:%u: ", w->path, line);

	if (n < 0 || (size_t)n >= sizeof(text))
		n = 0;
	vsnprintf(text + n, sizeof(text) - (size_t)n, fmt, args);
	w->c->tell(text);
}

int config_bad(const struct config_work *w, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	tell(w, w->s->value.line, fmt, args);
	va_end(args);
	return STATUS_CONFIG;
}

void config_note(const struct config_work *w, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	tell(w, w->s->value.line, fmt, args);
	va_end(args);
}

/* --- kinds of values ---------------------------------------------------------------- */

static int take_text(struct config_work *w, char **to)
{
	const struct value *v = &w->s->value;
	char *old = *to;

	if (v->kind == VALUE_LIST)
		return config_bad(w, "%s is one text in quotes, not a list", w->s->name);
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
static int take_number(struct config_work *w, long *to)
{
	const struct value *v = &w->s->value;
	char *end;

	if (v->kind == VALUE_LIST || !*v->text)
		return config_bad(w, "%s is a number", w->s->name);
	errno = 0;
	*to = strtol(v->text, &end, 0);
	if (errno || *end)
		return config_bad(w, "%s: %.40s is no number", w->s->name, v->text);
	return 0;
}

/* --- keys --------------------------------------------------------------------------- */

static int key_name(struct config_work *w)
{
	int status = take_text(w, &w->c->name);

	if (status)
		return status;
	if (!*w->c->name || strlen(w->c->name) > 63 || strpbrk(w->c->name, "/\n"))
		return config_bad(w, "a name has 1 to 63 characters and no /");
	return 0;
}

static int key_type(struct config_work *w)
{
	char *type = NULL;
	int status = take_text(w, &type);

	if (!status && type && strcmp(type, "pv") != 0)
		status = config_bad(w,
			"%s = \"%.20s\": only PV domains run here (type = \"pv\"); "
			"others need real Xen",
			w->s->name, type);
	free(type);
	return status;
}

static int key_kernel(struct config_work *w)
{
	int status = take_text(w, &w->c->kernel);

	return status || *w->c->kernel ? status : config_bad(w, "kernel names no file");
}

static int key_ramdisk(struct config_work *w)
{
	int status = take_text(w, &w->c->ramdisk);

	return status || *w->c->ramdisk ? status : config_bad(w, "ramdisk names no file");
}

static int key_memory(struct config_work *w)
{
	long mb = 0;
	int status = take_number(w, &mb);

	if (status)
		return status;
	if (mb < 1 || mb > (long)CONFIG_MEMORY_MAX)
		return config_bad(
			w, "memory = %ld: give 1 to %u, in MB", mb, CONFIG_MEMORY_MAX);
	w->c->memory_mb = (unsigned)mb;
	return 0;
}

static int key_max_grant_frames(struct config_work *w)
{
	long n = 0;
	int status = take_number(w, &n);

	if (status)
		return status;
	if (n < 1 || n > (long)HV_GRANT_FRAMES_LIMIT)
		return config_bad(w, "max_grant_frames = %ld: give 1 to %u", n,
			HV_GRANT_FRAMES_LIMIT);
	w->c->max_grant_frames = (unsigned)n;
	return 0;
}

static int key_cmdline(struct config_work *w)
{
	return take_text(w, &w->c->cmdline);
}

static int key_root(struct config_work *w)
{
	return take_text(w, &w->root);
}

static int key_extra(struct config_work *w)
{
	return take_text(w, &w->extra);
}

/* Is it one of these? */
static bool one_of(const char *text, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(text, words[i]) == 0)
			return true;
	return false;
}

static int take_action(struct config_work *w, enum config_action *to)
{
	static const char *const restart[] = {
		"restart", "rename-restart", "coredump-restart", "soft-reset"};
	static const char *const destroy[] = {"preserve", "coredump-destroy"};
	char *text = NULL;
	int status = take_text(w, &text);

	if (status || !text)
		return status;
	if (one_of(text, restart, sizeof(restart) / sizeof(restart[0]))) {
		*to = ACTION_RESTART;
	} else if (strcmp(text, "destroy") == 0) {
		*to = ACTION_DESTROY;
	} else if (one_of(text, destroy, sizeof(destroy) / sizeof(destroy[0]))) {
		*to = ACTION_DESTROY;
		config_note(w, "note: %s = \"%s\" is like \"destroy\" here", w->s->name,
			text);
	} else {
		status = config_bad(
			w, "%s = \"%.30s\": give destroy or restart", w->s->name, text);
	}
	free(text);
	return status;
}

static int key_on_poweroff(struct config_work *w)
{
	return take_action(w, &w->c->on_poweroff);
}

static int key_on_reboot(struct config_work *w)
{
	return take_action(w, &w->c->on_reboot);
}

static int key_on_crash(struct config_work *w)
{
	return take_action(w, &w->c->on_crash);
}

/* --- the file ----------------------------------------------------------------------- */

static const struct key {
	const char *name;
	int (*take)(struct config_work *w);
} keys[] = {
	{"name", key_name},
	{"type", key_type},
	{"builder", key_type},
	{"kernel", key_kernel},
	{"ramdisk", key_ramdisk},
	{"memory", key_memory},
	{"max_grant_frames", key_max_grant_frames},
	{"cmdline", key_cmdline},
	{"root", key_root},
	{"extra", key_extra},
	{"vif", config_take_vif},
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
static void note_repetition(struct config_work *w, const struct setting *list)
{
	if (w->s->append)
		return;
	for (const struct setting *s = list; s != w->s; s = s->next)
		if (strcmp(s->name, w->s->name) == 0) {
			config_note(w, "note: %s replaces the one of line %u", s->name,
				s->value.line);
			return;
		}
}

static int take_settings(struct config_work *w, const struct setting *list)
{
	for (w->s = list; w->s; w->s = w->s->next) {
		const struct key *key = find_key(w->s->name);
		int status;

		if (!key) {
			config_note(w, "note: %.60s means nothing here and is ignored",
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
static int make_cmdline(struct config_work *w)
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
	struct config_work w = {.c = c, .path = path};
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
