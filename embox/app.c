/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Commands whose variables begin anew. One that leaves by exit() leaves them as they are: so
 * they are renewed before a run too.
 */
#include <errno.h>
#include <string.h>

#include <framework/app.h>

#include "kernel/heap.h"

static void renew(struct embox_app *app)
{
	memcpy(app->data, app->first, (size_t)(app->data_end - app->data));
	memset(app->bss, 0, (size_t)(app->bss_end - app->bss));
}

int embox_app_run(struct embox_app *app, int argc, char **argv)
{
	size_t n_bytes = (size_t)(app->data_end - app->data);
	int result;

	if (!app->first) {
		app->first =
			kmalloc(n_bytes + 1); /* the system's: it outlives the process */
		if (!app->first)
			return -ENOMEM;
		memcpy(app->first, app->data, n_bytes);
	}
	renew(app);
	result = app->main(argc, argv);
	renew(app);
	return result;
}
