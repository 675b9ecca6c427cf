/*
 * `who` of a holder finds its answer by the nodes of ended movements (item_state.c): whatever
 * moved, however late it was entered and whatever was corrected, it must be what asking every
 * item one by one gives. CUSTODY_SEED picks the run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "instant.h"
#include "world.h"

#define STEPS     500
#define QUESTIONS 700
#define ANSWER    400

static const char *const ITEM[] = {"K00000002", "K00000003", "K00000004", "R00000009"};
static const char *const HOLDER[] = {"chen", "zhang", "duty", "front"};

static uint32_t roll(uint32_t *random, uint32_t below)
{
    *random ^= *random << 13;
    *random ^= *random >> 17;
    *random ^= *random << 5;
    return *random % below;
}

/* A loan, a return or a correction of one of the newest; some late; some are refused. */
static void step(struct world *world, uint32_t *random)
{
    static char acts[8][65];
    static unsigned count;
    char body[420];
    char times[80] = "";
    const char *item = ITEM[roll(random, 4)];
    const char *holder = HOLDER[roll(random, 3)];
    uint32_t what = roll(random, 100);
    enum custody_status rc = CUSTODY_OK;

    if (roll(random, 3) == 0) {
        (void)snprintf(times, sizeof times, ",'event_at':@-%u,'late':'forgotten'",
                       (unsigned)roll(random, 500));
    }
    if (what < 45) {
        char signers[40];
        (void)snprintf(signers, sizeof signers, "li %s", holder);
        (void)snprintf(body, sizeof body,
                       "{'desk':'front','due':@+7200%s,'items':[!%s],'on_behalf':'W',"
                       "'purpose':'repair','receipt':{'kind':'credential'},'receiver':'%s'}",
                       times, item, holder);
        rc = world_act(world, "key.lend/1", signers, body);
    } else if (what < 85 || count == 0) {
        (void)snprintf(body, sizeof body, "{'condition':'ok','desk':'front','items':[!%s]%s}",
                       item, times);
        rc = world_act(world, "key.return/1", "li", body);
    } else {
        (void)snprintf(body, sizeof body, "{'act':'%s','reason':'entry_error'}",
                       acts[roll(random, count < 8 ? count : 8)]);
        (void)world_act(world, "act.correct/1", "li sup", body);
        return;
    }
    if (rc == CUSTODY_OK) {
        (void)snprintf(acts[count++ % 8], sizeof acts[0], "%s", world->id);
    }
}

/* Every item asked one by one. */
static void ask_each(struct world *world, const char *holder, int64_t at, int64_t known_at,
                     char out[ANSWER])
{
    char sql[900];

    (void)snprintf(sql, sizeof sql,
                   "SELECT group_concat(item, ' ') FROM (SELECT w.item FROM (SELECT i.item,"
                   " (SELECT m.idx FROM movement m WHERE m.item = i.item AND m.event_at <= %lld"
                   "  AND m.known_at <= %lld AND (m.void_t IS NULL OR m.void_t > %lld)"
                   "  ORDER BY m.idx DESC LIMIT 1) AS mv FROM item i) w"
                   " JOIN movement m ON m.item = w.item AND m.idx = w.mv WHERE m.holder = '%s'"
                   " ORDER BY w.item)",
                   (long long)at, (long long)known_at, (long long)known_at, holder);
    (void)world_value(world, sql, out, ANSWER);
}

static int compare_items(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void ask_who(struct world *world, const char *holder, int64_t at,
                    const int64_t *known_at, char out[ANSWER])
{
    const char *items[40];
    char text[INSTANT_TEXT_SIZE];
    struct custody_error err = {0};
    json_t *rows = NULL;
    json_t *params = json_pack("{s:s,s:s}", "kind", strcmp(holder, "front") == 0 ? "D" : "H",
                               "target", holder);

    instant_format(at, text);
    assert_int_equal(json_object_set_new(params, "at", json_string(text)), 0);
    if (known_at != NULL) {
        instant_format(*known_at, text);
        assert_int_equal(json_object_set_new(params, "known_at", json_string(text)), 0);
    }
    assert_int_equal(custody_read(world->site, "who", params, &rows, &err), CUSTODY_OK);
    size_t count = json_array_size(rows);
    assert_true(count <= 40);
    for (size_t i = 0; i < count; i++) {
        items[i] = json_string_value(json_object_get(json_array_get(rows, i), "item"));
    }
    qsort(items, count, sizeof items[0], compare_items);
    out[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        size_t len = strlen(out);
        (void)snprintf(out + len, ANSWER - len, "%s%s", i > 0 ? " " : "", items[i]);
    }
    json_decref(rows);
    json_decref(params);
}

static void who_of_a_holder_is_what_each_item_says(void **state)
{
    struct world *world = *state;
    const char *seed = getenv("CUSTODY_SEED");
    uint32_t random = seed != NULL ? (uint32_t)strtoul(seed, NULL, 10) | 1U : 20261122U;
    int64_t start = world->now;
    char wanted[ANSWER];
    char got[ANSWER];
    int filled = 0;

    print_message("seed %u\n", (unsigned)random);
    for (int i = 0; i < STEPS; i++) {
        world_tick(world, (int64_t)roll(&random, 120));
        step(world, &random);
    }
    int64_t span = world->now - start + 400;
    for (int i = 0; i < QUESTIONS; i++) {
        const char *holder = HOLDER[roll(&random, 4)];
        int64_t at = start - 200 + (int64_t)roll(&random, (uint32_t)span);
        int64_t known_at = start - 200 + (int64_t)roll(&random, (uint32_t)span);
        ask_each(world, holder, at, INT64_C(9000000000000), wanted);
        ask_who(world, holder, at, NULL, got);
        assert_string_equal(got, wanted);
        filled += strcmp(holder, "front") != 0 && wanted[0] != '\0';
        ask_each(world, holder, at, known_at, wanted);
        ask_who(world, holder, at, &known_at, got);
        assert_string_equal(got, wanted);
    }
    assert_true(filled > QUESTIONS / 10);
    /* The replay comes to the same rows, node by node. */
    assert_true(world_is_verified(world));
}

static void who_is_exact_at_the_seconds_where_it_changes(void **state)
{
    struct world *world = *state;
    int64_t start = world->now;
    char got[ANSWER];

    for (int i = 0; i < 12; i++) { /* of 0, 1, 2 … seconds: each fork of the tree's lowest */
        world_must(world, "key.lend/1", "li chen",
                   "{'desk':'front','due':@+7200,'items':[!K00000002],'on_behalf':'W',"
                   "'purpose':'repair','receipt':{'kind':'credential'},'receiver':'chen'}");
        int64_t lent = world->now;
        world_tick(world, i);
        world_must(world, "key.return/1", "li",
                   "{'condition':'ok','desk':'front','items':[!K00000002]}");
        int64_t back = world->now;
        world_tick(world, 1);
        ask_who(world, "chen", lent - 1, NULL, got);
        assert_string_equal(got, "");
        for (int64_t at = lent; at < back; at++) {
            ask_who(world, "chen", at, NULL, got);
            assert_string_equal(got, "K00000002");
        }
        ask_who(world, "chen", back, NULL, got);
        assert_string_equal(got, "");
    }
    ask_who(world, "chen", start - 5, NULL, got);
    assert_string_equal(got, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(who_of_a_holder_is_what_each_item_says, world_setup,
                                        world_teardown),
        cmocka_unit_test_setup_teardown(who_is_exact_at_the_seconds_where_it_changes,
                                        world_setup, world_teardown),
    };
    return cmocka_run_group_tests_name("who", tests, NULL, NULL);
}
