/* SPDX-License-Identifier: BSD-2-Clause */
/* Modules go on and off: a unit by its two functions, a suite of tests by running it. */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include <framework/mod/api.h>
#include <framework/mod/integrity.h>
#include <framework/test/api.h>

#include "embox/suites.h"
#define LOG_MODULE "mod"
#include "kernel/log.h"

/* The objects are variables of the generated table; the interface hands out constants. */
static struct mod *writable(const struct mod *m)
{
	return (struct mod *)(uintptr_t)m;
}

static int start(const struct mod *m)
{
	if (m->unit && m->unit->init) {
		log_info("initializing %s.%s", m->pkg_name, m->mod_name);
		return m->unit->init();
	}
	return m->suite && suites_want(m) ? test_suite_run(m->suite) : 0;
}

int mod_enable(const struct mod *m)
{
	int result;

	if (!m)
		return -EINVAL;
	if (mod_is_running(m))
		return 0;
	result = start(m);
	writable(m)->stat = result ? MOD_STAT_FAILED : MOD_STAT_ENABLED;
	return result;
}

int mod_enable_rec_safe(const struct mod *m, bool recursive_safe)
{
	(void)recursive_safe;
	return mod_enable(m);
}

int mod_disable(const struct mod *m)
{
	int result = 0;

	if (!m)
		return -EINVAL;
	if (!mod_is_running(m))
		return 0;
	if (m->unit && m->unit->fini)
		result = m->unit->fini();
	if (result == 0)
		writable(m)->stat = 0;
	return result;
}

bool mod_is_running(const struct mod *m)
{
	return m && (m->stat & MOD_STAT_ENABLED);
}

static bool has_name(const struct mod *m, const char *full_name)
{
	size_t pkg_len = strlen(m->pkg_name);

	return strncmp(full_name, m->pkg_name, pkg_len) == 0 &&
	       full_name[pkg_len] == '.' &&
	       strcmp(full_name + pkg_len + 1, m->mod_name) == 0;
}

const struct mod *mod_lookup(const char *full_name)
{
	const struct mod *m;

	mod_foreach(m)
	{
		if (has_name(m, full_name))
			return m;
	}
	return NULL;
}

/* Nothing is kept of a module's sections that could be compared. */
int mod_integrity_check(const struct mod *m)
{
	(void)m;
	return -ENOTSUP;
}
