/*
 * What the reads of folders answer, over a site of 10,000 folders with 100,000 papers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "folder.h"
#include "reads_folder_fixture.h"

/* Rows of a read; params with ' for ". */
static json_t *ask(struct world *world, const char *read, const char *params)
{
    struct custody_error err;
    json_t *rows = NULL;
    char text[400];
    (void)snprintf(text, sizeof text, "%s", params);
    for (char *at = text; *at != '\0'; at++) {
        *at = *at == '\'' ? '"' : *at;
    }
    json_t *object = json_loads(text, 0, NULL);
    assert_non_null(object);
    if (custody_read(world->site, read, object, &rows, &err) != CUSTODY_OK) {
        fail_msg("%s %s: %s", read, params, err.text);
    }
    json_decref(object);
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

/* "a,b" of a list. */
static const char *list_at(const json_t *rows, size_t i, const char *member, char out[200])
{
    const json_t *list = json_object_get(json_array_get(rows, i), member);
    out[0] = '\0';
    for (size_t k = 0; k < json_array_size(list); k++) {
        (void)snprintf(out + strlen(out), 200 - strlen(out), "%s%s", k > 0 ? "," : "",
                       json_string_value(json_array_get(list, k)));
    }
    return out;
}

static void a_folder_shows_its_numbers_its_due_day_and_what_keeps_it(void **state)
{
    struct world *world = *state;
    char list[200];
    json_t *rows = ask(world, "folder.show", "{'item':'F00000009'}");
    assert_int_equal(json_array_size(rows), 1);
    assert_int_equal(int_at(rows, 0, "papers"), 10);
    assert_int_equal(int_at(rows, 0, "pages"), 20);
    assert_int_equal(int_at(rows, 0, "months"), 120);
    assert_string_equal(text_at(rows, 0, "due_day"), "2025-01-31");
    assert_true(json_is_true(json_object_get(json_array_get(rows, 0), "is_expired")));
    assert_string_equal(list_at(rows, 0, "obstacles", list), "");
    assert_string_equal(list_at(rows, 0, "obstacles_worthless", list), "early");
    json_decref(rows);
    rows = ask(world, "folder.show", "{'item':'F00000008'}");
    assert_string_equal(text_at(rows, 0, "due_day"), "");
    assert_string_equal(list_at(rows, 0, "obstacles", list), "open,early");
    json_decref(rows);

    fill(world,
         "UPDATE paper SET state = 'lent', holder_kind = 'person', holder = 'chen', due = 5"
         " WHERE item = 'F00000019.2';"
         "UPDATE paper SET state = 'missing' WHERE item = 'F00000019.3';"
         "INSERT INTO hold VALUES (zeroblob(32), 'F00000019.5', 0, '法函1号', 'other', NULL,"
         " NULL);"
         "INSERT INTO appraisal VALUES ('F00000019', 0, zeroblob(32), 'keep_until',"
         " '2099-01-01', 'other');"
         "UPDATE folder SET at = '1' WHERE item = 'F00000019';"
         "INSERT INTO batch (act_id, idx, number, state, method, place, proposer)"
         " VALUES (zeroblob(32), 0, 'XH-1', 'reviewed', 'shredding', '1', 'li');"
         "INSERT INTO batch_line (batch, item, papers, copies, pages, reason)"
         " VALUES (zeroblob(32), 'F00000019', 8, 8, 16, 'expired')");
    rows = ask(world, "folder.show", "{'item':'F00000019'}");
    assert_string_equal(list_at(rows, 0, "obstacles", list),
                        "lent,missing,held,early,not_in_place,in_batch");
    assert_string_equal(text_at(rows, 0, "due_day"), "2099-01-01");
    assert_int_equal(int_at(rows, 0, "papers"), 8);
    json_decref(rows);
    struct custody_error err;
    json_t *object = json_pack("{s:s}", "item", "F99999999");
    assert_int_equal(custody_read(world->site, "folder.show", object, &rows, &err),
                     CUSTODY_ERR_NOT_FOUND);
    json_decref(object);
}

/* The SQL adds months as the acts do. */
static void a_due_day_is_that_of_the_acts(void **state)
{
    struct world *world = *state;
    static const char *const days[] = {"2015-01-31", "2016-02-29", "2015-03-30",
                                       "2014-12-31", "2015-08-31", "2015-02-28"};
    static const int months[] = {1, 6, 12, 13, 48, 120};
    for (size_t d = 0; d < sizeof days / sizeof days[0]; d++) {
        for (size_t m = 0; m < sizeof months / sizeof months[0]; m++) {
            char sql[400];
            char want[11];
            day_add_months(days[d], months[m], want);
            (void)snprintf(sql, sizeof sql,
                           "UPDATE folder SET trigger_date = '%s' WHERE item = 'F00000029';"
                           "UPDATE policy SET body = json_set(body,"
                           " '$.folder_classes[0].retention.months', %d)",
                           days[d], months[m]);
            fill(world, sql);
            json_t *rows = ask(world, "folder.show", "{'item':'F00000029'}");
            assert_string_equal(text_at(rows, 0, "due_day"), want);
            json_decref(rows);
        }
    }
    fill(world, "UPDATE folder SET trigger_date = '2015-01-31' WHERE item = 'F00000029';"
                "UPDATE policy SET body = json_set(body,"
                " '$.folder_classes[0].retention.months', 120)");
}

static void the_due_list_has_who_is_due_and_nobody_else(void **state)
{
    struct world *world = *state;
    json_t *rows = ask(world, "folder.due", "{'until':'2025-01-30','limit':5}");
    assert_int_equal(json_array_size(rows), 0);
    json_decref(rows);
    /* 1,000 are closed; one of them is kept until 2099. */
    rows = ask(world, "folder.due", "{'until':'2025-01-31','limit':2000}");
    assert_int_equal(json_array_size(rows), 999);
    assert_string_equal(text_at(rows, 0, "item"), "F00000009");
    assert_string_equal(text_at(rows, 1, "item"), "F00000029");
    assert_int_equal(int_at(rows, 0, "months"), 120);
    assert_true(int_at(rows, 0, "served") >= 120);
    assert_string_equal(text_at(rows, 0, "mandate"), "档案保存期限规定");
    json_decref(rows);
    /* A trigger that the class does not count by is none. */
    fill(world, "UPDATE folder SET trigger_code = 'other' WHERE item = 'F00000009'");
    rows = ask(world, "folder.due", "{'until':'2025-01-31','limit':2000}");
    assert_int_equal(json_array_size(rows), 998);
    json_decref(rows);
    fill(world, "UPDATE folder SET trigger_code = 'sold' WHERE item = 'F00000009'");
}

static void gaps_are_what_must_be_there_and_copies(void **state)
{
    struct world *world = *state;
    fill(world, "UPDATE paper SET kind = 'other_paper' WHERE item = 'F00000030.7';"
                "UPDATE paper SET state = 'missing' WHERE item = 'F00000030.1';"
                "UPDATE paper SET original = 'copy', original_with = 'developer'"
                " WHERE item = 'F00000030.3'");
    json_t *rows = ask(world, "folder.gaps", "{'item':'F00000030'}");
    assert_int_equal(json_array_size(rows), 3);
    assert_string_equal(text_at(rows, 0, "kind"), "owner_form");
    assert_string_equal(text_at(rows, 0, "gap"), "absent");
    assert_string_equal(text_at(rows, 1, "gap"), "copy");
    assert_string_equal(text_at(rows, 1, "original_with"), "developer");
    assert_string_equal(text_at(rows, 2, "kind"), "acceptance_record");
    assert_string_equal(text_at(rows, 2, "gap"), "missing");
    json_decref(rows);
    rows = ask(world, "folder.gaps", "{'place':'1-1-0'}");
    assert_int_equal(json_array_size(rows), 3);
    json_decref(rows);
    rows = ask(world, "folder.gaps", "{'limit':100000}");
    assert_int_equal(json_array_size(rows), 4); /* and fire_safety of F00000019 is missing */
    json_decref(rows);
    rows = ask(world, "folder.missing", "{}");
    assert_int_equal(json_array_size(rows), 2);
    json_decref(rows);
}

static void a_shelf_is_in_the_order_of_the_format(void **state)
{
    struct world *world = *state;
    static const char *const places[] = {
        "1-10-1", "1-9-1", "1-9",    "1-A-1", "2-1",
        "1-9-01", "1-AB",  "10-1-1", "1-9-2", "1-1234567890123456789"};
    char sql[300];
    fill(world, "INSERT INTO storage (item, id, label, place, within, idx) VALUES"
                " ('B00009999', 'B0009999', '乱盒', NULL, 'S00000001', 0)");
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        (void)snprintf(sql, sizeof sql,
                       "UPDATE folder SET box = 'B00009999', place = '%s', label = 'Z%u'"
                       " WHERE item = 'F%08u'",
                       places[i], (unsigned)(9 - i), (unsigned)(9000 + i));
        fill(world, sql);
    }
    json_t *rows = ask(world, "folder.shelf", "{'box':'B00009999'}");
    assert_int_equal(json_array_size(rows), 10);
    for (size_t i = 0; i + 1 < json_array_size(rows); i++) {
        assert_int_equal(int_at(rows, i, "n"), (long long)i + 1);
        assert_true(folder_order_compare(text_at(rows, i, "place"), text_at(rows, i, "label"),
                                         text_at(rows, i + 1, "place"),
                                         text_at(rows, i + 1, "label")) < 0);
    }
    assert_string_equal(text_at(rows, 0, "place"), "1-9");
    json_decref(rows);
    rows = ask(world, "form.boxes", "{'box':'B00009999'}");
    assert_int_equal(json_array_size(rows), 10);
    assert_string_equal(text_at(rows, 0, "shelf"), "架1");
    assert_int_equal(int_at(rows, 9, "number"), 10);
    json_decref(rows);
}

static void pages_follow_each_other(void **state)
{
    struct world *world = *state;
    json_t *rows = ask(world, "folder.list", "{'limit':3,'after':'F00000001'}");
    assert_int_equal(json_array_size(rows), 3);
    assert_string_equal(text_at(rows, 0, "item"), "F00000002");
    json_decref(rows);
    rows = ask(world, "folder.list", "{'box':'B00000002','limit':100}");
    assert_int_equal(json_array_size(rows), 30);
    json_decref(rows);
    rows = ask(world, "folder.list", "{'place':'1-2-7'}");
    assert_int_equal(json_array_size(rows), 1);
    json_decref(rows);
    rows = ask(world, "folder.list", "{'place':'1','state':'closed','limit':100}");
    assert_int_equal(json_array_size(rows), 100);
    assert_string_equal(text_at(rows, 1, "item"), "F00000019");
    json_decref(rows);
    rows = ask(world, "storage.list", "{'limit':400}");
    assert_int_equal(json_array_size(rows), 336);
    json_decref(rows);
    rows = ask(world, "storage.show", "{'item':'B00000001'}");
    assert_int_equal(int_at(rows, 0, "folders"), 30);
    json_decref(rows);
}

/* ---- loans: lent by entry 5, of which one came back by entry 7 ---- */

static void a_loan_is_on_its_lists_until_it_ends(void **state)
{
    struct world *world = *state;
    char list[200];
    fill(world,
         "INSERT INTO folder_loan (idx, kind, clerk, receiver, purpose, on_behalf, due, "
         "event_at,"
         " receipt) VALUES (5, 'lend', 'zhang', 'chen', 'repair', '工程部', 1000, 500,"
         " 'credential');"
         "INSERT INTO folder_loan_line VALUES (5, 'F00000042.1', 0, 'good', 2),"
         " (5, 'F00000042.2', 0, 'good', 2), (5, 'F00000042.4', 1, NULL, NULL);"
         "UPDATE paper SET state = 'lent', holder_kind = 'person', holder = 'chen', due = 1000,"
         " since_idx = 5 WHERE item = 'F00000042.1';"
         "INSERT INTO paper_event (item, idx, event_at, known_at, kind, state, was_state,"
         " was_event_at, was_idx) VALUES ('F00000042.1', 5, 500, 500, 'lend', 'lent', 'filed',"
         " 0, 0), ('F00000042.2', 5, 500, 500, 'lend', 'lent', 'filed', 0, 0),"
         " ('F00000042.2', 7, 1761900000, 900, 'return', 'filed', 'lent', 500, 5);"
         "INSERT INTO folder_return_line VALUES (7, 'F00000042.2', 'worn', 1);"
         "INSERT INTO folder_recall VALUES ('F00000042.1', 6, 'zhang', NULL, 'phone',"
         " 'promised');"
         "INSERT OR IGNORE INTO act_item VALUES ('F00000042', 5), ('F00000042.1', 5),"
         " ('F00000042.2', 5), ('F00000042.4', 5), ('F00000042', 7), ('F00000042.2', 7)");
    json_t *rows = ask(world, "folder.loans", "{'item':'F00000042'}");
    assert_int_equal(json_array_size(rows), 1);
    assert_string_equal(text_at(rows, 0, "item"), "F00000042.1");
    assert_string_equal(text_at(rows, 0, "on_behalf"), "工程部");
    assert_int_equal(int_at(rows, 0, "recalled"), 1);
    assert_true(json_is_true(json_object_get(json_array_get(rows, 0), "is_overdue")));
    json_decref(rows);
    rows = ask(world, "folder.loans", "{'holder':'chen'}");
    assert_int_equal(json_array_size(rows), 2); /* and that of F00000019 */
    json_decref(rows);
    rows = ask(world, "holding.list", "{'handle':'chen'}");
    assert_int_equal(json_array_size(rows), 2); /* as what who leaves still holds */
    json_decref(rows);
    rows = ask(world, "folder.overdue", "{}");
    assert_int_equal(json_array_size(rows), 2);
    assert_int_equal(int_at(rows, 0, "overdue"), 1);
    json_decref(rows);
    rows = ask(world, "folder.lendings", "{'item':'F00000042'}");
    assert_int_equal(json_array_size(rows), 3);
    assert_string_equal(text_at(rows, 0, "returned"), "");
    assert_string_equal(text_at(rows, 1, "returned"), "2025-10-31T08:40:00Z");
    assert_string_equal(text_at(rows, 1, "returned_condition"), "worn");
    assert_true(json_is_true(json_object_get(json_array_get(rows, 2), "is_withheld")));
    json_decref(rows);
    rows = ask(world, "folder.history", "{'item':'F00000042.2'}");
    assert_int_equal(json_array_size(rows), 2);
    assert_string_equal(text_at(rows, 0, "state"), "lent");
    assert_string_equal(text_at(rows, 1, "state"), "filed");
    json_decref(rows);
    rows = ask(world, "form.lendings", "{'folder':'F00000042'}");
    assert_int_equal(json_array_size(rows), 1);
    assert_string_equal(list_at(rows, 0, "lent", list),
                        "1 acceptance_record,2 decoration_agreement");
    assert_string_equal(list_at(rows, 0, "withheld", list), "4 id_card");
    assert_int_equal(int_at(rows, 0, "open"), 1);
    assert_string_equal(text_at(rows, 0, "returned"), "");
    assert_string_equal(list_at(rows, 0, "returned_condition", list), "worn");
    assert_int_equal(int_at(rows, 0, "pages_back"), 1);
    json_decref(rows);
}

static void what_law_demands_is_on_the_register_of_who_read(void **state)
{
    struct world *world = *state;
    char list[200];
    fill(world, "INSERT INTO folder_loan (idx, kind, clerk, receiver, event_at, document, how,"
                " slip) VALUES (6, 'produce', 'zhang', 'police', 1761900000, '公(刑)字7号',"
                " 'copy', 'TQ-1');"
                "INSERT INTO folder_loan_line VALUES (6, 'F00000044.4', 0, NULL, 2);"
                "INSERT INTO folder_consult VALUES (7, 'zhang', 'chen', 'private', '本人',"
                " 1761900100, 'credential', NULL, NULL);"
                "INSERT INTO folder_consult_line VALUES (7, 'F00000044'), (7, 'F00000045')");
    json_t *rows = ask(world, "form.consults", "{'to':'2099-01-01T00:00:00Z'}");
    assert_int_equal(json_array_size(rows), 2);
    assert_string_equal(text_at(rows, 0, "asked"), "copy");
    assert_string_equal(text_at(rows, 0, "reader"), "police");
    assert_string_equal(text_at(rows, 0, "document"), "公(刑)字7号");
    assert_string_equal(list_at(rows, 0, "things", list), "1栋-1-14 · 4 id_card");
    assert_string_equal(text_at(rows, 1, "asked"), "consult");
    assert_true(json_is_false(json_object_get(json_array_get(rows, 1), "for_work")));
    assert_string_equal(list_at(rows, 1, "things", list), "1栋-1-14,1栋-1-15");
    json_decref(rows);
    rows = ask(world, "form.consults", "{'folder':'F00000045'}");
    assert_int_equal(json_array_size(rows), 1);
    json_decref(rows);
    rows = ask(world, "form.lendings", "{'folder':'F00000044'}");
    assert_int_equal(json_array_size(rows), 0);
    json_decref(rows);
}

/* A request for a whole folder waits for its papers that are out; one for what is in does not.
 */
static void what_is_asked_for_and_out_is_waited_for(void **state)
{
    struct world *world = *state;
    fill(world, "INSERT INTO request (act_id, idx, requester, act, receiver, purpose, start, "
                "end, state)"
                " VALUES (x'01', 5, 'bao', 'folder.lend', 'bao', 'repair', 0, 9, 'open'),"
                " (x'02', 6, 'bao', 'folder.lend', 'bao', 'repair', 0, 9, 'open'),"
                " (x'03', 7, 'bao', 'folder.lend', 'bao', 'repair', 0, 9, 'rejected');"
                "INSERT INTO request_item VALUES (x'01', 'F00000042'), (x'02', 'F00000043.1'),"
                " (x'03', 'F00000042.1')");
    json_t *rows = ask(world, "folder.waiting", "{}");
    assert_int_equal(json_array_size(rows), 1);
    assert_string_equal(text_at(rows, 0, "item"), "F00000042.1");
    assert_string_equal(text_at(rows, 0, "holder"), "chen");
    json_decref(rows);
}

static void a_batch_is_on_its_forms_with_all_its_lines(void **state)
{
    struct world *world = *state;
    char list[200];
    fill(world,
         "INSERT INTO batch (act_id, idx, number, state, method, place, proposer, reviewer,"
         " reviewed_idx, approver, approved_idx, executed_idx, firm, receipt, recheck)"
         " VALUES (randomblob(32), 9, 'XH-2', 'executed', 'shredding', '1', 'li', 'sup', 2,"
         " 'mgr', 3, 4, '清源公司', 'HZ-7', 'sup');"
         "INSERT INTO batch_line SELECT act_id, 'F00000049', 10, 10, 20, 'expired', 'destroy',"
         " NULL, 'destroy', NULL, 'destroyed', NULL FROM batch WHERE number = 'XH-2';"
         "INSERT INTO batch_line SELECT act_id, 'F00000059', 10, 10, 20, 'expired', 'destroy',"
         " NULL, 'keep', 'not_needed', NULL, NULL FROM batch WHERE number = 'XH-2';"
         "INSERT INTO batch_line SELECT act_id, 'F00000040.3', 1, 1, 2, 'without_value',"
         " 'destroy', NULL, 'destroy', NULL, 'struck', 'lost' FROM batch"
         " WHERE number = 'XH-2';"
         "INSERT INTO batch_witness SELECT act_id, 'wang' FROM batch WHERE number = 'XH-2';"
         "INSERT INTO batch_witness SELECT act_id, 'eng' FROM batch WHERE number = 'XH-2';"
         "INSERT INTO appraisal VALUES ('F00000040.3', 8, zeroblob(32), 'without_value', NULL,"
         " 'other');"
         "UPDATE paper SET state = 'destroyed' WHERE folder = 'F00000049';"
         "UPDATE folder SET state = 'destroyed' WHERE item = 'F00000049'");
    json_t *rows = ask(world, "form.disposals", "{}"); /* the newest */
    assert_int_equal(json_array_size(rows), 3);
    assert_string_equal(text_at(rows, 0, "item"), "F00000040.3");
    assert_string_equal(text_at(rows, 0, "archive_no"), "1栋-1-10-3");
    assert_string_equal(text_at(rows, 0, "secrecy"), "general");
    assert_string_equal(text_at(rows, 0, "opinion"), "without_value");
    assert_string_equal(text_at(rows, 0, "remark"), "lost");
    assert_string_equal(text_at(rows, 1, "item"), "F00000049");
    assert_string_equal(text_at(rows, 1, "title"), "业主档案");
    assert_string_equal(text_at(rows, 1, "secrecy"), "personal");
    assert_string_equal(text_at(rows, 1, "from_day"), "2010-05-01");
    assert_string_equal(text_at(rows, 1, "outcome"), "destroyed");
    assert_int_equal(int_at(rows, 1, "months"), 120);
    assert_true(int_at(rows, 1, "served") >= 120);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(int_at(rows, i, "all_folders"), 2);
        assert_int_equal(int_at(rows, i, "all_papers"), 21);
        assert_int_equal(int_at(rows, i, "all_pages"), 42);
        assert_string_equal(list_at(rows, i, "witnesses", list), "eng,wang");
        assert_string_equal(list_at(rows, i, "appraisals", list), "8");
        assert_string_equal(text_at(rows, i, "firm"), "清源公司");
        assert_string_not_equal(text_at(rows, i, "destroyed"), "");
    }
    json_decref(rows);
    rows = ask(world, "form.disposals", "{'number':'XH-1'}");
    assert_int_equal(json_array_size(rows), 1);
    json_decref(rows);
    rows = ask(world, "destruction.show", "{'number':'XH-2'}");
    assert_int_equal(int_at(rows, 0, "struck"), 1);
    assert_int_equal(int_at(rows, 0, "destroyed"), 1);
    json_decref(rows);
    rows = ask(world, "destruction.lines", "{'number':'XH-2'}");
    assert_int_equal(json_array_size(rows), 3);
    json_decref(rows);
    rows = ask(world, "destruction.list", "{'state':'reviewed'}");
    assert_int_equal(json_array_size(rows), 1);
    json_decref(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_shows_its_numbers_its_due_day_and_what_keeps_it),
        cmocka_unit_test(a_due_day_is_that_of_the_acts),
        cmocka_unit_test(the_due_list_has_who_is_due_and_nobody_else),
        cmocka_unit_test(gaps_are_what_must_be_there_and_copies),
        cmocka_unit_test(a_shelf_is_in_the_order_of_the_format),
        cmocka_unit_test(pages_follow_each_other),
        cmocka_unit_test(a_loan_is_on_its_lists_until_it_ends),
        cmocka_unit_test(what_law_demands_is_on_the_register_of_who_read),
        cmocka_unit_test(what_is_asked_for_and_out_is_waited_for),
        cmocka_unit_test(a_batch_is_on_its_forms_with_all_its_lines),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
