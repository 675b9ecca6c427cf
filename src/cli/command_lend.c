/* key lend, return, refuse, escort, extend, chase: the counter. */
#include <string.h>

#include "command.h"
#include "name.h"
#include "session_act.h"

static const struct option_spec key_lend_options[] = {
    OPT("to", "HANDLE|PARTY", OPTION_REQUIRED, "领用人", "who receives them"),
    OPT("due", "TIME", 0, "应还时间,如 18:00 或 +4h(默认本班结束)",
        "when they are due, like 2026-11-05T18:00 or +4h (default: the end of the shift)"),
    BODY_OPT_PURPOSE,
    BODY_OPT_FOR,
    BODY_OPT_DESK,
    BODY_OPT_APPROVAL,
    OPT("accept", "WARNING=REASON", OPTION_REPEAT, "知悉提示仍借出,如 last-spare=urgent",
        "go on in spite of a warning, like last-spare=urgent"),
    BODY_OPTS_RECEIPT,
};
static const struct body_member key_lend_members[] = {
    {"items", BODY_ITEMS_WORDS, NULL, NULL},
    {"desk", BODY_DESK, "desk", NULL},
    {"due", BODY_TIME, "due", NULL},
    {"accepted", BODY_ACCEPTED, "accept", NULL},
    {"approval", BODY_ACT, "approval", NULL},
    {NULL, BODY_EVENT, NULL, NULL},
    {"on_behalf", BODY_TEXT, "for", NULL},
    {"purpose", BODY_TEXT, "purpose", NULL},
    {"receipt", BODY_RECEIPT, "to", NULL},
    {"receiver", BODY_NAME, "to", "HP"},
    {NULL, BODY_END, NULL, NULL},
};
static const struct option_spec key_return_options[] = {
    OPT("by", "HANDLE|PARTY", 0, "归还人", "who brings them back"),
    OPT("condition", "ok|damaged", 0, "完好或损坏", "in what state"),
    BODY_OPT_DESK,
    BODY_OPTS_RECEIPT,
};
static const struct body_member key_return_members[] = {
    {"items", BODY_ITEMS_WORDS, NULL, NULL},
    {"desk", BODY_DESK, "desk", NULL},
    {"by_whom", BODY_NAME, "by", "HP"},
    {"condition", BODY_TEXT, "condition", "ok"},
    {NULL, BODY_EVENT, NULL, NULL},
    {"receipt", BODY_RECEIPT_NULL, "by", NULL},
    {NULL, BODY_END, NULL, NULL},
};
static const struct option_spec key_escort_options[] = {
    OPT("to", "HANDLE", OPTION_REQUIRED, "陪同开门的员工", "who goes along and opens"),
    OPT("escorted", "HANDLE|PARTY", 0, "被陪同的人", "who is let in"),
    OPT("due", "TIME", OPTION_REQUIRED, "应还时间", "when they are due"),
    BODY_OPT_PURPOSE,
    BODY_OPT_FOR,
    BODY_OPT_DESK,
    BODY_OPT_APPROVAL,
    BODY_OPTS_RECEIPT,
};
static const struct body_member key_escort_members[] = {
    {"items", BODY_ITEMS_WORDS, NULL, NULL},
    {"desk", BODY_DESK, "desk", NULL},
    {"due", BODY_TIME, "due", NULL},
    {"approval", BODY_ACT, "approval", NULL},
    {"escorted", BODY_NAME, "escorted", "HP"},
    {NULL, BODY_EVENT, NULL, NULL},
    {"on_behalf", BODY_TEXT, "for", NULL},
    {"purpose", BODY_TEXT, "purpose", NULL},
    {"receipt", BODY_RECEIPT, "to", NULL},
    {"receiver", BODY_NAME, "to", "H"},
    {NULL, BODY_END, NULL, NULL},
};
static const struct option_spec key_extend_options[] = {
    OPT("due", "TIME", OPTION_REQUIRED, "新的应还时间", "the new time due"),
    BODY_OPT_REASON,
    BODY_OPT_DESK,
    BODY_OPT_APPROVAL,
};
static const struct body_member key_extend_members[] = {
    {"items", BODY_ITEMS_WORDS, NULL, NULL}, {"desk", BODY_DESK, "desk", NULL},
    {"due", BODY_TIME, "due", NULL},         {"approval", BODY_ACT, "approval", NULL},
    {"reason", BODY_TEXT, "reason", NULL},   {NULL, BODY_END, NULL, NULL},
};
static const struct option_spec key_chase_options[] = {
    OPT("channel", "CODE", OPTION_REQUIRED, "联系方式代码", "how he was spoken to"),
    OPT("result", "RESULT", OPTION_REQUIRED, "结果 promised no_answer refused",
        "promised, no_answer or refused"),
    OPT("promised", "TIME", 0, "答应归还的时间", "when he promised to bring them"),
};
static const struct body_member key_chase_members[] = {
    {"items", BODY_ITEMS_WORDS, NULL, NULL},
    {"channel", BODY_TEXT, "channel", NULL},
    {"promised", BODY_TIME, "promised", NULL},
    {"result", BODY_TEXT, "result", NULL},
    {NULL, BODY_END, NULL, NULL},
};
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

/*
 * From hand to hand, at the desk (K11: no passing on): a return by the one and a loan to the
 * other, two acts, each signed by who acts.
 */
static enum custody_status run_pass(struct session *session, const struct command *command,
                                    struct custody_error *err)
{
    static const struct body_member back[] = {
        {"items", BODY_ITEMS_WORDS, NULL, NULL}, {"desk", BODY_DESK, "desk", NULL},
        {"by_whom", BODY_NAME, "from", "HP"},    {"condition", BODY_LITERAL, NULL, "ok"},
        {NULL, BODY_EVENT, NULL, NULL},          {NULL, BODY_END, NULL, NULL},
    };
    (void)command;
    json_t *body = NULL;
    json_t *lend = NULL;
    json_t *result = NULL;
    struct session_plan plan;
    enum custody_status rc = body_build(session, back, &body, err);
    if (rc == CUSTODY_OK &&
        json_object_set_new(body, "receipt",
                            json_pack("{s:n,s:s,s:n,s:n}", "image", "kind", "screen", "slip",
                                      "unsigned_reason")) != 0) {
        rc = session_packed(NULL, err);
    }
    if (rc == CUSTODY_OK) {
        rc = body_build(session, key_lend_members, &lend, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_plan_make(session, &plan, err);
    }
    if (rc == CUSTODY_OK && (plan.prepare_path != NULL || plan.is_dry_run)) {
        rc = custody_fail(err, CUSTODY_ERR_USAGE,
                          "passing on is two acts; to try or prepare them run key return and "
                          "key lend");
    }
    if (rc == CUSTODY_OK) {
        /* The clerk alone takes them back; the next holder signs for the loan. */
        plan.signers[0] = plan.by;
        plan.is_local[0] = true;
        plan.signer_count = 1;
        rc = session_act_run(session, &plan, "key.return/1", body, &result, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_act_print(session, result, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_act(session, "key.lend/2", json_incref(lend), err);
    }
    json_decref(result);
    json_decref(body);
    json_decref(lend);
    return rc;
}

static const struct option_spec refuse_options[] = {
    OPT("to", "HANDLE|PARTY", 0, "申请人", "who asked"),
    OPT("purpose", "CODE", OPTION_REQUIRED, "所述事由代码", "purpose that was given"),
    OPT("rule", "RULE", OPTION_REQUIRED, "依据的规则,如 K3",
        "the rule that forbids it, like K3"),
};
static const struct option_spec key_pass_options[] = {
    OPT("from", "HANDLE|PARTY", OPTION_REQUIRED, "归还人", "who gives them back"),
    OPT("to", "HANDLE|PARTY", OPTION_REQUIRED, "领用人", "who receives them"),
    OPT("due", "TIME", 0, "应还时间(默认本班结束)",
        "when they are due (default: the end of the shift)"),
    BODY_OPT_PURPOSE,
    BODY_OPT_FOR,
    BODY_OPT_DESK,
    BODY_OPT_APPROVAL,
    OPT("accept", "WARNING=REASON", OPTION_REPEAT, "知悉提示仍借出",
        "go on in spite of a warning"),
    BODY_OPTS_RECEIPT,
};
static const struct command rows[] = {
    {.name = "key lend",
     .words = "KEY...",
     .words_min = 1,
     .words_max = COMMAND_MANY,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(key_lend_options),
     .act = "key.lend/2",
     .members = key_lend_members,
     .zh = "借出钥匙",
     .en = "lend keys",
     .run = command_run_act},
    {.name = "key return",
     .words = "KEY...",
     .words_min = 1,
     .words_max = COMMAND_MANY,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED | COMMAND_OLD_TAG,
     .options = OPTION_TABLE(key_return_options),
     .act = "key.return/1",
     .members = key_return_members,
     .zh = "收回钥匙",
     .en = "take keys back",
     .run = command_run_act},
    {.name = "key escort",
     .words = "KEY...",
     .words_min = 1,
     .words_max = COMMAND_MANY,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(key_escort_options),
     .act = "key.escort/1",
     .members = key_escort_members,
     .zh = "陪同开门(钥匙不离员工手)",
     .en = "open for somebody; the key stays with an employee",
     .run = command_run_act},
    {.name = "key extend",
     .words = "KEY...",
     .words_min = 1,
     .words_max = COMMAND_MANY,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(key_extend_options),
     .act = "key.extend/1",
     .members = key_extend_members,
     .zh = "续借",
     .en = "let a loan run on",
     .run = command_run_act},
    {.name = "key chase",
     .words = "KEY...",
     .words_min = 1,
     .words_max = COMMAND_MANY,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(key_chase_options),
     .act = "key.chase/1",
     .members = key_chase_members,
     .zh = "登记催还",
     .en = "record that somebody was chased",
     .run = command_run_act},
    {.name = "key pass",
     .words = "KEY...",
     .words_min = 1,
     .words_max = COMMAND_MANY,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(key_pass_options),
     .zh = "在柜台转手:先还后借",
     .en = "pass keys on, at the desk: a return and a loan",
     .run = run_pass},
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
