/* unit.transfer/2: the folders of a home are settled with its keys (FORMATS.md §19.4; A12). */
#include "folder_use_fixture.h"

#define TRANSFER "unit.transfer/2"
#define STAYS(folder)                                                                          \
    "{'date':null,'item':'" folder "','label':'L-" folder "','outcome':'stays','trigger':"     \
    "null}"
#define ENDS(folder, date, trigger)                                                            \
    "{'date':" date ",'item':'" folder "','label':'L-" folder                                  \
    "','outcome':'closes','trigger':" trigger "}"
#define SOLD(place, items, folders)                                                            \
    "{'folders':[" folders "],'items':[" items                                                 \
    "],'party_in':null,'party_out':null,'place':'" place "','reason':'other'}"
#define KEY "{'item':'K00000001','label':'L-K00000001','outcome':'stays'}"

static void every_open_folder_of_the_home_is_settled(void **state)
{
    struct world *world = *state;
    world_must(world, "folder.open/1", "arc",
               OPEN_BODY(FOLDER_IN("F000000F4", "tenant", "1-0-01", "null", "null")));
    static const struct world_case cases[] = {
        {"one closes, one stays", TRANSFER, "arc li",
         SOLD("1-0-01", KEY,
              ENDS("F000000F1", "'2025-10-31'", "'sold'") "," STAYS("F000000F4")),
         NULL},
        {"a home of one folder", TRANSFER, "arc li",
         SOLD("1-0-10", "", ENDS("F000000F3", "'2025-10-01'", "'lease_ended'")), NULL},
        {"one left out", TRANSFER, "arc li",
         SOLD("1-0-01", KEY, ENDS("F000000F1", "'2025-10-31'", "'sold'")), "A12"},
        {"all left out", TRANSFER, "arc li", SOLD("1-0-10", "", ""), "A12"},
        {"another home's", TRANSFER, "arc li",
         SOLD("1-0-10", "", STAYS("F000000F2") "," STAYS("F000000F3")), "A12"},
        {"without a day", TRANSFER, "arc li",
         SOLD("1-0-10", "", ENDS("F000000F3", "null", "'sold'")), "A12"},
        {"without a trigger", TRANSFER, "arc li",
         SOLD("1-0-10", "", ENDS("F000000F3", "'2025-10-31'", "null")), "A12"},
        {"tomorrow", TRANSFER, "arc li",
         SOLD("1-0-10", "", ENDS("F000000F3", "'2025-11-30'", "'sold'")), "A12"},
        {"stays with a day", TRANSFER, "arc li",
         SOLD("1-0-10", "",
              "{'date':'2025-10-31','item':'F000000F3','label':'L-F000000F3',"
              "'outcome':'stays','trigger':null}"),
         "A12"},
        {"a folder unknown", TRANSFER, "arc li",
         SOLD("1-0-10", "", STAYS("F00000099") "," STAYS("F000000F3")), "object"},
        {"a key as a folder", TRANSFER, "arc li",
         SOLD("1-0-10", "", STAYS("F000000F3") "," STAYS("K00000001")), "structure"},
        {"a key left out", TRANSFER, "arc li",
         SOLD("1-0-01", "", STAYS("F000000F1") "," STAYS("F000000F4")), "K10a"},
        {"by one", TRANSFER, "arc", SOLD("1-0-10", "", STAYS("F000000F3")), "seats"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, TRANSFER, "arc li",
               SOLD("1-0-01", KEY,
                    ENDS("F000000F1", "'2025-10-31'", "'sold'") "," STAYS("F000000F4")));
    expect(world,
           "SELECT group_concat(state || coalesce(trigger_code || trigger_date, ''), ' ')"
           " FROM folder WHERE place = '1-0-01'",
           "closedsold2025-10-31 open");
    /* The owner's authorisation of the home ends with it, as in version 1. */
    expect(world, "SELECT count(*) FROM authority WHERE ended_idx IS NULL", "0");
    static const struct world_case closed[] = {
        {"what is closed is no open folder", TRANSFER, "arc li",
         SOLD("1-0-01", KEY, STAYS("F000000F1") "," STAYS("F000000F4")), "A12"},
        {"the open one", TRANSFER, "arc li", SOLD("1-0-01", KEY, STAYS("F000000F4")), NULL},
    };
    assert_int_equal(world_run_cases(world, closed, COUNT_OF(closed)), 0);
    assert_true(world_is_verified(world));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(
        every_open_folder_of_the_home_is_settled, folder_setup, world_teardown)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
