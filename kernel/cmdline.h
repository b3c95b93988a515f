/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel command line (`cmdline=` of xl):
 *
 *     ip=10.0.0.2/24,10.0.0.1 log=netfront:debug -- -v "/a path"
 *     \______ words that modules declare ______/    \_ the app _/
 *
 * The kernel itself knows only log=. Every other word belongs to a module, which names
 * its table of words in its Meson entry ('words': 'net_words'). Double quotes keep blanks
 * in a word; inside them \" and \\ are themselves.
 */
#ifndef KERNEL_CMDLINE_H
#define KERNEL_CMDLINE_H

#define CMDLINE_MAX 1023 /* bytes; the toolstack cuts there */

struct cmdline_word {
	const char *name; /* "ip" for ip=VALUE; NULL ends a table */

	/* Gets VALUE ("" when there is no '='), which stays valid; 0, or -errno when it makes
	 * no sense. Called in the order of the words, before any module starts. */
	int (*set)(const char *value);

	const char *help; /* one line: "ip=[vifN:]ADDR/LEN[,GATEWAY] or ip=[vifN:]dhcp" */
};

/**
 * Split the command line and hand each word to the module that declares it. Every mistake
 * is logged with what is right.
 *
 * @text  NUL-terminated; copied
 * Returns 0, or -EINVAL after mistakes (the app must not run on a guess), -ENOMEM.
 * Context: thread or boot, heap ready; once.
 */
int cmdline_parse(const char *text);

/**
 * The app's arguments: argv[0] is the image's name, then the words after "--", then NULL.
 *
 * Returns argc. The strings are writable and stay.
 */
int cmdline_argv(const char *image, char ***argv);

#endif
