/* Naming: a scanned tag, a short code, an address all name things. */
#include <stdio.h>
#include <string.h>

#include "custody/tag.h"
#include "item.h"
#include "policy.h"
#include "resolve_impl.h"
#include "text.h"

/* A scanned tag beside the newest one printed of its item. */
struct generation {
    char scanned;    /* 0: typed, or no tag */
    char printed[2]; /* "" when none was ever printed */
};

static enum custody_status add(json_t *matches, const char *kind, const char *id,
                               const char *label, const struct generation *generation,
                               struct custody_error *err)
{
    const char *printed = generation != NULL ? generation->printed : "";
    const bool is_superseded =
        generation != NULL && generation->scanned != 0 && generation->scanned < printed[0];
    size_t i = 0;
    const json_t *match = NULL;
    json_array_foreach(matches, i, match)
    {
        if (strcmp(json_string_value(json_object_get(match, "id")), id) == 0 &&
            strcmp(json_string_value(json_object_get(match, "kind")), kind) == 0) {
            return CUSTODY_OK;
        }
    }
    if (json_array_append_new(matches, json_pack("{s:s?,s:s,s:s,s:s,s:b}", "generation",
                                                 printed[0] != '\0' ? printed : NULL, "id", id,
                                                 "kind", kind, "label", label, "superseded",
                                                 (int)is_superseded)) != 0) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
    }
    return CUSTODY_OK;
}

/* Rows of (kind, id, label) for one text. */
static enum custody_status add_rows(struct custody_site *site, json_t *matches, const char *sql,
                                    const char *text, const char *kinds,
                                    const struct generation *generation,
                                    struct custody_error *err)
{
    struct store_query query = {0};
    enum custody_status rc = store_query(site->store, &query, err, sql, "t", text);
    while (rc == CUSTODY_OK && query.has_row) {
        if (strstr(kinds, store_text(&query, 0)) != NULL) {
            rc = add(matches, store_text(&query, 0), store_text(&query, 1),
                     store_text(&query, 2), generation, err);
        }
        if (rc == CUSTODY_OK) {
            rc = store_next(&query, err);
        }
    }
    store_end(&query);
    return rc;
}

enum custody_status resolve_add_rows(struct custody_site *site, json_t *matches,
                                     const char *sql, const char *text, const char *kinds,
                                     struct custody_error *err)
{
    return add_rows(site, matches, sql, text, kinds, NULL, err);
}

/* What bears this item; a blank tag bears it too, and stands for nothing yet. */
static enum custody_status add_item(struct custody_site *site, json_t *matches,
                                    const char *item, const char *kinds,
                                    const struct generation *generation,
                                    struct custody_error *err)
{
    TRY(add_rows(site, matches,
                 "SELECT substr(item, 1, 1), item, label FROM item WHERE item = ?1"
                 " AND holder_kind <> 'void'",
                 item, kinds, generation, err));
    TRY(add_rows(site, matches,
                 "SELECT 'P', party, party FROM party WHERE party = ?1 AND void_idx IS NULL",
                 item, kinds, generation, err));
    /* A tag that a person wears names the person (person.tag). */
    TRY(add_rows(site, matches, "SELECT 'H', handle, handle FROM person_tag WHERE tag = ?1",
                 item, kinds, generation, err));
    TRY(add_rows(site, matches, "SELECT 'F', item, label FROM folder WHERE item = ?1", item,
                 kinds, generation, err));
    TRY(add_rows(site, matches,
                 "SELECT substr(item, 1, 1), item, label FROM storage WHERE item = ?1", item,
                 kinds, generation, err));
    return add_rows(site, matches,
                    "SELECT 'N', tag, '' FROM tag_blank WHERE tag = ?1"
                    " AND claimed_idx IS NULL",
                    item, kinds, generation, err);
}

/*
 * The newest generation printed of what the tag names; *ret_found false: it names nothing here.
 * A blank is a tag of the first generation, printed by its act.
 */
static enum custody_status load_generation(struct custody_site *site, const char *item,
                                           struct generation *generation, bool *ret_found,
                                           bool *ret_blank, struct custody_error *err)
{
    struct store_query query = {0};
    int64_t one = 0;
    TRY(store_get_int(site->store, err, &one, ret_blank,
                      "SELECT 1 FROM tag_blank WHERE tag = ?1 AND claimed_idx IS NULL", "t",
                      item));
    enum custody_status rc =
        store_query(site->store, &query, err,
                    "SELECT (SELECT generation FROM tag_print WHERE item = ?1)"
                    " WHERE EXISTS (SELECT 1 FROM item WHERE item = ?1"
                    "  AND holder_kind <> 'void')"
                    " OR EXISTS (SELECT 1 FROM party WHERE party = ?1 AND void_idx IS NULL)"
                    " OR EXISTS (SELECT 1 FROM person_tag WHERE tag = ?1)"
                    " OR EXISTS (SELECT 1 FROM folder WHERE item = ?1)"
                    " OR EXISTS (SELECT 1 FROM storage WHERE item = ?1)",
                    "t", item);
    *ret_found = rc == CUSTODY_OK && (query.has_row || *ret_blank);
    if (rc == CUSTODY_OK && query.has_row && !store_is_null(&query, 0)) {
        (void)snprintf(generation->printed, sizeof generation->printed, "%s",
                       store_text(&query, 0));
    }
    store_end(&query);
    return rc;
}

/* A tag of a generation that was never printed: mistyped or forged. Where no printing is on
 * record the first is taken: it may be older than this program. */
static enum custody_status judge_generation(const char *item,
                                            const struct generation *generation,
                                            struct custody_error *err)
{
    const char newest = generation->printed[0] != '\0' ? generation->printed[0] : '1';
    if (generation->scanned > newest) {
        return custody_refuse(err, "generation",
                              "This tag was not printed here: no generation %c of %s is on "
                              "record; keep the tag and tell the supervisor.",
                              generation->scanned, item);
    }
    return CUSTODY_OK;
}

static enum custody_status add_tag(struct custody_site *site, json_t *matches, const char *text,
                                   const char *kinds, bool *ret_tag, struct custody_error *err)
{
    struct custody_tag tag;
    struct generation generation = {.scanned = 0};
    bool is_found = false;
    bool is_blank = false;
    struct custody_error inner = {0};
    *ret_tag = false;
    if (custody_tag_parse(text, &tag, &inner) != CUSTODY_OK) {
        return CUSTODY_OK;
    }
    *ret_tag = true;
    if (tag.site[0] != '\0') {
        char code[CUSTODY_SITE_LEN + 1];
        uint8_t first[HASH_LEN];
        TRY(site_first_ledger(site, first, err));
        custody_site_code(first, code);
        if (strcmp(code, tag.site) != 0) {
            return custody_refuse(err, "site",
                                  "This tag belongs to another site (%s); nothing was done.",
                                  tag.site);
        }
    }
    generation.scanned = tag.generation;
    TRY(load_generation(site, tag.item, &generation, &is_found, &is_blank, err));
    if (is_found) {
        TRY(judge_generation(tag.item, &generation, err));
    }
    TRY(add_item(site, matches, tag.item, kinds, &generation, err));
    if (is_blank && json_array_size(matches) == 0) {
        return custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                            "%s is a blank tag: register what it hangs on with custody key add "
                            "--item, then use it.",
                            tag.item);
    }
    return CUSTODY_OK;
}

static enum custody_status add_desks(struct custody_site *site, json_t *matches,
                                     const char *text, struct custody_error *err)
{
    json_t *policy = NULL;
    size_t i = 0;
    const json_t *desk = NULL;
    enum custody_status rc = custody_site_policy(site, &policy, err);
    if (rc == CUSTODY_ERR_NOT_FOUND) {
        return CUSTODY_OK;
    }
    TRY(rc);
    json_array_foreach(json_object_get(policy, "desks"), i, desk)
    {
        const char *code = json_string_value(json_object_get(desk, "code"));
        const char *label = json_string_value(json_object_get(desk, "label"));
        if (rc == CUSTODY_OK && (strcmp(code, text) == 0 || strcmp(label, text) == 0)) {
            rc = add(matches, "D", code, label, NULL, err);
        }
    }
    json_decref(policy);
    return rc;
}

/* What is called text, other than by a tag. */
static enum custody_status add_named(struct custody_site *site, json_t *matches,
                                     const char *text, const char *kinds,
                                     struct custody_error *err)
{
    if (custody_item_is_valid(text)) {
        TRY(add_item(site, matches, text, kinds, NULL, err));
    }
    TRY(add_rows(site, matches,
                 "SELECT 'L', code, label FROM place WHERE (code = ?1 OR label = ?1)"
                 " AND void_idx IS NULL",
                 text, kinds, NULL, err));
    TRY(add_rows(site, matches,
                 "SELECT 'U', code, label FROM lock WHERE code = ?1 AND void_idx IS NULL", text,
                 kinds, NULL, err));
    TRY(add_rows(site, matches,
                 "SELECT 'H', handle, handle FROM person WHERE handle = ?1"
                 " OR staff_no = ?1",
                 text, kinds, NULL, err));
    TRY(add_rows(site, matches,
                 "SELECT substr(item, 1, 1), item, label FROM item WHERE label = ?1"
                 " AND holder_kind <> 'void' ORDER BY item LIMIT 50",
                 text, kinds, NULL, err));
    TRY(resolve_add_folders(site, matches, text, kinds, err));
    if (strchr(kinds, 'T') != NULL) {
        TRY(resolve_add_paper(site, matches, text, err));
    }
    if (strchr(kinds, 'D') != NULL) {
        TRY(add_desks(site, matches, text, err));
    }
    return CUSTODY_OK;
}

/* Looks like something typed from a tag, so that a typing error is named as such. */
static bool looks_like_tag(const char *text)
{
    size_t symbols = 0;
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '-' || *at == ' ') {
            continue;
        }
        bool is_symbol = (*at >= '0' && *at <= '9') || (*at >= 'A' && *at <= 'Z') ||
                         (*at >= 'a' && *at <= 'z');
        if (!is_symbol) {
            return false;
        }
        symbols++;
    }
    return symbols == 20 || symbols == 11;
}

/* The symbols of a tag with nothing between them, as a scanner sends it: that is a tag and
 * nothing else. So a damaged one costs no look-up and never happens to name something. */
static bool is_scanned(const char *text)
{
    return strlen(text) == CUSTODY_TAG_LEN && (text[0] == 'C' || text[0] == 'c') &&
           text[1] == '1' && looks_like_tag(text);
}

/* Which noun lists what was looked for. */
static const char *list_of(const char *kinds)
{
    return strchr(kinds, 'F') != NULL     ? "folder"
           : strpbrk(kinds, "BS") != NULL ? "storage"
                                          : "key";
}

enum custody_status custody_resolve(struct custody_site *site, const char *text,
                                    const char *kinds, json_t **ret_matches,
                                    struct custody_error *err)
{
    json_t *matches = NULL;
    bool is_tag = false;
    TRY(json_give(json_array(), &matches, err));
    enum custody_status rc = add_tag(site, matches, text, kinds, &is_tag, err);
    if (rc == CUSTODY_OK && !is_scanned(text)) {
        rc = add_named(site, matches, text, kinds, err);
    }
    if (rc == CUSTODY_OK && json_array_size(matches) == 0) {
        rc = !is_tag && looks_like_tag(text)
                 ? custody_fail(err, CUSTODY_ERR_INVALID,
                                "%.40s is mistyped: its check symbols do not fit; read the tag "
                                "again.",
                                text)
                 : custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                                "Nothing here is called %.80s: scan the tag, or see custody %s "
                                "list.",
                                text, list_of(kinds));
    }
    if (rc == CUSTODY_OK) {
        *ret_matches = matches;
    } else {
        json_decref(matches);
    }
    return rc;
}

enum custody_status custody_item_new(struct custody_site *site, char item_class, char out[10],
                                     struct custody_error *err)
{
    for (int attempt = 0; attempt < 100; attempt++) {
        int64_t taken = 0;
        custody_item_random(item_class, out);
        TRY(store_get_int(site->store, err, &taken, NULL,
                          "SELECT (SELECT count(*) FROM item WHERE id = substr(?1, 2))"
                          " + (SELECT count(*) FROM party WHERE party = 'P' || substr(?1, 2))"
                          " + (SELECT count(*) FROM person_tag WHERE id = substr(?1, 2))"
                          " + (SELECT count(*) FROM tag_blank WHERE id = substr(?1, 2))"
                          " + (SELECT count(*) FROM folder WHERE id = substr(?1, 2))"
                          " + (SELECT count(*) FROM storage WHERE id = substr(?1, 2))",
                          "t", out));
        if (taken == 0) {
            return CUSTODY_OK;
        }
    }
    return custody_fail(err, CUSTODY_ERR_CRYPTO,
                        "No fresh id was found: check the system's "
                        "random numbers.");
}
