/* folder.walk and the order of folders, storeroom.check (FORMATS.md §19.3; A4, A11). */
#include "folder_fixture.h"

#include "folder.h"

#define WALK  "folder.walk/1"
#define CHECK "storeroom.check/1"

#define WALKED(box, misfiled, missing, disorder, unknown, seen, texts)                         \
    "{'counts':{'misfiled':" #misfiled ",'missing':" #missing ",'out_of_order':" #disorder     \
    ",'unknown':" #unknown "},'item':'" box "','label':'L-" box "','seen':[" seen              \
    "],'unknown':[" texts "]}"
#define AT(n, item) "{'item':'" item "','n':" #n "}"
#define READS(text) "{'text':'" text "'}"
#define CHECKED(place, temperature, humidity, result, reason)                                  \
    "{'humidity_pct':" #humidity ",'place':'" place "','reason':" reason ",'result':'" result  \
    "','temperature_c':" #temperature "}"

/* ---- the order of folders ---- */

/* In their order; each is compared with each. */
static void folders_are_in_the_order_of_their_homes(void **state)
{
    static const struct {
        const char *place, *label;
    } in_order[] = {
        {"1", "a"},
        {"1", "b"},
        {"1-2", "a"},
        {"1-2-1201", "a"},
        {"1-2-1201", "b"},
        {"1-10", "a"},
        {"1-10-9", "a"},
        {"1-10-12A", "a"}, /* numbers come before what is not digits alone */
        {"1-10-12B", "a"},
        {"1-0010-12C", "a"}, /* 0010 is 10 */
        {"1-999999999999999999", "a"},
        {"1-", "a"},                    /* an empty part is a part, and no number */
        {"1-1000000000000000000", "a"}, /* 19 digits are no number */
        {"1-PD", "a"},
        {"1-PD.2", "a"},
        {"2", "a"},
        {"10-1", "a"},
        {"A", "a"},
        {"A-1", "a"},
        {"AB", "a"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(in_order); i++) {
        for (size_t j = 0; j < COUNT_OF(in_order); j++) {
            const int order = folder_order_compare(in_order[i].place, in_order[i].label,
                                                   in_order[j].place, in_order[j].label);
            if ((order > 0) - (order < 0) != (i > j) - (i < j)) {
                fail_msg("%s %s : %s %s is %d", in_order[i].place, in_order[i].label,
                         in_order[j].place, in_order[j].label, order);
            }
        }
    }
    /* The same home however it is written; then labels by byte, not by number. */
    assert_true(folder_order_compare("01-2", "a", "1-02", "a") == 0);
    assert_true(folder_order_compare("1-2", "10", "1-2", "9") < 0);
    assert_true(folder_order_compare("01-2", "b", "1-2", "a") > 0);
    assert_true(folder_order_compare("1-2", "档", "1-2", "z") > 0);
}

/* ---- folder.walk ---- */

/* Box B000000B1 has F1 (1-0-01), F2 (1-0-02), F4 (1-0-10) in that order; F3 is in box 2. */
static int setup(void **state)
{
    if (folder_setup(state) != 0) {
        return -1;
    }
    world_must(*state, "folder.open/1", "arc",
               OPEN_BODY(FOLDER_IN("F000000F4", "owner", "1-0-10", "null", "!B000000B1")));
    world_tick(*state, 60);
    return 0;
}

static void a_walk_counts_what_differs_from_the_register(void **state)
{
    struct world *world = *state;
    static const struct world_case cases[] = {
        {"all in order", WALK, "arc",
         WALKED("B000000B1", 0, 0, 0, 0,
                AT(1, "F000000F1") "," AT(2, "F000000F2") "," AT(3, "F000000F4"), ""),
         NULL},
        {"an empty box", WALK, "arc", WALKED("B000000B3", 0, 0, 0, 0, "", ""), NULL},
        {"nothing seen", WALK, "arc", WALKED("B000000B1", 0, 3, 0, 0, "", ""), NULL},
        {"one behind its place", WALK, "arc",
         WALKED("B000000B1", 0, 0, 1, 0,
                AT(1, "F000000F2") "," AT(2, "F000000F1") "," AT(3, "F000000F4"), ""),
         NULL},
        {"the last one first", WALK, "arc",
         WALKED("B000000B1", 0, 0, 2, 0,
                AT(1, "F000000F4") "," AT(2, "F000000F1") "," AT(3, "F000000F2"), ""),
         NULL},
        {"behind the one before, not the first", WALK, "arc",
         WALKED("B000000B1", 0, 0, 1, 0,
                AT(1, "F000000F1") "," AT(2, "F000000F4") "," AT(3, "F000000F2"), ""),
         NULL},
        {"another box's between", WALK, "arc",
         WALKED("B000000B1", 1, 1, 0, 2,
                AT(1, "F000000F1") "," AT(2, "F000000F3") "," AT(3, "F000000F2"),
                READS("no tag") "," READS("torn")),
         NULL},
        {"the misfiled orders nobody", WALK, "arc",
         WALKED("B000000B2", 1, 0, 0, 0, AT(1, "F000000F4") "," AT(2, "F000000F3"), ""), NULL},
        {"one misfiled too few", WALK, "arc",
         WALKED("B000000B1", 0, 1, 0, 0,
                AT(1, "F000000F1") "," AT(2, "F000000F3") "," AT(3, "F000000F2"), ""),
         "count"},
        {"one missing too many", WALK, "arc",
         WALKED("B000000B1", 0, 1, 0, 0,
                AT(1, "F000000F1") "," AT(2, "F000000F2") "," AT(3, "F000000F4"), ""),
         "count"},
        {"disorder denied", WALK, "arc",
         WALKED("B000000B1", 0, 1, 0, 0, AT(1, "F000000F2") "," AT(2, "F000000F1"), ""),
         "count"},
        {"the unknown not counted", WALK, "arc",
         WALKED("B000000B3", 0, 0, 0, 0, "", READS("torn")), "count"},
        {"not numbered from 1", WALK, "arc",
         WALKED("B000000B1", 0, 2, 0, 0, AT(2, "F000000F1"), ""), "structure"},
        {"a number left out", WALK, "arc",
         WALKED("B000000B1", 0, 1, 0, 0, AT(1, "F000000F1") "," AT(3, "F000000F2"), ""),
         "structure"},
        {"one seen twice", WALK, "arc",
         WALKED("B000000B1", 0, 2, 0, 0, AT(1, "F000000F1") "," AT(2, "F000000F1"), ""),
         "structure"},
        {"a box seen in a box", WALK, "arc",
         WALKED("B000000B1", 0, 3, 0, 0, AT(1, "B000000B2"), ""), "structure"},
        {"an unregistered one seen", WALK, "arc",
         WALKED("B000000B1", 1, 3, 0, 0, AT(1, "F00000099"), ""), "object"},
        {"along no box", WALK, "arc", WALKED("B00000099", 0, 0, 0, 0, "", ""), "object"},
        {"along a shelf", WALK, "arc", WALKED("S000000S1", 0, 0, 0, 0, "", ""), "object"},
        {"walked by a supervisor", WALK, "sup", WALKED("B000000B3", 0, 0, 0, 0, "", ""),
         "seats"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, WALK, "arc",
               WALKED("B000000B1", 1, 1, 1, 1,
                      AT(1, "F000000F3") "," AT(2, "F000000F4") "," AT(3, "F000000F1"),
                      READS("torn")));
    assert_string_equal(world->flags, "walk-differs");
    expect(world, "SELECT text FROM flag WHERE code = 'walk-differs'", "4 differences");
    expect(world, "SELECT box || misfiled || missing || out_of_order || unknown FROM walk",
           "B000000B11111");
    expect(world,
           "SELECT group_concat(item || coalesce(n, '-') || outcome, ' ') FROM walk_line",
           "F000000F1"
           "3out_of_order F000000F2-missing F000000F3"
           "1misfiled F000000F4"
           "2seen");
    world_must(world, WALK, "arc", WALKED("B000000B3", 0, 0, 0, 0, "", ""));
    assert_string_equal(world->flags, "");
}

/* Who is out for a while is not expected in his box, nor is a stub. */
static void what_is_elsewhere_is_not_expected(void **state)
{
    struct world *world = *state;
    world_must(world, "folder.move/1", "arc",
               "{'folders':[{'at':'1-PD','box':!B000000B1,'item':'F000000F2',"
               "'label':'L-F000000F2'}],'reason':'other'}");
    static const struct world_case cases[] = {
        {"not there", WALK, "arc",
         WALKED("B000000B1", 0, 0, 0, 0, AT(1, "F000000F1") "," AT(2, "F000000F4"), ""), NULL},
        {"there all the same", WALK, "arc",
         WALKED("B000000B1", 1, 0, 0, 0,
                AT(1, "F000000F1") "," AT(2, "F000000F2") "," AT(3, "F000000F4"), ""),
         NULL},
        {"missed", WALK, "arc",
         WALKED("B000000B1", 0, 1, 0, 0, AT(1, "F000000F1") "," AT(2, "F000000F4"), ""),
         "count"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    assert_true(
        world_sql(world, "UPDATE folder SET state = 'destroyed' WHERE item = 'F000000F4'"));
    world_must(world, WALK, "arc", WALKED("B000000B1", 0, 0, 0, 0, AT(1, "F000000F1"), ""));
    world_must(world, WALK, "arc",
               WALKED("B000000B1", 1, 0, 0, 0, AT(1, "F000000F1") "," AT(2, "F000000F4"), ""));
}

/* ---- storeroom.check ---- */

static void the_storeroom_is_checked_with_or_without_remarks(void **state)
{
    struct world *world = *state;
    static const struct world_case cases[] = {
        {"fine", CHECK, "arc", CHECKED("AR", 21, 50, "ok", "null"), NULL},
        {"by the supervisor, unmeasured", CHECK, "sup",
         CHECKED("AR", null, null, "remarks", "'other'"), NULL},
        {"fine for a reason", CHECK, "arc", CHECKED("AR", 21, 50, "ok", "'other'"), "A11"},
        {"remarks without one", CHECK, "arc", CHECKED("AR", 21, 50, "remarks", "null"), "A11"},
        {"a reason of nobody's", CHECK, "arc", CHECKED("AR", 21, 50, "remarks", "'damp'"),
         "policy"},
        {"hotter than can be", CHECK, "arc", CHECKED("AR", 61, 50, "ok", "null"), "structure"},
        {"as cold as can be", CHECK, "arc", CHECKED("AR", -40, 100, "ok", "null"), NULL},
        {"nowhere", CHECK, "arc", CHECKED("XX", 21, 50, "ok", "null"), "object"},
        {"by staff", CHECK, "zhang", CHECKED("AR", 21, 50, "ok", "null"), "seats"},
        {"by two", CHECK, "arc sup", CHECKED("AR", 21, 50, "ok", "null"), "seats"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, CHECK, "arc", CHECKED("AR", -3, null, "remarks", "'other'"));
    expect(world,
           "SELECT place || result || reason || temperature_c || coalesce(humidity_pct, '-')"
           " FROM storeroom_check",
           "ARremarksother-3-");
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, world_teardown)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folders_are_in_the_order_of_their_homes),
        T(a_walk_counts_what_differs_from_the_register),
        T(what_is_elsewhere_is_not_expected),
        T(the_storeroom_is_checked_with_or_without_remarks),
    };
    return cmocka_run_group_tests_name("walks along the folders", tests, NULL, NULL);
}
