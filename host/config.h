/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a domain is to be, from an xl configuration file: the keys that mean something
 * here. Others are ignored with a note, so that one file serves real Xen and this host.
 *
 *     name type kernel ramdisk memory cmdline extra root vif max_grant_frames
 *     on_poweroff on_reboot on_crash
 *
 * Source: xl.cfg(5).
 */
#ifndef HOST_CONFIG_H
#define HOST_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONFIG_VIFS_MAX    8u
#define CONFIG_MEMORY_MAX  65536u /* MB */
#define CONFIG_CMDLINE_MAX 1023u  /* bytes: what start_info has room for */

enum config_action { ACTION_DESTROY, ACTION_RESTART };

struct config_vif {
	bool has_mac;
	uint8_t mac[6];
	char ip[64]; /* as the toolstack writes it into XenStore; "" = none */
};

struct config {
	char *name, *kernel, *ramdisk, *cmdline; /* NULL: not said */
	unsigned memory_mb;                      /* 0: not said */
	struct config_vif vif[CONFIG_VIFS_MAX];
	unsigned n_vifs;
	unsigned max_grant_frames; /* 0: not said */
	enum config_action on_poweroff, on_reboot, on_crash;

	void (*tell)(const char *line); /* errors and notes; set by config_init() */
};

void config_init(struct config *c);
void config_free(struct config *c);

/**
 * Read a file. Paths in it that do not exist as they are, are taken from the file's own
 * folder.
 *
 * Returns 0, or STATUS_CONFIG, STATUS_NO_FILE or STATUS_HOST after one line to c->tell
 * that begins with FILE:LINE.
 */
int config_read(struct config *c, const char *path);

/** The same for a text in memory; @path is what to call it. */
int config_parse(struct config *c, const char *text, size_t bytes, const char *path);

/** Read "00:16:3e:xx:xx:xx". False when it is none, or one of a group. */
bool config_mac(const char *text, uint8_t mac[6]);

#endif
