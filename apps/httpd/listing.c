/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads directories: for the page that lists one, and for the count of files at start. */
#include "apps/httpd/listing.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "apps/httpd/document.h"
#include "apps/httpd/limits.h"

#define NAME_MAX_BYTES (LIMIT_PATH_BYTES + 512)
#define ENTRY_END      "</a></li>\n"
#define CUT_SHORT      "<li>and more that this page has no room for</li>\n"
#define PAGE_END       "</ul>\n"

static bool is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* root + path + name, terminated; false when it is too long. */
static bool make_name(char *buf, struct slice path, const char *name)
{
	struct out o = {.buf = buf, .size = NAME_MAX_BYTES - 1};

	out_slice(&o, (struct slice){document_root(), strlen(document_root())});
	out_slice(&o, path);
	out_slice(&o, (struct slice){name, strlen(name)});
	buf[o.len] = '\0';
	return !o.full;
}

static bool is_directory(struct slice path, const char *name)
{
	char full[NAME_MAX_BYTES];
	struct stat st;

	return make_name(full, path, name) && stat(full, &st) == 0 && S_ISDIR(st.st_mode);
}

/* One entry, whole or not at all. */
static bool put_entry(struct out *o, struct slice path, const char *name)
{
	struct out start = *o;
	struct slice s = {name, strlen(name)};
	bool dir = is_directory(path, name);

	/* "./" keeps a name with a colon from being read as a scheme */
	out_text(o, "<li><a href=\"./");
	out_path_encoded(o, s);
	if (dir)
		out_text(o, "/");
	out_text(o, "\">");
	out_html_escaped(o, s);
	if (dir)
		out_text(o, "/");
	out_text(o, ENTRY_END);
	if (!o->full && out_room(o) >= sizeof(CUT_SHORT PAGE_END))
		return true;
	*o = start;
	return false;
}

int listing_write(struct out *o, struct slice path)
{
	char full[NAME_MAX_BYTES];
	struct dirent *e;
	DIR *dir;

	if (!make_name(full, path, ""))
		return -ENAMETOOLONG;
	dir = opendir(full);
	if (!dir)
		return -errno;
	out_text(o, "<!doctype html>\n<meta charset=\"utf-8\">\n<title>");
	out_html_escaped(o, path);
	out_text(o, "</title>\n<h1>");
	out_html_escaped(o, path);
	out_text(o, "</h1>\n<ul>\n");
	while ((e = readdir(dir))) {
		if (strcmp(e->d_name, ".") == 0 || (is_dots(e->d_name) && path.len == 1))
			continue;
		if (!put_entry(o, path, e->d_name)) {
			out_text(o, CUT_SHORT);
			break;
		}
	}
	out_text(o, PAGE_END);
	closedir(dir);
	return 0;
}

static void count_below(struct slice path, unsigned depth, unsigned *n)
{
	char full[NAME_MAX_BYTES];
	struct dirent *e;
	DIR *dir;

	if (!make_name(full, path, "") || !(dir = opendir(full)))
		return;
	while (*n < LIMIT_COUNTED_FILES && (e = readdir(dir))) {
		if (is_dots(e->d_name))
			continue;
		if (!is_directory(path, e->d_name)) {
			++*n;
			continue;
		}

		char below[LIMIT_PATH_BYTES];
		struct out o = {.buf = below, .size = sizeof(below)};

		out_slice(&o, path);
		out_slice(&o, (struct slice){e->d_name, strlen(e->d_name)});
		out_text(&o, "/");
		if (depth < LIMIT_COUNTED_DEPTH && !o.full)
			count_below((struct slice){below, o.len}, depth + 1, n);
	}
	closedir(dir);
}

unsigned listing_count_files(void)
{
	unsigned n = 0;

	count_below(SLICE("/"), 0, &n);
	return n;
}
