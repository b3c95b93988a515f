/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Run levels. The table has the modules in the order of their levels, and within a level
 * each after what it depends on; who depends on whom is not kept.
 *
 * So after a unit that fails nobody knows which of the following could work. As in Embox
 * its level ends there: what follows stays disabled, its commands are not found, and the
 * start scripts run all the same. A suite of tests that fails is different: nothing
 * depends on it, and the other suites are to report too.
 */
#include <errno.h>
#include <stddef.h>

#include <framework/mod/api.h>
#include <framework/mod/runlevel.h>

#define LOG_MODULE "mod"
#include "kernel/log.h"

static int reached = -1;

int runlevel_get(void)
{
	return reached;
}

static unsigned count_disabled(int level)
{
	const struct mod *m;
	unsigned n = 0;

	mod_foreach(m) n += m->runlevel <= level && !mod_is_running(m) && !m->suite;
	return n;
}

static int go_up(int level)
{
	const struct mod *m;

	mod_foreach(m)
	{
		int result = 0;

		if (m->runlevel == level)
			result = mod_enable(m);
		if (result != 0 && !m->suite) {
			log_error(
				"%s.%s does not start (error %d): run level %d ends here",
				m->pkg_name, m->mod_name, result < 0 ? -result : result,
				level);
			return result;
		}
	}
	return 0;
}

static int go_down(int level)
{
	int first_error = 0;

	for (unsigned i = embox_mods_n; i-- > 0;) {
		const struct mod *m = embox_mods[i];
		int result = 0;

		if (m->runlevel == level)
			result = mod_disable(m);
		if (result != 0) {
			log_error("%s.%s does not stop (error %d)", m->pkg_name,
				m->mod_name, -result);
			first_error = first_error ? first_error : result;
		}
	}
	return first_error;
}

int runlevel_set(int level)
{
	int result = 0;

	if (!runlevel_nr_valid(level))
		return -EINVAL;
	while (reached < level) {
		result = go_up(reached + 1);
		if (result != 0) {
			log_error("%u modules up to run level %d stay disabled",
				count_disabled(level), level);
			return result;
		}
		log_debug("run level %d", ++reached);
	}
	while (reached > level && result == 0) {
		result = go_down(reached);
		if (result == 0)
			reached--;
	}
	return result;
}
