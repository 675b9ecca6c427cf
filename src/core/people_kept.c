#include "people_kept.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "field.h"

#define SLOTS 1024u /* a power of two; more people than a site has */

struct kept_credential {
    bool is_there;
    uint8_t keyid[HASH_LEN];
    struct ledger_credential credential;
};

struct people_kept {
    struct kept_person slots[SLOTS];
    struct kept_credential credentials[SLOTS];
};

void people_keep_begin(struct state *state, bool may_keep)
{
    state->is_keeping = may_keep;
    if (!may_keep) {
        free(state->kept);
        state->kept = NULL;
        state->policy_until = INT64_MIN;
    }
}

void people_keep_end(struct state *state)
{
    state->is_keeping = false;
}

static size_t slot_of_key(const uint8_t keyid[HASH_LEN])
{
    return (keyid[0] | (size_t)keyid[1] << 8) & (SLOTS - 1);
}

const struct ledger_credential *people_kept_credential(const struct state *state,
                                                       const uint8_t keyid[HASH_LEN])
{
    if (!state->is_replay || state->kept == NULL) {
        return NULL;
    }
    const struct kept_credential *slot = &state->kept->credentials[slot_of_key(keyid)];
    return slot->is_there && memcmp(slot->keyid, keyid, HASH_LEN) == 0 ? &slot->credential
                                                                       : NULL;
}

void people_keep_credential(struct state *state, const uint8_t keyid[HASH_LEN],
                            const struct ledger_credential *credential)
{
    if (state->is_replay && state->kept != NULL) {
        struct kept_credential *slot = &state->kept->credentials[slot_of_key(keyid)];
        slot->is_there = true;
        memcpy(slot->keyid, keyid, HASH_LEN);
        slot->credential = *credential;
    }
}

uint32_t people_kept_role(const char *role)
{
    for (uint32_t i = 0; ROLE_NAMES[i].code != NULL; i++) {
        if (strcmp(ROLE_NAMES[i].code, role) == 0) {
            return UINT32_C(1) << i;
        }
    }
    return 0;
}

/* One person a slot: who comes later under the same number takes it over. */
static struct kept_person *slot_of(struct people_kept *kept, const char *handle)
{
    uint32_t mixed = 2166136261U;

    for (const char *at = handle; *at != '\0'; at++) {
        mixed = (mixed ^ (uint8_t)*at) * 16777619U;
    }
    return &kept->slots[(mixed ^ mixed >> 16) & (SLOTS - 1)];
}

static enum custody_status load_roles(struct state *state, struct kept_person *person,
                                      struct custody_error *err)
{
    struct store_query query = {0};
    enum custody_status rc =
        store_query(state->store, &query, err, "SELECT role FROM role WHERE handle = ?1", "t",
                    person->handle);

    while (rc == CUSTODY_OK && query.has_row) {
        person->own_roles |= people_kept_role(store_text(&query, 0));
        rc = store_next(&query, err);
    }
    store_end(&query);
    return rc;
}

enum custody_status people_kept_get(struct state *state, const char *handle,
                                    const struct kept_person **ret_kept,
                                    struct custody_error *err)
{
    struct kept_person fresh = {.is_there = true};
    int64_t one = 0;

    *ret_kept = NULL;
    if (!state->is_keeping || strlen(handle) >= sizeof fresh.handle) {
        return CUSTODY_OK;
    }
    if (state->kept == NULL) {
        state->kept = calloc(1, sizeof *state->kept);
        if (state->kept == NULL) {
            return CUSTODY_OK; /* slower, not wrong */
        }
    }
    struct kept_person *slot = slot_of(state->kept, handle);
    if (!slot->is_there || strcmp(slot->handle, handle) != 0) {
        (void)snprintf(fresh.handle, sizeof fresh.handle, "%s", handle);
        TRY(state_load_person(state, handle, &fresh.person, err));
        TRY(load_roles(state, &fresh, err));
        TRY(store_get_int(state->store, err, &one, &fresh.is_taker,
                          "SELECT 1 FROM delegation WHERE taker = ?1 LIMIT 1", "t", handle));
        *slot = fresh;
    }
    *ret_kept = slot;
    return CUSTODY_OK;
}
