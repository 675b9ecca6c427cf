/*
 * What the reads and forms say of a batch that was really proposed, reviewed, approved and
 * executed, and of a folder on its way there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "destruction_fixture.h"

static json_t *ask(struct world *world, const char *read, const char *name, const char *value)
{
    struct custody_error err;
    json_t *rows = NULL;
    json_t *params = name != NULL ? json_pack("{s:s}", name, value) : json_object();
    if (custody_read(world->site, read, params, &rows, &err) != CUSTODY_OK) {
        fail_msg("%s: %s", read, err.text);
    }
    json_decref(params);
    return rows;
}

static const char *text_at(const json_t *rows, size_t i, const char *member)
{
    const char *text = json_string_value(json_object_get(json_array_get(rows, i), member));
    return text != NULL ? text : "";
}

static long long int_at(const json_t *rows, size_t i, const char *member)
{
    return json_integer_value(json_object_get(json_array_get(rows, i), member));
}

static size_t size_at(const json_t *rows, size_t i, const char *member)
{
    return json_array_size(json_object_get(json_array_get(rows, i), member));
}

/* What folder.show calls an obstacle, the proposal is refused for; without one it is taken. */
static void what_has_an_obstacle_cannot_be_proposed_and_what_has_none_can(void **state)
{
    struct world *world = *state;
    static const struct {
        const char *item;
        size_t obstacles;
    } asked[] = {{"F000000F1", 0}, {"F000000F2", 0}, {"F000000F3", 2}, {"F000000F4", 2}};
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        json_t *rows = ask(world, "folder.show", "item", asked[i].item);
        assert_int_equal(size_at(rows, 0, "obstacles"), asked[i].obstacles);
        json_decref(rows);
    }
    json_t *rows = ask(world, "folder.due", NULL, NULL);
    assert_int_equal(json_array_size(rows), 2);
    assert_string_equal(text_at(rows, 0, "due_day"), "2025-01-31");
    json_decref(rows);
    world_must(world, HOLD, "sup",
               "{'items':[{'item':'F000000F1','label':'L-F000000F1'}],'number':'H-1',"
               "'reason':'other','until':null}");
    rows = ask(world, "folder.show", "item", "F000000F1");
    assert_int_equal(size_at(rows, 0, "obstacles"), 1);
    json_decref(rows);
    rows = ask(world, "folder.holds", NULL, NULL);
    assert_int_equal(json_array_size(rows), 1);
    assert_string_equal(text_at(rows, 0, "number"), "H-1");
    json_decref(rows);
    refused(world, PROPOSE, "arc", PROPOSED("X-1", F1_LINE), "A13");
    world_must(world, PROPOSE, "arc", PROPOSED("X-1", F2_LINE));
    rows = ask(world, "folder.show", "item", "F000000F2");
    assert_int_equal(size_at(rows, 0, "obstacles"), 1); /* in a batch */
    json_decref(rows);
}

static void the_register_of_destruction_has_who_did_what(void **state)
{
    struct world *world = *state;
    approve_both(world);
    world_must(world, EXECUTE, USUAL_SIGNED,
               EXECUTED(F1_DONE, STRUCK("F000000F2", "other"), USUAL));
    json_t *rows = ask(world, "form.disposals", "number", "X-1");
    assert_int_equal(json_array_size(rows), 2);
    for (size_t i = 0; i < 2; i++) {
        const bool is_struck = strcmp(text_at(rows, i, "item"), "F000000F2") == 0;
        assert_string_equal(text_at(rows, i, "outcome"), is_struck ? "struck" : "destroyed");
        assert_string_equal(text_at(rows, i, "remark"), is_struck ? "other" : "");
        assert_int_equal(int_at(rows, i, "papers"), is_struck ? 2 : 4);
        assert_int_equal(int_at(rows, i, "pages"), is_struck ? 2 : 13);
        assert_string_equal(text_at(rows, i, "reason"), "expired");
        assert_string_equal(text_at(rows, i, "approval"), "destroy");
        assert_int_equal(int_at(rows, i, "months"), 12);
        assert_true(int_at(rows, i, "served") >= 12);
        /* of the batch */
        assert_int_equal(int_at(rows, i, "all_folders"), 2);
        assert_int_equal(int_at(rows, i, "all_papers"), 6);
        assert_string_equal(text_at(rows, i, "proposer"), "arc");
        assert_string_equal(text_at(rows, i, "reviewer"), "sup");
        assert_string_equal(text_at(rows, i, "approver"), "mgr");
        assert_string_equal(text_at(rows, i, "destroyer"), "chen");
        assert_string_equal(text_at(rows, i, "recheck"), "sup");
        assert_string_equal(text_at(rows, i, "method"), "pulping");
        assert_int_equal(size_at(rows, i, "witnesses"), 2);
        assert_string_not_equal(text_at(rows, i, "destroyed"), "");
        assert_int_equal(int_at(rows, i, "destroyed_lines"), 1);
        assert_int_equal(int_at(rows, i, "struck_lines"), 1);
    }
    json_decref(rows);
    rows = ask(world, "destruction.list", "state", "executed");
    assert_int_equal(json_array_size(rows), 1);
    assert_string_equal(text_at(rows, 0, "number"), "X-1");
    json_decref(rows);
    rows = ask(world, "folder.show", "item", "F000000F1");
    assert_string_equal(text_at(rows, 0, "state"), "destroyed");
    assert_int_equal(int_at(rows, 0, "papers"), 0);
    json_decref(rows);
    rows = ask(world, "folder.inventory", "item", "F000000F1");
    assert_string_equal(text_at(rows, json_array_size(rows) - 1, "moved"), "destroy");
    json_decref(rows);
    rows = ask(world, "folder.history", "item", "F000000F1");
    assert_string_equal(text_at(rows, json_array_size(rows) - 1, "act"), EXECUTE);
    json_decref(rows);
    rows = ask(world, "folder.due", NULL, NULL); /* what was struck out is still due */
    assert_int_equal(json_array_size(rows), 1);
    assert_string_equal(text_at(rows, 0, "item"), "F000000F2");
    json_decref(rows);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, destruction_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_has_an_obstacle_cannot_be_proposed_and_what_has_none_can),
        TEST(the_register_of_destruction_has_who_did_what),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
