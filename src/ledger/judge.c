/* Findings: bounded, worst first, one sentence each (FORMATS.md §5). */
#include "judge.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

void judge_init(struct judge *judge, bool is_audit, size_t limit)
{
    *judge = (struct judge){.is_audit = is_audit,
                            .limit = limit,
                            .first_violation = JUDGE_NO_INDEX,
                            .idx = JUDGE_NO_INDEX};
}

void judge_clear(struct judge *judge)
{
    free(judge->findings);
    judge->findings = NULL;
    judge->finding_count = 0;
    judge->finding_cap = 0;
}

static bool is_violation(const struct finding *finding)
{
    return !finding->is_flag && !finding->is_incomplete;
}

/* Where a new finding goes: NULL when the list is full and nothing in it is less grave.
 * ERR_NOMEM through *ret_rc. */
static struct finding *make_room(struct judge *judge, bool is_grave,
                                 enum custody_status *ret_rc)
{
    *ret_rc = CUSTODY_OK;
    if (judge->finding_count == judge->limit) {
        for (size_t i = judge->finding_count; is_grave && i > 0; i--) {
            if (!is_violation(&judge->findings[i - 1])) {
                return &judge->findings[i - 1];
            }
        }
        return NULL;
    }
    if (judge->finding_count == judge->finding_cap) {
        size_t cap = judge->finding_cap == 0 ? 16 : judge->finding_cap * 2;
        struct finding *grown = realloc(judge->findings, cap * sizeof *grown);
        if (grown == NULL) {
            *ret_rc = CUSTODY_ERR_NOMEM;
            return NULL;
        }
        judge->findings = grown;
        judge->finding_cap = cap;
    }
    judge->finding_count++;
    return &judge->findings[judge->finding_count - 1];
}

static enum custody_status record(struct judge *judge, struct custody_error *err,
                                  const char *check, bool is_flag, bool is_incomplete,
                                  const char *text)
{
    enum custody_status rc = CUSTODY_OK;
    struct finding *finding = NULL;
    bool is_grave = !is_flag && !is_incomplete;

    /* Once the list is full of violations there is nothing left to look for. */
    if (judge->finding_count < judge->limit || !judge->is_full) {
        finding = make_room(judge, is_grave, &rc);
        judge->is_full = finding == NULL && is_grave;
    }
    if (rc != CUSTODY_OK) {
        return custody_fail(err, rc, "recording a finding: out of memory");
    }
    if (finding != NULL) {
        *finding = (struct finding){.idx = judge->idx,
                                    .has_act_id = judge->has_act_id,
                                    .after = JUDGE_NO_INDEX,
                                    .is_flag = is_flag,
                                    .is_incomplete = is_incomplete};
        if (judge->first_violation != JUDGE_NO_INDEX && judge->idx > judge->first_violation) {
            finding->after = judge->first_violation;
        }
        if (judge->has_act_id) {
            memcpy(finding->act_id, judge->act_id, HASH_LEN);
        }
        (void)snprintf(finding->check, sizeof finding->check, "%s", check);
        (void)snprintf(finding->text, sizeof finding->text, "%s", text);
    }
    if (is_flag) {
        judge->flag_count++;
    } else if (is_incomplete) {
        judge->incomplete_count++;
    } else {
        judge->violation_count++;
        if (judge->idx != JUDGE_NO_INDEX &&
            (judge->first_violation == JUDGE_NO_INDEX || judge->idx < judge->first_violation)) {
            judge->first_violation = judge->idx;
        }
    }
    return CUSTODY_OK;
}

enum custody_status judge_violate(struct judge *judge, struct custody_error *err,
                                  const char *check, const char *format, ...)
{
    char text[256];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    text_make_utf8(text);
    if (!judge->is_audit) {
        return custody_refuse(err, check, "%s", text);
    }
    if (judge->is_folding) {
        judge_count(judge, judge->fold_idx);
        return CUSTODY_OK;
    }
    return record(judge, err, check, false, false, text);
}

enum custody_status judge_flag(struct judge *judge, struct custody_error *err,
                               const char *check, const char *format, ...)
{
    char text[256];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    text_make_utf8(text);
    return record(judge, err, check, true, false, text);
}

enum custody_status judge_incomplete(struct judge *judge, struct custody_error *err,
                                     const char *check, const char *format, ...)
{
    char text[256];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    text_make_utf8(text);
    assert(judge->is_audit);
    return record(judge, err, check, false, true, text);
}

void judge_count(struct judge *judge, int64_t idx)
{
    for (size_t i = 0; i < judge->finding_count; i++) {
        if (judge->findings[i].idx == idx && is_violation(&judge->findings[i])) {
            judge->findings[i].counted++;
            return;
        }
    }
}

bool judge_has(const struct judge *judge, int64_t idx, const char *check)
{
    for (size_t i = 0; i < judge->finding_count; i++) {
        if (judge->findings[i].idx == idx && is_violation(&judge->findings[i]) &&
            strcmp(judge->findings[i].check, check) == 0) {
            return true;
        }
    }
    return false;
}

/* Violations by index, then what could not be checked, then flags. What has no index concerns
 * the whole ledger and stands first in its class. */
static int compare_findings(const void *a, const void *b)
{
    const struct finding *x = a;
    const struct finding *y = b;
    int class_x = x->is_flag ? 2 : x->is_incomplete ? 1 : 0;
    int class_y = y->is_flag ? 2 : y->is_incomplete ? 1 : 0;

    if (class_x != class_y) {
        return class_x - class_y;
    }
    if (x->idx != y->idx) {
        return x->idx < y->idx ? -1 : 1;
    }
    int order = strcmp(x->check, y->check);
    return order != 0 ? order : strcmp(x->text, y->text);
}

void judge_sort(struct judge *judge)
{
    /* Signatures are checked beside the replay, so an early violation may have come late. */
    for (size_t i = 0; i < judge->finding_count; i++) {
        struct finding *finding = &judge->findings[i];
        finding->after =
            judge->first_violation != JUDGE_NO_INDEX && finding->idx > judge->first_violation
                ? judge->first_violation
                : JUDGE_NO_INDEX;
    }
    if (judge->finding_count > 1) {
        qsort(judge->findings, judge->finding_count, sizeof judge->findings[0],
              compare_findings);
    }
}
