/* The command line's own parts: words of a batch, options, columns, the tables of rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "print.h"
#include "quote.h"

static void quote_split_cuts_words_as_a_shell_would(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        const char *words[5]; /* up to NULL */
    } cases[] = {
        {"", {NULL}},
        {"   # only a remark", {NULL}},
        {"key  list\t--json\r", {"key", "list", "--json", NULL}},
        {"a 'b c' \"d e\"", {"a", "b c", "d e", NULL}},
        {"a\\ b c", {"a b", "c", NULL}},
        {"\"a \\\" b\" '\\'", {"a \" b", "\\", NULL}},
        {"a'b'\"c\"d", {"abcd", NULL}},
        {"'' x", {"", "x", NULL}},
        {"a#b #c", {"a#b", NULL}},
        {"key 3栋-2单元", {"key", "3栋-2单元", NULL}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char line[80];
        const char *words[8];
        size_t count = 99;
        print_message("%s\n", cases[i].line);
        assert_true(strlen(cases[i].line) < sizeof line);
        memcpy(line, cases[i].line, strlen(cases[i].line) + 1);
        assert_int_equal(quote_split(line, words, 8, &count, NULL), CUSTODY_OK);
        for (size_t k = 0; k < count; k++) {
            assert_non_null(cases[i].words[k]);
            assert_string_equal(words[k], cases[i].words[k]);
        }
        assert_null(cases[i].words[count]);
    }
}

static void quote_split_refuses_open_quotes_and_too_many_words(void **state)
{
    (void)state;
    char open[] = "a \"b c";
    char many[] = "a b c";
    const char *words[2];
    size_t count = 77;
    struct custody_error err = {0};
    assert_int_equal(quote_split(open, words, 2, &count, &err), CUSTODY_ERR_USAGE);
    assert_int_equal(quote_split(many, words, 2, &count, &err), CUSTODY_ERR_USAGE);
    assert_int_equal(count, 77);
    assert_true(err.text[0] != '\0');
}

static const struct option_spec specs[] = {
    OPT("role", "ROLE", OPTION_REPEAT, "职务", "role"),
    OPT("due", "TIME", OPTION_REQUIRED, "应还", "due"),
    OPT_FLAG("all", "全部", "all"),
};
static const struct option_table table = OPTION_TABLE(specs);

static void option_parse_takes_options_anywhere(void **state)
{
    (void)state;
    static const char *const argv[] = {"--as",   "li", "key",    "lend",    "K1",
                                       "--role", "a",  "--due=", "--role=b"};
    static const char *const good[] = {"--as", "li",        "key",      "lend",  "K1", "--role",
                                       "a",    "--due=x=y", "--role=b", "--all", "--", "--not"};
    const char *words[3];
    struct arguments args = {.pair_count = 77};
    assert_int_equal(option_leading_words(12, good, words, 3), 3);
    assert_string_equal(words[0], "key");
    assert_int_equal(option_parse(9, argv, &table, NULL, &args, NULL), CUSTODY_ERR_USAGE);
    assert_int_equal(args.pair_count, 77);
    assert_int_equal(option_parse(12, good, &table, NULL, &args, NULL), CUSTODY_OK);
    assert_int_equal(args.word_count, 4);
    assert_string_equal(args.words[3], "--not");
    assert_string_equal(option_get(&args, "due"), "x=y");
    assert_int_equal(option_count(&args, "role"), 2);
    assert_string_equal(option_at(&args, "role", 1), "b");
    assert_true(option_has(&args, "all"));
    assert_false(option_has(&args, "yes"));
    assert_int_equal(option_check_required(&args, &table, NULL), CUSTODY_OK);
    option_clear(&args);
}

static void option_parse_refuses_what_is_wrong(void **state)
{
    (void)state;
    static const char *const lines[][2] = {
        {"--nothing", "x"}, {"-d", "x"}, {"--due", NULL}, {"--all=1", NULL}, {"--due", ""},
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct arguments args = {.word_count = 77};
        struct custody_error err = {0};
        const int argc = lines[i][1] == NULL ? 1 : 2;
        print_message("%s\n", lines[i][0]);
        assert_int_equal(option_parse(argc, lines[i], &table, NULL, &args, &err),
                         CUSTODY_ERR_USAGE);
        assert_int_equal(args.word_count, 77);
        assert_int_equal(err.status, CUSTODY_ERR_USAGE);
        assert_true(err.text[0] != '\0');
    }
}

static void option_of_the_line_wins_over_its_batch(void **state)
{
    (void)state;
    static const char *const outer_argv[] = {"--as", "li", "--with", "wang", "--lang", "zh"};
    static const char *const inner_argv[] = {"--as", "zhao"};
    struct arguments outer = {0};
    struct arguments inner = {0};
    assert_int_equal(option_parse(6, outer_argv, NULL, NULL, &outer, NULL), CUSTODY_OK);
    assert_int_equal(option_parse(2, inner_argv, NULL, &outer, &inner, NULL), CUSTODY_OK);
    assert_string_equal(option_get(&inner, "as"), "zhao");
    assert_string_equal(option_get(&inner, "with"), "wang");
    assert_int_equal(option_count(&inner, "as"), 1);
    option_clear(&inner);
    option_clear(&outer);
}

static void option_int_keeps_to_its_range(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum custody_status status;
    } cases[] = {
        {"1", CUSTODY_OK},         {"-5", CUSTODY_OK},
        {"20", CUSTODY_OK},        {"21", CUSTODY_ERR_USAGE},
        {"-6", CUSTODY_ERR_USAGE}, {"", CUSTODY_ERR_USAGE},
        {" 1", CUSTODY_ERR_USAGE}, {"1x", CUSTODY_ERR_USAGE},
        {"+1", CUSTODY_ERR_USAGE}, {"99999999999999999999", CUSTODY_ERR_USAGE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t value = 77;
        print_message("\"%s\"\n", cases[i].text);
        assert_int_equal(option_int_of(cases[i].text, "n", -5, 20, &value, NULL),
                         cases[i].status);
        assert_true((value == 77) == (cases[i].status != CUSTODY_OK));
    }
}

static void print_width_counts_chinese_as_two(void **state)
{
    (void)state;
    assert_int_equal(print_width("key"), 3);
    assert_int_equal(print_width("3栋-2单元-1201"), 14);
    assert_int_equal(print_width("钥匙"), 4);
    assert_int_equal(print_width("\xFF\xE9"), 2); /* no UTF-8: a column a byte */
}

static void print_table_lines_columns_up_and_keeps_control_characters_out(void **state)
{
    (void)state;
    static const struct custody_column columns[] = {
        {"label", "text", "名称", "label"},
        {"act_id", "id", "编号", "act"},
        {"out", "bool", "在外", "out"},
    };
    json_t *rows =
        json_pack("[{s:s,s:s,s:b},{s:s,s:n,s:b}]", "label", "天台门", "act_id",
                  "0123456789abcdef0123", "out", 1, "label", "a\x1B[2J", "act_id", "out", 0);
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    assert_non_null(rows);
    assert_non_null(out);
    assert_int_equal(print_rows(out, rows, columns, 3, CUSTODY_EN, 480, NULL), CUSTODY_OK);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(text, "label   act           out\n"
                              "天台门  0123456789ab  yes\n"
                              "a?[2J   -             no\n");
    free(text);
    json_decref(rows);
}

static void every_text_is_there_in_both_languages(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEXT_COUNT; i++) {
        assert_true(text_of(CUSTODY_ZH, (enum text_id)i)[0] != '\0');
        /* English puts nothing after the number of a line. */
        assert_true(i == TEXT_LINE_AFTER || text_of(CUSTODY_EN, (enum text_id)i)[0] != '\0');
    }
#define X(name, code, text) assert_true(text_status(CUSTODY_ZH, CUSTODY_##name)[0] != '\0');
    CUSTODY_STATUS_LIST(X)
#undef X
}

static void check_options(const struct option_table *options, bool is_global)
{
    for (size_t i = 0; i < options->count; i++) {
        const struct option_spec *spec = &options->specs[i];
        print_message("  --%s\n", spec->name);
        assert_true(spec->zh[0] != '\0' && spec->en[0] != '\0');
        assert_true((spec->meta == NULL) == (spec->type == OPTION_FLAG));
        for (size_t k = 0; k < i; k++) {
            assert_string_not_equal(options->specs[k].name, spec->name);
        }
        /* ledger log starts --from an entry; it has nothing to prepare. */
        for (size_t k = 0; !is_global && k < option_globals.count; k++) {
            assert_true(strcmp(spec->name, "from") == 0 ||
                        strcmp(option_globals.specs[k].name, spec->name) != 0);
        }
    }
}

static void every_command_is_complete_and_named_once(void **state)
{
    (void)state;
    const struct command *command = NULL;
    check_options(&option_globals, true);
    for (size_t i = 0; (command = command_at(i)) != NULL; i++) {
        print_message("%s\n", command->name);
        assert_true(command->zh[0] != '\0' && command->en[0] != '\0');
        assert_non_null(command->run);
        assert_true(command->words_min <= command->words_max);
        assert_true((command->words != NULL) == (command->words_max > 0));
        assert_true((command->read != NULL) == (command->run == command_run_read));
        check_options(&command->options, false);
        for (size_t k = 0; k < i; k++) {
            assert_string_not_equal(command_at(k)->name, command->name);
        }
    }
}

/* A row of a read names a read there is, and parameters it takes. */
static void every_asking_command_fits_its_read(void **state)
{
    (void)state;
    const struct command *command = NULL;
    for (size_t i = 0; (command = command_at(i)) != NULL; i++) {
        const struct custody_read *read = NULL;
        for (size_t k = 0; command->read != NULL && (read = custody_read_at(k)) != NULL; k++) {
            if (strcmp(read->name, command->read) == 0) {
                break;
            }
        }
        if (command->read == NULL) {
            continue;
        }
        print_message("%s\n", command->name);
        assert_non_null(read);
        assert_true(command->target == NULL || strstr(read->params, command->target) != NULL);
        for (size_t k = 0; k < command->options.count; k++) {
            const char *param = command->options.specs[k].param;
            assert_true(param == NULL || strstr(read->params, param) != NULL);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quote_split_cuts_words_as_a_shell_would),
        cmocka_unit_test(quote_split_refuses_open_quotes_and_too_many_words),
        cmocka_unit_test(option_parse_takes_options_anywhere),
        cmocka_unit_test(option_parse_refuses_what_is_wrong),
        cmocka_unit_test(option_of_the_line_wins_over_its_batch),
        cmocka_unit_test(option_int_keeps_to_its_range),
        cmocka_unit_test(print_width_counts_chinese_as_two),
        cmocka_unit_test(print_table_lines_columns_up_and_keeps_control_characters_out),
        cmocka_unit_test(every_text_is_there_in_both_languages),
        cmocka_unit_test(every_command_is_complete_and_named_once),
        cmocka_unit_test(every_asking_command_fits_its_read),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("cli", tests, NULL, NULL);
}
