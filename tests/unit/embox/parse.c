/* SPDX-License-Identifier: BSD-2-Clause */
/* The shell's language: words, quotes, variables, files, what joins commands. */
#include "embox/shell/parse.h"

#include "tests/test.h"

static struct shell_pipeline p;

static const char *value(void *arg, const char *name)
{
	(void)arg;
	if (strcmp(name, "?") == 0)
		return "7";
	return strcmp(name, "HOME") == 0 ? "/my home" : NULL;
}

static const char *parse(const char *line)
{
	return shell_parse(line, &p, value, NULL);
}

/* The words of a command, with a bar behind each. */
static const char *words(int command)
{
	static char text[512];

	text[0] = '\0';
	for (int i = 0; i < p.commands[command].argc; i++) {
		strcat(text, p.commands[command].argv[i]);
		strcat(text, "|");
	}
	return text;
}

TEST(words_are_split_at_blanks_and_quotes_and_variables_are_taken_out)
{
	static const struct {
		const char *line, *words;
	} rows[] = {
		{"ls -l /www", "ls|-l|/www|"},
		{"  ls\t -l  ", "ls|-l|"},
		{"echo 'a  b' \"c d\"", "echo|a  b|c d|"},
		{"echo a'b c'd", "echo|ab cd|"},
		{"echo ''", "echo||"},
		{"echo '$HOME \\' \"\\$HOME \\\" \\n\"", "echo|$HOME \\|$HOME \" \\n|"},
		{"echo a\\ b \\;", "echo|a b|;|"},
		{"echo $HOME ${HOME}x \"$HOME\"", "echo|/my home|/my homex|/my home|"},
		{"echo $? $ $NONE.", "echo|7|$|.|"},
		{"echo a # b", "echo|a|"},
		{"echo a#b", "echo|a#b|"},
		{"", ""},
		{"# all of it", ""},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		test_row("%s", rows[i].line);
		CHECK(parse(rows[i].line));
		CHECK_STR(words(0), rows[i].words);
		CHECK(p.commands[0].argv[p.commands[0].argc] == NULL);
	}
}

TEST(files_behind_arrows_are_no_words)
{
	CHECK(parse("sort <in >'out file' 2>> err -r"));
	CHECK_STR(words(0), "sort|-r|");
	CHECK_STR(p.commands[0].in, "in");
	CHECK_STR(p.commands[0].out, "out file");
	CHECK_STR(p.commands[0].err, "err");
	CHECK(!p.commands[0].append && p.commands[0].append_err);
	CHECK(parse("a>>b 2>&1"));
	CHECK_STR(words(0), "a|");
	CHECK(p.commands[0].append && p.commands[0].err_to_out);
	CHECK(parse("echo a2>b"));
	CHECK_STR(words(0), "echo|a2|");
	CHECK_STR(p.commands[0].out, "b");
}

TEST(a_line_is_taken_pipeline_by_pipeline)
{
	const char *rest = parse("cat a|sort | uniq; ls &&b||c & d;");

	CHECK_EQ(p.n_commands, 3);
	CHECK_STR(words(2), "uniq|");
	CHECK_EQ(p.next, SHELL_ALWAYS);
	rest = parse(rest);
	CHECK_STR(words(0), "ls|");
	CHECK_EQ(p.next, SHELL_IF_OK);
	rest = parse(rest);
	CHECK_STR(words(0), "b|");
	CHECK_EQ(p.next, SHELL_IF_NOT);
	rest = parse(rest);
	CHECK_STR(words(0), "c|");
	CHECK_EQ(p.next, SHELL_AT_ONCE);
	rest = parse(rest);
	CHECK_STR(words(0), "d|");
	CHECK_STR(rest, "");
	CHECK(parse(rest));
	CHECK_EQ(p.n_commands, 0);
}

TEST(what_makes_no_sense_is_said)
{
	static const struct {
		const char *line, *problem;
	} rows[] = {
		{"echo 'a", "a quote is not closed"},
		{"echo \"a", "a quote is not closed"},
		{"cat <", "a file is missing behind < or >"},
		{"cat > ; ls", "a file is missing behind < or >"},
		{"> a", "a command is missing"},
		{"ls |", "a command is missing"},
		{"| ls", "a command is missing"},
		{"ls | | a", "a command is missing"},
		{"ls &&", "a command is missing"},
		{"; ls", "a command is missing"},
		{"echo ${HOME", "${ without }"},
		{"a|a|a|a|a|a|a|a|a", "too many commands in one pipeline"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		test_row("%s", rows[i].line);
		CHECK(parse(rows[i].line) == NULL);
		CHECK_STR(p.problem, rows[i].problem);
	}
}

TEST(too_many_words_and_too_long_ones_are_refused)
{
	char line[SHELL_WORDS_BYTES + 100];

	for (size_t i = 0; i < 2 * (SHELL_ARGS_MAX + 1); i += 2)
		memcpy(line + i, "a ", 3);
	CHECK(parse(line) == NULL);
	CHECK_STR(p.problem, "too many words");
	memset(line, 'a', sizeof(line));
	line[sizeof(line) - 1] = '\0';
	CHECK(parse(line) == NULL);
	CHECK_STR(p.problem, "the words are too long");
}
