/*
 * Over 10,000 folders with 100,000 papers one folder is found by indexes alone, and a page of
 * many is quick: by the steps that SQLite takes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "reads.h"
#include "reads_folder_fixture.h"

/* Loans, a hold and a request in the midst of it all. */
static int set_up_used(void **state)
{
    if (set_up(state) != 0) {
        return -1;
    }
    fill(*state,
         "INSERT INTO folder_loan (idx, kind, clerk, receiver, purpose, on_behalf, due, "
         "event_at,"
         " receipt) VALUES (5, 'lend', 'zhang', 'chen', 'repair', '工程部', 1000, 500,"
         " 'credential');"
         "UPDATE paper SET state = 'lent', holder_kind = 'person', holder = 'chen', due = 1000,"
         " since_idx = 5 WHERE n = 1 AND item GLOB 'F000007*';"
         "INSERT INTO hold SELECT randomblob(32), item, 0, 'H', 'other', NULL, NULL FROM folder"
         " WHERE item GLOB 'F0000077*';"
         "INSERT INTO request (act_id, idx, requester, act, receiver, purpose, start, end, "
         "state)"
         " VALUES (x'01', 5, 'bao', 'folder.lend', 'bao', 'repair', 0, 9, 'open');"
         "INSERT INTO request_item VALUES (x'01', 'F00000742');"
         "INSERT INTO batch (act_id, idx, number, state, method, place, proposer)"
         " VALUES (zeroblob(32), 9, 'XH-2', 'reviewed', 'shredding', '1', 'li');"
         "INSERT INTO batch_line (batch, item, papers, copies, pages, reason) SELECT"
         " zeroblob(32), item, 10, 10, 20, 'expired' FROM folder WHERE item GLOB 'F0000088*'");
    return 0;
}

/* Every read there is can be asked, in each of its variants. */
static void every_read_of_folders_is_prepared(void **state)
{
    struct world *world = *state;
    static const char *const nouns[] = {"folder.",   "storage.", "walk.",  "destruction.",
                                        "incident.", "privacy.", "erase.", "storeroom.",
                                        "form.",     NULL};
    sqlite3 *db = open_raw(world);
    for (const struct read_row *const *row = READ_TABLE; *row != NULL; row++) {
        for (const char *const *noun = nouns; *noun != NULL; noun++) {
            if (strncmp((*row)->face.name, *noun, strlen(*noun)) != 0) {
                continue;
            }
            for (size_t i = 0; i < READ_VARIANTS_MAX && (*row)->variants[i].sql != NULL; i++) {
                sqlite3_stmt *stmt = NULL;
                if (sqlite3_prepare_v2(db, (*row)->variants[i].sql, -1, &stmt, NULL) !=
                    SQLITE_OK) {
                    fail_msg("%s: %s", (*row)->face.name, sqlite3_errmsg(db));
                }
                assert_int_equal(sqlite3_column_count(stmt), (int)(*row)->face.column_count);
                (void)sqlite3_finalize(stmt);
            }
        }
    }
    (void)sqlite3_close(db);
}

/* What one question costs: steps of SQLite's machine, which nothing beside the test changes. */
struct cost {
    int steps, rows;
    double ms;
};

static void print_plan(sqlite3 *db, const char *sql)
{
    char *text = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", sql);
    sqlite3_stmt *stmt = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, text, -1, &stmt, NULL), SQLITE_OK);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        print_message("  %d %s\n", sqlite3_column_int(stmt, 1),
                      (const char *)sqlite3_column_text(stmt, 3));
    }
    (void)sqlite3_finalize(stmt);
    sqlite3_free(text);
}

/* Prints what it took; more steps than steps_max fail, with the plan. A millisecond is some
 * 10,000 of them in a release build. */
static void measure(sqlite3 *db, const char *read, const char *needs, const char *const *values,
                    int steps_max)
{
    const struct read_row *const *row = READ_TABLE;
    while (strcmp((*row)->face.name, read) != 0) {
        row++;
    }
    const struct read_variant *variant = (*row)->variants;
    while (variant->needs != NULL && (needs == NULL || strcmp(variant->needs, needs) != 0)) {
        variant++;
    }
    struct cost best = {.ms = 1e9};
    for (int turn = 0; turn < 3; turn++) {
        struct cost cost = {.rows = 0};
        struct timespec begun;
        struct timespec ended;
        sqlite3_stmt *stmt = NULL;
        assert_int_equal(sqlite3_prepare_v2(db, variant->sql, -1, &stmt, NULL), SQLITE_OK);
        const int params = sqlite3_bind_parameter_count(stmt);
        for (int i = 0; i < READ_PARAMS_MAX && i < params; i++) {
            if (values[i] == NULL) {
                if ((*row)->params[i].has_fallback) {
                    (void)sqlite3_bind_int64(stmt, i + 1, (*row)->params[i].fallback);
                }
            } else {
                (void)sqlite3_bind_text(stmt, i + 1, values[i], -1, SQLITE_STATIC);
            }
        }
        if (params > READ_PARAMS_MAX) {
            (void)sqlite3_bind_int64(stmt, READ_PARAMS_MAX + 1, WORLD_EPOCH + 100000);
        }
        (void)clock_gettime(CLOCK_MONOTONIC, &begun);
        while (sqlite3_step(stmt) == SQLITE_ROW) {
            cost.rows++;
        }
        (void)clock_gettime(CLOCK_MONOTONIC, &ended);
        cost.steps = sqlite3_stmt_status(stmt, SQLITE_STMTSTATUS_VM_STEP, 0);
        cost.ms = (double)(ended.tv_sec - begun.tv_sec) * 1e3 +
                  (double)(ended.tv_nsec - begun.tv_nsec) / 1e6;
        assert_int_equal(sqlite3_finalize(stmt), SQLITE_OK);
        best = cost.ms < best.ms ? cost : best;
    }
    print_message("%-22s %-8s %5d rows %8d steps %7.2f ms\n", read, needs != NULL ? needs : "",
                  best.rows, best.steps, best.ms);
    if (best.steps > steps_max) {
        print_plan(db, variant->sql);
    }
    assert_true(best.steps <= steps_max);
}

/* One folder, paper or box among 10,000 is found by indexes alone. */
static void one_folder_is_found_without_going_through_the_others(void **state)
{
    struct world *world = *state;
    static const struct {
        const char *read, *needs, *values[READ_PARAMS_MAX];
    } asked[] = {
        {"folder.show", NULL, {"F00000777"}},
        {"folder.papers", NULL, {"F00000777"}},
        {"folder.inventory", NULL, {"F00000777"}},
        {"folder.history", NULL, {"F00000777"}},
        {"folder.history", NULL, {"F00000777.3"}},
        {"folder.gaps", "item", {"F00000777"}},
        {"folder.holds", "item", {"F00000777"}},
        {"folder.loans", "item", {NULL, NULL, "F00000777"}},
        {"folder.loans", "holder", {"chen"}},
        {"folder.lendings", "item", {NULL, NULL, "F00000777"}},
        {"folder.consults", "item", {NULL, NULL, "F00000777"}},
        {"privacy.list", "item", {NULL, NULL, "F00000777"}},
        {"folder.shelf", NULL, {"B00000077"}},
        {"storage.show", NULL, {"B00000077"}},
        {"walk.show", "box", {"B00000077"}},
        {"form.folder_papers", "folder", {"F00000777"}},
        {"form.inventories", "folder", {NULL, NULL, "F00000777"}},
        {"form.boxes", "box", {"B00000077"}},
        {"form.disposals", NULL, {"XH-2"}},
    };
    sqlite3 *db = open_raw(world);
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        measure(db, asked[i].read, asked[i].needs, asked[i].values, 20000);
    }
    (void)sqlite3_close(db);
}

/* Pages over all of them: by steps, which no other work on the machine changes. */
static void a_page_of_many_folders_is_quick(void **state)
{
    struct world *world = *state;
    static const struct {
        const char *read, *needs, *values[READ_PARAMS_MAX];
    } asked[] = {
        {"folder.list", NULL, {NULL}},
        {"folder.list", NULL, {NULL, NULL, "closed"}},
        {"folder.list", "place", {"1"}},
        {"folder.list", "box", {NULL, NULL, NULL, "B00000077"}},
        {"folder.due", NULL, {NULL}},
        {"folder.due", NULL, {"2025-01-31"}},
        {"folder.loans", NULL, {NULL}},
        {"folder.overdue", NULL, {NULL}},
        {"folder.waiting", NULL, {NULL}},
        {"folder.missing", NULL, {NULL}},
        {"folder.holds", NULL, {NULL}},
        {"storage.list", NULL, {NULL}},
    };
    sqlite3 *db = open_raw(world);
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        measure(db, asked[i].read, asked[i].needs, asked[i].values, 300000);
    }
    (void)sqlite3_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_read_of_folders_is_prepared),
        cmocka_unit_test(one_folder_is_found_without_going_through_the_others),
        cmocka_unit_test(a_page_of_many_folders_is_quick),
    };
    return cmocka_run_group_tests(tests, set_up_used, tear_down);
}
