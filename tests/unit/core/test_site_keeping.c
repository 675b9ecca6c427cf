/*
 * What acts of destruction and erasure are prepared from: the obstacles that a proposal is
 * refused for, exactly the subjects that an erase.intent may name, the texts of one owner.
 */
#include "custody/keeping.h"
#include "destruction_fixture.h"

static int64_t int_of(const json_t *object, const char *member)
{
    return json_integer_value(json_object_get(object, member));
}

/* Folders F000000F5 (of the party P0000000B) and F000000F6 with names, closed long ago. */
static void add_named_folders(struct world *world)
{
    world_must(world, "party.add/1", "zhang",
               "{'name':{'text':'B'},'party':'P0000000B','phone':{'text':'138'},"
               "'relation':'tenant','unit':'1-0-10'}");
    world_must(world, "folder.open/1", "arc",
               "{'folders':[{'box':!B000000B1,'class':'owner','item':'F000000F5','label':"
               "'L-F000000F5','name':{'text':'Five'},'party':'P0000000B','place':'1-0-10'},"
               "{'box':!B000000B1,'class':'owner','item':'F000000F6','label':'L-F000000F6',"
               "'name':{'text':'Six'},'party':null,'place':'1-0-10'}]}");
    world_must(world, "folder.close/1", "arc", CLOSED_BY("F000000F5", "2024-01-31", "sold"));
    world_must(world, "folder.close/1", "arc", CLOSED_BY("F000000F6", "2024-01-31", "sold"));
}

#define EMPTY_LINE(item) LINE_OF(item, "L-" item, 0, 0, 0, "expired")
#define EMPTY_DONE(item) DONE_LINE(item, "L-" item, 0, 0, 0)

/* F000000F5 destroyed, F000000F6 struck out; gives the id of the execution. */
static void destroy_five(struct world *world, char out[65])
{
    world_must(world, PROPOSE, "arc",
               PROPOSED("X-1", EMPTY_LINE("F000000F5") "," EMPTY_LINE("F000000F6")));
    world_keep(world, "batch");
    world_must(world, REVIEW, "sup", DECISIONS(YES("F000000F5") "," YES("F000000F6")));
    world_must(world, APPROVE, "mgr", DECISIONS(YES("F000000F5") "," YES("F000000F6")));
    world_must(world, EXECUTE, USUAL_SIGNED,
               EXECUTED(EMPTY_DONE("F000000F5"), STRUCK("F000000F6", "other"), USUAL));
    (void)world_value(world, "SELECT lower(hex(act_id)) FROM act_log ORDER BY idx DESC LIMIT 1",
                      out, 65);
    world_tick(world, 60);
}

static json_t *find(struct world *world, const char *kind, const char *act)
{
    struct custody_error err;
    json_t *found = NULL;
    if (custody_erase_find(world->site, kind, act, &found, &err) != CUSTODY_OK) {
        fail_msg("%s: %s", kind, err.text);
    }
    return found;
}

static size_t subjects_in(const json_t *found)
{
    return json_array_size(json_object_get(found, "subjects"));
}

/* The act takes what was found as it is; takes over the reference. */
static void must_take(struct world *world, const char *kind, const char *act, json_t *found,
                      const char *signers)
{
    assert_true(subjects_in(found) > 0);
    assert_int_equal(
        world_act_json(world, "erase.intent/1", signers,
                       json_pack("{s:O,s:{s:s?,s:s},s:O}", "count",
                                 json_object_get(found, "count"), "ground", "act", act, "kind",
                                 kind, "subjects", json_object_get(found, "subjects"))),
        CUSTODY_OK);
    json_decref(found);
}

/* ---- obstacles ---- */

static void a_line_has_the_obstacles_that_its_proposal_is_refused_for(void **state)
{
    struct world *world = *state;
    json_t *checked = NULL;
    json_t *lines =
        json_pack("[{s:s,s:s},{s:s,s:s},{s:s,s:s,s:i,s:i,s:i},{s:s,s:s}]", "item", "F000000F1",
                  "reason", "expired", "item", "F000000F4", "reason", "expired", "item",
                  "F000000F2", "reason", "expired", "papers", 2, "copies", 2, "pages", 3,
                  "item", "F000000F1.2", "reason", "without_value");
    assert_int_equal(custody_destruction_check(world->site, lines, NULL, &checked, NULL),
                     CUSTODY_OK);
    char *text = json_dumps(checked, JSON_COMPACT | JSON_SORT_KEYS);
    assert_string_equal(
        text,
        "[{\"copies\":5,\"item\":\"F000000F1\",\"label\":\"L-F000000F1\",\"obstacles\":[],"
        "\"pages\":13,\"papers\":4,\"reason\":\"expired\"},"
        "{\"copies\":0,\"item\":\"F000000F4\",\"label\":\"L-F000000F4\","
        "\"obstacles\":[\"open\",\"early\"],\"pages\":0,\"papers\":0,\"reason\":\"expired\"},"
        "{\"copies\":2,\"item\":\"F000000F2\",\"label\":\"L-F000000F2\","
        "\"obstacles\":[\"inventory\"],\"pages\":3,\"papers\":2,\"reason\":\"expired\"},"
        "{\"copies\":1,\"item\":\"F000000F1.2\",\"label\":\"" LABEL_ID "\","
        "\"obstacles\":[\"early\"],\"pages\":1,\"papers\":1,\"reason\":\"without_value\"}]");
    free(text);
    json_decref(checked);
    json_decref(lines);
    lines = json_pack("[{s:s,s:s}]", "item", "F000000ZZ", "reason", "expired");
    assert_int_equal(custody_destruction_check(world->site, lines, NULL, &checked, NULL),
                     CUSTODY_ERR_NOT_FOUND);
    assert_int_equal(custody_destruction_check(world->site, lines, "12", &checked, NULL),
                     CUSTODY_ERR_INVALID);
    json_decref(lines);
}

/* ---- what an erasure covers ---- */

static void a_destruction_covers_its_destroyed_folders_alone(void **state)
{
    struct world *world = *state;
    char executed[65];
    add_named_folders(world);
    destroy_five(world, executed);
    json_t *found = find(world, "destruction", executed);
    assert_int_equal(subjects_in(found), 1);
    assert_int_equal(int_of(found, "count"), 1);
    assert_int_equal(int_of(json_object_get(found, "texts"), "name"), 1);
    must_take(world, "destruction", executed, found, "wit wit2");
    found = find(world, "destruction", executed);
    assert_int_equal(subjects_in(found), 0);
    json_decref(found);
    assert_int_equal(custody_erase_find(world->site, "destruction", "zz", &found, NULL),
                     CUSTODY_ERR_INVALID);
}

/* Who came to see papers of both folders: one text of two owners. */
static void a_text_that_a_living_folder_owns_too_stays(void **state)
{
    struct world *world = *state;
    char executed[65];
    json_t *rows = NULL;
    add_named_folders(world);
    assert_true(world_sql(world, "INSERT INTO subject SELECT k, 'F000000F6' FROM subject"
                                 " WHERE owner = 'F000000F5'"));
    destroy_five(world, executed);
    json_t *found = find(world, "destruction", executed);
    assert_int_equal(subjects_in(found), 0);
    json_decref(found);
    assert_int_equal(custody_personal_texts(world->site, "F000000F6", &rows, NULL), CUSTODY_OK);
    assert_int_equal(json_array_size(rows), 2);
    json_decref(rows);
}

static void a_request_covers_the_party_and_its_destroyed_folder(void **state)
{
    struct world *world = *state;
    char executed[65];
    char asked[65];
    json_t *rows = NULL;
    add_named_folders(world);
    destroy_five(world, executed);
    world_must(world, "erase.request/1", "zhang",
               "{'channel':'phone','party':'P0000000B','reason':'other'}");
    (void)world_value(world, "SELECT lower(hex(act_id)) FROM erase_request", asked,
                      sizeof asked);
    json_t *found = find(world, "request", asked);
    assert_int_equal(subjects_in(found), 2);
    assert_int_equal(int_of(found, "count"), 3);
    assert_int_equal(json_array_size(json_object_get(found, "owners")), 2);
    must_take(world, "request", asked, found, "mgr sup");
    found = find(world, "request", asked); /* it has ended */
    assert_int_equal(subjects_in(found), 0);
    json_decref(found);
    assert_int_equal(custody_personal_texts(world->site, "P0000000B", &rows, NULL), CUSTODY_OK);
    assert_int_equal(json_array_size(rows), 2);
    assert_true(json_is_null(json_object_get(json_array_get(rows, 0), "text")));
    assert_true(json_is_integer(json_object_get(json_array_get(rows, 0), "erased")));
    json_decref(rows);
}

static void expiry_covers_a_party_on_the_day_and_not_before(void **state)
{
    struct world *world = *state;
    char executed[65];
    add_named_folders(world);
    destroy_five(world, executed);
    json_t *found = find(world, "expiry", NULL);
    assert_int_equal(subjects_in(found), 1); /* of the destroyed folder, at once */
    json_decref(found);
    /* 24 months after the last thing that happened: 2025-10-31 + 24 months */
    world_tick(world, WORLD_EPOCH + INT64_C(729) * 86400 - world->now); /* 2027-10-30 */
    found = find(world, "expiry", NULL);
    assert_int_equal(subjects_in(found), 1);
    json_decref(found);
    world_tick(world, 86400);
    found = find(world, "expiry", NULL);
    assert_int_equal(subjects_in(found), 2);
    assert_int_equal(int_of(found, "count"), 3);
    must_take(world, "expiry", NULL, found, "mgr sup");
}

/* ---- texts ---- */

static void the_texts_of_an_owner_are_all_and_only_its_own(void **state)
{
    struct world *world = *state;
    json_t *rows = NULL;
    add_named_folders(world);
    assert_int_equal(custody_personal_texts(world->site, "P0000000B", &rows, NULL), CUSTODY_OK);
    assert_int_equal(json_array_size(rows), 2);
    assert_string_equal(json_string_value(json_object_get(json_array_get(rows, 0), "text")),
                        "B");
    assert_string_equal(json_string_value(json_object_get(json_array_get(rows, 1), "member")),
                        "phone");
    assert_true(json_is_null(json_object_get(json_array_get(rows, 1), "erased")));
    json_decref(rows);
    assert_int_equal(custody_personal_texts(world->site, "F000000F1", &rows, NULL), CUSTODY_OK);
    assert_int_equal(json_array_size(rows), 0);
    json_decref(rows);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, destruction_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_line_has_the_obstacles_that_its_proposal_is_refused_for),
        TEST(a_destruction_covers_its_destroyed_folders_alone),
        TEST(a_text_that_a_living_folder_owns_too_stays),
        TEST(a_request_covers_the_party_and_its_destroyed_folder),
        TEST(expiry_covers_a_party_on_the_day_and_not_before),
        TEST(the_texts_of_an_owner_are_all_and_only_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
