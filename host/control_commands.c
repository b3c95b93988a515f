/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands of the control socket, one function each. */
#include "host/control_commands.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "host/console.h"
#include "host/stats.h"
#include "host/toolstack.h"
#include "host/vif.h"
#include "host/xenstore.h"
#include "host/xenstore_db.h"

#define WORDS_MAX 6u

struct command {
	unsigned n_words;
	char *word[WORDS_MAX];
	const char *rest; /* all that follows the second word, as it is */
	FILE *answer;
};

static const char *bad_number = "a vif has a number from 0 to 255";

/* The vif that the first argument names, or the number alone. */
static bool take_id(const struct command *c, unsigned *id)
{
	char *end;
	unsigned long n = c->n_words > 1 ? strtoul(c->word[1], &end, 10) : 256;

	if (n > 255 || *end || !*c->word[1])
		return false;
	*id = (unsigned)n;
	return true;
}

static const char *take_vif(const struct command *c, struct vif **v)
{
	unsigned id;

	if (!take_id(c, &id))
		return bad_number;
	*v = vif_find(id);
	return *v ? NULL : "there is no such vif";
}

static bool has_word(const struct command *c, unsigned i, const char *word)
{
	return c->n_words > i && strcmp(c->word[i], word) == 0;
}

/* --- the domain --------------------------------------------------------------------- */

static const char *do_shutdown(struct command *c)
{
	if (c->n_words != 2)
		return "shutdown poweroff, reboot, halt or suspend";
	toolstack_shutdown(c->word[1]);
	return NULL;
}

static const char *do_type(struct command *c)
{
	size_t n = strlen(c->rest);

	if (consoled_type(c->rest, n) != n || consoled_type("\n", 1) != 1)
		return "the domain has not read what was typed before";
	return NULL;
}

static const char *do_stats(struct command *c)
{
	stats_print(c->answer);
	vif_print_counts(c->answer);
	return NULL;
}

/* --- vifs --------------------------------------------------------------------------- */

static const char *do_plug(struct command *c)
{
	struct config_vif v = {0};
	unsigned id;

	if (c->n_words < 3 || !take_id(c, &id))
		return "plug ID NET [mac=MAC] [ip=IP]";
	for (unsigned i = 3; i < c->n_words; i++) {
		if (strncmp(c->word[i], "mac=", 4) == 0) {
			v.has_mac = config_mac(c->word[i] + 4, v.mac);
			if (!v.has_mac)
				return "mac= wants six bytes, 00:16:3e:01:02:03";
		} else if (strncmp(c->word[i], "ip=", 3) == 0)
			snprintf(v.ip, sizeof(v.ip), "%s", c->word[i] + 3);
		else
			return "after ID and NET come mac= and ip=";
	}
	return toolstack_plug(id, c->word[2], &v) ? "not plugged: domik-host has said why"
						  : NULL;
}

static const char *do_unplug(struct command *c)
{
	struct vif *v = NULL;
	const char *wrong = take_vif(c, &v);

	if (!wrong)
		vif_unplug(v, has_word(c, 2, "force"));
	return wrong;
}

static const char *do_die(struct command *c)
{
	struct vif *v = NULL;
	const char *wrong = take_vif(c, &v);

	if (!wrong)
		vif_die(v, has_word(c, 2, "crash") ? VIF_CRASHED : VIF_UNBOUND);
	return wrong;
}

static const char *do_return(struct command *c)
{
	struct vif *v = NULL;
	const char *wrong = take_vif(c, &v);

	if (!wrong)
		vif_return(v);
	return wrong;
}

/* --- XenStore ----------------------------------------------------------------------- */

static const char *path_of(const struct command *c)
{
	return c->n_words > 1 && c->word[1][0] == '/' ? c->word[1] : NULL;
}

static const char *do_read(struct command *c)
{
	const char *path = path_of(c), *value = path ? store_read(path) : NULL;

	if (!value)
		return "no such node; a path begins with /";
	fprintf(c->answer, "%s\n", value);
	return NULL;
}

static const char *do_write(struct command *c)
{
	const char *path = path_of(c);

	if (!path)
		return "write PATH VALUE; a path begins with /";
	store_write(path, "%s", c->rest);
	return NULL;
}

static const char *do_rm(struct command *c)
{
	const char *path = path_of(c);

	if (!path || !path[1])
		return "rm PATH; a path begins with /";
	store_rm(path);
	return NULL;
}

static void print_value(const struct db_node *n, FILE *f)
{
	for (size_t i = 0; i < n->value_bytes; i++) {
		unsigned char b = (unsigned char)n->value[i];

		if (b >= 0x20 && b < 0x7f && b != '\\')
			fputc(b, f);
		else
			fprintf(f, "\\x%02x", b);
	}
}

/* A node and all below, each as PATH = VALUE and its rights. */
static void print_tree(const char *path, FILE *f)
{
	struct db_node *n = db_find(db_store(), path);

	if (!n)
		return;
	fprintf(f, "%s = \"", path);
	print_value(n, f);
	fputs("\"  (", f);
	for (unsigned i = 0; i < n->n_perms; i++)
		fprintf(f, "%s%c%u", i ? "," : "", n->perms[i].access, n->perms[i].domid);
	fputs(")\n", f);
	for (const char *child = n->children; child < n->children + n->children_bytes;
		child += strlen(child) + 1) {
		char below[512];

		if ((size_t)snprintf(below, sizeof(below), "%s/%s", path[1] ? path : "",
			    child) < sizeof(below))
			print_tree(below, f);
	}
}

static const char *do_tree(struct command *c)
{
	const char *path = c->n_words > 1 ? path_of(c) : "/";

	if (!path || !db_find(db_store(), path))
		return "no such node; a path begins with /";
	print_tree(path, c->answer);
	return NULL;
}

/* --- all ---------------------------------------------------------------------------- */

static const char *do_help(struct command *c);

static const struct {
	const char *name, *usage;
	const char *(*fn)(struct command *c);
} commands[] = {
	{"shutdown", "poweroff|reboot|halt|suspend", do_shutdown},
	{"plug", "ID NET [mac=MAC] [ip=IP]", do_plug},
	{"unplug", "ID [force]", do_unplug},
	{"die", "ID [crash]", do_die},
	{"return", "ID", do_return},
	{"read", "PATH", do_read},
	{"write", "PATH VALUE", do_write},
	{"rm", "PATH", do_rm},
	{"tree", "[PATH]", do_tree},
	{"type", "TEXT", do_type},
	{"stats", "", do_stats},
	{"help", "", do_help},
};

#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static const char *do_help(struct command *c)
{
	for (size_t i = 0; i < N_COMMANDS; i++)
		fprintf(c->answer, "%s %s\n", commands[i].name, commands[i].usage);
	return NULL;
}

/* What follows @n words of a line. */
static const char *after_words(const char *line, unsigned n)
{
	while (n--) {
		line += strspn(line, " ");
		line += strcspn(line, " ");
	}
	return *line ? line + 1 : line;
}

const char *control_command(char *line, FILE *answer)
{
	struct command c = {.answer = answer};
	bool one_word = strncmp(line, "type ", 5) == 0;
	char *copy = strdup(after_words(line, one_word ? 1 : 2)), *rest = line;
	const char *wrong = "there is no such command: help lists them";

	if (!copy)
		return "no memory";
	c.rest = copy;
	for (char *word; c.n_words < WORDS_MAX && (word = strsep(&rest, " ")) != NULL;)
		if (*word)
			c.word[c.n_words++] = word;
	for (size_t i = 0; c.n_words && i < N_COMMANDS; i++)
		if (strcmp(commands[i].name, c.word[0]) == 0) {
			wrong = commands[i].fn(&c);
			break;
		}
	free(copy);
	return wrong;
}
