/* key lend, return, refuse: the counter. */
#include <string.h>

#include "command.h"
#include "name.h"
#include "session_act.h"

/* The desk: --desk, else the home desk of the first key named. */
static enum custody_status desk_of(struct session *session, const json_t *items,
                                   char out[NAME_ID_SIZE], struct custody_error *err)
{
    const char *text = option_get(session->args, "desk");
    json_t *rows = NULL;
    struct name_match match;
    enum custody_status rc = CUSTODY_OK;
    if (text != NULL) {
        rc = name_resolve(session, text, "D", &match, err);
        if (rc == CUSTODY_OK) {
            memcpy(out, match.id, sizeof match.id);
        }
        return rc;
    }
    const char *item = json_string_value(json_object_get(json_array_get(items, 0), "item"));
    rc = session_read(session, "key.show", json_pack("{s:s}", "item", item), &rows, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    const json_t *row = json_array_get(rows, 0);
    const char *desk = json_string_value(json_object_get(row, "desk"));
    if (desk == NULL || strlen(desk) >= NAME_ID_SIZE) {
        rc = custody_fail(err, CUSTODY_ERR_USAGE,
                          "the desk of %s is not known; add --desk DESK", item);
    } else {
        memcpy(out, desk, strlen(desk) + 1);
    }
    json_decref(rows);
    return rc;
}

/* The receipt: signed by the other person when that person signs here or elsewhere, else
 * confirmed on the screen, unless the line says. */
static enum custody_status receipt_of(const struct session *session, const char *other,
                                      json_t **ret_receipt, struct custody_error *err)
{
    static const char *const kinds[] = {"credential", "screen", "paper", "thumb"};
    struct session_plan plan;
    const char *kind = option_get(session->args, "receipt");
    const char *slip = option_get(session->args, "slip");
    enum custody_status rc = session_plan_make(session, &plan, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    if (kind == NULL) {
        const bool is_other = strcmp(plan.by, other) != 0 && session_plan_has(&plan, other);
        kind = is_other ? "credential" : (slip != NULL ? "paper" : "screen");
    }
    bool is_known = false;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        is_known = is_known || strcmp(kinds[i], kind) == 0;
    }
    if (!is_known) {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "--receipt is credential, screen, paper or thumb");
    }
    *ret_receipt = json_pack("{s:n,s:s,s:s?,s:s?}", "image", "kind", kind, "slip", slip,
                             "unsigned_reason", option_get(session->args, "unsigned-reason"));
    return session_packed(*ret_receipt, err);
}

/* An approval by its act id. */
static enum custody_status approval_of(struct session *session, char out[SESSION_ID_SIZE],
                                       struct custody_error *err)
{
    const char *text = option_get(session->args, "approval");
    out[0] = '\0';
    return text == NULL ? CUSTODY_OK : name_act(session, text, "ledger.log", out, err);
}

static enum custody_status run_lend(struct session *session, const struct command *command,
                                    struct custody_error *err)
{
    (void)command;
    const struct arguments *args = session->args;
    struct name_match receiver;
    char desk[NAME_ID_SIZE];
    char approval[SESSION_ID_SIZE];
    char due[SESSION_TIME_SIZE];
    json_t *items = NULL;
    json_t *receipt = NULL;
    json_t *body = NULL;
    enum custody_status rc =
        name_resolve(session, option_get(args, "to"), "HP", &receiver, err);
    if (rc == CUSTODY_OK) {
        rc = name_items(session, args->words, args->word_count, "KR", &items, err);
    }
    if (rc == CUSTODY_OK) {
        rc = desk_of(session, items, desk, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_time(session, "due", NULL, due, err);
    }
    if (rc == CUSTODY_OK) {
        rc = approval_of(session, approval, err);
    }
    if (rc == CUSTODY_OK) {
        rc = receipt_of(session, receiver.id, &receipt, err);
    }
    if (rc != CUSTODY_OK) {
        goto out;
    }
    body = json_pack("{s:s?,s:s,s:s,s:O,s:s,s:s,s:O,s:s}", "approval",
                     approval[0] == '\0' ? NULL : approval, "desk", desk, "due", due, "items",
                     items, "on_behalf", option_get(args, "for"), "purpose",
                     option_get(args, "purpose"), "receipt", receipt, "receiver", receiver.id);
    rc = session_packed(body, err);
    if (rc == CUSTODY_OK) {
        rc = session_event_members(session, body, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_act(session, "key.lend/1", body, err);
        body = NULL;
    }
out:
    json_decref(body);
    json_decref(items);
    json_decref(receipt);
    return rc;
}

static enum custody_status run_return(struct session *session, const struct command *command,
                                      struct custody_error *err)
{
    (void)command;
    const struct arguments *args = session->args;
    const char *by = option_get(args, "by");
    const char *condition = option_get(args, "condition");
    struct name_match returner = {.kind = 'H'};
    char desk[NAME_ID_SIZE];
    json_t *items = NULL;
    json_t *receipt = NULL;
    json_t *body = NULL;
    enum custody_status rc =
        name_items(session, args->words, args->word_count, "KR", &items, err);
    if (rc == CUSTODY_OK && by != NULL) {
        rc = name_resolve(session, by, "HP", &returner, err);
    }
    if (rc == CUSTODY_OK) {
        rc = desk_of(session, items, desk, err);
    }
    if (rc == CUSTODY_OK && by != NULL) {
        rc = receipt_of(session, returner.id, &receipt, err);
    } else if (rc == CUSTODY_OK) {
        receipt = json_null();
    }
    if (rc != CUSTODY_OK) {
        goto out;
    }
    body = json_pack("{s:s?,s:s,s:s,s:O,s:O}", "by_whom", by != NULL ? returner.id : NULL,
                     "condition", condition != NULL ? condition : "ok", "desk", desk, "items",
                     items, "receipt", receipt);
    rc = session_packed(body, err);
    if (rc == CUSTODY_OK) {
        rc = session_event_members(session, body, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_act(session, "key.return/1", body, err);
        body = NULL;
    }
out:
    json_decref(body);
    json_decref(items);
    json_decref(receipt);
    return rc;
}

static enum custody_status run_refuse(struct session *session, const struct command *command,
                                      struct custody_error *err)
{
    (void)command;
    const struct arguments *args = session->args;
    json_t *receiver = NULL;
    json_t *items = NULL;
    enum custody_status rc = name_option(session, "to", "HP", &receiver, err);
    if (rc == CUSTODY_OK) {
        rc = name_items(session, args->words, args->word_count, "KR", &items, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_act(session, "key.refuse/1",
                         json_pack("{s:{s:O,s:s,s:O},s:s}", "asked", "items", items, "purpose",
                                   option_get(args, "purpose"), "receiver", receiver, "rule",
                                   option_get(args, "rule")),
                         err);
    }
    json_decref(items);
    json_decref(receiver);
    return rc;
}

static const struct option_spec lend_options[] = {
    OPT("to", "HANDLE|PARTY", OPTION_REQUIRED, "领用人", "who receives them"),
    OPT("due", "TIME", OPTION_REQUIRED, "应还时间,如 18:00 或 +4h",
        "when they are due, like 2026-11-05T18:00 or +4h"),
    OPT("purpose", "CODE", OPTION_REQUIRED, "事由代码", "purpose code of the policy"),
    OPT("for", "TEXT", OPTION_REQUIRED, "部门或工单号", "department or work order"),
    OPT("desk", "DESK", 0, "保管台(默认第一把钥匙的保管台)", "desk (default: the first key's)"),
    OPT("approval", "ACT", 0, "批准事项编号", "act id of the approval"),
    OPT("receipt", "KIND", 0, "签收方式 credential screen paper thumb",
        "receipt: credential screen paper thumb"),
    OPT("slip", "NO", 0, "纸质单编号", "number of the paper slip"),
    OPT("unsigned-reason", "CODE", 0, "未用电子签名的原因代码",
        "why a person with a credential does not sign"),
};
static const struct option_spec return_options[] = {
    OPT("by", "HANDLE|PARTY", 0, "归还人", "who brings them back"),
    OPT("condition", "ok|damaged", 0, "完好或损坏", "in what state"),
    OPT("desk", "DESK", 0, "保管台(默认第一把钥匙的保管台)", "desk (default: the first key's)"),
    OPT("receipt", "KIND", 0, "签收方式 credential screen paper thumb",
        "receipt: credential screen paper thumb"),
    OPT("slip", "NO", 0, "纸质单编号", "number of the paper slip"),
    OPT("unsigned-reason", "CODE", 0, "未用电子签名的原因代码",
        "why a person with a credential does not sign"),
};
static const struct option_spec refuse_options[] = {
    OPT("to", "HANDLE|PARTY", 0, "申请人", "who asked"),
    OPT("purpose", "CODE", OPTION_REQUIRED, "所述事由代码", "purpose that was given"),
    OPT("rule", "RULE", OPTION_REQUIRED, "依据的规则,如 K3",
        "the rule that forbids it, like K3"),
};

static const struct command rows[] = {
    {.name = "key lend",
     .words = "KEY...",
     .words_min = 1,
     .words_max = COMMAND_MANY,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(lend_options),
     .zh = "借出钥匙",
     .en = "lend keys",
     .run = run_lend},
    {.name = "key return",
     .words = "KEY...",
     .words_min = 1,
     .words_max = COMMAND_MANY,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(return_options),
     .zh = "收回钥匙",
     .en = "take keys back",
     .run = run_return},
    {.name = "key refuse",
     .words = "KEY...",
     .words_min = 1,
     .words_max = COMMAND_MANY,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(refuse_options),
     .zh = "登记拒借",
     .en = "record that keys were refused",
     .run = run_refuse},
};

const struct command_group command_group_lend = COMMAND_GROUP(rows);
