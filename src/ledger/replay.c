#include "replay.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

/* The largest seen_max_entries that a policy may say, and a little. */
#define RING_SLOTS    65540
#define IDS_PER_CHUNK 65536U

/* ---- act ids ---- */

static void ids_clear(struct replay_ids *ids)
{
    for (size_t i = 0; i < ids->chunk_count; i++) {
        free(ids->chunks[i]);
    }
    free(ids->chunks);
    free(ids->slots);
    *ids = (struct replay_ids){0};
}

static size_t ids_slot(const struct replay_ids *ids, const uint8_t *id)
{
    uint64_t value = 0;

    memcpy(&value, id, sizeof value);
    /* Salted, so that nobody can write ids that all fall into one slot. */
    value = (value ^ ids->salt) * UINT64_C(0x9E3779B97F4A7C15);
    return (size_t)(value >> 20) & (ids->slot_count - 1);
}

static const uint8_t *ids_get(const struct replay_ids *ids, uint32_t number)
{
    return ids->chunks[number / IDS_PER_CHUNK][number % IDS_PER_CHUNK];
}

static enum custody_status ids_grow(struct replay_ids *ids, size_t slot_count,
                                    struct custody_error *err)
{
    uint32_t *old = ids->slots;
    uint32_t *slots = calloc(slot_count, sizeof *slots);

    if (slots == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "verifying: out of memory");
    }
    ids->slots = slots;
    ids->slot_count = slot_count;
    for (size_t i = 0; i < ids->count; i++) {
        size_t slot = ids_slot(ids, ids_get(ids, (uint32_t)i));
        while (ids->slots[slot] != 0) {
            slot = (slot + 1) & (slot_count - 1);
        }
        ids->slots[slot] = (uint32_t)i + 1;
    }
    free(old);
    return CUSTODY_OK;
}

static enum custody_status ids_add_chunk(struct replay_ids *ids, struct custody_error *err)
{
    uint8_t(*chunk)[16] = malloc((size_t)IDS_PER_CHUNK * sizeof *chunk);
    uint8_t(**grown)[16] = realloc(ids->chunks, (ids->chunk_count + 1) * sizeof *grown);

    if (grown != NULL) {
        ids->chunks = grown;
    }
    if (chunk == NULL || grown == NULL) {
        free(chunk);
        return custody_fail(err, CUSTODY_ERR_NOMEM, "verifying: out of memory");
    }
    ids->chunks[ids->chunk_count++] = chunk;
    return CUSTODY_OK;
}

static enum custody_status ids_add(struct replay_ids *ids, const uint8_t id[HASH_LEN],
                                   bool *ret_is_new, struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;

    if (ids->count + 1 > ids->slot_count / 2) {
        rc = ids_grow(ids, ids->slot_count * 2, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
    }
    size_t slot = ids_slot(ids, id);
    while (ids->slots[slot] != 0) {
        if (memcmp(ids_get(ids, ids->slots[slot] - 1), id, 16) == 0) {
            *ret_is_new = false;
            return CUSTODY_OK;
        }
        slot = (slot + 1) & (ids->slot_count - 1);
    }
    if (ids->count == ids->chunk_count * IDS_PER_CHUNK) {
        rc = ids_add_chunk(ids, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
    }
    memcpy(ids->chunks[ids->count / IDS_PER_CHUNK][ids->count % IDS_PER_CHUNK], id, 16);
    ids->count++;
    ids->slots[slot] = (uint32_t)ids->count;
    *ret_is_new = true;
    return CUSTODY_OK;
}

/* ---- roots ---- */

static enum custody_status root_at(void *arg, int64_t size, uint8_t out[HASH_LEN],
                                   bool *ret_known, struct custody_error *err)
{
    struct replay *replay = arg;
    const struct replay_root *slot = &replay->ring[size % RING_SLOTS];

    (void)err;
    *ret_known = slot->size == size;
    if (*ret_known) {
        memcpy(out, slot->root, HASH_LEN);
    }
    return CUSTODY_OK;
}

static void keep_root(struct replay *replay)
{
    struct replay_root *slot = &replay->ring[replay->chain.size % RING_SLOTS];

    slot->size = replay->chain.size;
    tree_root(&replay->chain.frontier, slot->root);
}

bool replay_explains(struct replay *replay, int64_t size)
{
    if (replay->chain.bad_from == JUDGE_NO_INDEX || size < replay->chain.bad_from) {
        return false;
    }
    judge_count(replay->judge, replay->chain.bad_idx);
    return true;
}

/* ---- beginning ---- */

enum custody_status replay_init(struct replay *replay, struct store *store,
                                const struct ledger_domain *domain, struct judge *judge,
                                unsigned threads, int64_t expected, struct custody_error *err)
{
    size_t slots = 1024;

    *replay = (struct replay){.judge = judge};
    replay->chain = (struct chain){.store = store,
                                   .domain = domain,
                                   .root_at = root_at,
                                   .root_arg = replay,
                                   .bad_from = JUDGE_NO_INDEX,
                                   .bad_idx = JUDGE_NO_INDEX};
    /* What a hostile checkpoint claims is no reason to take much memory beforehand. */
    while ((int64_t)slots / 2 < expected && slots < ((size_t)1 << 22)) {
        slots *= 2;
    }
    crypt_random(&replay->ids.salt, sizeof replay->ids.salt);
    replay->ring = calloc(RING_SLOTS, sizeof *replay->ring);
    if (replay->ring == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "verifying: out of memory");
    }
    enum custody_status rc = ids_grow(&replay->ids, slots, err);
    if (rc == CUSTODY_OK) {
        rc = sigcheck_start(threads, &replay->sigs, err);
    }
    if (rc != CUSTODY_OK) {
        replay_clear(replay);
    }
    return rc;
}

void replay_clear(struct replay *replay)
{
    sigcheck_stop(replay->sigs);
    replay->sigs = NULL;
    free(replay->ring);
    replay->ring = NULL;
    ids_clear(&replay->ids);
}

enum custody_status replay_next_generation(struct replay *replay, struct custody_error *err)
{
    replay->past.is_there = true;
    replay->past.size = replay->chain.size;
    memcpy(replay->past.id, replay->chain.id, HASH_LEN);
    tree_root(&replay->chain.frontier, replay->past.root);
    memset(replay->ring, 0, RING_SLOTS * sizeof *replay->ring);
    return chain_restart(&replay->chain, err);
}

/* ---- succession ---- */

static bool hex_equals(const json_t *value, const uint8_t hash[HASH_LEN])
{
    char text[2 * HASH_LEN + 1];
    const char *have = json_string_value(value);

    text_hex(hash, HASH_LEN, text);
    return have != NULL && strcmp(have, text) == 0;
}

enum custody_status replay_check_succession(const struct payload *payload,
                                            const struct replay_past *past, struct judge *judge,
                                            struct custody_error *err)
{
    const json_t *old = json_object_get(payload->body, "old");
    const json_t *left = json_object_get(old, "head_left");

    if (strcmp(payload->act, CHAIN_SUCCEED_ACT) != 0) {
        return judge_violate(judge, err, "genesis",
                             "entry 0 does not succeed the ledger that stands before it");
    }
    if (!hex_equals(json_object_get(old, "ledger"), past->id)) {
        return judge_violate(judge, err, "genesis",
                             "entry 0 succeeds another ledger than the one before it");
    }
    /* At intake the entries were adopted whole, so a larger size is simply another history. */
    if (judge->is_audit && json_integer_value(json_object_get(left, "size")) > past->size) {
        return judge_incomplete(judge, err, "bundle",
                                "the ledger before this one is there only in part");
    }
    if (json_integer_value(json_object_get(left, "size")) != past->size ||
        !hex_equals(json_object_get(left, "root"), past->root)) {
        return judge_violate(judge, err, "root",
                             "entry 0 continues from another history of the ledger before it");
    }
    return CUSTODY_OK;
}

int64_t replay_head_left(const void *envelope, size_t len)
{
    struct envelope parsed;
    int64_t size = -1;

    if (envelope_parse(envelope, len, &parsed, NULL) != CUSTODY_OK) {
        return -1;
    }
    const json_t *old = json_object_get(parsed.payload.body, "old");
    const json_t *left = json_object_get(old, "head_left");
    const json_t *value = json_object_get(left, "size");
    if (strcmp(parsed.payload.act, CHAIN_SUCCEED_ACT) == 0 && json_is_integer(value) &&
        json_integer_value(value) > 0) {
        size = json_integer_value(value);
    }
    envelope_clear(&parsed);
    return size;
}

/* ---- one entry ---- */

/* The entries must run from 0 without a hole. Past one, roots cannot be known any more. */
static enum custody_status check_place(struct replay *replay, const struct source_entry *entry,
                                       struct custody_error *err)
{
    struct chain *chain = &replay->chain;
    int64_t want = chain->size;
    enum custody_status rc = CUSTODY_OK;

    if (entry->idx == want) {
        return CUSTODY_OK;
    }
    replay->judge->idx = entry->idx < want ? JUDGE_NO_INDEX : want;
    rc = entry->idx < want ? judge_violate(replay->judge, err, "gap",
                                           "there is an entry with index %" PRId64, entry->idx)
                           : judge_violate(replay->judge, err, "gap",
                                           "entries %" PRId64 " to %" PRId64 " are missing",
                                           want, entry->idx - 1);
    if (rc == CUSTODY_OK && entry->idx > want && want == 0) {
        replay->is_stopped = true; /* without entry 0 nobody is known */
        return CUSTODY_OK;
    }
    if (rc == CUSTODY_OK && entry->idx > want) {
        if (chain->bad_from == JUDGE_NO_INDEX) {
            chain->bad_from = want + 1;
            chain->bad_idx = want;
        }
        chain->size = entry->idx;
    }
    return rc;
}

static enum custody_status check_leaf(struct replay *replay, const struct source_entry *entry,
                                      const uint8_t leaf[HASH_LEN], struct custody_error *err)
{
    struct chain *chain = &replay->chain;

    if (!entry->has_leaf || memcmp(entry->leaf, leaf, HASH_LEN) == 0) {
        return CUSTODY_OK;
    }
    enum custody_status rc =
        judge_violate(replay->judge, err, "leaf",
                      "the bytes of the entry do not fit the leaf hash stored for it");
    if (chain->bad_from == JUDGE_NO_INDEX) {
        chain->bad_from = chain->size + 1;
        chain->bad_idx = chain->size;
    }
    /* Whatever else is wrong with this entry follows from the change. */
    replay->judge->is_folding = true;
    replay->judge->fold_idx = chain->size;
    return rc;
}

static void queue_signatures(struct replay *replay, const struct envelope *envelope,
                             const struct chain_signers *signers)
{
    const uint8_t *keys[SIGNERS_MAX];
    const uint8_t *signatures[SIGNERS_MAX];

    for (size_t i = 0; i < envelope->signature_count; i++) {
        keys[i] = signers->is_found[i] ? signers->credentials[i].public_key : NULL;
        signatures[i] = envelope->signatures[i].bytes;
    }
    sigcheck_add(replay->sigs, replay->chain.size, envelope->act_id, envelope->pae.data,
                 envelope->pae.len, keys, signatures, envelope->signature_count);
}

/* Entry 0 of a successor must fit what came before; of a first ledger it must found one. */
static enum custody_status check_beginning(struct replay *replay, const struct payload *payload,
                                           struct custody_error *err)
{
    if (replay->past.is_there) {
        return replay_check_succession(payload, &replay->past, replay->judge, err);
    }
    if (strcmp(payload->act, CHAIN_SUCCEED_ACT) != 0) {
        return CUSTODY_OK;
    }
    replay->is_stopped = true;
    if (!replay->is_export) {
        return judge_violate(replay->judge, err, "gap",
                             "the ledger before this successor is missing");
    }
    replay->is_incomplete = true;
    return source_missing(replay->judge, err, "bundle",
                          "the ledger before this successor is not in the export");
}

static enum custody_status check_founded(struct replay *replay, struct custody_error *err)
{
    char vkey[512] = "";
    enum custody_status rc =
        replay->chain.domain->log_vkey(replay->chain.domain->ctx, vkey, sizeof vkey, err);

    if (rc == CUSTODY_OK && vkey[0] == 0) {
        replay->is_stopped = true;
        rc = judge_violate(replay->judge, err, "genesis",
                           "entry 0 does not found a ledger; nothing after it can be judged");
    }
    return rc;
}

static enum custody_status judge_entry(struct replay *replay, const struct envelope *envelope,
                                       struct chain_signers *ret_signers,
                                       struct custody_error *err)
{
    struct chain *chain = &replay->chain;
    const struct payload *payload = &envelope->payload;
    bool is_first = chain->size == 0;
    bool applies = false;
    bool is_new = true;
    enum custody_status rc = CUSTODY_OK;

    if (is_first) {
        rc = check_beginning(replay, payload, err);
        if (rc != CUSTODY_OK || replay->is_stopped) {
            return rc;
        }
    }
    rc = ids_add(&replay->ids, envelope->act_id, &is_new, err);
    if (rc == CUSTODY_OK && !is_new) {
        rc = judge_violate(replay->judge, err, "duplicate",
                           "this act stands in the ledger twice");
    }
    if (rc == CUSTODY_OK) {
        rc = chain_check_payload(chain, payload, NULL, replay->judge, &applies, err);
    }
    if (rc == CUSTODY_OK && !is_first) {
        rc = chain_check_signers(chain, envelope, replay->judge, ret_signers, err);
    }
    if (rc == CUSTODY_OK && !is_first) {
        queue_signatures(replay, envelope, ret_signers);
    }
    if (rc == CUSTODY_OK && applies && is_new) {
        rc = chain_apply(chain, payload, envelope->act_id, replay->judge, err);
    }
    if (rc == CUSTODY_OK && is_first) {
        rc = check_founded(replay, err);
    }
    if (rc == CUSTODY_OK && is_first && !replay->is_stopped) {
        rc = chain_check_signers(chain, envelope, replay->judge, ret_signers, err);
        if (rc == CUSTODY_OK) {
            queue_signatures(replay, envelope, ret_signers);
        }
    }
    return rc;
}

/* Parse; *ret_parsed false with a finding when it does not. */
static enum custody_status parse_entry(struct replay *replay, const struct source_entry *entry,
                                       struct envelope *envelope, bool *ret_parsed,
                                       struct custody_error *err)
{
    struct custody_error inner = {0};
    enum custody_status rc =
        envelope_parse_outer(entry->envelope, entry->len, envelope, &inner);

    *ret_parsed = false;
    if (rc == CUSTODY_OK) {
        replay->judge->has_act_id = true;
        memcpy(replay->judge->act_id, envelope->act_id, HASH_LEN);
        if (entry->has_act_id && memcmp(entry->act_id, envelope->act_id, HASH_LEN) != 0) {
            rc = judge_violate(replay->judge, err, "leaf",
                               "the act id stored beside the entry is not its own");
            if (rc != CUSTODY_OK) {
                return rc;
            }
        }
        rc = payload_parse(envelope->payload_bytes.data, envelope->payload_bytes.len,
                           &envelope->payload, &inner);
        *ret_parsed = rc == CUSTODY_OK;
    }
    if (rc == CUSTODY_ERR_NOMEM) {
        return custody_fail(err, rc, "verifying: out of memory");
    }
    if (rc != CUSTODY_OK) {
        return judge_violate(replay->judge, err, inner.rule, "the entry cannot be read: %s",
                             inner.text);
    }
    return CUSTODY_OK;
}

enum custody_status replay_entry(struct replay *replay, const struct source_entry *entry,
                                 struct custody_error *err)
{
    struct chain *chain = &replay->chain;
    struct judge *judge = replay->judge;
    struct envelope envelope = {0};
    struct chain_signers signers = {0};
    uint8_t leaf[HASH_LEN];
    bool is_parsed = false;
    bool is_first = false;

    judge->has_act_id = false;
    judge->is_folding = false;
    enum custody_status rc = check_place(replay, entry, err);
    if (rc != CUSTODY_OK || replay->is_stopped || entry->idx < chain->size) {
        return rc;
    }
    is_first = chain->size == 0;
    judge->idx = chain->size;
    tree_leaf(entry->envelope, entry->len, leaf);
    rc = check_leaf(replay, entry, leaf, err);
    if (rc == CUSTODY_OK) {
        rc = parse_entry(replay, entry, &envelope, &is_parsed, err);
    }
    if (rc == CUSTODY_OK && is_parsed) {
        rc = judge_entry(replay, &envelope, &signers, err);
    } else if (rc == CUSTODY_OK && is_first) {
        rc = check_founded(replay, err);
    }
    judge->is_folding = false;
    if (rc == CUSTODY_OK) {
        rc = chain_record(chain, leaf, is_parsed ? &envelope : NULL,
                          is_parsed ? &signers : NULL, err);
    }
    envelope_clear(&envelope);
    if (rc == CUSTODY_OK) {
        keep_root(replay);
    }
    return rc;
}
