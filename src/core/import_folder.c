/*
 * What one row of folders may say (FORMATS.md §19.3): a paper, and of its folder at the first
 * mention what opens it. The home's address is read as opening balances read it; a folder
 * without a label of its own is called by home and class, like 3栋-2单元-1201 业主档案. Must
 * not know about files.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import_impl.h"
#include "policy.h"
#include "text.h"

#define FIRST_CAP        64U
#define LABEL_CHARS_MAX  80
#define FOLDER_LABEL_MAX 800U /* two labels of 80 characters in UTF-8 and a space */
#define NAME_CHARS_MAX   2000

void import_folders_clear(struct import_job *job)
{
    for (size_t i = 0; i < job->folder_count; i++) {
        json_decref(job->folders[i].open);
    }
    free(job->folders);
    json_decref(job->folder_by_label);
}

/* Room for one more folder that this row mentions first; NULL with job->status set. */
static struct import_folder *new_folder(struct import_job *job, size_t row, const char *label)
{
    if (job->folder_by_label == NULL) {
        job->folder_by_label = json_object();
    }
    if (job->folder_count == job->folder_cap) {
        size_t cap = job->folder_cap == 0 ? FIRST_CAP : job->folder_cap * 2;
        struct import_folder *grown = realloc(job->folders, cap * sizeof *grown);
        if (grown == NULL) {
            import_no_memory(job);
            return NULL;
        }
        job->folders = grown;
        job->folder_cap = cap;
    }
    if (json_object_set_new(job->folder_by_label, label,
                            json_integer((json_int_t)job->folder_count)) != 0) {
        import_no_memory(job);
        return NULL;
    }
    struct import_folder *folder = &job->folders[job->folder_count++];
    *folder = (struct import_folder){.row = row};
    return folder;
}

static struct import_folder *find_folder(const struct import_job *job, const char *label)
{
    const json_t *index = json_object_get(job->folder_by_label, label);

    return index == NULL ? NULL : &job->folders[json_integer_value(index)];
}

/* ---- the home ---- */

static bool has_address(const struct import_job *job, size_t row)
{
    return *import_cell(job, row, COLUMN_PLACE) != 0 ||
           *import_cell(job, row, COLUMN_BUILDING) != 0 ||
           *import_cell(job, row, COLUMN_UNIT) != 0;
}

static bool find_place(struct import_job *job, size_t row, struct address_match *ret_place)
{
    const char *room = import_cell(job, row, COLUMN_PLACE);

    if (!has_address(job, row)) {
        import_complain(job, import_line(job, row),
                        "房号 (place) is empty, and so is 档号 (label): which folder? fill in "
                        "one");
        return false;
    }
    switch (address_find_parts(job->context->places, import_cell(job, row, COLUMN_BUILDING),
                               import_cell(job, row, COLUMN_UNIT), room, ret_place)) {
    case ADDRESS_FOUND:
        return true;
    case ADDRESS_AMBIGUOUS:
        import_complain(job, import_line(job, row),
                        "房号 (place) %s may be %s or %s; write the whole address",
                        import_quote(room).text, ret_place->label, ret_place->other);
        return false;
    case ADDRESS_NONE:
        import_complain(job, import_line(job, row),
                        "房号 (place) %s is not in the register; import the places first or "
                        "correct it",
                        import_quote(room).text);
        return false;
    case ADDRESS_UNREADABLE:
        break;
    }
    import_complain(job, import_line(job, row),
                    "房号 (place) %s is no address; write it like 3栋-2单元-1201",
                    import_quote(room).text);
    return false;
}

/* ---- the folder ---- */

static const char *find_class(struct import_job *job, size_t row)
{
    const char *cell = import_cell(job, row, COLUMN_CLASS);
    const char *code = import_policy_code(job, "folder_classes", cell);

    if (code == NULL) {
        import_complain(
            job, import_line(job, row),
            "类别 (class) %s is no class of folders of the policy; write one of its "
            "codes or labels",
            import_quote(cell).text);
    }
    return code;
}

/* {item,label}, null where the cell is empty; NULL after a complaint. */
static json_t *find_box(struct import_job *job, size_t row)
{
    const struct import_context *context = job->context;
    const char *cell = import_cell(job, row, COLUMN_BOX);
    char item[CUSTODY_ITEM_LEN + 1];
    char label[4 * LABEL_CHARS_MAX + 1];

    if (*cell == 0) {
        return json_null();
    }
    if (context->find_box != NULL && context->find_box(context->arg, cell, item, label)) {
        return import_made(job, json_pack("{s:s,s:s}", "item", item, "label", label));
    }
    import_complain(job, import_line(job, row),
                    "盒 (box) %s is not in the register; register it first (custody storage "
                    "add) or empty the cell",
                    import_quote(cell).text);
    return NULL;
}

/* The folder's name: as the row says, else of home and class. False after a complaint. */
static bool find_label(struct import_job *job, size_t row, char out[FOLDER_LABEL_MAX])
{
    const char *cell = import_cell(job, row, COLUMN_LABEL);
    struct address_match place;

    if (*cell != 0) {
        if (!import_check_text(job, row, COLUMN_LABEL, false)) {
            return false;
        }
        (void)snprintf(out, FOLDER_LABEL_MAX, "%s", cell);
        return true;
    }
    if (!find_place(job, row, &place)) {
        return false;
    }
    const char *code = find_class(job, row);
    if (code == NULL) {
        return false;
    }
    const json_t *class_row = policy_find(job->context->policy, "folder_classes", code);
    (void)snprintf(out, FOLDER_LABEL_MAX, "%s %s", place.label,
                   json_string_value(json_object_get(class_row, "label")));
    if (!text_allowed(out, strlen(out), LABEL_CHARS_MAX)) {
        import_complain(job, import_line(job, row),
                        "the label made of home and class has more than %d characters; fill in "
                        "档号 (label)",
                        LABEL_CHARS_MAX);
        return false;
    }
    return true;
}

/* A text that goes to the vault: {"text":…}, or null. Never quoted. */
static json_t *sealed_text(struct import_job *job, size_t row, enum import_column column)
{
    const char *cell = import_cell(job, row, column);

    if (*cell == 0) {
        return json_null();
    }
    if (!text_allowed(cell, strlen(cell), NAME_CHARS_MAX)) {
        import_complain(job, import_line(job, row),
                        "%s holds something that cannot be signed (emoji, line break, rare "
                        "symbol); type it anew",
                        import_column_title(column));
        return NULL;
    }
    return import_made(job, json_pack("{s:s}", "text", cell));
}

/* The element of folder.open. NULL after a complaint. */
static json_t *open_folder(struct import_job *job, size_t row, const char *label)
{
    const struct import_context *context = job->context;
    struct address_match place = {.code = NULL};
    char item[CUSTODY_ITEM_LEN + 1] = "";
    bool is_good = find_place(job, row, &place);
    const char *code = find_class(job, row);
    json_t *box = find_box(job, row);
    json_t *name = sealed_text(job, row, COLUMN_NAME);

    if (context->has_folder_label != NULL && context->has_folder_label(context->arg, label)) {
        import_complain(job, import_line(job, row),
                        "档号 (label) %s is a folder of the register already; delete its rows, "
                        "or file them there (custody folder file)",
                        import_quote(label).text);
        is_good = false;
    }
    json_t *open = NULL;
    if (is_good && code != NULL && box != NULL && name != NULL) {
        import_fresh_item(job, 'F', item);
        job->sources[row].is_mended = job->sources[row].is_mended || !place.is_as_written;
        open = import_made(job, json_pack("{s:O,s:s,s:s,s:s,s:O,s:n,s:s}", "box", box, "class",
                                          code, "item", item, "label", label, "name", name,
                                          "party", "place", place.code));
    }
    json_decref(box);
    json_decref(name);
    return open;
}

/* A later row of the folder may leave out what its first one says, not say otherwise. */
static bool check_again(struct import_job *job, size_t row, const struct import_folder *folder)
{
    struct address_match place;
    bool is_good = true;
    const size_t line = import_line(job, folder->row);

    if (has_address(job, row)) {
        is_good = find_place(job, row, &place);
        if (is_good && strcmp(place.code,
                              json_string_value(json_object_get(folder->open, "place"))) != 0) {
            import_complain(job, import_line(job, row),
                            "房号 (place) is another home than in line %zu, where the folder "
                            "begins; correct one",
                            line);
            is_good = false;
        }
    }
    if (*import_cell(job, row, COLUMN_CLASS) != 0) {
        const char *code = find_class(job, row);
        if (code != NULL &&
            strcmp(code, json_string_value(json_object_get(folder->open, "class"))) != 0) {
            import_complain(job, import_line(job, row),
                            "类别 (class) differs from line %zu, where the folder begins; "
                            "correct one",
                            line);
            code = NULL;
        }
        is_good = is_good && code != NULL;
    }
    if (*import_cell(job, row, COLUMN_BOX) != 0) {
        json_t *box = find_box(job, row);
        if (box != NULL && json_equal(box, json_object_get(folder->open, "box")) == 0) {
            import_complain(job, import_line(job, row),
                            "盒 (box) differs from line %zu, where the folder begins; correct "
                            "one",
                            line);
            is_good = false;
        }
        is_good = is_good && box != NULL;
        json_decref(box);
    }
    return is_good;
}

/* The folder that the row means, opened at its first mention. NULL after a complaint. */
static const struct import_folder *folder_of(struct import_job *job, size_t row)
{
    char label[FOLDER_LABEL_MAX];

    if (!find_label(job, row, label)) {
        return NULL;
    }
    struct import_folder *folder = find_folder(job, label);
    if (folder == NULL) {
        folder = new_folder(job, row, label);
        if (folder == NULL) {
            return NULL;
        }
        folder->open = open_folder(job, row, label);
        return folder->open != NULL ? folder : NULL;
    }
    if (folder->open == NULL) {
        import_complain(job, import_line(job, row),
                        "its folder is not right in line %zu; correct that row and import both",
                        import_line(job, folder->row));
        return NULL;
    }
    return check_again(job, row, folder) ? folder : NULL;
}

json_t *import_row_folder(struct import_job *job, size_t row)
{
    const struct import_folder *folder = folder_of(job, row);
    json_t *paper = NULL;

    if (folder != NULL && folder->row == row && !import_has_paper(job, row)) {
        paper = json_null(); /* an empty bag */
    } else {
        paper = import_folder_paper(job, row);
        if (paper != NULL && *import_cell(job, row, COLUMN_REMARK) != 0) {
            json_t *remark = sealed_text(job, row, COLUMN_REMARK);
            if (remark == NULL || json_object_set_new(paper, "remark", remark) != 0) {
                json_decref(paper);
                paper = NULL;
            }
        }
    }
    if (folder == NULL || paper == NULL) {
        json_decref(paper);
        return NULL;
    }
    return import_made(job,
                       json_pack("{s:O,s:O,s:o}", "item", json_object_get(folder->open, "item"),
                                 "open", folder->open, "paper", paper));
}
