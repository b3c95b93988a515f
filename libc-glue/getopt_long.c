/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * getopt_long() and getopt_long_only(): options that are words, --name and --name=value,
 * beside those of getopt(), whose variables they share. A name may be shortened as long as
 * it fits one option only. Words are not put into another order: options end where those
 * of getopt() end.
 */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

extern int getopt_at; /* see getopt.c */

struct options {
	const char *letters;
	const struct option *longs;
	int *index; /* may be NULL */
};

/* NULL when no option or more than one has a name that begins so. */
static const struct option *find(const struct option *longs, const char *name, size_t len)
{
	const struct option *found = NULL;
	unsigned n_found = 0;

	for (const struct option *o = longs; o->name; o++) {
		if (strncmp(o->name, name, len) != 0)
			continue;
		if (o->name[len] == '\0')
			return o;
		found = o;
		n_found++;
	}
	return n_found == 1 ? found : NULL;
}

static int complain(
	char *const argv[], const struct options *o, const char *what, const char *name)
{
	if (opterr && o->letters[0] != ':')
		fprintf(stderr, "%s: %s -- %s\n", argv[0], what, name);
	return '?';
}

/* The word argv[optind] names a long option from `name` on. */
static int take_long(
	int argc, char *const argv[], const struct options *options, char *name)
{
	size_t len = strcspn(name, "=");
	const struct option *o = find(options->longs, name, len);

	optind++;
	optopt = 0;
	if (!o)
		return complain(argv, options, "unknown option", name);
	optopt = o->flag ? 0 : o->val;
	if (name[len] == '=' && o->has_arg == no_argument)
		return complain(argv, options, "option takes no argument", name);
	if (name[len] == '=') {
		optarg = name + len + 1;
	} else if (o->has_arg == required_argument) {
		if (optind >= argc && options->letters[0] == ':')
			return ':';
		if (optind >= argc)
			return complain(
				argv, options, "option requires an argument", name);
		optarg = argv[optind++];
	}
	if (options->index)
		*options->index = (int)(o - options->longs);
	if (!o->flag)
		return o->val;
	*o->flag = o->val;
	return 0;
}

/* Is a word of one dash the name of a long option, and not rather a letter? */
static bool is_long_after_one_dash(const struct options *options, const char *word)
{
	const char *name = word + 1;

	if (find(options->longs, name, strcspn(name, "=")))
		return name[1] != '\0' || !strchr(options->letters, name[0]);
	return name[1] != '\0' && !strchr(options->letters, name[0]);
}

static int next(int argc, char *const argv[], const struct options *options, bool only)
{
	char *word;

	optarg = NULL;
	if (optind == 0) { /* how some programs start again */
		optind = 1;
		getopt_at = 0;
	}
	word = optind < argc && !getopt_at ? argv[optind] : NULL;
	if (!word || word[0] != '-' || word[1] == '\0')
		return getopt(argc, argv, options->letters);
	if (word[1] == '-' && word[2] != '\0')
		return take_long(argc, argv, options, word + 2);
	if (only && word[1] != '-' && is_long_after_one_dash(options, word))
		return take_long(argc, argv, options, word + 1);
	return getopt(argc, argv, options->letters);
}

/* What GNU has in front of the letters is about the order of words. */
static const char *letters_of(const char *options)
{
	return options + (options[0] == '+' || options[0] == '-');
}

int getopt_long(int argc, char *const argv[], const char *options,
	const struct option *longs, int *index)
{
	return next(
		argc, argv, &(struct options){letters_of(options), longs, index}, false);
}

int getopt_long_only(int argc, char *const argv[], const char *options,
	const struct option *longs, int *index)
{
	return next(
		argc, argv, &(struct options){letters_of(options), longs, index}, true);
}
