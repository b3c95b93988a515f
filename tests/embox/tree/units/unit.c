/* SPDX-License-Identifier: BSD-2-Clause */
/* A unit that notes its start; several modules are made of this source. */
#include <embox/unit.h>

#include "../suite.h"

EMBOX_UNIT_INIT(note_start);

static int note_start(void)
{
	unit_record(OPTION_STRING_GET(letter));
	return 0;
}
