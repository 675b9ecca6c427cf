/* The list that a change of custodians signs: count and digest (FORMATS.md §17.4). */
#include "desk_list.h"

#include <stdio.h>
#include <string.h>

#include "policy.h"
#include "site_impl.h"
#include "text.h"

enum custody_status desk_list_digest(struct store *store, const char *desk, int64_t *ret_count,
                                     uint8_t ret_digest[HASH_LEN], struct custody_error *err)
{
    struct hash_stream stream;
    struct store_query query = {0};
    int64_t count = 0;
    hash_stream_init(&stream);
    enum custody_status rc =
        store_query(store, &query, err,
                    "SELECT item || char(9) || holder_kind || char(9) || holder || char(10)"
                    " FROM item WHERE desk = ?1 AND holder_kind NOT IN ('void', 'retired')"
                    " ORDER BY item",
                    "t", desk);
    while (rc == CUSTODY_OK && query.has_row) {
        const char *line = store_text(&query, 0);
        hash_stream_put(&stream, line, strlen(line));
        count++;
        rc = store_next(&query, err);
    }
    store_end(&query);
    if (rc == CUSTODY_OK) {
        *ret_count = count;
        hash_stream_end(&stream, ret_digest);
    }
    return rc;
}

enum custody_status custody_desk_list(struct custody_site *site, const char *desk,
                                      json_t **ret_list, struct custody_error *err)
{
    char hex[2 * HASH_LEN + 1];
    uint8_t digest[HASH_LEN];
    int64_t count = 0;
    json_t *policy = NULL;
    enum custody_status rc = custody_site_policy(site, &policy, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    const bool is_desk = policy_find(policy, "desks", desk) != NULL;
    json_decref(policy);
    if (!is_desk) {
        return custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                            "The policy has no desk of this code: see custody site policy.");
    }
    rc = desk_list_digest(site->store, desk, &count, digest, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    text_hex(digest, HASH_LEN, hex);
    return json_give(json_pack("{s:I,s:s}", "count", (json_int_t)count, "digest", hex),
                     ret_list, err);
}
