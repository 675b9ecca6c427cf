/*
 * What one row of an opening balance may say (FORMATS.md §17.4, K19) beside the key it means
 * (import_opening_key.c): where that key was.
 */
#include "import_opening.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy.h"
#include "text.h"

#define TEXT_CHARS_MAX 200

/* ---- where it was ---- */

static const struct {
    const char *code;
    const char *titles[6];
} STATES[] = {
    {"at_desk", {"在柜", "在库", "在柜内", "柜内", "在位"}},
    {"owner", {"在业主处", "业主处", "业主持有", "已交业主", "业主"}},
    {"lent", {"在借", "借出", "已借出", "外借", "借用中"}},
    {"sealed", {"封存", "已封存", "封条"}},
    {"lost", {"遗失", "已遗失", "丢失", "已丢失"}},
};

static const char *read_state(struct import_job *job, size_t row)
{
    const char *cell = import_cell(job, row, COLUMN_STATE);

    for (size_t i = 0; i < sizeof STATES / sizeof STATES[0]; i++) {
        if (strcmp(cell, STATES[i].code) == 0) {
            return STATES[i].code;
        }
        for (size_t j = 0; j < 6 && STATES[i].titles[j] != NULL; j++) {
            if (strcmp(cell, STATES[i].titles[j]) == 0) {
                return STATES[i].code;
            }
        }
    }
    import_complain(job, import_line(job, row),
                    "状态 (state) %s is none of 在柜 at_desk, 在业主处 owner, 在借 lent, 封存 "
                    "sealed, 遗失 lost; write one of them",
                    import_quote(cell).text);
    return NULL;
}

/* A handle, a party, or "" for nobody in out[33]. Cells about persons are not quoted. */
static bool read_holder(struct import_job *job, size_t row, const char *state, char *out)
{
    const struct import_context *context = job->context;
    const char *cell = import_cell(job, row, COLUMN_HOLDER);
    bool is_owner = strcmp(state, "owner") == 0;
    bool is_lent = strcmp(state, "lent") == 0;
    struct custody_tag tag;

    *out = 0;
    if (*cell == 0 && !is_lent) {
        return true;
    }
    if (strcmp(state, "at_desk") == 0 && context->default_desk != NULL &&
        import_policy_named(job, "desks", cell) ==
            import_policy_named(job, "desks", context->default_desk)) {
        return true; /* the desk itself */
    }
    if (!is_owner && !is_lent) {
        import_complain(job, import_line(job, row),
                        "持有人 (holder) is given, but the state is %s; leave it empty, or say "
                        "在借 (lent)",
                        state);
        return false;
    }
    if (custody_item_is_valid(cell) && *cell == 'P') {
        memcpy(tag.item, cell, sizeof tag.item);
    } else if (custody_tag_parse(cell, &tag, NULL) != CUSTODY_OK) {
        tag.item[0] = 0;
    }
    if (tag.item[0] == 'P' && context->has_party != NULL &&
        context->has_party(context->arg, tag.item)) {
        memcpy(out, tag.item, sizeof tag.item);
        return true;
    }
    if (is_lent && *cell != 0 && context->find_person != NULL &&
        context->find_person(context->arg, cell, out)) {
        return true;
    }
    import_complain(
        job, import_line(job, row),
        is_lent
            ? "持有人 (holder) is no handle, staff number or party of the register; register "
              "the person or correct the cell"
            : "持有人 (holder) of what an owner has is a party of the register or empty; "
              "register the party (custody party add) or empty the cell");
    return false;
}

static bool read_seal(struct import_job *job, size_t row, const char *state)
{
    const char *cell = import_cell(job, row, COLUMN_SEAL);
    bool is_sealed = strcmp(state, "sealed") == 0;
    const struct import_context *context = job->context;

    if (is_sealed != (*cell != 0)) {
        import_complain(job, import_line(job, row),
                        "封条号 (seal) is %s, but the state is %s; correct one",
                        is_sealed ? "empty" : "given", state);
        return false;
    }
    if (is_sealed && context->has_seal != NULL && context->has_seal(context->arg, cell)) {
        import_complain(job, import_line(job, row),
                        "封条号 (seal) %s was used before; look at the seal again",
                        import_quote(cell).text);
        return false;
    }
    return true;
}

static bool check_text(struct import_job *job, size_t row, enum import_column column)
{
    const char *cell = import_cell(job, row, column);

    if (text_allowed(cell, strlen(cell), TEXT_CHARS_MAX)) {
        return true;
    }
    import_complain(job, import_line(job, row),
                    "%s %s has more than %d characters or one that cannot be signed; type it "
                    "anew",
                    import_column_title(column), import_quote(cell).text, TEXT_CHARS_MAX);
    return false;
}

/* The place of the body. What an owner has without a name is held by the home itself
 * (FORMATS.md §17.4), all else goes by building. */
static bool find_body_place(struct import_job *job, size_t row,
                            const struct import_wanted *wanted, const struct import_key *key,
                            bool is_home_wanted)
{
    const struct address_book *book = job->context->places;
    const char *place = wanted->has_place ? wanted->place.code : key->place;
    const char *found = NULL;

    if (is_home_wanted) {
        found = address_ancestor(book, place, "home");
        found = found != NULL ? found : address_ancestor(book, place, "room");
    } else {
        found = address_ancestor(book, place, "building");
        found = found != NULL ? found : address_ancestor(book, place, "area");
        found = found != NULL ? found : place;
    }
    if (found == NULL || strlen(found) >= IMPORT_CODE_SIZE || *found == 0) {
        import_complain(job, import_line(job, row),
                        "an owner has it, but of which home? fill in 房号 (place) with a home, "
                        "or 持有人 (holder) with a party");
        return false;
    }
    (void)snprintf(job->sources[row].found.place, IMPORT_CODE_SIZE, "%s", found);
    return true;
}

/* ---- the row ---- */

/* Pass a row over after all: it is another desk's to bring in. */
static void leave_to_desk(struct import_job *job, size_t row, const char *desk)
{
    struct import_source *source = &job->sources[row];
    char reason[160];

    (void)snprintf(reason, sizeof reason,
                   "a key of the desk %s; import the file with --desk %s as well", desk, desk);
    source->is_skipped = true;
    free(source->bytes);
    source->bytes = text_dup(reason);
    for (size_t column = 0; column < COLUMN_COUNT; column++) {
        source->cells[column] = "";
    }
    if (source->bytes == NULL) {
        import_no_memory(job);
    }
}

static bool check_key(struct import_job *job, size_t row, const struct import_key *key)
{
    if (key->has_moved) {
        import_complain(job, import_line(job, row),
                        "%s no. %d has moved in the register since: its past is closed (K19)",
                        key->label, key->copy);
        return false;
    }
    size_t other = import_index_conflict(job, &job->by_item, key->item, "", row);
    if (other != SIZE_MAX) {
        import_complain(job, import_line(job, row),
                        "%s no. %d is named in line %zu too; keep the row that is right",
                        key->label, key->copy, import_line(job, other));
        return false;
    }
    return true;
}

static json_t *opening_value(struct import_job *job, size_t row, const struct import_key *key,
                             const char *state, const char *holder)
{
    const char *page = import_cell(job, row, COLUMN_PAGE);
    const char *seal = import_cell(job, row, COLUMN_SEAL);

    return import_made(job, json_pack("{s:s?,s:s,s:s,s:s?,s:s?,s:s}", "holder",
                                      *holder == 0 ? NULL : holder, "item", key->item, "label",
                                      key->label, "page", *page == 0 ? NULL : page, "seal",
                                      *seal == 0 ? NULL : seal, "state", state));
}

json_t *import_row_opening(struct import_job *job, size_t row)
{
    struct import_wanted wanted;
    struct import_key key = {.copy = 0};
    char holder[IMPORT_CODE_SIZE] = "";
    bool is_good = import_find_key(job, row, &wanted, &key);

    if (is_good && !import_key_is_of_desk(job, &key)) {
        leave_to_desk(job, row, key.desk);
        return NULL;
    }
    is_good = is_good && check_key(job, row, &key);
    const char *state = read_state(job, row);
    is_good = check_text(job, row, COLUMN_PAGE) && is_good;
    is_good = check_text(job, row, COLUMN_SEAL) && is_good;
    if (state == NULL) {
        return NULL;
    }
    is_good = read_holder(job, row, state, holder) && is_good;
    is_good = read_seal(job, row, state) && is_good;
    bool is_home_wanted = strcmp(state, "owner") == 0 && *holder == 0;
    if (!is_good || !find_body_place(job, row, &wanted, &key, is_home_wanted)) {
        return NULL;
    }
    struct import_source *source = &job->sources[row];
    source->is_mended = source->is_mended || (wanted.has_place && !wanted.place.is_as_written);
    (void)snprintf(source->desk, sizeof source->desk, "%s", key.desk);
    return opening_value(job, row, &key, state, holder);
}
