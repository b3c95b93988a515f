/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines of /etc/passwd and /etc/group. */
#include "libc-glue/account.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tests/test.h"

TEST(a_line_of_passwd_has_seven_fields)
{
	static const struct {
		const char *line;
		int result;
	} rows[] = {
		{"root:x:0:0:Root:/root:/bin/sh\n", 0},
		{"root::0:0:::", 0},
		{"root:x:0:0:Root:/root", -EINVAL},
		{"root:x:0:0:Root:/root:/bin/sh:more", -EINVAL},
		{"root:x::0:Root:/root:/bin/sh", -EINVAL},
		{"root:x:-1:0:Root:/root:/bin/sh", -EINVAL},
		{"root:x:0:0x:Root:/root:/bin/sh", -EINVAL},
		{"root:x:99999999999:0:Root:/root:/bin/sh", -EINVAL},
		{":x:0:0:Root:/root:/bin/sh", -EINVAL},
		{"# a comment", -EINVAL},
		{"", -EINVAL},
	};
	struct passwd pw;
	char line[80];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		test_row("\"%s\"", rows[i].line);
		strcpy(line, rows[i].line);
		CHECK_EQ(account_parse_user(line, &pw), rows[i].result);
	}
	strcpy(line, "guest:x:1000:100:A Guest:/home/guest:/bin/sh\r\n");
	CHECK_EQ(account_parse_user(line, &pw), 0);
	CHECK_STR(pw.pw_name, "guest");
	CHECK(pw.pw_uid == 1000 && pw.pw_gid == 100);
	CHECK_STR(pw.pw_gecos, "A Guest");
	CHECK_STR(pw.pw_dir, "/home/guest");
	CHECK_STR(pw.pw_shell, "/bin/sh");
}

TEST(a_line_of_group_lists_its_members)
{
	char line[80];
	struct group gr;

	strcpy(line, "users:x:100:guest,visitor\n");
	CHECK_EQ(account_parse_group(line, sizeof(line), &gr), 0);
	CHECK_STR(gr.gr_name, "users");
	CHECK_EQ(gr.gr_gid, 100);
	CHECK_STR(gr.gr_mem[0], "guest");
	CHECK_STR(gr.gr_mem[1], "visitor");
	CHECK(!gr.gr_mem[2]);
	strcpy(line, "root::0:");
	CHECK_EQ(account_parse_group(line, sizeof(line), &gr), 0);
	CHECK(!gr.gr_mem[0]);
	strcpy(line, "root::0");
	CHECK_EQ(account_parse_group(line, sizeof(line), &gr), -EINVAL);
}

TEST(a_list_of_members_needs_room_behind_the_line)
{
	const char *text = "g::1:a,b,c";
	size_t line_bytes = strlen(text) + 1;
	struct group gr;

	for (size_t len = line_bytes; len < line_bytes + 5 * sizeof(char *); len++) {
		_Alignas(char *) char line[80];
		int err;

		memset(line, '#', sizeof(line));
		strcpy(line, text);
		err = account_parse_group(line, len, &gr);
		CHECK(line[len] == '#');
		CHECK_EQ(err, len >= 16 + 4 * sizeof(char *) ? 0 : -ERANGE);
	}
}
