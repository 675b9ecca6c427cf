/* Naming folders, their papers, and where they stand (FORMATS.md §19.2). */
#include "resolve_impl.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

#define PAPER_NAME_MAX 400U /* 80 characters of UTF-8 and 0 */

enum custody_status resolve_add_folders(struct custody_site *site, json_t *matches,
                                        const char *text, const char *kinds,
                                        struct custody_error *err)
{
    /* Each only where the one before found nothing: a label means its folder before a home
     * does, and a folder that is in use before one that is closed or gone. */
    static const char *const folders[] = {
        "SELECT 'F', item, label FROM folder WHERE label = ?1 AND state <> 'destroyed'",
        "SELECT 'F', f.item, f.label FROM place p JOIN folder f ON f.place = p.code"
        " WHERE (p.code = ?1 OR p.label = ?1) AND p.void_idx IS NULL AND f.state = 'open'"
        " ORDER BY f.item LIMIT 50",
        "SELECT 'F', f.item, f.label FROM place p JOIN folder f ON f.place = p.code"
        " WHERE (p.code = ?1 OR p.label = ?1) AND p.void_idx IS NULL AND f.state = 'closed'"
        " ORDER BY f.item LIMIT 50",
        "SELECT 'F', item, label FROM folder WHERE label = ?1 ORDER BY item LIMIT 50",
    };
    TRY(resolve_add_rows(site, matches,
                         "SELECT substr(item, 1, 1), item, label FROM storage WHERE label = ?1",
                         text, kinds, err));
    if (strchr(kinds, 'F') == NULL) {
        return CUSTODY_OK;
    }
    const size_t before = json_array_size(matches);
    for (size_t i = 0;
         i < sizeof folders / sizeof folders[0] && json_array_size(matches) == before; i++) {
        TRY(resolve_add_rows(site, matches, folders[i], text, "F", err));
    }
    return CUSTODY_OK;
}

/* Where the name of the paper begins behind that of its folder; NULL: this names no paper. */
static const char *split(const char *text, size_t *ret_folder_len)
{
    static const char FULL_WIDTH[] = "＃";
    const char *paper = NULL;
    for (const char *at = text; *at != '\0'; at++) {
        const bool is_wide = strncmp(at, FULL_WIDTH, sizeof FULL_WIDTH - 1) == 0;
        if (*at == '#' || is_wide) {
            *ret_folder_len = (size_t)(at - text);
            paper = at + (is_wide ? sizeof FULL_WIDTH - 1 : 1);
        }
    }
    const char *dot = strrchr(text, '.');
    if (paper == NULL && dot != NULL) {
        *ret_folder_len = (size_t)(dot - text);
        paper = dot + 1;
        if (strspn(paper, "0123456789") != strlen(paper)) {
            return NULL;
        }
    }
    return paper != NULL && *paper != '\0' && *ret_folder_len > 0 ? paper : NULL;
}

/* Papers of a folder by number; else, of those still in it, by kind or label. */
static enum custody_status add_papers(struct custody_site *site, json_t *matches,
                                      const json_t *folder, const char *paper,
                                      struct custody_error *err)
{
    struct store_query query = {0};
    uint64_t n = 0;
    const bool is_number = text_parse_u64(paper, strlen(paper), 9999, &n);
    const char *item = json_string_value(json_object_get(folder, "id"));
    enum custody_status rc =
        is_number ? store_query(site->store, &query, err,
                                "SELECT item, label FROM paper WHERE folder = ?1 AND n = ?2",
                                "ti", item, (int64_t)n)
                  : store_query(site->store, &query, err,
                                "SELECT item, label FROM paper WHERE folder = ?1"
                                " AND (kind = ?2 OR label = ?2)"
                                " AND state IN ('filed', 'lent', 'missing') ORDER BY n",
                                "tt", item, paper);
    while (rc == CUSTODY_OK && query.has_row) {
        /* An old tag on the bag is as old for what is in it. */
        json_t *match = json_pack(
            "{s:O,s:s,s:s,s:s,s:O}", "generation", json_object_get(folder, "generation"), "id",
            store_text(&query, 0), "kind", "T", "label", store_text(&query, 1), "superseded",
            json_object_get(folder, "superseded"));
        rc = json_array_append_new(matches, match) == 0
                 ? store_next(&query, err)
                 : custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
    }
    store_end(&query);
    return rc;
}

enum custody_status resolve_add_paper(struct custody_site *site, json_t *matches,
                                      const char *text, struct custody_error *err)
{
    char folder_text[2 * PAPER_NAME_MAX];
    json_t *folders = NULL;
    size_t i = 0;
    const json_t *folder = NULL;
    size_t folder_len = 0;
    struct custody_error inner = {0};
    const char *paper = split(text, &folder_len);
    if (paper == NULL || folder_len >= sizeof folder_text) {
        return CUSTODY_OK;
    }
    memcpy(folder_text, text, folder_len);
    folder_text[folder_len] = '\0';
    enum custody_status rc = custody_resolve(site, folder_text, "F", &folders, &inner);
    if (rc == CUSTODY_ERR_NOT_FOUND || rc == CUSTODY_ERR_INVALID) {
        return CUSTODY_OK; /* the whole may still be a name */
    }
    if (rc != CUSTODY_OK) {
        if (err != NULL) {
            *err = inner;
        }
        return rc;
    }
    json_array_foreach(folders, i, folder)
    {
        rc = rc == CUSTODY_OK ? add_papers(site, matches, folder, paper, err) : rc;
    }
    json_decref(folders);
    return rc;
}
