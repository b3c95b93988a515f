/* SPDX-License-Identifier: BSD-2-Clause */
/* A module with the option log_level. */
#define __EMBUILD_MOD__                          made_up__talker
#define OPTION_STRING_made_up__talker__log_level LOG_WARNING

#include <util/log.h>

#include "tests/unit/embox/modules.h"

int n_evaluated;

void talk(void)
{
	log_emerg("one");
	log_alert("two");
	log_crit("three");
	log_error("four %d", 4);
	log_warning("five %s", "V");
	log_notice("six");
	log_info("seven");
	log_debug("eight %d", ++n_evaluated);
}

void talk_parts(void)
{
	log_beg(LOG_ERR, "a=%d", 1);
	log_raw(LOG_ERR, " b=%d", 2);
	log_end(LOG_ERR, " c=%d", 3);
}

void talk_garbage(void)
{
	log_debug("%s", (const char *)16);
}
