/*
 * Registers from CSV: rows that are good alone make a body that the act's fields admit; a file
 * with a problem says so. The first byte chooses the register, and
 * whether the file is read as a messy one.
 */
#include "act.h"
#include "fuzz.h"
#include "import_read.h"

static json_t *policy;
static struct address_book *book; /* empty: no place is found */

static void claim_bodies_fit(enum import_kind kind, const struct import_rows *rows)
{
    static const char *const ACTS[] = {"place.add/1", "lock.add/1", "key.add/1"};
    static const char *const LISTS[] = {"places", "locks", "keys"};
    struct custody_error err = {0};

    for (size_t i = 0; i < rows->row_count && kind < IMPORT_PEOPLE; i++) {
        json_t *list = json_array();
        (void)json_array_append(list, rows->rows[i].value);
        json_t *body = json_pack("{s:o,s:n,s:i}", LISTS[kind], list, "sheet", "terminals", 1);
        if (kind == IMPORT_KEYS) {
            (void)json_object_set_new(body, "desk", json_string(rows->rows[i].desk));
        }
        enum custody_status rc = field_check(act_find(ACTS[kind])->fields, body, &err);
        if (rc != CUSTODY_OK) {
            (void)fprintf(stderr, "%s\n", err.text);
        }
        CLAIM(rc == CUSTODY_OK);
        json_decref(body);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct custody_error err = {0};
    struct import_rows rows = {0};
    struct import_context context = {.default_desk = "front", .site = "0A1B2C"};

    if (policy == NULL) {
        policy = json_load_file("tests/data/estate/policy.json", 0, NULL);
        CLAIM(policy != NULL);
        CLAIM(address_book_new(&book, NULL) == CUSTODY_OK);
        CLAIM(address_book_finish(book, NULL) == CUSTODY_OK);
    }
    if (size == 0) {
        return 0;
    }
    context.policy = policy;
    enum import_kind kind = (enum import_kind)(data[0] % 5);
    context.is_messy = kind == IMPORT_OPENING || (data[0] & 0x80) != 0;
    context.places = book;
    enum custody_status rc =
        import_read_memory(kind, data + 1, size - 1, &context, &rows, &err);
    if (rc != CUSTODY_OK) {
        claim_told(rc, &err);
        CLAIM(rows.rows == NULL);
        return 0;
    }
    CLAIM(rows.row_count <= IMPORT_ROW_MAX && rows.problem_count <= rows.problem_total);
    for (size_t i = 0; i < rows.problem_count; i++) {
        CLAIM(rows.problems[i].reason[0] != '\0');
    }
    if (context.is_messy && rows.file_problem_total == 0) {
        CLAIM(rows.understood_count + rows.as_written_count == rows.row_count);
        CLAIM((rows.rejects != NULL) == (rows.rejected_count + rows.skipped_count > 0));
    }
    claim_bodies_fit(kind, &rows);
    import_rows_clear(&rows);
    return 0;
}
