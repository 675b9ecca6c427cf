/* Folders and papers that a line names. */
#include "folder_pick.h"

#include <stdlib.h>
#include <string.h>

#include "custody/tag.h"
#include "name.h"
#include "session_act.h"

#define PAPER_MAX 9999

static const char *text_member(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text != NULL ? text : "";
}

/* As paper_is_personal of the acts: a kind that the policy lost is (§19.2). */
static bool is_personal(const json_t *policy, const json_t *paper)
{
    const json_t *kind = folder_find(json_object_get(policy, "paper_kinds"), "code",
                                     json_object_get(paper, "kind"));
    return kind == NULL || strcmp(text_member(kind, "secrecy"), "personal") == 0;
}

/* Does a list of words apart by spaces have this one? */
static bool has_word(const char *words, const char *word)
{
    const size_t len = strlen(word);
    for (const char *at = words; len > 0 && (at = strstr(at, word)) != NULL; at++) {
        if ((at == words || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0')) {
            return true;
        }
    }
    return false;
}

/* ---- what is named ---- */

/* [{item,label,whole,ns:[{n}]}] by item. */
static enum custody_status add_word(struct session *session, json_t *picks, const char *word,
                                    struct custody_error *err)
{
    struct name_match match;
    char item[CUSTODY_ITEM_LEN + 1];
    bool is_new = false;
    enum custody_status rc = name_resolve(session, word, "FT", &match, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    (void)snprintf(item, sizeof item, "%.9s", match.id);
    const bool is_paper = match.kind == 'T';
    rc = folder_put_sorted(picks, "item",
                           json_pack("{s:s,s:s?,s:b,s:[]}", "item", item, "label",
                                     is_paper ? NULL : match.label, "whole", 0, "ns"),
                           &is_new, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    json_t *key = json_string(item);
    json_t *pick = folder_find(picks, "item", key);
    json_decref(key);
    if (!is_paper) {
        if (json_is_true(json_object_get(pick, "whole"))) {
            return custody_fail(err, CUSTODY_ERR_USAGE, "%s is named twice; name it once",
                                item);
        }
        return json_object_set_new(pick, "whole", json_true()) == 0 &&
                       json_object_set_new(pick, "label", json_string(match.label)) == 0
                   ? CUSTODY_OK
                   : session_packed(NULL, err);
    }
    int64_t n = 0;
    rc = option_int_of(match.id + CUSTODY_ITEM_LEN + 1, "the number of a paper", 1, PAPER_MAX,
                       &n, err);
    if (rc == CUSTODY_OK) {
        rc = folder_put_sorted(json_object_get(pick, "ns"), "n",
                               json_pack("{s:I}", "n", (json_int_t)n), &is_new, err);
    }
    if (rc == CUSTODY_OK && !is_new) {
        rc = custody_fail(err, CUSTODY_ERR_USAGE, "%s is named twice; name it once", match.id);
    }
    return rc;
}

/* --paper N, or what names a paper beside the folder: "3栋-2单元-1201#3". */
static enum custody_status add_paper_options(struct session *session, json_t *picks,
                                             struct custody_error *err)
{
    const struct arguments *args = session->args;
    const size_t count = option_count(args, "paper");
    if (count == 0) {
        return CUSTODY_OK;
    }
    json_t *pick = json_array_get(picks, 0);
    if (json_array_size(picks) != 1 || !json_is_true(json_object_get(pick, "whole"))) {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "--paper N belongs to one folder; with several write FOLDER#N");
    }
    enum custody_status rc = CUSTODY_OK;
    for (size_t i = 0; rc == CUSTODY_OK && i < count; i++) {
        char word[NAME_ID_SIZE];
        int64_t n = 0;
        const char *text = option_at(args, "paper", i);
        rc = option_int_of(text, "--paper", 1, PAPER_MAX, &n, err);
        if (rc == CUSTODY_OK) {
            (void)snprintf(word, sizeof word, "%s.%lld", text_member(pick, "item"),
                           (long long)n);
            rc = add_word(session, picks, word, err);
        }
    }
    if (rc == CUSTODY_OK && json_object_set_new(pick, "whole", json_false()) != 0) {
        rc = session_packed(NULL, err);
    }
    return rc;
}

/* Folder and papers of it: the folder is enough said. */
static enum custody_status check_picks(const json_t *picks, struct custody_error *err)
{
    size_t i = 0;
    const json_t *pick = NULL;
    json_array_foreach(picks, i, pick)
    {
        if (json_is_true(json_object_get(pick, "whole")) &&
            json_array_size(json_object_get(pick, "ns")) > 0) {
            return custody_fail(err, CUSTODY_ERR_USAGE,
                                "%s is named as a whole and by papers; name one or the other",
                                text_member(pick, "item"));
        }
    }
    return CUSTODY_OK;
}

static enum custody_status make_picks(struct session *session, json_t **ret_picks,
                                      struct custody_error *err)
{
    const struct arguments *args = session->args;
    json_t *picks = json_array();
    enum custody_status rc = session_packed(picks, err);
    for (size_t i = 0; rc == CUSTODY_OK && i < args->word_count; i++) {
        rc = add_word(session, picks, args->words[i], err);
    }
    if (rc == CUSTODY_OK) {
        rc = add_paper_options(session, picks, err);
    }
    if (rc == CUSTODY_OK) {
        rc = check_picks(picks, err);
    }
    if (rc != CUSTODY_OK) {
        json_decref(picks);
        return rc;
    }
    *ret_picks = picks;
    return CUSTODY_OK;
}

/* ---- what was counted: --pages N=COUNT, --condition CODE or N=CODE ---- */

/* Is the text before the equals sign this paper: its number where one folder is named, or
 * what names it in full? */
static enum custody_status names_paper(struct session *session, const char *text, size_t len,
                                       const char *item, json_int_t n, bool is_alone,
                                       bool *ret_is_it, struct custody_error *err)
{
    char name[NAME_LABEL_SIZE];
    char wanted[NAME_ID_SIZE];
    struct name_match match;
    int64_t number = 0;
    if (len == 0 || len >= sizeof name) {
        return custody_fail(err, CUSTODY_ERR_USAGE, "\"%.60s\" is not N=…, like 3=12", text);
    }
    memcpy(name, text, len);
    name[len] = '\0';
    if (is_alone && strspn(name, "0123456789") == len) {
        const enum custody_status rc =
            option_int_of(name, "the number of a paper", 1, PAPER_MAX, &number, err);
        *ret_is_it = rc == CUSTODY_OK && number == n;
        return rc;
    }
    (void)snprintf(wanted, sizeof wanted, "%s.%lld", item, (long long)n);
    const enum custody_status rc = name_resolve(session, name, "T", &match, err);
    *ret_is_it = rc == CUSTODY_OK && strcmp(match.id, wanted) == 0;
    return rc;
}

/* What one paper is said to have; the last that names it counts, one without a name is for
 * all. NULL: nothing is said. */
static enum custody_status said_of(struct session *session, const char *option,
                                   const char *item, json_int_t n, bool is_alone,
                                   const char **ret_text, struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    const char *all = NULL;
    const char *own = NULL;
    for (size_t i = 0; rc == CUSTODY_OK && i < option_count(session->args, option); i++) {
        const char *text = option_at(session->args, option, i);
        const char *equals = strrchr(text, '=');
        bool is_it = false;
        if (equals == NULL) {
            all = text;
            continue;
        }
        rc =
            names_paper(session, text, (size_t)(equals - text), item, n, is_alone, &is_it, err);
        own = is_it ? equals + 1 : own;
    }
    *ret_text = own != NULL ? own : all;
    return rc;
}

/* --pages and --condition of papers that are not in the act would be said in vain. */
static enum custody_status check_said(struct session *session, const char *option,
                                      const json_t *folders, const char *list,
                                      struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    const bool is_alone = json_array_size(folders) == 1;
    for (size_t k = 0; rc == CUSTODY_OK && k < option_count(session->args, option); k++) {
        const char *text = option_at(session->args, option, k);
        const char *equals = strrchr(text, '=');
        bool is_found = equals == NULL;
        if (equals == NULL && strcmp(option, "pages") == 0) {
            return custody_fail(err, CUSTODY_ERR_USAGE,
                                "--pages says what was counted of a paper: N=COUNT, like 3=12");
        }
        for (size_t i = 0; rc == CUSTODY_OK && i < json_array_size(folders); i++) {
            const json_t *folder = json_array_get(folders, i);
            const json_t *papers = json_object_get(folder, list);
            for (size_t j = 0; rc == CUSTODY_OK && !is_found && j < json_array_size(papers);
                 j++) {
                rc = names_paper(
                    session, text, (size_t)(equals - text), text_member(folder, "item"),
                    json_integer_value(json_object_get(json_array_get(papers, j), "n")),
                    is_alone, &is_found, err);
            }
        }
        if (rc == CUSTODY_OK && !is_found) {
            rc = custody_fail(err, CUSTODY_ERR_USAGE,
                              "--%s %.60s: that paper is not in this act; name it with --paper",
                              option, text);
        }
    }
    return rc;
}

static enum custody_status paper_element(struct session *session,
                                         const struct folder_wish *wish, const char *item,
                                         const json_t *paper, bool is_alone,
                                         json_t **ret_element, struct custody_error *err)
{
    const json_int_t n = json_integer_value(json_object_get(paper, "n"));
    const char *said = NULL;
    json_t *element = json_pack("{s:O,s:I}", "label", json_object_get(paper, "label"), "n", n);
    enum custody_status rc = session_packed(element, err);
    if (rc == CUSTODY_OK && wish->has_pages) {
        int64_t pages = json_integer_value(json_object_get(paper, "pages"));
        rc = said_of(session, "pages", item, n, is_alone, &said, err);
        if (rc == CUSTODY_OK && said != NULL) {
            rc = option_int_of(said, "--pages", 0, PAPER_MAX, &pages, err);
        }
        if (rc == CUSTODY_OK &&
            json_object_set_new(element, "pages", json_integer(pages)) != 0) {
            rc = session_packed(NULL, err);
        }
    }
    if (rc == CUSTODY_OK && wish->condition != NULL) {
        rc = said_of(session, "condition", item, n, is_alone, &said, err);
        if (rc == CUSTODY_OK &&
            json_object_set_new(element, "condition",
                                json_string(said != NULL ? said : wish->condition)) != 0) {
            rc = session_packed(NULL, err);
        }
    }
    if (rc != CUSTODY_OK) {
        json_decref(element);
        return rc;
    }
    *ret_element = element;
    return CUSTODY_OK;
}

/* ---- elements ---- */

static enum custody_status no_papers(const struct folder_wish *wish, const char *item,
                                     size_t withheld, struct custody_error *err)
{
    if (withheld > 0) {
        return custody_refuse(err, "A7",
                              "What is filed in %s is personal and is not lent; record the "
                              "refusal (custody folder refuse).",
                              item);
    }
    return custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                        "%s has no paper that is %s; look at it with folder show", item,
                        wish->states);
}

static enum custody_status folder_element(struct session *session,
                                          const struct folder_wish *wish, const json_t *pick,
                                          const json_t *policy, bool is_alone,
                                          json_t **ret_element, struct custody_error *err)
{
    const char *item = text_member(pick, "item");
    const json_t *ns = json_object_get(pick, "ns");
    json_t *folder = NULL;
    json_t *rows = NULL;
    json_t *papers = json_array();
    json_t *withheld = json_array();
    size_t i = 0;
    const json_t *row = NULL;
    bool is_new = false;
    enum custody_status rc = session_packed(papers, err);
    if (rc == CUSTODY_OK) {
        rc = session_packed(withheld, err);
    }
    if (rc == CUSTODY_OK) {
        rc = folder_read(session, item, &folder, err);
    }
    if (rc == CUSTODY_OK) {
        rc = folder_read_papers(session, item, &rows, err);
    }
    json_array_foreach(rows, i, row)
    {
        json_t *element = NULL;
        const char *state = text_member(row, "state");
        const bool is_kept =
            wish->leaves_withheld && strcmp(state, "filed") == 0 && is_personal(policy, row);
        const bool is_taken = json_is_true(json_object_get(pick, "whole"))
                                  ? has_word(wish->states, state) && !is_kept
                                  : folder_find(ns, "n", json_object_get(row, "n")) != NULL;
        if (rc == CUSTODY_OK && is_kept) {
            rc =
                folder_put_sorted(withheld, "n",
                                  json_pack("{s:O,s:O}", "label", json_object_get(row, "label"),
                                            "n", json_object_get(row, "n")),
                                  &is_new, err);
        }
        if (rc == CUSTODY_OK && is_taken) {
            rc = paper_element(session, wish, item, row, is_alone, &element, err);
            if (rc == CUSTODY_OK) {
                rc = folder_put_sorted(papers, "n", element, &is_new, err);
            }
        }
    }
    if (rc == CUSTODY_OK && json_array_size(papers) == 0) {
        rc = no_papers(wish, item, json_array_size(withheld), err);
    }
    if (rc == CUSTODY_OK) {
        json_t *element = json_pack("{s:s,s:O,s:O}", "item", item, "label",
                                    json_object_get(folder, "label"), wish->list, papers);
        const json_int_t version = json_integer_value(json_object_get(folder, "version"));
        rc = session_packed(element, err);
        if (rc == CUSTODY_OK && wish->has_version &&
            json_object_set_new(element, "version", json_integer(version + 1)) != 0) {
            rc = session_packed(NULL, err);
        }
        if (rc == CUSTODY_OK && wish->leaves_withheld &&
            json_object_set(element, "withheld", withheld) != 0) {
            rc = session_packed(NULL, err);
        }
        if (rc == CUSTODY_OK) {
            *ret_element = element;
        } else {
            json_decref(element);
        }
    }
    json_decref(folder);
    json_decref(rows);
    json_decref(papers);
    json_decref(withheld);
    return rc;
}

enum custody_status folder_pick_folders(struct session *session, const struct folder_wish *wish,
                                        json_t **ret_folders, struct custody_error *err)
{
    json_t *picks = NULL;
    json_t *policy = NULL;
    json_t *folders = json_array();
    enum custody_status rc = session_packed(folders, err);
    if (rc == CUSTODY_OK) {
        rc = make_picks(session, &picks, err);
    }
    if (rc == CUSTODY_OK) {
        rc = custody_site_policy(session->site, &policy, err);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < json_array_size(picks); i++) {
        json_t *element = NULL;
        rc = folder_element(session, wish, json_array_get(picks, i), policy,
                            json_array_size(picks) == 1, &element, err);
        if (rc == CUSTODY_OK && json_array_append_new(folders, element) != 0) {
            rc = session_packed(NULL, err);
        }
    }
    if (rc == CUSTODY_OK && wish->has_pages) {
        rc = check_said(session, "pages", folders, wish->list, err);
    }
    if (rc == CUSTODY_OK && wish->condition != NULL) {
        rc = check_said(session, "condition", folders, wish->list, err);
    }
    json_decref(picks);
    json_decref(policy);
    if (rc != CUSTODY_OK) {
        json_decref(folders);
        return rc;
    }
    *ret_folders = folders;
    return CUSTODY_OK;
}

/* ---- things ---- */

static enum custody_status add_thing(json_t *things, const char *folder, const json_t *paper,
                                     struct custody_error *err)
{
    char item[NAME_ID_SIZE];
    bool is_new = false;
    (void)snprintf(item, sizeof item, "%s.%lld", folder,
                   (long long)json_integer_value(json_object_get(paper, "n")));
    return folder_put_sorted(
        things, "item",
        json_pack("{s:s,s:O}", "item", item, "label", json_object_get(paper, "label")), &is_new,
        err);
}

static enum custody_status add_things(struct session *session, const char *states,
                                      const json_t *pick, json_t *things,
                                      struct custody_error *err)
{
    const char *item = text_member(pick, "item");
    const bool is_whole = json_is_true(json_object_get(pick, "whole"));
    json_t *rows = NULL;
    size_t i = 0;
    const json_t *row = NULL;
    bool is_new = false;
    const size_t before = json_array_size(things);
    if (is_whole && states == NULL) {
        return folder_put_sorted(
            things, "item",
            json_pack("{s:s,s:O}", "item", item, "label", json_object_get(pick, "label")),
            &is_new, err);
    }
    enum custody_status rc = folder_read_papers(session, item, &rows, err);
    json_array_foreach(rows, i, row)
    {
        const bool is_taken = is_whole ? has_word(states, text_member(row, "state"))
                                       : folder_find(json_object_get(pick, "ns"), "n",
                                                     json_object_get(row, "n")) != NULL;
        if (rc == CUSTODY_OK && is_taken) {
            rc = add_thing(things, item, row, err);
        }
    }
    json_decref(rows);
    if (rc == CUSTODY_OK && json_array_size(things) == before) {
        rc = custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                          "%s has no paper that is %s; look at it with folder show", item,
                          states != NULL ? states : "so numbered");
    }
    return rc;
}

enum custody_status folder_pick_things(struct session *session, const char *states,
                                       json_t **ret_things, struct custody_error *err)
{
    json_t *picks = NULL;
    json_t *things = json_array();
    enum custody_status rc = session_packed(things, err);
    if (rc == CUSTODY_OK) {
        rc = make_picks(session, &picks, err);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < json_array_size(picks); i++) {
        rc = add_things(session, states, json_array_get(picks, i), things, err);
    }
    json_decref(picks);
    if (rc != CUSTODY_OK) {
        json_decref(things);
        return rc;
    }
    *ret_things = things;
    return CUSTODY_OK;
}
