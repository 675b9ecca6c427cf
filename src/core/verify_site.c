/*
 * Verification of a site directory or an export (FORMATS.md §5): replay into a scratch store,
 * compare the read model, check openings (verify_openings.c), and say what could not be
 * checked.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "instant.h"
#include "reads.h"
#include "schema.h"
#include "site_impl.h"
#include "text.h"
#include "verify.h"
#include "verify_impl.h"

#define KNOWN_MAX_BYTES (1U << 20)
#define KNOWN_PATH_MAX  4096U
#define TRUST_MAX_BYTES 65536U
#define LIMIT_DEFAULT   100
#define THREADS_MAX     8

static const char *verdict_text(enum verdict verdict)
{
    static const char *const texts[] = {"not in scope", "verified", "incomplete", "failed"};
    return texts[verdict];
}

struct audit {
    const char *dir;
    bool is_site;
    struct store *audited; /* NULL for an export */
    struct store *scratch;
    struct state state;
    struct ledger_domain domain;
    struct ledger_source *source;
    struct judge judge;
    struct ledger_verify_result result;
    struct buf *known_bytes;
    struct ledger_known *known;
    size_t known_count;
    struct trust trust;
    bool has_trust;
    enum verdict ledger, read_model, openings;
};

static void audit_clear(struct audit *audit)
{
    ledger_source_close(audit->source);
    state_clear(&audit->state);
    store_close(audit->scratch);
    store_close(audit->audited);
    judge_clear(&audit->judge);
    for (size_t i = 0; audit->known_bytes != NULL && i < audit->known_count; i++) {
        buf_clear(&audit->known_bytes[i]);
    }
    free(audit->known_bytes);
    free(audit->known);
}

/* Verdict from what a scope added to the judge. */
static enum verdict verdict_since(const struct judge *judge, int64_t violations,
                                  int64_t incompletes)
{
    if (judge->violation_count > violations) {
        return VERDICT_FAILED;
    }
    return judge->incomplete_count > incompletes ? VERDICT_INCOMPLETE : VERDICT_VERIFIED;
}

static enum custody_status read_known(struct audit *audit,
                                      const struct custody_verify_options *options,
                                      struct custody_error *err)
{
    audit->known_count = 0;
    if (options->known_count == 0) {
        return CUSTODY_OK;
    }
    audit->known_bytes = calloc(options->known_count, sizeof *audit->known_bytes);
    audit->known = calloc(options->known_count, sizeof *audit->known);
    if (audit->known_bytes == NULL || audit->known == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
    }
    for (size_t i = 0; i < options->known_count; i++) {
        const char *path = options->known_paths[i];
        const char *slash = strrchr(path, '/');
        char *inside = file_join(path, "checkpoint"); /* an export serves by its checkpoint */
        audit->known_bytes[i] = (struct buf)BUF_INIT(KNOWN_MAX_BYTES);
        audit->known_count = i + 1;
        enum custody_status rc = inside == NULL
                                     ? custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.")
                                     : file_read(file_exists(inside) ? inside : path,
                                                 KNOWN_MAX_BYTES, &audit->known_bytes[i], err);
        free(inside);
        TRY(rc);
        if (!text_allowed(path, strlen(path), KNOWN_PATH_MAX)) {
            return custody_fail(
                err, CUSTODY_ERR_INVALID,
                "The name of a known head is no plain text, and the report names "
                "it: rename the file.");
        }
        audit->known[i] = (struct ledger_known){.label = slash != NULL ? slash + 1 : path,
                                                .data = audit->known_bytes[i].data,
                                                .len = audit->known_bytes[i].len};
    }
    return CUSTODY_OK;
}

static enum custody_status read_trust(struct audit *audit, const char *path,
                                      struct custody_error *err)
{
    struct buf text = BUF_INIT(TRUST_MAX_BYTES);
    if (path == NULL) {
        return CUSTODY_OK;
    }
    enum custody_status rc = file_read(path, TRUST_MAX_BYTES, &text, err);
    if (rc == CUSTODY_OK && text.len == 0) {
        rc = custody_fail(
            err, CUSTODY_ERR_INVALID,
            "The trust file is empty; take the one that custody ledger trust wrote.");
    }
    if (rc == CUSTODY_OK) {
        rc = trust_parse(text.data, text.len, &audit->trust, err);
    }
    buf_clear(&text);
    audit->has_trust = rc == CUSTODY_OK;
    return rc;
}

static enum custody_status open_source(struct audit *audit, struct custody_error *err)
{
    char *path = file_join(audit->dir, "ledger.db");
    if (path == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
    }
    audit->is_site = file_exists(path);
    enum custody_status rc = CUSTODY_OK;
    if (audit->is_site) {
        rc = store_open(path, STORE_READ, STORE_WAL, SITE_APPLICATION_ID, &audit->audited, err);
        if (rc == CUSTODY_OK) {
            rc = ledger_source_open_store(audit->audited, &audit->source, err);
        }
    } else {
        rc = ledger_source_open_export(audit->dir, &audit->source, err);
    }
    free(path);
    return rc;
}

static enum custody_status open_scratch(struct audit *audit, struct custody_error *err)
{
    TRY(store_open(NULL, STORE_SCRATCH, STORE_WAL, SITE_APPLICATION_ID, &audit->scratch, err));
    TRY(site_make_schema(audit->scratch, err));
    /* The replay does without the indexes, the audited database must have them. */
    TRY(store_keep_schema(audit->scratch, err));
    TRY(store_script(audit->scratch, READ_MODEL_DROP_INDEXES, err));
    audit->state.store = audit->scratch;
    audit->state.is_replay = true;
    audit->domain = act_domain(&audit->state);
    return CUSTODY_OK;
}

/* A flag for each (idx, act_id) of a query. */
static enum custody_status flag_open(struct audit *audit, const char *sql, const char *check,
                                     const char *text, struct custody_error *err)
{
    struct store_query query = {0};
    enum custody_status rc = store_query(audit->scratch, &query, err, sql, "");
    while (rc == CUSTODY_OK && query.has_row) {
        size_t len = 0;
        const void *act_id = store_blob(&query, 1, &len);
        audit->judge.idx = store_int(&query, 0);
        audit->judge.has_act_id = len == HASH_LEN;
        if (len == HASH_LEN) {
            memcpy(audit->judge.act_id, act_id, HASH_LEN);
        }
        rc = judge_flag(&audit->judge, err, check, "%s", text);
        if (rc == CUSTODY_OK) {
            rc = store_next(&query, err);
        }
    }
    store_end(&query);
    return rc;
}

/* Emergencies that nobody ratified in time (FORMATS.md §17.3, K16): known when all is replayed.
 */
static enum custody_status check_emergencies(struct audit *audit, struct custody_error *err)
{
    struct store_query query = {0};
    enum custody_status rc =
        store_query(audit->scratch, &query, err,
                    "SELECT e.idx, l.act_id FROM emergency e JOIN act_log l ON l.idx = e.idx"
                    " WHERE e.idx >= 0 AND coalesce(e.ratified_t, ?1) > e.deadline"
                    " ORDER BY e.idx",
                    "i", audit->result.last_t);
    while (rc == CUSTODY_OK && query.has_row) {
        size_t len = 0;
        const void *act_id = store_blob(&query, 1, &len);
        audit->judge.idx = store_int(&query, 0);
        audit->judge.has_act_id = len == HASH_LEN;
        if (len == HASH_LEN) {
            memcpy(audit->judge.act_id, act_id, HASH_LEN);
        }
        rc = judge_violate(&audit->judge, err, "K16",
                           "This emergency was not ratified within the hours of the policy.");
        if (rc == CUSTODY_OK) {
            rc = store_next(&query, err);
        }
    }
    store_end(&query);
    return rc;
}

/* Keys of actors and witnesses never mix (FORMATS.md §1), as far as the trust file names them.
 */
static enum custody_status check_witness_keys(struct audit *audit, struct custody_error *err)
{
    for (size_t i = 0; audit->has_trust && i < audit->trust.witness_count; i++) {
        struct ledger_credential credential;
        uint8_t keyid[HASH_LEN];
        bool is_found = false;
        sign_keyid(audit->trust.witnesses[i].public_key, keyid);
        TRY(audit->domain.find_credential(audit->domain.ctx, keyid, &credential, &is_found,
                                          err));
        if (is_found) {
            audit->judge.idx = JUDGE_NO_INDEX;
            audit->judge.has_act_id = false;
            TRY(judge_violate(&audit->judge, err, "credential",
                              "A witness's key is enrolled as the credential of %s.",
                              credential.handle));
        }
    }
    return CUSTODY_OK;
}

static enum custody_status verify_ledger(struct audit *audit,
                                         const struct custody_verify_options *options,
                                         struct custody_error *err)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned threads = options->threads;
    if (threads == 0) {
        threads = cores > 1 ? (unsigned)(cores - 1) : 1;
    }
    struct ledger_verify_options inner = {
        .trust = audit->has_trust ? &audit->trust : NULL,
        .known = audit->known,
        .known_count = audit->known_count,
        .now = instant_now(),
        .threads = threads > THREADS_MAX ? THREADS_MAX : threads,
        .progress = options->progress,
        .progress_arg = options->progress_arg,
    };
    TRY(ledger_verify(audit->source, audit->scratch, &audit->domain, &inner, &audit->judge,
                      &audit->result, err));
    TRY(flag_open(audit,
                  "SELECT idx, act_id FROM line WHERE closed_idx IS NULL AND idx >= 0"
                  " ORDER BY idx",
                  "open-lines", "a line of an import was never closed and is void", err));
    TRY(flag_open(
        audit,
        "SELECT r.target, l.act_id FROM ratification r JOIN act_log l"
        " ON l.idx = r.target WHERE r.idx IS NULL AND r.target >= 0 ORDER BY r.target",
        "unratified", "this act awaits its ratification", err));
    TRY(check_emergencies(audit, err));
    TRY(check_witness_keys(audit, err));
    audit->ledger = verdict_since(&audit->judge, 0, 0);
    return CUSTODY_OK;
}

/* ---- read model ---- */

struct differences {
    struct audit *audit;
    enum custody_status rc;
    struct custody_error *err;
};

static void report_difference(void *arg, const char *object, const char *key)
{
    struct differences *differences = arg;
    if (differences->rc == CUSTODY_OK) {
        differences->rc = judge_violate(
            &differences->audit->judge, differences->err, key[0] != '\0' ? "row" : "schema",
            "The database differs from what the ledger says at %s %s: custody site rebuild "
            "restores the read model.",
            object, key);
    }
}

static enum custody_status verify_read_model(struct audit *audit, struct custody_error *err)
{
    const char *tables[128];
    size_t count = 0;
    size_t different = 0;
    int64_t violations = audit->judge.violation_count;
    int64_t incompletes = audit->judge.incomplete_count;
    struct differences differences = {.audit = audit, .rc = CUSTODY_OK, .err = err};
    if (audit->audited == NULL) {
        return CUSTODY_OK;
    }
    for (const char *const *name = READ_MODEL_TABLES; *name != NULL; name++) {
        tables[count++] = *name;
    }
    for (const char *const *name = LEDGER_TABLES_REBUILDABLE; *name != NULL; name++) {
        tables[count++] = *name;
    }
    tables[count] = NULL;
    audit->judge.idx = JUDGE_NO_INDEX;
    audit->judge.has_act_id = false;
    TRY(store_compare(audit->scratch, audit->audited, tables, report_difference, &differences,
                      20, &different, err));
    TRY(differences.rc);
    struct custody_error inner = {0};
    enum custody_status rc = store_check(audit->audited, &inner);
    if (rc == CUSTODY_ERR_TAMPERED) {
        rc = judge_violate(&audit->judge, err, "integrity", "%.240s", inner.text);
    } else if (rc != CUSTODY_OK && err != NULL) {
        *err = inner; /* could not be checked */
    }
    TRY(rc);
    audit->read_model = verdict_since(&audit->judge, violations, incompletes);
    return CUSTODY_OK;
}

/* ---- report ---- */

static json_t *finding_json(const struct finding *finding)
{
    char id[65];
    text_hex(finding->act_id, HASH_LEN, id);
    return json_pack(
        "{s:s*,s:o,s:s,s:I,s:o,s:s}", "act_id", finding->has_act_id ? id : NULL, "after",
        finding->after == JUDGE_NO_INDEX ? json_null() : json_integer(finding->after), "check",
        finding->check, "counted", (json_int_t)finding->counted, "index",
        finding->idx == JUDGE_NO_INDEX ? json_null() : json_integer(finding->idx), "text",
        finding->text);
}

static void summary(const struct audit *audit, char *zh, char *en, size_t size)
{
    const struct ledger_verify_result *result = &audit->result;
    char anchor_zh[200];
    char anchor_en[200];
    if (result->anchor_size >= 0) {
        char when[INSTANT_TEXT_SIZE] = "?";
        if (result->anchor_time >= INSTANT_MIN && result->anchor_time <= INSTANT_MAX) {
            instant_format(result->anchor_time, when);
        }
        (void)snprintf(anchor_zh, sizeof anchor_zh, "最新的外部校验点：%" PRId64 " 项（%s）",
                       result->anchor_size, when);
        (void)snprintf(anchor_en, sizeof anchor_en,
                       "newest outside anchor: %" PRId64 " entries (%s)", result->anchor_size,
                       when);
    } else {
        (void)snprintf(anchor_zh, sizeof anchor_zh, "未提供外部校验点：无法看出账尾是否被截去");
        (void)snprintf(anchor_en, sizeof anchor_en,
                       "no outside anchor was given: a cut tail could not be seen");
    }
    (void)snprintf(zh, size, "共 %" PRId64 " 项、%" PRId64 " 个签名；%s；%s", result->size,
                   result->signature_count,
                   result->is_pinned ? "创世项与信任文件一致" : "创世项未与信任文件核对",
                   anchor_zh);
    (void)snprintf(en, size, "%" PRId64 " entries, %" PRId64 " signatures; %s; %s",
                   result->size, result->signature_count,
                   result->is_pinned ? "genesis pinned by the trust file"
                                     : "genesis not pinned",
                   anchor_en);
}

static enum custody_status report(struct audit *audit, json_t **ret_report,
                                  struct custody_error *err)
{
    char root[65];
    char genesis[65];
    char zh[600];
    char en[600];
    char when[INSTANT_TEXT_SIZE];
    const struct ledger_verify_result *result = &audit->result;
    json_t *findings = json_array();
    json_t *flags = json_array();
    json_t *anchor = NULL;
    int bad = 0;
    judge_sort(&audit->judge);
    for (size_t i = 0; bad == 0 && i < audit->judge.finding_count; i++) {
        const struct finding *finding = &audit->judge.findings[i];
        bad = json_array_append_new(finding->is_flag ? flags : findings, finding_json(finding));
    }
    if (bad != 0) {
        json_decref(findings);
        json_decref(flags);
        return custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
    }
    text_hex(result->root, HASH_LEN, root);
    text_hex(result->genesis, HASH_LEN, genesis);
    summary(audit, zh, en, sizeof zh);
    if (result->anchor_size < 0) {
        anchor = json_null();
    } else {
        bool has_time =
            result->anchor_time >= INSTANT_MIN && result->anchor_time <= INSTANT_MAX;
        if (has_time) {
            instant_format(result->anchor_time, when);
        }
        anchor = json_pack("{s:I,s:s?}", "size", (json_int_t)result->anchor_size, "time",
                           has_time ? when : NULL);
    }
    return json_give(
        json_pack("{s:o,s:o,s:I,s:o,s:s,s:I,s:s,s:s,s:s,s:b,s:I,s:s,s:s,s:I,s:I,"
                  "s:{s:s,s:s},s:I}",
                  "anchor", anchor, "findings", findings, "flag_count",
                  (json_int_t)audit->judge.flag_count, "flags", flags, "genesis", genesis,
                  "incomplete_count", (json_int_t)audit->judge.incomplete_count, "ledger",
                  verdict_text(audit->ledger), "openings", verdict_text(audit->openings),
                  "origin", result->origin, "pinned", (int)result->is_pinned, "predecessors",
                  (json_int_t)result->predecessor_count, "read_model",
                  verdict_text(audit->read_model), "root", root, "signatures",
                  (json_int_t)result->signature_count, "size", (json_int_t)result->size,
                  "summary", "en", en, "zh", zh, "violation_count",
                  (json_int_t)audit->judge.violation_count),
        ret_report, err);
}

/* The auditor's tables, over what was just replayed: an export alone answers them. */
static enum custody_status add_audit(struct audit *audit, json_t *report,
                                     struct custody_error *err)
{
    json_t *tables = NULL;
    TRY(audit_tables(audit->scratch, &tables, err));
    if (json_object_set_new(report, "audit", tables) != 0) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
    }
    return CUSTODY_OK;
}

static enum custody_status overall(const struct audit *audit)
{
    enum verdict worst = audit->ledger;
    worst = audit->read_model > worst ? audit->read_model : worst;
    worst = audit->openings > worst ? audit->openings : worst;
    return worst == VERDICT_FAILED       ? CUSTODY_ERR_TAMPERED
           : worst == VERDICT_INCOMPLETE ? CUSTODY_ERR_UNCHECKED
                                         : CUSTODY_OK;
}

enum custody_status custody_verify(const char *dir,
                                   const struct custody_verify_options *options,
                                   json_t **ret_report, enum custody_status *ret_verdict,
                                   struct custody_error *err)
{
    struct audit audit = {.dir = dir};
    judge_init(&audit.judge, true, options->limit > 0 ? options->limit : LIMIT_DEFAULT);
    enum custody_status rc = read_known(&audit, options, err);
    if (rc == CUSTODY_OK) {
        rc = read_trust(&audit, options->trust_path, err);
    }
    if (rc == CUSTODY_OK) {
        rc = open_source(&audit, err);
    }
    if (rc == CUSTODY_OK) {
        rc = open_scratch(&audit, err);
    }
    if (rc == CUSTODY_OK) {
        rc = verify_ledger(&audit, options, err);
    }
    if (rc == CUSTODY_OK) {
        rc = verify_read_model(&audit, err);
    }
    if (rc == CUSTODY_OK) {
        rc = verify_openings(audit.source, audit.scratch, audit.is_site ? dir : NULL,
                             options->openings_path, &audit.judge, &audit.openings, err);
    }
    json_t *result = NULL;
    if (rc == CUSTODY_OK) {
        rc = report(&audit, &result, err);
    }
    if (rc == CUSTODY_OK && options->with_audit) {
        rc = add_audit(&audit, result, err);
    }
    if (rc == CUSTODY_OK) {
        *ret_report = json_incref(result);
        *ret_verdict = overall(&audit);
    }
    json_decref(result);
    audit_clear(&audit);
    return rc;
}
