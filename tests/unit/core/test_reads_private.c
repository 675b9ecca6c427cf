/* Customers' texts in reads: shown to whom a reading in the ledger stands for, and only of
 * those whom it names (custody_read_private; FORMATS.md §21). */
#include "folder_use_fixture.h"

#define READ         "privacy.read/1"
#define LOOK(items)  "{'items':[" items "],'purpose':'repair'}"
#define PARTY_OF(id) "{'item':'" id "','label':'" id "'}"

/* Rows of a read without parameters, with what reveal allows. */
static json_t *ask(struct world *world, const char *read, const struct custody_reveal *reveal)
{
    json_t *rows = NULL;
    if (custody_read_private(world->site, read, NULL, reveal, &rows, &world->err) !=
        CUSTODY_OK) {
        fail_msg("%s: %s", read, world->err.text);
    }
    return rows;
}

/* How many of the rows of party.list have a name. */
static size_t named(struct world *world, const struct custody_reveal *reveal)
{
    size_t count = 0;
    size_t i = 0;
    json_t *row = NULL;
    json_t *rows = ask(world, "party.list", reveal);
    json_array_foreach(rows, i, row)
    {
        assert_non_null(json_object_get(row, "name"));
        count += json_is_string(json_object_get(row, "name")) ? 1 : 0;
    }
    json_decref(rows);
    return count;
}

static bool has_text(struct world *world, size_t n, const struct custody_reveal *reveal)
{
    json_t *rows = ask(world, "incident.list", reveal);
    const bool has = json_is_string(json_object_get(json_array_get(rows, n), "text"));
    json_decref(rows);
    return has;
}

static int64_t newest_entry(struct world *world)
{
    json_t *info = NULL;
    assert_int_equal(custody_site_info(world->site, &info, &world->err), CUSTODY_OK);
    const int64_t idx = json_integer_value(json_object_get(info, "size")) - 1;
    json_decref(info);
    return idx;
}

static void a_customers_text_is_shown_for_a_reading_that_names_him(void **state)
{
    struct world *world = *state;
    world_must(world, "party.add/1", "zhang",
               "{'name':{'text':'B'},'party':'P0000000B','relation':'owner'}");
    const size_t all = named(world, &(struct custody_reveal){.is_on_paper = true});
    assert_true(all >= 2);
    assert_int_equal(named(world, NULL), 0);
    struct custody_reveal reveal = {.reader = "zhang", .since = 0};
    assert_int_equal(named(world, &reveal), 0);

    world_must(world, READ, "zhang", LOOK(PARTY_OF("P0000000B")));
    reveal.since = newest_entry(world);
    assert_int_equal(named(world, &reveal), 1);
    assert_int_equal(named(world, NULL), 0);
    /* Who joins between the reading and the look was not named. */
    world_must(world, "party.add/1", "zhang",
               "{'name':{'text':'C'},'party':'P0000000C','relation':'owner'}");
    assert_int_equal(named(world, &reveal), 1);
    /* Another's reading, an earlier one, and nobody's do not count. */
    assert_int_equal(named(world, &(struct custody_reveal){.reader = "arc"}), 0);
    reveal.since++;
    assert_int_equal(named(world, &reveal), 0);
    assert_true(world_is_verified(world));
}

static void a_row_of_several_is_shown_when_all_are_named(void **state)
{
    struct world *world = *state;
    struct custody_reveal reveal = {.reader = "sup"};
    world_must(
        world, "incident.report/1", "chen",
        "{'items':[" THING("F000000F1.2", LABEL_ID) "],'kind':'leak',"
                                                    "'noticed_at':@-60,'party':'P0000000A','"
                                                    "text':{'text':'left on a desk'}}");
    world_must(world, READ, "sup", LOOK(PARTY_OF("P0000000A")));
    assert_false(has_text(world, 0, &reveal));
    world_must(world, READ, "sup", LOOK("!F000000F1"));
    assert_true(has_text(world, 0, &reveal));
    assert_false(has_text(world, 0, NULL));
    /* No act could say whose this was: it shows to who read others', for the record. */
    world_must(world, "incident.report/1", "chen",
               "{'items':[],'kind':'leak','noticed_at':@-60,'party':null,"
               "'text':{'text':'somewhere'}}");
    assert_false(has_text(world, 0, NULL));
    assert_true(has_text(world, 0, &reveal));
    assert_true(has_text(world, 1, &reveal));
    reveal.reader = "mgr";
    assert_false(has_text(world, 0, &reveal));
    reveal = (struct custody_reveal){.reader = "sup", .since = INT64_MAX};
    assert_false(has_text(world, 0, &reveal));
    reveal = (struct custody_reveal){.reader = "", .is_on_paper = true};
    assert_true(has_text(world, 0, &reveal));
}

static void owners_are_parties_and_folders_of_papers(void **state)
{
    struct custody_error err;
    json_t *owners = json_object();
    const struct custody_read read = {.name = "x", .owners = "party items"};
    const struct custody_read none = {.name = "y", .owners = NULL};
    json_t *row =
        json_pack("{s:s,s:[s,s,s,s],s:s}", "party", "P0000000A", "items", "F000000F1.12",
                  "F000000F1", "K00000001", "F0", "clerk", "P0000000B");
    (void)state;
    assert_int_equal(custody_read_owners(&none, row, owners, &err), CUSTODY_OK);
    assert_int_equal(json_object_size(owners), 0);
    assert_int_equal(custody_read_owners(&read, row, owners, &err), CUSTODY_OK);
    assert_int_equal(json_object_size(owners), 2);
    assert_non_null(json_object_get(owners, "P0000000A"));
    assert_non_null(json_object_get(owners, "F000000F1"));
    json_decref(owners);
    json_decref(row);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, folder_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        CASE(a_customers_text_is_shown_for_a_reading_that_names_him),
        CASE(a_row_of_several_is_shown_when_all_are_named),
        cmocka_unit_test(owners_are_parties_and_folders_of_papers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
