/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The end of the domain: what the toolstack asks for in control/shutdown, and how we
 * leave.
 *
 *   toolstack                             we
 *   reads control/feature-poweroff ...    written at start: what we understand
 *   writes control/shutdown = poweroff    watch fires; read it and write "" back
 *   waits for the domain to end           hooks, console flush, SCHEDOP_shutdown
 *
 * Source: docs/misc/xenstore-paths.pandoc, "~/control/shutdown"; public/sched.h.
 */
#include "xen/shutdown.h"

#include <errno.h>
#include <string.h>
#include <xen/sched.h>

#include "kernel/timer.h"
#include "xen/console.h"
#include "xen/hypercall.h"
#include "xen/xenstore.h"

#define LOG_MODULE "shutdown"
#include "kernel/log.h"

#define HOOKS_MAX 8
#define FLUSH_NS  (2 * NS_PER_S) /* for a slow console */

static const char control_path[] = "control/shutdown";

static void (*hooks[HOOKS_MAX])(void);
static unsigned n_hooks;

/* What may stand in control/shutdown. */
static const struct request {
	const char *word;
	const char *feature; /* the key that says that we understand it, or NULL */
	enum shutdown_reason reason;
} requests[] = {
	{"poweroff", "control/feature-poweroff", SHUTDOWN_REASON_POWEROFF},
	{"reboot", "control/feature-reboot", SHUTDOWN_REASON_REBOOT},
	{"halt", NULL, SHUTDOWN_REASON_HALT},
};

int shutdown_register_hook(void (*fn)(void))
{
	if (n_hooks == HOOKS_MAX)
		return -ENOSPC;
	hooks[n_hooks++] = fn;
	return 0;
}

void shutdown_now(enum shutdown_reason reason)
{
	static const unsigned xen_reasons[] = {
		[SHUTDOWN_REASON_POWEROFF] = SHUTDOWN_poweroff,
		[SHUTDOWN_REASON_REBOOT] = SHUTDOWN_reboot,
		[SHUTDOWN_REASON_HALT] =
			SHUTDOWN_poweroff, /* Xen knows no halt: a domain that is off */
		[SHUTDOWN_REASON_CRASH] = SHUTDOWN_crash,
	};
	struct sched_shutdown op = {.reason = xen_reasons[reason]};

	while (n_hooks > 0)
		hooks[--n_hooks]();
	console_flush(FLUSH_NS);
	(void)hypercall_sched_op(
		SCHEDOP_shutdown, &op); /* does not return when it works */
	panic("Xen refused to end the domain");
}

/*
 * Take the word and acknowledge it with an empty one, so that the toolstack sees that we
 * have seen it.
 */
static int word_take(xs_transaction t, void *arg)
{
	char *word = arg;
	int len = xenstore_read_buf(t, control_path, word, 32);

	if (len == -ERANGE)
		len = (int)strlen(strcpy(word, "(a long word)"));
	if (len <= 0)
		return len;
	return xenstore_write(t, control_path, "", 0);
}

static void request_handle(const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(requests); i++) {
		if (strcmp(word, requests[i].word) == 0) {
			log_info("%s asked for by the toolstack", word);
			shutdown_now(requests[i].reason);
		}
	}
	if (strcmp(word, "suspend") == 0)
		log_warn("suspend refused: this kernel cannot be saved or migrated");
	else
		log_warn("unknown word in %s ignored: %s", control_path, word);
}

static void control_changed(struct xenstore_watch *w, const char *path)
{
	char word[32] = "";
	int err = xenstore_transact(word_take, word);

	(void)w;
	(void)path;
	if (err < 0 && err != -ENOENT)
		log_error("cannot read %s: %d", control_path, err);
	else if (word[0])
		request_handle(word);
}

int shutdown_start(void)
{
	static struct xenstore_watch watch = {
		.path = control_path, .changed = control_changed};

	for (size_t i = 0; i < ARRAY_SIZE(requests); i++) {
		int err = requests[i].feature ? xenstore_write(XS_NO_TRANSACTION,
							requests[i].feature, "1", 1)
					      : 0;

		if (err)
			log_warn("cannot write %s: %d", requests[i].feature, err);
	}
	return xenstore_watch_add(&watch);
}
