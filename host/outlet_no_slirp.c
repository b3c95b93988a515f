/* SPDX-License-Identifier: BSD-2-Clause */
/* In place of outlet_slirp.c where libslirp was not there to build with. */
#include "host/outlet.h"

#include <stddef.h>

#include "host/say.h"
#include "host/status.h"

struct outlet *outlet_slirp(
	const char *options, const struct outlet_guest *guest, int *status)
{
	(void)options;
	(void)guest;
	host_say("--net user: this domik-host was built without libslirp: install "
		 "libslirp-dev, then meson setup --reconfigure and build again");
	*status = STATUS_NET;
	return NULL;
}
