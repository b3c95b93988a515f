/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * getopt(), with all that it remembers in variables that library.c keeps for each process.
 * Options end at the first word that is none, as POSIX has it, and at "--". "x::" is an
 * option with a value in its own word or none, as GNU has it.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

extern int getopt_at; /* in a word: the option that comes next; 0 = a new word */

static int complain(char *const argv[], const char *what)
{
	if (opterr)
		fprintf(stderr, "%s: %s -- %c\n", argv[0], what, optopt);
	return '?';
}

/* The option takes a value: the rest of its word, or the next one. */
static int take_value(int argc, char *const argv[], const char *options)
{
	if (getopt_at) {
		optarg = argv[optind++] + getopt_at;
		getopt_at = 0;
		return optopt;
	}
	if (optind < argc) {
		optarg = argv[optind++];
		return optopt;
	}
	if (options[0] == ':')
		return ':';
	return complain(argv, "option requires an argument");
}

int getopt(int argc, char *const argv[], const char *options)
{
	const char *known;

	optarg = NULL;
	if (optind == 0) { /* how some programs start again */
		optind = 1;
		getopt_at = 0;
	}
	if (!getopt_at) {
		const char *word = optind < argc ? argv[optind] : NULL;

		if (!word || word[0] != '-' || word[1] == '\0')
			return -1;
		if (strcmp(word, "--") == 0) {
			optind++;
			return -1;
		}
		getopt_at = 1;
	}
	optopt = (unsigned char)argv[optind][getopt_at++];
	if (!argv[optind][getopt_at]) {
		optind++;
		getopt_at = 0;
	}
	known = optopt == ':' ? NULL : strchr(options, optopt);
	if (!known)
		return options[0] == ':' ? '?' : complain(argv, "unknown option");
	if (known[1] != ':' || (known[2] == ':' && !getopt_at))
		return optopt;
	return take_value(argc, argv, options);
}
