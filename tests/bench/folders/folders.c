/*
 * Reads of 10,000 folders with 100,000 papers, as ratios to a bare indexed query of the same
 * run. Nothing is asserted.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "reads_folder_fixture.h"

#define TIMES   300
#define FOLDERS 10000U

static double now_s(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double processor_s(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return (x > y) - (x < y);
}

static double quantile(double *values, size_t count, double share)
{
    qsort(values, count, sizeof *values, compare);
    return values[(size_t)((double)(count - 1) * share)];
}

/* A number from 0 below FOLDERS, the same in every run. */
static unsigned draw(void)
{
    static uint64_t random = 42;
    random = random * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (unsigned)(random >> 33) % FOLDERS;
}

static double measure_bare(struct world *world)
{
    static double times[TIMES];
    sqlite3 *db = open_raw(world);
    sqlite3_stmt *query = NULL;
    assert_int_equal(sqlite3_prepare_v2(db,
                                        "SELECT label, state, version FROM folder WHERE "
                                        "item = ?",
                                        -1, &query, NULL),
                     SQLITE_OK);
    for (size_t i = 0; i < TIMES; i++) {
        char item[16];
        (void)snprintf(item, sizeof item, "F%08u", draw());
        const double start = now_s();
        (void)sqlite3_bind_text(query, 1, item, -1, SQLITE_STATIC);
        assert_int_equal(sqlite3_step(query), SQLITE_ROW);
        (void)sqlite3_reset(query);
        times[i] = now_s() - start;
    }
    (void)sqlite3_finalize(query);
    (void)sqlite3_close(db);
    return quantile(times, TIMES, 0.5);
}

/* What: f folder, b box, a after a folder, p place, n page of 50. */
static const struct {
    const char *label, *read, *what;
} QUESTIONS[] = {
    {"folder show", "folder.show", "f"},
    {"folder papers", "folder.papers", "f"},
    {"folder inventory", "folder.inventory", "f"},
    {"folder history", "folder.history", "f"},
    {"folder gaps", "folder.gaps", "f"},
    {"folder list, page", "folder.list", "na"},
    {"folder list, home", "folder.list", "np"},
    {"shelf order of a box", "folder.shelf", "b"},
    {"due list, page", "folder.due", "n"},
    {"folder loans", "folder.loans", "n"},
    {"folder overdue", "folder.overdue", "n"},
};

static json_t *ask(const char *what)
{
    json_t *params = json_object();
    for (; *what != '\0'; what++) {
        char text[32];
        const unsigned folder = draw();
        const char *name = *what == 'b'   ? "box"
                           : *what == 'p' ? "place"
                           : *what == 'a' ? "after"
                                          : "item";
        if (*what == 'n') {
            assert_int_equal(json_object_set_new(params, "limit", json_integer(50)), 0);
            continue;
        }
        if (*what == 'b') {
            (void)snprintf(text, sizeof text, "B%08u", folder / 30);
        } else if (*what == 'p') {
            (void)snprintf(text, sizeof text, "1-%u-%u", folder / 30, folder % 30);
        } else {
            (void)snprintf(text, sizeof text, "F%08u", folder);
        }
        assert_int_equal(json_object_set_new(params, name, json_string(text)), 0);
    }
    return params;
}

static void folders_are_read(void **state)
{
    struct world *world = *state;
    static double times[TIMES];
    static double processor_times[TIMES];
    const double bare = measure_bare(world);
    (void)printf("f  reads of 10,000 folders, 100,000 papers; bare indexed query p50 %.1f us; "
                 "goal p99 <= 20 ms\n",
                 bare * 1e6);
    for (size_t q = 0; q < sizeof QUESTIONS / sizeof QUESTIONS[0]; q++) {
        size_t count = 0;
        size_t row_count = 0;
        const double begun = now_s();
        for (; count < TIMES && now_s() - begun < 3.0; count++) {
            struct custody_error err = {0};
            json_t *rows = NULL;
            json_t *params = ask(QUESTIONS[q].what);
            const double start = now_s();
            const double processor = processor_s();
            if (custody_read(world->site, QUESTIONS[q].read, params, &rows, &err) !=
                CUSTODY_OK) {
                fail_msg("%s: %s", QUESTIONS[q].read, err.text);
            }
            times[count] = now_s() - start;
            processor_times[count] = processor_s() - processor;
            row_count += json_array_size(rows);
            json_decref(rows);
            json_decref(params);
        }
        const double p99 = quantile(times, count, 0.99);
        const double p50 = quantile(times, count, 0.5);
        const double processor = quantile(processor_times, count, 0.99);
        (void)printf("   %-22s p50 %8.3f ms   p99 %8.3f ms (%8.3f ms by processor time)   "
                     "%7.1f x bare   %5.1f rows%s\n",
                     QUESTIONS[q].label, p50 * 1e3, p99 * 1e3, processor * 1e3, p50 / bare,
                     (double)row_count / (double)count,
                     processor > 0.020 ? "   over 20 ms" : "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(folders_are_read, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
