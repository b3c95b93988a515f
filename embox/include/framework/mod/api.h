/* SPDX-License-Identifier: BSD-2-Clause */
/* What programs may ask about the modules of the image, and do with them. */
#ifndef FRAMEWORK_MOD_API_H
#define FRAMEWORK_MOD_API_H

#include <stdbool.h>
#include <sys/cdefs.h>

#include <framework/mod/integrity.h>
#include <framework/mod/types.h>
#include <util/macro.h>

/* const struct mod *m; mod_foreach(m) {...} in the order in which they are enabled. */
#define mod_foreach(m) MOD_LOOP(m, MACRO_GUARD(mod_index))
#define MOD_LOOP(m, i)                                                                   \
	for (unsigned i = 0; i < embox_mods_n && ((m) = embox_mods[i], 1); i++)

/* The order is computed when the image is built; who needs whom is not kept. */
#define mod_foreach_depends(other, m)  while (0)
#define mod_foreach_provides(other, m) while (0)

/**
 * Enable a module that is not yet: runs its unit's init function or its tests.
 *
 * Returns 0, -EINVAL for NULL, else what the init function returned, or the number of
 * tests that failed. Does not enable what the module depends on: the run levels do that
 * in order.
 * Context: thread. Source: own design.
 */
int mod_enable(const struct mod *m);

/** The same; there is no search for cycles that could be turned off. */
int mod_enable_rec_safe(const struct mod *m, bool recursive_safe);

/**
 * Disable a module: runs its unit's fini function.
 *
 * Returns 0, -EINVAL for NULL, or what the fini function returned; it then stays enabled.
 * Context: thread. Source: own design.
 */
int mod_disable(const struct mod *m);

/** Has it been enabled? False for NULL. Context: any. */
bool mod_is_running(const struct mod *m);

/** The module of that full name ("embox.cmd.net.httpd"), or NULL. Context: any. */
const struct mod *mod_lookup(const char *full_name);

static inline const char *mod_name(const struct mod *m)
{
	return m->mod_name;
}

static inline const char *mod_pkg_name(const struct mod *m)
{
	return m->pkg_name;
}

/* Always NULL: the sections of modules are not kept apart in an image. */
static inline const struct mod_label *mod_label(const struct mod *m)
{
	(void)m;
	return NULL;
}

#endif
