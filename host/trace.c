/* SPDX-License-Identifier: BSD-2-Clause */
/* Trace lines, as text and as JSON: trace.h says what they look like. */
#include "host/trace.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>
#include <stdint.h>
#include <xen/xen.h>

#include "host/say.h"
#include "host/stats.h"

#define LINE_BYTES    2048
#define ASKERS        3u
#define REFUSED_SHOWN 20u

unsigned trace_categories;
struct trace_asker trace_asker;

static FILE *json;
static bool text = true;

static const char *const names[] = {
	"hypercalls", "events", "grants", "xenstore", "rings", "pagetables", "net"};

#define N_NAMES (sizeof(names) / sizeof(names[0]))

static const char *category_name(enum trace_category category)
{
	unsigned i = (unsigned)__builtin_ctz(category);

	return i < N_NAMES ? names[i] : "?";
}

static unsigned category_of(const char *word, size_t bytes)
{
	if (bytes == 3 && memcmp(word, "all", 3) == 0)
		return TRACE_ALL;
	for (unsigned i = 0; i < N_NAMES; i++)
		if (strlen(names[i]) == bytes && memcmp(names[i], word, bytes) == 0)
			return 1u << i;
	return 0;
}

int trace_enable(const char *list, char *bad, size_t bad_bytes)
{
	while (true) {
		size_t n = strcspn(list, ",");
		unsigned bit = category_of(list, n);

		if (!bit) {
			snprintf(bad, bad_bytes, "%.*s", (int)n, list);
			return -EINVAL;
		}
		trace_categories |= bit;
		if (!list[n])
			return 0;
		list += n + 1;
	}
}

void trace_to_json(FILE *f, int lines)
{
	json = f;
	text = lines;
}

void trace_flush(void)
{
	if (json)
		fflush(json);
}

/* --- the guest function that asked -------------------------------------------------- */

/* One function's name, without the place in it; returns the bytes written. */
static size_t write_asker(uint64_t rip, char *to, size_t bytes)
{
	size_t n = trace_asker.name ? trace_asker.name(rip, to, bytes) : 0;
	char *plus = n ? strchr(to, '+') : NULL;

	if (plus)
		*plus = '\0';
	if (n == 0)
		snprintf(to, bytes, "%#llx", (unsigned long long)rip);
	return strlen(to);
}

/* "evtchn_send < netfront_flush < net_unlock", the innermost first. */
static void write_askers(char *to, size_t bytes)
{
	uint64_t rips[ASKERS];
	unsigned n = trace_asker.backtrace ? trace_asker.backtrace(rips, ASKERS) : 0;
	size_t at = 0;

	to[0] = '\0';
	for (unsigned i = 0; i < n && i < ASKERS && at + 8 < bytes; i++) {
		if (i)
			at += (size_t)snprintf(to + at, bytes - at, " < ");
		at += write_asker(rips[i], to + at, bytes - at);
	}
}

/* --- lines -------------------------------------------------------------------------- */

struct line {
	uint64_t ns;
	const char *category;
	char *name, *arguments, *result;
	const char *asker;
};

/* Cut "NAME ARGUMENTS = RESULT" in place. */
static void cut(struct line *l, char *said)
{
	char *space = strchr(said, ' '), *equals = NULL;

	for (char *p = said; (p = strstr(p, " = ")) != NULL; p += 3)
		equals = p;
	l->name = said;
	l->arguments = l->result = said + strlen(said);
	if (equals) {
		*equals = '\0';
		l->result = equals + 3;
	}
	if (space) {
		*space = '\0';
		l->arguments =
			space == equals ? l->result + strlen(l->result) : space + 1;
	}
}

static void print_text(const struct line *l)
{
	fprintf(stderr, "%11.6f  %-10s  %-17s %-50s %s%-6s  %s\n", (double)l->ns / 1e9,
		l->category, l->name, l->arguments, *l->result ? "= " : "  ", l->result,
		l->asker);
}

static void json_string(const char *key, const char *value)
{
	fprintf(json, ",\"%s\":\"", key);
	for (const unsigned char *p = (const unsigned char *)value; *p; p++)
		if (*p == '"' || *p == '\\')
			fprintf(json, "\\%c", *p);
		else if (*p < 0x20 || *p > 0x7e)
			fprintf(json, "\\u%04x", *p);
		else
			fputc(*p, json);
	fputc('"', json);
}

static void print_json(const struct line *l)
{
	fprintf(json, "{\"ns\":%llu", (unsigned long long)l->ns);
	json_string("category", l->category);
	json_string("name", l->name);
	json_string("arguments", l->arguments);
	if (*l->result)
		json_string("result", l->result);
	if (*l->asker)
		json_string("asker", l->asker);
	fputs("}\n", json);
}

void trace_line(enum trace_category category, const char *fmt, ...)
{
	char said[LINE_BYTES], askers[256];
	struct line line = {.ns = stats_clock_ns() - stats.start_ns,
		.category = category_name(category),
		.asker = askers};
	va_list args;

	va_start(args, fmt);
	vsnprintf(said, sizeof(said), fmt, args);
	va_end(args);
	write_askers(askers, sizeof(askers));
	cut(&line, said);
	if (text)
		print_text(&line);
	if (json)
		print_json(&line);
}

/* --- what is said without being asked for ------------------------------------------- */

void host_say(const char *fmt, ...)
{
	char said[LINE_BYTES];
	va_list args;

	va_start(args, fmt);
	vsnprintf(said, sizeof(said), fmt, args);
	va_end(args);
	fprintf(stderr, "domik-host: %s\n", said);
}

void host_refused(const char *fmt, ...)
{
	static unsigned shown;
	char said[LINE_BYTES], askers[256];
	va_list args;

	if (!trace_categories && shown > REFUSED_SHOWN)
		return;
	va_start(args, fmt);
	vsnprintf(said, sizeof(said), fmt, args);
	va_end(args);
	if (!trace_categories && shown++ == REFUSED_SHOWN) {
		fprintf(stderr, "host: more was refused: --trace=hypercalls shows all\n");
		return;
	}
	write_askers(askers, sizeof(askers));
	fprintf(stderr, "host: refused %s%s%s%s\n", said, *askers ? " (asked by " : "",
		askers, *askers ? ")" : "");
}

/* --- names -------------------------------------------------------------------------- */

const char *hypercall_name(unsigned nr)
{
	static const char *const of[STATS_HYPERCALLS] = {
		[__HYPERVISOR_set_trap_table] = "set_trap_table",
		[__HYPERVISOR_mmu_update] = "mmu_update",
		[__HYPERVISOR_set_gdt] = "set_gdt",
		[__HYPERVISOR_stack_switch] = "stack_switch",
		[__HYPERVISOR_set_callbacks] = "set_callbacks",
		[__HYPERVISOR_fpu_taskswitch] = "fpu_taskswitch",
		[__HYPERVISOR_sched_op_compat] = "sched_op_compat",
		[__HYPERVISOR_platform_op] = "platform_op",
		[__HYPERVISOR_set_debugreg] = "set_debugreg",
		[__HYPERVISOR_get_debugreg] = "get_debugreg",
		[__HYPERVISOR_update_descriptor] = "update_descriptor",
		[__HYPERVISOR_memory_op] = "memory_op",
		[__HYPERVISOR_multicall] = "multicall",
		[__HYPERVISOR_update_va_mapping] = "update_va_mapping",
		[__HYPERVISOR_set_timer_op] = "set_timer_op",
		[__HYPERVISOR_event_channel_op_compat] = "event_channel_op_compat",
		[__HYPERVISOR_xen_version] = "xen_version",
		[__HYPERVISOR_console_io] = "console_io",
		[__HYPERVISOR_physdev_op_compat] = "physdev_op_compat",
		[__HYPERVISOR_grant_table_op] = "grant_table_op",
		[__HYPERVISOR_vm_assist] = "vm_assist",
		[__HYPERVISOR_update_va_mapping_otherdomain] =
			"update_va_mapping_otherdomain",
		[__HYPERVISOR_iret] = "iret",
		[__HYPERVISOR_vcpu_op] = "vcpu_op",
		[__HYPERVISOR_set_segment_base] = "set_segment_base",
		[__HYPERVISOR_mmuext_op] = "mmuext_op",
		[__HYPERVISOR_xsm_op] = "xsm_op",
		[__HYPERVISOR_nmi_op] = "nmi_op",
		[__HYPERVISOR_sched_op] = "sched_op",
		[__HYPERVISOR_callback_op] = "callback_op",
		[__HYPERVISOR_xenoprof_op] = "xenoprof_op",
		[__HYPERVISOR_event_channel_op] = "event_channel_op",
		[__HYPERVISOR_physdev_op] = "physdev_op",
		[__HYPERVISOR_hvm_op] = "hvm_op",
		[__HYPERVISOR_sysctl] = "sysctl",
		[__HYPERVISOR_domctl] = "domctl",
	};
	static char number[32];

	if (nr < STATS_HYPERCALLS && of[nr])
		return of[nr];
	snprintf(number, sizeof(number), "hypercall %u", nr);
	return number;
}
