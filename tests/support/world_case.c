/* Verification of a world, and tables of acts that are permitted or refused. */
#include "world_impl.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "file.h"

/* ---- verify ---- */

json_t *world_verify(struct world *world, const char *path, const char *trust,
                     enum custody_status *ret_verdict)
{
    struct custody_error err = {0};
    json_t *report = NULL;
    struct custody_verify_options options = {.trust_path = trust, .threads = 1};
    world_need(
        custody_verify(path != NULL ? path : world->path, &options, &report, ret_verdict, &err),
        &err, "verify");
    return report;
}

const char *world_findings(const json_t *report, char *out, size_t out_size)
{
    size_t i = 0;
    const json_t *finding = NULL;
    out[0] = '\0';
    json_array_foreach(json_object_get(report, "findings"), i, finding)
    {
        size_t len = strlen(out);
        const json_t *idx = json_object_get(finding, "index");
        (void)snprintf(out + len, out_size - len, "%s%s@%" PRId64, i > 0 ? " " : "",
                       json_string_value(json_object_get(finding, "check")),
                       json_is_integer(idx) ? (int64_t)json_integer_value(idx) : INT64_C(-1));
    }
    return out;
}

bool world_is_verified(struct world *world)
{
    char text[400];
    enum custody_status verdict = CUSTODY_ERR_IO;
    json_t *report = world_verify(world, NULL, NULL, &verdict);
    if (verdict != CUSTODY_OK) {
        (void)fprintf(stderr, "world: not verified: %s\n",
                      world_findings(report, text, sizeof text));
    }
    json_decref(report);
    return verdict == CUSTODY_OK;
}

bool world_finds(const json_t *report, int64_t idx, const char *check)
{
    size_t i = 0;
    const json_t *finding = NULL;
    bool is_found = false;
    json_array_foreach(json_object_get(report, "findings"), i, finding)
    {
        const json_t *at = json_object_get(finding, "index");
        if (!json_is_integer(at)) {
            continue;
        }
        if (json_integer_value(at) < idx) {
            return false;
        }
        is_found = is_found ||
                   (json_integer_value(at) == idx &&
                    strcmp(json_string_value(json_object_get(finding, "check")), check) == 0);
    }
    return is_found;
}

/* ---- forbidden acts ---- */

static bool complain(const char *label, const char *what, const char *is, const char *wanted)
{
    (void)fprintf(stderr, "  %s: %s \"%s\", wanted \"%s\"\n", label, what, is, wanted);
    return false;
}

/* The ledger as it stands, with its trust file, for another verifier. Signer-state, which an
 * export moves on, is put back: what was pushed is to be forgotten. */
static void write_case(struct world *world, const char *label, const char *check, int64_t idx)
{
    char dir[256];
    char path[320];
    char state[128];
    char *trust = NULL;
    struct buf before = BUF_INIT(4096);
    struct buf expected = BUF_INIT(4096);
    struct custody_error err = {0};
    const char *base = getenv("CUSTODY_CASES");
    if (base == NULL) {
        return;
    }
    (void)snprintf(dir, sizeof dir, "%.100s/%.80s-XXXXXX", base, label);
    for (char *at = dir + strlen(base) + 1; *at != '\0'; at++) {
        *at = strchr(" ,'/", *at) != NULL ? '-' : *at;
    }
    (void)snprintf(state, sizeof state, "%s/signer-state", world->path);
    bool has_state = file_read(state, 4096, &before, &err) == CUSTODY_OK;
    if (mkdtemp(dir) == NULL) {
        world_die(NULL, "case");
    }
    (void)snprintf(path, sizeof path, "%s/export", dir);
    if (has_state && custody_export(world->site, path, &err) == CUSTODY_OK) {
        world_need(custody_trust(world->site, &trust, &err), &err, "trust");
        (void)snprintf(path, sizeof path, "%s/trust", dir);
        world_need(file_write_durable(path, trust, strlen(trust), 0600, &err), &err, "trust");
        world_need(buf_printf(&expected, &err,
                              "{\"verdict\":\"%s\",\"check\":\"%s\",\"index\":%" PRId64 "}\n",
                              check != NULL ? "failed" : "verified", check != NULL ? check : "",
                              idx),
                   &err, "case");
        (void)snprintf(path, sizeof path, "%s/expected.json", dir);
        world_need(file_write_durable(path, expected.data, expected.len, 0600, &err), &err,
                   "case");
        world_need(file_write_durable(state, before.data, before.len, 0600, &err), &err,
                   "state");
    } else {
        (void)rmdir(dir);
    }
    free(trust);
    buf_clear(&before);
    buf_clear(&expected);
}

/* Half of what is refused is pushed past the checks on a day, the other half on the next; all
 * of it where the ledgers are kept for the other verifier (agree.py), whole in check-long. */
static bool is_todays(const char *label)
{
    uint32_t sum = (uint32_t)(time(NULL) / 86400);
    for (; *label != '\0'; label++) {
        sum = sum * 33 + (unsigned char)*label;
    }
    return sum % 2 == 0 || getenv("CUSTODY_CASES") != NULL || getenv("CUSTODY_LONG") != NULL;
}

bool world_refuses(struct world *world, const char *label, const char *act, const char *signers,
                   const char *body, const char *check)
{
    char text[400];
    bool is_good = true;
    int64_t size = world_size(world);
    struct buf envelope = BUF_INIT(ENVELOPE_MAX);
    struct world_draft draft = {.act = act, .signers = signers, .body = body};
    enum custody_status verdict = CUSTODY_OK;
    enum custody_status rc = world_act(world, act, signers, body);
    /* An id that nobody knows is told before the rules are asked. */
    bool is_lost = rc == CUSTODY_ERR_NOT_FOUND;
    if (!is_lost && (rc != CUSTODY_ERR_REFUSED || strcmp(world->err.rule, check) != 0)) {
        is_good =
            complain(label, "prepare", rc == CUSTODY_OK ? "taken" : world->err.rule, check);
    }
    if (rc == CUSTODY_OK) {
        world_restore(world);
        return false;
    }
    world_envelope(world, &draft, &envelope);
    rc = world_append(world, &envelope);
    if (rc != CUSTODY_ERR_REFUSED || strcmp(world->err.rule, check) != 0) {
        is_good =
            complain(label, "intake", rc == CUSTODY_OK ? "taken" : world->err.rule, check);
    }
    if (rc != CUSTODY_OK && world_size(world) != size) {
        is_good = complain(label, "size", "another", "the same");
    }
    if (rc == CUSTODY_OK) {
        world_restore(world);
    }
    if (is_todays(label)) {
        world_push(world, &envelope);
        json_t *report = world_verify(world, NULL, NULL, &verdict);
        if (verdict != CUSTODY_ERR_TAMPERED || !world_finds(report, size, check)) {
            is_good =
                complain(label, "pushed", world_findings(report, text, sizeof text), check);
        }
        json_decref(report);
        write_case(world, label, check, size);
    }
    world_restore(world);
    buf_clear(&envelope);
    return is_good;
}

int world_run_cases(struct world *world, const struct world_case *cases, size_t count)
{
    int bad = 0;
    world_save(world);
    for (size_t i = 0; i < count; i++) {
        const struct world_case *it = &cases[i];
        if (it->check != NULL) {
            bad += world_refuses(world, it->label, it->act, it->signers, it->body, it->check)
                       ? 0
                       : 1;
            continue;
        }
        if (world_act(world, it->act, it->signers, it->body) != CUSTODY_OK) {
            bad += 1;
            (void)complain(it->label, "refused", world->err.rule, "taken");
            (void)fprintf(stderr, "    %s\n", world->err.text);
        } else if (!world_is_verified(world)) {
            bad += 1;
            (void)complain(it->label, "verdict", "not verified", "verified");
        } else {
            write_case(world, it->label, NULL, -1);
        }
        world_restore(world);
    }
    return bad;
}
