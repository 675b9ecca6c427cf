/*
 * Registers from CSV: rows that are good alone make a body that the act's fields admit; a file
 * with a problem says so. The first byte chooses the register, and whether the file is read as
 * a messy one. Folders and their papers are packed into lines: each fits an act.
 */
#include "act.h"
#include "envelope.h"
#include "fuzz.h"
#include "import_site_impl.h"

#define KINDS (IMPORT_FOLDERS + 1)

static json_t *policy;
static struct address_book *book; /* of one house with two homes */

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

static void add_place(const char *code, const char *label, const char *kind, const char *parent)
{
    CLAIM(address_book_add(book, code, label, kind, parent, NULL) == CUSTODY_OK);
}

static void make_context(void)
{
    policy = json_load_file("schema/policy.default.json", 0, NULL);
    CLAIM(policy != NULL);
    CLAIM(address_book_new(&book, NULL) == CUSTODY_OK);
    add_place("3", "3栋", "building", NULL);
    add_place("3-2", "3栋-2单元", "unit", "3");
    add_place("3-2-1201", "3栋-2单元-1201", "home", "3-2");
    add_place("3-2-1202", "3栋-2单元-1202", "home", "3-2");
    CLAIM(address_book_finish(book, NULL) == CUSTODY_OK);
}

/* Texts {"text":...} as they will be signed: commitments. */
static void commit_texts(json_t *value)
{
    static const char digits[] =
        "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    size_t i = 0;
    const char *name = NULL;
    json_t *member = NULL;
    json_array_foreach(value, i, member)
    {
        commit_texts(member);
    }
    json_object_foreach(value, name, member)
    {
        if (json_object_get(member, "text") != NULL) {
            (void)json_object_clear(member);
            (void)json_object_set_new(member, "c", json_string(digits));
            (void)json_object_set_new(member, "k", json_string(digits + 32));
        } else {
            commit_texts(member);
        }
    }
}

static void claim_lines_fit(const struct import_rows *rows)
{
    size_t i = 0;
    json_t *line = NULL;
    size_t papers = 0;
    json_t *lines = json_array();
    CLAIM(import_pack_folders(rows, lines, NULL) == CUSTODY_OK);
    json_array_foreach(lines, i, line)
    {
        struct custody_error err = {0};
        const struct act *act = act_find(json_string_value(json_object_get(line, "act")));
        json_t *body = json_object_get(line, "body");
        size_t f = 0;
        const json_t *folder = NULL;
        commit_texts(body);
        json_array_foreach(json_object_get(body, "folders"), f, folder)
        {
            papers += json_array_size(json_object_get(folder, "papers"));
        }
        if (field_check(act->fields, body, &err) != CUSTODY_OK) {
            (void)fprintf(stderr, "%s\n", err.text);
            CLAIM(false);
        }
        CLAIM(json_dumpb(body, NULL, 0, JSON_COMPACT) < PAYLOAD_MAX);
    }
    json_decref(lines);
    for (i = 0; i < rows->row_count; i++) {
        papers -= json_is_object(json_object_get(rows->rows[i].value, "paper")) ? 1 : 0;
    }
    CLAIM(papers == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct custody_error err = {0};
    struct import_rows rows = {0};
    struct import_context context = {.default_desk = "front", .site = "0A1B2C"};

    if (policy == NULL) {
        make_context();
    }
    if (size == 0) {
        return 0;
    }
    context.policy = policy;
    enum import_kind kind = (enum import_kind)(data[0] % KINDS);
    context.is_messy = kind >= IMPORT_OPENING || (data[0] & 0x80) != 0;
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
    if (kind == IMPORT_FOLDERS && rows.file_problem_total == 0) {
        claim_lines_fit(&rows);
    }
    import_rows_clear(&rows);
    return 0;
}
