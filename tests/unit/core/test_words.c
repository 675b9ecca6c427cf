/* Words for codes: an office never reads a code that the program could have said in Chinese. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act.h"
#include "custody/words.h"

static bool has_word(const char *column, const char *code)
{
    const bool has = strcmp(custody_word(NULL, CUSTODY_ZH, column, code), code) != 0;
    if (!has) {
        print_message("no word for %s \"%s\"\n", column, code);
    }
    return has;
}

static void words_name_every_act(void **state)
{
    (void)state;
    size_t missing = 0;
    for (size_t i = 0; ACT_TABLE[i] != NULL; i++) {
        missing += !has_word("act", ACT_TABLE[i]->name);
    }
    assert_int_equal(missing, 0);
}

static size_t missing_of(const struct field *fields)
{
    size_t missing = 0;
    for (const struct field *field = fields; field != NULL && field->name != NULL; field++) {
        for (size_t i = 0; field->type == FIELD_ENUM && field->values[i] != NULL; i++) {
            /* A symbol of a tag is read as it is. */
            missing += field->values[i][1] != '\0' && !has_word(field->name, field->values[i]);
        }
        missing += missing_of(field->of);
    }
    return missing;
}

static void words_name_every_choice_of_every_act(void **state)
{
    (void)state;
    size_t missing = 0;
    for (size_t i = 0; ACT_TABLE[i] != NULL; i++) {
        missing += missing_of(ACT_TABLE[i]->fields);
    }
    assert_int_equal(missing, 0);
}

static void words_are_those_of_the_policy_first(void **state)
{
    (void)state;
    json_t *policy = json_pack("{s:[{s:s,s:s}],s:[{s:s,s:s}],s:[{s:s,s:s}]}", "purposes",
                               "code", "repair", "label", "维修", "desks", "code", "duty",
                               "label", "值班室", "reasons", "code", "lost", "label", "丢失");
    assert_non_null(policy);
    assert_string_equal(custody_word(policy, CUSTODY_ZH, "purpose", "repair"), "维修");
    assert_string_equal(custody_word(policy, CUSTODY_ZH, "desk", "duty"), "值班室");
    assert_string_equal(custody_word(policy, CUSTODY_ZH, "role", "duty"), "值班员");
    assert_string_equal(custody_word(policy, CUSTODY_ZH, "reason", "lost"), "丢失");
    assert_string_equal(custody_word(policy, CUSTODY_ZH, "state", "lost"), "遗失");
    /* No word: the code. English: the code. What people wrote: as they wrote it. */
    assert_string_equal(custody_word(policy, CUSTODY_ZH, "purpose", "gardening"), "gardening");
    assert_string_equal(custody_word(policy, CUSTODY_EN, "purpose", "repair"), "repair");
    assert_string_equal(custody_word(policy, CUSTODY_ZH, "name", "open"), "open");
    assert_string_equal(custody_word(policy, CUSTODY_ZH, "receiver", "duty"), "duty");
    json_decref(policy);
}

static void words_replace_codes_in_rows_and_nothing_else(void **state)
{
    (void)state;
    json_t *policy = json_pack("{s:[{s:s,s:s}]}", "desks", "code", "front", "label", "前台");
    json_t *rows =
        json_loads("[{\"holder\":\"front\",\"holder_kind\":\"desk\",\"label\":\"lost\",\"n\":3,"
                   "\"roles\":[\"duty\",\"x\"],\"due\":null},"
                   "{\"holder\":\"front\",\"holder_kind\":\"person\",\"state\":\"open\"}]",
                   0, NULL);
    assert_non_null(rows);
    assert_int_equal(custody_words_apply(policy, CUSTODY_ZH, rows, NULL), CUSTODY_OK);
    char *text = json_dumps(rows, JSON_COMPACT | JSON_SORT_KEYS);
    assert_string_equal(text,
                        "[{\"due\":null,\"holder\":\"前台\",\"holder_kind\":\"在柜\",\"label\":"
                        "\"lost\",\"n\":3,\"roles\":[\"值班员\",\"x\"]},"
                        "{\"holder\":\"front\",\"holder_kind\":\"人员\",\"state\":\"未结\"}]");
    free(text);
    json_decref(rows);
    json_decref(policy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_name_every_act),
        cmocka_unit_test(words_name_every_choice_of_every_act),
        cmocka_unit_test(words_are_those_of_the_policy_first),
        cmocka_unit_test(words_replace_codes_in_rows_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
