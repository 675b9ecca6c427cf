/*
 * The ledger's domain: finds the act's row, checks its body, runs its apply, and answers the
 * ledger's questions about credentials, limits and officers from the same read model.
 */
#include <stdio.h>
#include <string.h>

#include "act.h"
#include "instant.h"
#include "people_kept.h"
#include "policy.h"
#include "schema.h"
#include "text.h"
#include "vault.h"

const struct act *act_find(const char *name)
{
    for (const struct act *const *row = ACT_TABLE; *row != NULL; row++) {
        if (strcmp((*row)->name, name) == 0) {
            return *row;
        }
    }
    return NULL;
}

bool act_is_newer(const char *name)
{
    const char *slash = strchr(name, '/');
    if (slash == NULL) {
        return false;
    }
    uint64_t version = 0;
    uint64_t highest = 0;
    size_t noun_len = (size_t)(slash - name);
    if (!text_parse_u64(slash + 1, strlen(slash + 1), 9999, &version)) {
        return false;
    }
    for (const struct act *const *row = ACT_TABLE; *row != NULL; row++) {
        uint64_t known = 0;
        const char *row_name = (*row)->name;
        if (strncmp(row_name, name, noun_len + 1) == 0 &&
            text_parse_u64(row_name + noun_len + 1, strlen(row_name + noun_len + 1), 9999,
                           &known) &&
            known > highest) {
            highest = known;
        }
    }
    return highest > 0 && version > highest;
}

/* May a personal text stand somewhere in such a body? In a line: of any act. */
static bool fields_may_seal(const struct field *fields)
{
    for (const struct field *field = fields; field->name != NULL; field++) {
        if (field->type == FIELD_SEALED || field->type == FIELD_LINE ||
            (field->of != NULL && fields_may_seal(field->of))) {
            return true;
        }
    }
    return false;
}

static bool act_may_seal(const struct act *row)
{
    return fields_may_seal(row->fields);
}

static enum ledger_act_kind classify(void *ctx, const char *act)
{
    (void)ctx;
    if (act_find(act) != NULL) {
        return LEDGER_ACT_KNOWN;
    }
    return act_is_newer(act) ? LEDGER_ACT_NEWER : LEDGER_ACT_UNKNOWN;
}

static enum custody_status find_credential(void *ctx, const uint8_t keyid[HASH_LEN],
                                           struct ledger_credential *ret_credential,
                                           bool *ret_found, struct custody_error *err)
{
    struct state *state = ctx;
    struct store_query query = {0};
    const struct ledger_credential *kept = people_kept_credential(state, keyid);
    if (kept != NULL) {
        *ret_credential = *kept;
        *ret_found = true;
        return CUSTODY_OK;
    }
    enum custody_status rc = store_query(
        state->store, &query, err,
        "SELECT handle, public_key, enrolled_idx, revoked_idx IS NULL FROM credential"
        " WHERE keyid = ?1",
        "b", keyid, (size_t)HASH_LEN);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    if (query.has_row) {
        size_t len = 0;
        const void *key = store_blob(&query, 1, &len);
        if (len != SIGN_PUBLIC_LEN) {
            rc = custody_fail(err, CUSTODY_ERR_TAMPERED,
                              "A credential in the read model is damaged: rebuild the site.");
            goto out;
        }
        (void)snprintf(ret_credential->handle, sizeof ret_credential->handle, "%s",
                       store_text(&query, 0));
        memcpy(ret_credential->public_key, key, SIGN_PUBLIC_LEN);
        ret_credential->enrolled_idx = store_int(&query, 2);
        ret_credential->is_live = store_int(&query, 3) != 0;
        people_keep_credential(state, keyid, ret_credential);
    }
    *ret_found = query.has_row;
out:
    store_end(&query);
    return rc;
}

static enum custody_status limits(void *ctx, int64_t idx, int64_t t,
                                  struct ledger_limits *ret_limits, struct custody_error *err)
{
    const json_t *policy = NULL;
    enum custody_status rc = state_policy(ctx, idx, t, &policy, err);
    if (rc == CUSTODY_ERR_NOT_FOUND) {
        /* Entry 0 was bad: audit goes on with the defaults' widest. */
        *ret_limits =
            (struct ledger_limits){.seen_max_entries = 65536, .submit_window_s = 3600};
        return CUSTODY_OK;
    }
    if (rc == CUSTODY_OK) {
        ret_limits->seen_max_entries = policy_int(policy, "seen_max_entries");
        ret_limits->submit_window_s = policy_int(policy, "submit_window");
    }
    return rc;
}

static enum custody_status is_officer(void *ctx, const char *handle, int64_t t,
                                      bool *ret_officer, struct custody_error *err)
{
    char giver[HANDLE_SIZE];
    bool holds = false;
    TRY(state_holds_role(ctx, handle, "administrator", t, 0, &holds, giver, err));
    if (!holds) {
        TRY(state_holds_role(ctx, handle, "centre_manager", t, 0, &holds, giver, err));
    }
    *ret_officer = holds;
    return CUSTODY_OK;
}

static enum custody_status log_vkey(void *ctx, char *out, size_t out_size,
                                    struct custody_error *err)
{
    struct state *state = ctx;
    struct store_query query = {0};
    enum custody_status rc = store_query(
        state->store, &query, err, "SELECT vkey FROM log_key ORDER BY idx DESC LIMIT 1", "");
    if (rc == CUSTODY_OK) {
        (void)snprintf(out, out_size, "%s", query.has_row ? store_text(&query, 0) : "");
    }
    store_end(&query);
    return rc;
}

/* Two or more signers want two terminals or a sheet where the policy says so. */
static enum custody_status check_terminals(struct apply *a, struct custody_error *err)
{
    char noun[64];
    if (a->row->signers_max < 2) {
        RULE(a->signer_count == 1, "seats", "This act is signed by one person alone.");
        return CUSTODY_OK;
    }
    RULE(a->signer_count > 1 ||
             (body_int(a, "terminals") == 1 && body_text(a, "sheet") == NULL),
         "terminals", "An act that one person signs has one terminal and no sheet.");
    (void)snprintf(noun, sizeof noun, "%s", a->row->name);
    *strchr(noun, '/') = '\0';
    RULE(a->signer_count < 2 ||
             !strings_have(json_object_get(a->policy, "two_terminals"), noun) ||
             body_int(a, "terminals") >= 2 || body_text(a, "sheet") != NULL,
         "terminals",
         "%s wants two terminals or the number of a signed sheet (--terminals 2 or --sheet).",
         noun);
    return CUSTODY_OK;
}

static enum custody_status log_act(struct apply *a, struct custody_error *err)
{
    int64_t event_at = body_time(a, "event_at");
    TRY(store_run(a->store, err,
                  "INSERT INTO act_log (idx, act_id, act, by_handle, at, t, event_at, desk,"
                  " signers, terminals)"
                  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, nullif(?10, 0))",
                  "ibttiiitii", a->idx, a->act_id, (size_t)HASH_LEN, a->row->name, a->by, a->at,
                  a->t, event_at != 0 ? event_at : a->at, body_text(a, "desk"),
                  (int64_t)a->signer_count, body_int(a, "terminals")));
    for (size_t i = 0; i < a->signer_count; i++) {
        TRY(store_run(a->store, err, "INSERT INTO act_signer (handle, idx) VALUES (?1, ?2)",
                      "ti", a->signers[i], a->idx));
    }
    return CUSTODY_OK;
}

/* Note one commitment (table commitment); under a subject that was erased there is none. */
static enum custody_status note_commitment(struct apply *a, const char *k_hex,
                                           const char *pointer, struct custody_error *err)
{
    uint8_t k[VAULT_SUBJECT_ID_LEN] = {0};
    int64_t one = 0;
    bool is_erased = false;
    if (!text_unhex(k_hex, strlen(k_hex), k, sizeof k)) {
        return CUSTODY_OK;
    }
    TRY(store_get_int(a->store, err, &one, &is_erased, "SELECT 1 FROM erased WHERE k = ?1", "b",
                      k, sizeof k));
    RULE(!is_erased, "openings",
         "A personal text is entered under a subject that was erased: make a new one.");
    return store_run(a->store, err,
                     "INSERT OR IGNORE INTO commitment (k, idx, pointer) VALUES (?1, ?2, ?3)",
                     "bit", k, sizeof k, a->idx, pointer);
}

/* Every {c,k} of the payload, wherever it stands (FORMATS.md §21, Subject keys). */
static enum custody_status note_commitments(struct apply *a, const json_t *payload,
                                            struct custody_error *err)
{
    struct sealed_fields fields = {0};
    TRY(vault_find_fields(payload, &fields, err));
    enum custody_status rc = CUSTODY_OK;
    for (size_t i = 0; rc == CUSTODY_OK && i < fields.count; i++) {
        rc = note_commitment(a, fields.items[i].k, fields.items[i].pointer, err);
    }
    sealed_fields_clear(&fields);
    return rc;
}

static enum custody_status apply(void *ctx, const struct ledger_act *act,
                                 struct custody_error *err)
{
    struct state *state = ctx;
    const struct payload *payload = act->payload;
    struct apply self = {
        .state = state,
        .store = state->store,
        .judge = act->judge,
        .row = act_find(payload->act),
        .body = payload->body,
        .idx = act->idx,
        .t = act->t,
        .at = payload->at,
        .by = payload->by,
        .signers = payload->signers,
        .signer_count = payload->signer_count,
        .act_id = act->act_id,
        .line_at = -1,
    };
    struct apply *a = &self;
    struct custody_error inner = {0};
    NEED(a->row != NULL, "unknown-act", "This program does not know the act.");
    enum custody_status rc = field_check(a->row->fields, a->body, &inner);
    if (rc == CUSTODY_ERR_REFUSED) {
        NEED(false, inner.rule, "%s", inner.text);
    }
    if (rc != CUSTODY_OK) {
        if (err != NULL) {
            *err = inner;
        }
        return rc;
    }
    bool is_founding = strcmp(a->row->name, "site.found/1") == 0;
    bool is_succession = strcmp(a->row->name, "ledger.succeed/1") == 0;
    NEED((is_founding || is_succession) == (act->idx == 0), "structure",
         "A ledger begins with its founding act, and only there it may stand.");
    if (is_founding) {
        a->policy = json_object_get(a->body, "policy");
    } else {
        if (is_succession) {
            TRY(state_carry_over(state, err));
        }
        rc = state_policy(state, act->idx, act->t, &a->policy, &inner);
        NEED(rc != CUSTODY_ERR_NOT_FOUND, "structure",
             "No policy is in force here: the "
             "founding act is missing or bad.");
        if (rc != CUSTODY_OK) {
            if (err != NULL) {
                *err = inner;
            }
            return rc;
        }
    }
    TRY(log_act(a, err));
    TRY(check_terminals(a, err));
    if (act_may_seal(a->row)) {
        TRY(note_commitments(a, payload->root, err));
    }
    people_keep_begin(state, act->judge->is_audit && a->row->keeps_people);
    rc = a->row->apply(a, err);
    people_keep_end(state);
    return rc;
}

enum custody_status act_apply_line(struct apply *closing, const struct act *row, json_t *body,
                                   int64_t line, struct custody_error *err)
{
    struct apply self = *closing;
    self.row = row;
    self.body = body;
    self.line_at = line;
    TRY(row->apply(&self, err));
    closing->flag_count = self.flag_count;
    return CUSTODY_OK;
}

struct ledger_domain act_domain(struct state *state)
{
    return (struct ledger_domain){
        .ctx = state,
        .classify = classify,
        .find_credential = find_credential,
        .limits = limits,
        .is_officer = is_officer,
        .apply = apply,
        .log_vkey = log_vkey,
    };
}
