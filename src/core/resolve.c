/* Naming: a scanned tag, a short code, an address all name things. */
#include <stdio.h>
#include <string.h>

#include "custody/tag.h"
#include "item.h"
#include "policy.h"
#include "site_impl.h"
#include "text.h"

struct found {
    json_t *matches;
    bool has_superseded;
};

static enum custody_status add(json_t *matches, const char *kind, const char *id,
                               const char *label, bool is_superseded, struct custody_error *err)
{
    size_t i = 0;
    const json_t *match = NULL;
    json_array_foreach(matches, i, match)
    {
        if (strcmp(json_string_value(json_object_get(match, "id")), id) == 0 &&
            strcmp(json_string_value(json_object_get(match, "kind")), kind) == 0) {
            return CUSTODY_OK;
        }
    }
    if (json_array_append_new(matches,
                              json_pack("{s:s,s:s,s:s,s:b}", "id", id, "kind", kind, "label",
                                        label, "superseded", (int)is_superseded)) != 0) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
    }
    return CUSTODY_OK;
}

/* Rows of (kind, id, label) for one text. */
static enum custody_status add_rows(struct custody_site *site, json_t *matches, const char *sql,
                                    const char *text, const char *kinds,
                                    struct custody_error *err)
{
    struct store_query query = {0};
    enum custody_status rc = store_query(site->store, &query, err, sql, "t", text);
    while (rc == CUSTODY_OK && query.has_row) {
        if (strstr(kinds, store_text(&query, 0)) != NULL) {
            rc = add(matches, store_text(&query, 0), store_text(&query, 1),
                     store_text(&query, 2), false, err);
        }
        if (rc == CUSTODY_OK) {
            rc = store_next(&query, err);
        }
    }
    store_end(&query);
    return rc;
}

static enum custody_status add_item(struct custody_site *site, json_t *matches,
                                    const char *item, const char *kinds,
                                    struct custody_error *err)
{
    TRY(add_rows(site, matches,
                 "SELECT substr(item, 1, 1), item, label FROM item WHERE item = ?1"
                 " AND holder_kind <> 'void'",
                 item, kinds, err));
    TRY(add_rows(site, matches,
                 "SELECT 'P', party, party FROM party WHERE party = ?1 AND void_idx IS NULL",
                 item, kinds, err));
    /* A tag that a person wears names the person (person.tag). */
    return add_rows(site, matches, "SELECT 'H', handle, handle FROM person_tag WHERE tag = ?1",
                    item, kinds, err);
}

/* Six symbols of the first ledger's id (FORMATS.md §6). */
static enum custody_status site_code(struct custody_site *site, char *out,
                                     struct custody_error *err)
{
    json_t *info = NULL;
    TRY(custody_site_info(site, &info, err));
    const char *code = json_string_value(json_object_get(info, "site_code"));
    (void)snprintf(out, CUSTODY_SITE_LEN + 1, "%s", code != NULL ? code : "");
    json_decref(info);
    return CUSTODY_OK;
}

static enum custody_status add_tag(struct custody_site *site, json_t *matches, const char *text,
                                   const char *kinds, bool *ret_tag, struct custody_error *err)
{
    struct custody_tag tag;
    struct custody_error inner = {0};
    *ret_tag = false;
    if (custody_tag_parse(text, &tag, &inner) != CUSTODY_OK) {
        return CUSTODY_OK;
    }
    *ret_tag = true;
    if (tag.site[0] != '\0') {
        char code[CUSTODY_SITE_LEN + 1];
        TRY(site_code(site, code, err));
        if (strcmp(code, tag.site) != 0) {
            return custody_refuse(err, "site",
                                  "This tag belongs to another site (%s); nothing was done.",
                                  tag.site);
        }
    }
    return add_item(site, matches, tag.item, kinds, err);
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
            rc = add(matches, "D", code, label, false, err);
        }
    }
    json_decref(policy);
    return rc;
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

enum custody_status custody_resolve(struct custody_site *site, const char *text,
                                    const char *kinds, json_t **ret_matches,
                                    struct custody_error *err)
{
    json_t *matches = NULL;
    bool is_tag = false;
    TRY(json_give(json_array(), &matches, err));
    enum custody_status rc = add_tag(site, matches, text, kinds, &is_tag, err);
    if (rc == CUSTODY_OK && custody_item_is_valid(text)) {
        rc = add_item(site, matches, text, kinds, err);
    }
    if (rc == CUSTODY_OK) {
        rc = add_rows(site, matches,
                      "SELECT 'L', code, label FROM place WHERE (code = ?1 OR label = ?1)"
                      " AND void_idx IS NULL",
                      text, kinds, err);
    }
    if (rc == CUSTODY_OK) {
        rc = add_rows(site, matches,
                      "SELECT 'U', code, label FROM lock WHERE code = ?1 AND void_idx IS NULL",
                      text, kinds, err);
    }
    if (rc == CUSTODY_OK) {
        rc = add_rows(site, matches,
                      "SELECT 'H', handle, handle FROM person WHERE handle = ?1"
                      " OR staff_no = ?1",
                      text, kinds, err);
    }
    if (rc == CUSTODY_OK) {
        rc = add_rows(site, matches,
                      "SELECT substr(item, 1, 1), item, label FROM item WHERE label = ?1"
                      " AND holder_kind <> 'void' ORDER BY item LIMIT 50",
                      text, kinds, err);
    }
    if (rc == CUSTODY_OK && strchr(kinds, 'D') != NULL) {
        rc = add_desks(site, matches, text, err);
    }
    if (rc == CUSTODY_OK && json_array_size(matches) == 0) {
        rc =
            !is_tag && looks_like_tag(text)
                ? custody_fail(err, CUSTODY_ERR_INVALID,
                               "%.40s is mistyped: its check symbols do not fit; read the tag "
                               "again.",
                               text)
                : custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                               "Nothing here is called %.80s: scan the tag, or see custody key "
                               "list.",
                               text);
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
                          " + (SELECT count(*) FROM person_tag WHERE id = substr(?1, 2))",
                          "t", out));
        if (taken == 0) {
            return CUSTODY_OK;
        }
    }
    return custody_fail(err, CUSTODY_ERR_CRYPTO,
                        "No fresh id was found: check the system's "
                        "random numbers.");
}
