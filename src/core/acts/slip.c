/* slip.issue, slip.close: numbered slips for when the program or the power is down (FORMATS.md
 * §17.5; K20). */
#include <string.h>

#include "register.h"
#include "rows.h"
#include "text.h"

#define NUMBER_MAX 999999
#define BATCH_MAX  1000

static const struct field ISSUE[] = {
    {.name = "desk", .type = FIELD_CODE},
    {.name = "first", .type = FIELD_INT, .min = 1, .max = NUMBER_MAX},
    {.name = "last", .type = FIELD_INT, .min = 1, .max = NUMBER_MAX},
    {.name = "series", .type = FIELD_CODE},
    {.name = NULL},
};

static enum custody_status issue_apply(struct apply *a, struct custody_error *err)
{
    const char *desk = body_text(a, "desk");
    const char *series = body_text(a, "series");
    int64_t first = body_int(a, "first");
    int64_t last = body_int(a, "last");
    int64_t taken = 0;
    NEED(first <= last && last - first < BATCH_MAX, "structure",
         "Slips are issued from a first to a last number, at most %d at once.", BATCH_MAX);
    TRY(desk_signs_alone(a, desk, "supervisor", "seats", err));
    TRY(store_get_int(a->store, err, &taken, NULL,
                      "SELECT count(*) FROM slip WHERE series = ?1 AND number >= ?2"
                      " AND number <= ?3",
                      "tii", series, first, last));
    NEED(taken == 0, "exists", "%lld of these numbers of the series %s were issued before.",
         (long long)taken, series);
    for (int64_t number = first; number <= last; number++) {
        TRY(store_run(a->store, err,
                      "INSERT INTO slip (series, number, desk, idx) VALUES (?1, ?2, ?3, ?4)",
                      "titi", series, number, desk, a->idx));
    }
    return CUSTODY_OK;
}

const struct act ACT_SLIP_ISSUE = {
    .name = "slip.issue/1",
    .fields = ISSUE,
    .signers_max = 1,
    .rules = "K20",
    .signed_by = "the desk's custodian, or a supervisor",
    .apply = issue_apply,
    .keeps_people = true,
    .zh = "{by} 为 {desk} 发放应急登记单 {series} 第 {first} 至 {last} 号",
    .en = "{by} issues to {desk} the emergency slips {series} {first} to {last}",
};

static const char *const USES[] = {"blank", "used", "void", NULL};
static const struct field SLIP[] = {
    {.name = "acts", .type = FIELD_IDS, .min = 0, .max = 600},
    {.name = "number", .type = FIELD_INT, .min = 1, .max = NUMBER_MAX},
    {.name = "use", .type = FIELD_ENUM, .values = USES},
    {.name = NULL},
};
static const struct field CLOSE[] = {
    {.name = "desk", .type = FIELD_CODE},
    {.name = "series", .type = FIELD_CODE},
    {.name = "slips", .type = FIELD_LIST, .min = 1, .of = SLIP, .key = "number"},
    ACT_SIGNED_TOGETHER,
    {.name = NULL},
};

/* An act that the slip stands for: in the ledger, and entered late. */
static enum custody_status cite(struct apply *a, int64_t number, const char *act,
                                struct custody_error *err)
{
    uint8_t id[HASH_LEN] = {0};
    int64_t one = 0;
    bool is_late = false;
    NEED(text_unhex(act, strlen(act), id, sizeof id), "structure", "The id is malformed.");
    TRY(store_get_int(a->store, err, &one, &is_late,
                      "SELECT 1 FROM act_log l WHERE l.act_id = ?1 AND EXISTS"
                      " (SELECT 1 FROM flag f WHERE f.idx = l.idx AND f.code = 'late')",
                      "b", id, sizeof id));
    RULE(is_late, "K20", "Slip %lld names an act that is not here, or was not entered late.",
         (long long)number);
    return store_run(a->store, err,
                     "INSERT OR IGNORE INTO slip_act (series, number, act_id)"
                     " VALUES (?1, ?2, ?3)",
                     "tib", body_text(a, "series"), number, id, sizeof id);
}

static enum custody_status close_slip(struct apply *a, const json_t *slip,
                                      struct custody_error *err)
{
    const json_t *acts = json_object_get(slip, "acts");
    int64_t number = json_integer_value(json_object_get(slip, "number"));
    bool is_used = strcmp(body_member(slip, "use"), "used") == 0;
    int64_t one = 0;
    bool is_open = false;
    TRY(store_get_int(a->store, err, &one, &is_open,
                      "SELECT 1 FROM slip WHERE series = ?1 AND number = ?2 AND desk = ?3"
                      " AND closed_idx IS NULL",
                      "tit", body_text(a, "series"), number, body_text(a, "desk")));
    RULE(is_open, "K20", "Slip %lld was not issued to this desk, or is closed already.",
         (long long)number);
    RULE(is_used == (json_array_size(acts) > 0), "K20",
         "A used slip names the acts it stands for, a blank or void one none (slip %lld).",
         (long long)number);
    size_t i = 0;
    const json_t *act = NULL;
    json_array_foreach(acts, i, act)
    {
        TRY(cite(a, number, json_string_value(act), err));
    }
    return store_run(a->store, err,
                     "UPDATE slip SET use = ?3, closed_idx = ?4 WHERE series = ?1"
                     " AND number = ?2",
                     "titi", body_text(a, "series"), number, body_member(slip, "use"), a->idx);
}

static enum custody_status close_apply(struct apply *a, struct custody_error *err)
{
    const struct seat supervisor = {.kind = SEAT_ROLE, .roles = {"supervisor"}};
    TRY(desk_signs_with(a, body_text(a, "desk"), supervisor,
                        "Slips are closed by the desk's custodian and a supervisor, two "
                        "persons.",
                        err));
    size_t i = 0;
    const json_t *slip = NULL;
    json_array_foreach(json_object_get(a->body, "slips"), i, slip)
    {
        TRY(close_slip(a, slip, err));
    }
    return CUSTODY_OK;
}

const struct act ACT_SLIP_CLOSE = {
    .name = "slip.close/1",
    .fields = CLOSE,
    .signers_max = 2,
    .rules = "K20",
    .signed_by = "the desk's custodian and a supervisor",
    .apply = close_apply,
    .keeps_people = true,
    .zh = "{desk} 核销应急登记单 {series} 共 {#slips} 张",
    .en = "{desk} closes {#slips} emergency slips of the series {series}",
};
