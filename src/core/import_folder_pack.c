/* Folders and their papers from CSV -> bodies of folder.open and folder.file lines. */
#include <string.h>

#include "import_site_impl.h"

/* Bytes of elements in one line act, and personal texts: each needs an opening (prepare.c). */
#define LINE_BYTES_MAX  40000U
#define LINE_SEALED_MAX 200U
#define SEALED_BYTES    120U /* {"c":…,"k":…} */
#define FOLDERS_MAX     1000U

/* The line that is being filled. */
struct line {
    json_t *bodies;
    const char *act;
    json_t *folders; /* NULL: none is begun */
    size_t bytes;
    size_t sealed;
};

static size_t sealed_in(const json_t *element)
{
    static const char *const members[] = {"name", "remark", "title"};
    size_t count = 0;
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        count += json_is_object(json_object_get(element, members[i])) ? 1 : 0;
    }
    return count;
}

static size_t bytes_of(const json_t *element)
{
    return json_dumpb(element, NULL, 0, JSON_COMPACT) + 1 + sealed_in(element) * SEALED_BYTES;
}

/* 0, or -1 when memory is out, as the functions of jansson. */
static int end_line(struct line *line)
{
    if (line->folders == NULL) {
        return 0;
    }
    json_t *body = strcmp(line->act, "folder.file/1") == 0
                       ? json_pack("{s:o,s:n}", "folders", line->folders, "received")
                       : json_pack("{s:o}", "folders", line->folders);
    line->folders = NULL;
    line->bytes = 0;
    line->sealed = 0;
    return json_array_append_new(line->bodies,
                                 json_pack("{s:s,s:o}", "act", line->act, "body", body));
}

/* Room for so much more in the line? Else it is ended and the next begins. */
static int make_room(struct line *line, size_t bytes, size_t sealed, bool *ret_is_new)
{
    *ret_is_new = false;
    if (line->folders != NULL &&
        (line->bytes + bytes > LINE_BYTES_MAX || line->sealed + sealed > LINE_SEALED_MAX ||
         json_array_size(line->folders) == FOLDERS_MAX)) {
        if (end_line(line) != 0) {
            return -1;
        }
    }
    if (line->folders == NULL) {
        line->folders = json_array();
        *ret_is_new = true;
    }
    line->bytes += bytes;
    line->sealed += sealed;
    return line->folders == NULL ? -1 : 0;
}

/* Rows stand folder by folder: where the next begins. */
static size_t end_of_folder(const struct import_rows *rows, size_t start)
{
    size_t end = start + 1;
    const json_t *open = json_object_get(rows->rows[start].value, "open");
    while (end < rows->row_count && json_object_get(rows->rows[end].value, "open") == open) {
        end++;
    }
    return end;
}

static int pack_open(const struct import_rows *rows, struct line *line)
{
    int bad = 0;
    for (size_t i = 0; bad == 0 && i < rows->row_count; i = end_of_folder(rows, i)) {
        json_t *open = json_object_get(rows->rows[i].value, "open");
        bool is_new = false;
        bad = make_room(line, bytes_of(open), sealed_in(open), &is_new);
        bad = bad == 0 ? json_array_append(line->folders, open) : bad;
    }
    return bad == 0 ? end_line(line) : bad;
}

/* The papers of one folder. Its element ends with the line: the rest is its next version. */
static int pack_papers(const struct import_rows *rows, size_t start, size_t end,
                       struct line *line)
{
    const json_t *open = json_object_get(rows->rows[start].value, "open");
    json_t *papers = NULL;
    json_int_t version = 0;
    json_int_t n = 0;
    int bad = 0;
    for (size_t i = start; bad == 0 && i < end; i++) {
        json_t *paper = json_object_get(rows->rows[i].value, "paper");
        bool is_new = false;
        if (json_is_null(paper)) {
            continue;
        }
        bad = json_object_set_new(paper, "n", json_integer(++n));
        const size_t bytes = bytes_of(paper) + (papers == NULL ? bytes_of(open) : 0);
        bad = bad == 0 ? make_room(line, bytes, sealed_in(paper), &is_new) : bad;
        if (bad == 0 && (papers == NULL || is_new)) {
            papers = json_array(); /* the element's */
            bad = json_array_append_new(line->folders,
                                        json_pack("{s:O,s:O,s:o,s:I}", "item",
                                                  json_object_get(open, "item"), "label",
                                                  json_object_get(open, "label"), "papers",
                                                  papers, "version", ++version));
        }
        bad = bad == 0 ? json_array_append(papers, paper) : bad;
    }
    return bad;
}

/* Bytes and texts of a folder's papers, to begin it where it fits whole. */
static void measure(const struct import_rows *rows, size_t start, size_t end, size_t *ret_bytes,
                    size_t *ret_sealed)
{
    *ret_bytes = bytes_of(json_object_get(rows->rows[start].value, "open"));
    *ret_sealed = 0;
    for (size_t i = start; i < end; i++) {
        const json_t *paper = json_object_get(rows->rows[i].value, "paper");
        *ret_bytes += bytes_of(paper) + sizeof "\"n\":1000,";
        *ret_sealed += sealed_in(paper);
    }
}

static int pack_file(const struct import_rows *rows, struct line *line)
{
    int bad = 0;
    size_t end = 0;
    for (size_t i = 0; bad == 0 && i < rows->row_count; i = end) {
        size_t bytes = 0;
        size_t sealed = 0;
        end = end_of_folder(rows, i);
        measure(rows, i, end, &bytes, &sealed);
        if (line->bytes + bytes > LINE_BYTES_MAX || line->sealed + sealed > LINE_SEALED_MAX) {
            bad = end_line(line);
        }
        bad = bad == 0 ? pack_papers(rows, i, end, line) : bad;
    }
    return bad == 0 ? end_line(line) : bad;
}

enum custody_status import_pack_folders(const struct import_rows *rows, json_t *bodies,
                                        struct custody_error *err)
{
    struct line opening = {.bodies = bodies, .act = "folder.open/1"};
    struct line filing = {.bodies = bodies, .act = "folder.file/1"};
    int bad = pack_open(rows, &opening);
    bad = bad == 0 ? pack_file(rows, &filing) : bad;
    json_decref(opening.folders);
    json_decref(filing.folders);
    return bad == 0 ? CUSTODY_OK : custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
}
