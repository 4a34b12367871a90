/* SPDX-License-Identifier: MIT */
/* The command line's words and options. */
#include <errno.h>
#include <string.h>

#include "check-main.h"
#include "command-line.h"

enum { OPT_FLAG, OPT_NEEDS, OPT_MAY };

static const struct option options[] = {
	[OPT_FLAG] = { "flag", 'f', OPTION_FLAG, NULL, "" },
	[OPT_NEEDS] = { "needs", 'n', OPTION_VALUE, "X", "" },
	[OPT_MAY] = { "may", 0, OPTION_OPTIONAL, "X", "" },
	{ 0 },
};

static struct args args;
static char error[256];

#define PARSE(...)                                                                                \
	__extension__({                                                                           \
		static char texts[][32] = { __VA_ARGS__ };                                        \
		static char *argv[sizeof(texts) / sizeof(texts[0])];                              \
		for (size_t i_ = 0; i_ < sizeof(texts) / sizeof(texts[0]); i_++)                  \
			argv[i_] = texts[i_];                                                     \
		args = (struct args){ 0 };                                                        \
		args_parse((int)(sizeof(texts) / sizeof(texts[0])), argv, options, &args, error); \
	})

START_TEST(words_and_options_in_any_order)
{
	ck_assert_int_eq(PARSE("a", "-n", "1", "b", "--flag", "--json", "c", "-u", "url"), 0);
	ck_assert_uint_eq(args.n_words, 3);
	ck_assert_str_eq(args.words[0], "a");
	ck_assert_str_eq(args.words[2], "c");
	ck_assert_str_eq(args.values[OPT_NEEDS], "1");
	ck_assert_str_eq(args.values[OPT_FLAG], "");
	ck_assert_str_eq(args.url, "url");
	ck_assert(args.json && !args.help);
}
END_TEST

START_TEST(after_two_dashes_all_are_words)
{
	ck_assert_int_eq(PARSE("--flag", "--", "--flag", "-n", "--"), 0);
	ck_assert_uint_eq(args.n_words, 3);
	ck_assert_str_eq(args.words[2], "--");
}
END_TEST

START_TEST(a_dash_alone_is_a_word)
{
	ck_assert_int_eq(PARSE("-", "-f"), 0);
	ck_assert_uint_eq(args.n_words, 1);
}
END_TEST

START_TEST(a_value_follows_in_each_spelling)
{
	ck_assert_int_eq(PARSE("--needs=1"), 0);
	ck_assert_str_eq(args.values[OPT_NEEDS], "1");
	ck_assert_int_eq(PARSE("-n1"), 0);
	ck_assert_str_eq(args.values[OPT_NEEDS], "1");
	ck_assert_int_eq(PARSE("-fn", "-1"), 0);
	ck_assert_str_eq(args.values[OPT_NEEDS], "-1");
	ck_assert_int_eq(PARSE("--needs", "--flag"), 0);
	ck_assert_str_eq(args.values[OPT_NEEDS], "--flag");
	ck_assert_ptr_null(args.values[OPT_FLAG]);
	ck_assert_int_eq(PARSE("--needs="), 0);
	ck_assert_str_eq(args.values[OPT_NEEDS], "");
}
END_TEST

START_TEST(an_optional_value_needs_its_equals_sign)
{
	ck_assert_int_eq(PARSE("--may", "word"), 0);
	ck_assert_str_eq(args.values[OPT_MAY], "");
	ck_assert_uint_eq(args.n_words, 1);
	ck_assert_int_eq(PARSE("--may=5"), 0);
	ck_assert_str_eq(args.values[OPT_MAY], "5");
}
END_TEST

START_TEST(the_last_one_counts)
{
	ck_assert_int_eq(PARSE("-n", "1", "--needs", "2"), 0);
	ck_assert_str_eq(args.values[OPT_NEEDS], "2");
}
END_TEST

START_TEST(what_is_wrong_is_named)
{
	ck_assert_int_eq(PARSE("--flags"), -EINVAL);
	ck_assert_str_eq(error, "no option --flags");
	ck_assert_int_eq(PARSE("--fla"), -EINVAL);
	ck_assert_int_eq(PARSE("-fx"), -EINVAL);
	ck_assert_str_eq(error, "no option -x");
	ck_assert_int_eq(PARSE("--flag="), -EINVAL);
	ck_assert_str_eq(error, "--flag takes no value");
	ck_assert_int_eq(PARSE("a", "-n"), -EINVAL);
	ck_assert_str_eq(error, "--needs needs a value: --needs X");
}
END_TEST

START_TEST(only_common_options_stand_before_the_command)
{
	char url[] = "-u", value[] = "x", word[] = "info", own[] = "-f", dashes[] = "--";
	char *argv[] = { url, value, word, own }, *wrong[] = { own, word },
	     *two[] = { dashes, word };

	args = (struct args){ 0 };
	ck_assert_int_eq(args_parse_leading(4, argv, &args, error), 2);
	ck_assert_str_eq(args.url, "x");
	ck_assert_int_eq(args_parse_leading(2, wrong, &args, error), -EINVAL);
	ck_assert_int_eq(args_parse_leading(2, two, &args, error), 1);
	ck_assert_int_eq(args_parse_leading(2, argv, &args, error), 2);
}
END_TEST

CHECK_MAIN("cli-command-line", words_and_options_in_any_order, after_two_dashes_all_are_words,
	   a_dash_alone_is_a_word, a_value_follows_in_each_spelling,
	   an_optional_value_needs_its_equals_sign, the_last_one_counts, what_is_wrong_is_named,
	   only_common_options_stand_before_the_command)
