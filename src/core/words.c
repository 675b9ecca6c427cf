/* Words for codes: see custody/words.h. */
#include "custody/words.h"

#include <string.h>

#include "policy.h"
#include "words_table.h"

#define LISTS_MAX 5

/* Columns whose codes the policy names, and in which of its lists. */
static const struct {
    const char *column;
    const char *lists[LISTS_MAX];
} SOURCES[] = {
    {"authority", {"authorities"}},
    {"by_desk", {"desks"}},
    {"cause", {"causes"}},
    {"channel", {"channels"}},
    {"channels", {"channels"}},
    {"class", {"key_classes", "folder_classes"}},
    {"classes", {"key_classes"}},
    {"desk", {"desks"}},
    {"desks", {"desks"}},
    {"documents", {"documents"}},
    {"folder_class", {"folder_classes"}},
    {"home_desk", {"desks"}},
    {"incident_kind", {"incident_kinds"}},
    {"kind", {"lock_kinds", "paper_kinds", "incident_kinds"}},
    {"kinds", {"lock_kinds", "paper_kinds"}},
    {"late_reason", {"late_reasons"}},
    {"lock_kind", {"lock_kinds"}},
    {"original_with", {"original_keepers"}},
    {"paper_kind", {"paper_kinds"}},
    {"purpose", {"purposes"}},
    {"purposes", {"purposes"}},
    {"reason", {"reasons", "late_reasons", "unsigned_reasons", "warning_reasons", "causes"}},
    {"shift", {"shifts"}},
    {"to_desk", {"desks"}},
    {"method", {"destruction_methods"}},
    {"unsigned_reason", {"unsigned_reasons"}},
    {"why", {"reasons"}},
};

/* Columns of fixed codes. No other is looked up: a person may have the handle "duty". */
static const char *const CODED[] = {
    "act",      "approval", "asked",   "awaits", "called",   "condition",   "decision",
    "flag",     "flags",    "for",     "gap",    "ground",   "holder_kind", "kind",
    "kinds",    "media",    "method",  "moved",  "obstacle", "obstacles",   "opinion",
    "original", "outcome",  "profile", "proof",  "reason",   "receipt",     "relation",
    "result",   "review",   "role",    "roles",  "scope",    "secrecy",     "state",
    "step",     "steps",    "trigger", "use",    "warning",  "warnings",    "what",
    NULL};

static bool is_coded(const char *column)
{
    for (size_t i = 0; CODED[i] != NULL; i++) {
        if (strcmp(CODED[i], column) == 0) {
            return true;
        }
    }
    return false;
}

/* A label of the policy's list, NULL when the code is not in it. */
static const char *policy_label(const json_t *policy, const char *list, const char *code)
{
    const json_t *entry = policy_find(policy, list, code);
    return json_string_value(json_object_get(entry, "label"));
}

/* "key.lend/2" is the word of "key.lend". */
static size_t code_len(const char *code)
{
    const char *slash = strchr(code, '/');
    return slash != NULL ? (size_t)(slash - code) : strlen(code);
}

/* What the table has for this very column, else for any. */
static const char *fixed_word(const char *column, const char *code)
{
    const size_t len = code_len(code);
    const char *any = NULL;
    for (size_t i = 0; WORDS[i].code != NULL; i++) {
        const struct word *word = &WORDS[i];
        if (strlen(word->code) != len || memcmp(word->code, code, len) != 0) {
            continue;
        }
        if (word->column != NULL && strcmp(word->column, column) == 0) {
            return word->zh;
        }
        any = word->column == NULL ? word->zh : any;
    }
    return any;
}

const char *custody_word(const json_t *policy, enum custody_lang lang, const char *column,
                         const char *code)
{
    if (lang != CUSTODY_ZH) {
        return code;
    }
    const char *word = NULL;
    for (size_t i = 0; i < sizeof SOURCES / sizeof SOURCES[0]; i++) {
        if (strcmp(SOURCES[i].column, column) != 0) {
            continue;
        }
        for (size_t k = 0;
             policy != NULL && word == NULL && k < LISTS_MAX && SOURCES[i].lists[k] != NULL;
             k++) {
            word = policy_label(policy, SOURCES[i].lists[k], code);
        }
    }
    if (word == NULL && is_coded(column)) {
        word = fixed_word(column, code);
    }
    return word != NULL ? word : code;
}

/* Is what `holder` of this row names a desk? */
static bool holder_is_desk(const json_t *row)
{
    static const char *const columns[] = {"holder_kind", "kind", "state", NULL};
    static const char *const kinds[] = {"desk", "in", "lost", "missing", "retired", NULL};
    const char *kind = NULL;
    for (size_t i = 0; kind == NULL && columns[i] != NULL; i++) {
        kind = json_string_value(json_object_get(row, columns[i]));
    }
    for (size_t i = 0; kind != NULL && kinds[i] != NULL; i++) {
        if (strcmp(kind, kinds[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* The value with words for its codes: new, or NULL when nothing changes. */
static json_t *worded(const json_t *policy, enum custody_lang lang, const char *column,
                      const json_t *value)
{
    const char *code = json_string_value(value);
    if (code != NULL) {
        const char *word = custody_word(policy, lang, column, code);
        return word != code ? json_string(word) : NULL;
    }
    if (!json_is_array(value)) {
        return NULL;
    }
    json_t *list = json_array();
    bool is_changed = false;
    for (size_t i = 0; list != NULL && i < json_array_size(value); i++) {
        json_t *element = json_array_get(value, i);
        json_t *word = worded(policy, lang, column, element);
        is_changed = is_changed || word != NULL;
        if (json_array_append_new(list, word != NULL ? word : json_incref(element)) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    if (!is_changed) {
        json_decref(list);
        return NULL;
    }
    return list;
}

static bool word_row(const json_t *policy, enum custody_lang lang, json_t *row)
{
    const bool is_desk = holder_is_desk(row);
    const char *column;
    json_t *value;
    void *next;
    json_object_foreach_safe(row, next, column, value)
    {
        const bool is_holder = strcmp(column, "holder") == 0;
        if (is_holder && !is_desk) {
            continue;
        }
        json_t *word = worded(policy, lang, is_holder ? "desk" : column, value);
        if (word != NULL && json_object_set_new(row, column, word) != 0) {
            return false;
        }
    }
    return true;
}

enum custody_status custody_words_apply(const json_t *policy, enum custody_lang lang,
                                        json_t *rows, struct custody_error *err)
{
    size_t i = 0;
    json_t *row = NULL;
    json_array_foreach(rows, i, row)
    {
        if (lang == CUSTODY_ZH && json_is_object(row) && !word_row(policy, lang, row)) {
            return custody_fail(err, CUSTODY_ERR_NOMEM,
                                "not enough memory to show this; ask for less");
        }
    }
    return CUSTODY_OK;
}
