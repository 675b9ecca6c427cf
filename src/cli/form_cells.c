/* Cells of a form: see form_cells.h. */
#include "form_cells.h"

#include <stdlib.h>
#include <string.h>

#include "custody/tag.h"
#include "custody/words.h"
#include "print.h"

#define NAME_SIZE   800
#define LIST_SHOWN  24
#define MINUTES_LEN 16 /* "2026-11-22 16:03" */

/* Columns that hold a code under another name than the words know it by. */
static const struct {
    const char *member;
    const char *column;
} CODES[] = {
    {"approval", "decision"}, {"carried", "state"},    {"count", "what"},
    {"ended_by", "moved"},    {"expected", "outcome"}, {"how", "moved"},
    {"reasons", "reason"},    {"remark", "reason"},    {"returned_condition", "condition"},
    {"review", "decision"},   {"seen_desk", "desk"},   {"triggers", "trigger"},
    {"turn", "what"},
};

/* Columns that hold a handle or the id of a party. */
static const char *const PEOPLE[] = {
    "approver",    "clerk",       "closed_by", "closers",  "destroyer", "grantor",  "holder",
    "incoming",    "last_holder", "named",     "openers",  "others",    "outgoing", "party",
    "proposer",    "ratified_by", "reader",    "receiver", "recheck",   "reporter", "requester",
    "returned_by", "reviewer",    "signers",   "taken_by", "witnesses", NULL};

static bool is_listed(const char *const *list, const char *name)
{
    while (*list != NULL && strcmp(*list, name) != 0) {
        list++;
    }
    return *list != NULL;
}

/* "王师傅(PD6G7MW4K)": the id tells apart whom the name does not. */
static enum custody_status keep_person(struct form_cells *cells, const char *id,
                                       const json_t *name, struct custody_error *err)
{
    char text[NAME_SIZE];
    const char *words = json_string_value(name);
    (void)snprintf(text, sizeof text, words != NULL ? "%.300s(%.40s)" : "%s%.40s",
                   words != NULL ? words : "", id);
    return json_object_set_new(cells->people, id, json_string(text)) == 0
               ? CUSTODY_OK
               : session_packed(NULL, err);
}

static enum custody_status keep_staff(struct form_cells *cells, struct custody_error *err)
{
    json_t *rows = NULL;
    enum custody_status rc =
        session_read(cells->session, "person.list", json_object(), &rows, err);
    for (size_t i = 0; rc == CUSTODY_OK && i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        const char *handle = json_string_value(json_object_get(row, "handle"));
        if (handle != NULL) {
            rc = keep_person(cells, handle, json_object_get(row, "name"), err);
        }
    }
    json_decref(rows);
    return rc;
}

/* What a form says of a handle or a party; of neither, it is a desk or what the text says. */
static enum custody_status person_text(struct form_cells *cells, const char *id,
                                       const char **ret_text, struct custody_error *err)
{
    json_t *rows = NULL;
    const char *known = json_string_value(json_object_get(cells->people, id));
    if (known == NULL && id[0] == 'P' && cells->reveal != NULL &&
        session_read_private(cells->session, "party.show", json_pack("{s:s}", "party", id),
                             cells->reveal, &rows, NULL) == CUSTODY_OK) {
        const enum custody_status rc =
            keep_person(cells, id, json_object_get(json_array_get(rows, 0), "name"), err);
        json_decref(rows);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        known = json_string_value(json_object_get(cells->people, id));
    }
    if (known == NULL) {
        known = custody_word(cells->policy, cells->session->lang, "desk", id);
    }
    *ret_text = known != id
                    ? known
                    : custody_word(cells->policy, cells->session->lang, "authority", id);
    return CUSTODY_OK;
}

/* Staff's handles are in lower case: what begins with P is a party's id, or no person at all.
 */
static int add_party(json_t *owners, const json_t *value)
{
    const char *id = json_string_value(value);
    return id != NULL && id[0] == 'P' && strlen(id) == CUSTODY_ITEM_LEN
               ? json_object_set_new(owners, id, json_true())
               : 0;
}

static int add_parties(json_t *owners, const char *member, const json_t *row)
{
    size_t i = 0;
    const json_t *element = NULL;
    const json_t *value = json_object_get(row, member);
    int bad = is_listed(PEOPLE, member) ? add_party(owners, value) : 0;
    json_array_foreach(value, i, element)
    {
        bad = bad == 0 && is_listed(PEOPLE, member) ? add_party(owners, element) : bad;
    }
    return bad;
}

enum custody_status form_cells_parties(const struct custody_form *form, const json_t *rows,
                                       json_t *owners, struct custody_error *err)
{
    size_t i = 0;
    const json_t *row = NULL;
    int bad = 0;
    json_array_foreach(rows, i, row)
    {
        for (size_t c = 0; bad == 0 && c < form->column_count; c++) {
            bad = add_parties(owners, form->columns[c].member, row);
        }
        for (size_t c = 0; bad == 0 && c < form->cover_count; c++) {
            bad = add_parties(owners, form->covers[c].member, row);
        }
    }
    return bad == 0 ? CUSTODY_OK : session_packed(NULL, err);
}

const char *form_cells_desk(const struct form_cells *cells, const char *code)
{
    return custody_word(cells->policy, CUSTODY_ZH, "desk", code);
}

/* One text of a cell. */
static enum custody_status word_text(struct form_cells *cells, const json_t *row,
                                     const char *member, const char *text,
                                     const char **ret_text, struct custody_error *err)
{
    const char *column = member;
    const char *state = json_string_value(json_object_get(row, "state"));
    if (is_listed(PEOPLE, member) &&
        (strcmp(member, "holder") != 0 || state == NULL || strcmp(state, "in") != 0)) {
        return person_text(cells, text, ret_text, err);
    }
    if (strcmp(member, "holder") == 0) {
        column = "desk";
    }
    for (size_t i = 0; i < sizeof CODES / sizeof CODES[0]; i++) {
        if (strcmp(CODES[i].member, member) == 0) {
            column = CODES[i].column;
        }
    }
    *ret_text = custody_word(cells->policy, cells->session->lang, column, text);
    return CUSTODY_OK;
}

/*
 * "a、b": elements in words. The lost key of a front door has hundreds of sisters: so many are
 * counted ("…等 215 项"), --json has them all.
 */
static enum custody_status list_text(struct form_cells *cells, const json_t *row,
                                     const char *member, const json_t *list, char **ret_text,
                                     struct custody_error *err)
{
    const char *comma = cells->session->lang == CUSTODY_ZH ? "、" : ", ";
    size_t len = 0;
    char *text = calloc(1, 1);
    enum custody_status rc =
        text != NULL ? CUSTODY_OK
                     : custody_fail(err, CUSTODY_ERR_NOMEM, "not enough memory for the form");
    char rest[48];
    const size_t count = json_array_size(list);
    for (size_t i = 0; rc == CUSTODY_OK && i < count && i <= LIST_SHOWN; i++) {
        const char *element = json_string_value(json_array_get(list, i));
        const char *word = NULL;
        rc = word_text(cells, row, member, element != NULL ? element : "", &word, err);
        if (rc != CUSTODY_OK) {
            break;
        }
        if (i == LIST_SHOWN) {
            (void)snprintf(rest, sizeof rest,
                           cells->session->lang == CUSTODY_ZH ? "…等 %zu 项" : "… (%zu in all)",
                           count);
            word = rest;
        }
        const size_t room = len + strlen(comma) + strlen(word) + 1;
        char *more = realloc(text, room);
        if (more == NULL) {
            rc = custody_fail(err, CUSTODY_ERR_NOMEM, "not enough memory for the form");
            break;
        }
        text = more;
        len += (size_t)snprintf(text + len, room - len, "%s%s", i > 0 ? comma : "", word);
    }
    if (rc != CUSTODY_OK) {
        free(text);
        return rc;
    }
    *ret_text = text;
    return CUSTODY_OK;
}

/* What is nothing special says nothing: only a yes of "late", "differs" catches the eye. */
static bool is_silent(const char *member, const json_t *value)
{
    return json_is_false(value) &&
           (strncmp(member, "is_", 3) == 0 || strncmp(member, "was_", 4) == 0 ||
            strcmp(member, "differs") == 0);
}

static enum custody_status cell_text(struct form_cells *cells, const json_t *row,
                                     const struct custody_column *column, char **ret_text,
                                     struct custody_error *err)
{
    const json_t *value = json_object_get(row, column->name);
    const char *text = json_string_value(value);
    const char *word = NULL;
    char *cell = NULL;
    if (value == NULL || json_is_null(value) || is_silent(column->name, value)) {
        cell = session_copy("");
    } else if (json_is_array(value)) {
        return list_text(cells, row, column->name, value, ret_text, err);
    } else if (text != NULL && strcmp(column->type, "text") == 0) {
        enum custody_status rc = word_text(cells, row, column->name, text, &word, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        cell = session_copy(word);
    } else {
        cell = print_value(value, column->type, cells->session->lang,
                           session_offset(cells->session));
    }
    if (cell == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "not enough memory for the form");
    }
    if (strcmp(column->type, "time") == 0 && strlen(cell) > MINUTES_LEN) {
        cell[MINUTES_LEN] = '\0';
    }
    *ret_text = cell;
    return CUSTODY_OK;
}

static const struct custody_column *find_column(const struct custody_read *read,
                                                const char *member)
{
    for (size_t i = 0; i < read->column_count; i++) {
        if (strcmp(read->columns[i].name, member) == 0) {
            return &read->columns[i];
        }
    }
    return NULL;
}

enum custody_status form_cells_shared(struct form_cells *cells, const char *member,
                                      char **ret_text, struct custody_error *err)
{
    const struct custody_column *column = find_column(cells->read, member);
    const json_t *first = json_array_get(cells->rows, 0);
    for (size_t i = 1; i < json_array_size(cells->rows); i++) {
        if (!json_equal(json_object_get(first, member),
                        json_object_get(json_array_get(cells->rows, i), member))) {
            column = NULL;
        }
    }
    if (column != NULL && first != NULL) {
        return cell_text(cells, first, column, ret_text, err);
    }
    *ret_text = session_copy("");
    return *ret_text != NULL
               ? CUSTODY_OK
               : custody_fail(err, CUSTODY_ERR_NOMEM, "not enough memory for the form");
}

enum custody_status form_cells_row(void *closure, size_t i, const char **ret_cells,
                                   struct custody_error *err)
{
    struct form_cells *cells = closure;
    const json_t *row = json_array_get(cells->rows, i);
    char number[24];
    for (size_t c = 0; c < cells->form->column_count; c++) {
        const char *member = cells->form->columns[c].member;
        const struct custody_column *column = find_column(cells->read, member);
        char *text = NULL;
        if (column != NULL) {
            enum custody_status rc = cell_text(cells, row, column, &text, err);
            if (rc != CUSTODY_OK) {
                return rc;
            }
        } else {
            (void)snprintf(number, sizeof number, "%zu", i + 1);
            text = session_copy(strcmp(member, "n") == 0 ? number : "");
        }
        free(cells->texts[c]);
        cells->texts[c] = text;
        if (text == NULL) {
            return custody_fail(err, CUSTODY_ERR_NOMEM, "not enough memory for the form");
        }
        ret_cells[c] = text;
    }
    return CUSTODY_OK;
}

enum custody_status form_cells_open(struct form_cells *cells, struct session *session,
                                    const struct custody_form *form,
                                    const struct custody_read *read, json_t *rows,
                                    const struct custody_reveal *reveal,
                                    struct custody_error *err)
{
    *cells = (struct form_cells){.session = session,
                                 .form = form,
                                 .read = read,
                                 .rows = rows,
                                 .reveal = reveal,
                                 .people = json_object()};
    enum custody_status rc = session_packed(cells->people, err);
    if (rc == CUSTODY_OK) {
        rc = custody_site_policy(session->site, &cells->policy, err);
    }
    if (rc == CUSTODY_OK) {
        rc = keep_staff(cells, err);
    }
    if (rc != CUSTODY_OK) {
        form_cells_close(cells);
    }
    return rc;
}

void form_cells_close(struct form_cells *cells)
{
    for (size_t c = 0; c < CUSTODY_FORM_COLUMNS_MAX; c++) {
        free(cells->texts[c]);
    }
    json_decref(cells->rows);
    json_decref(cells->policy);
    json_decref(cells->people);
    *cells = (struct form_cells){0};
}
