/* SPDX-License-Identifier: BSD-2-Clause */
/* Which outlet the argument of --net names. */
#include <stdlib.h>
#include <string.h>

#include "host/outlet.h"
#include "host/say.h"
#include "host/status.h"

struct outlet *outlet_open(
	const char *text, const struct outlet_guest *guest, int *status)
{
	struct outlet *o = NULL;

	*status = STATUS_HOST;
	if (strcmp(text, "none") == 0) {
		o = outlet_null();
	} else if (strcmp(text, "user") == 0) {
		o = outlet_slirp(NULL, guest, status);
	} else if (strncmp(text, "user,", 5) == 0) {
		o = outlet_slirp(text + 5, guest, status);
	} else if (strncmp(text, "tap=", 4) == 0) {
		o = outlet_tap(text + 4, status);
	} else {
		host_say("--net %s: give user[,tcp:ADDRESS:PORT-:PORT…], "
			 "tap=NAME[,netns=NAMESPACE] or none",
			text);
		*status = STATUS_USAGE;
	}
	return o;
}
