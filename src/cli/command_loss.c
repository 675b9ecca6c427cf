/* Loss and what follows it, seals, emergencies. */
#include "command.h"
#include "session_act.h"

static const struct option_spec key_lost_options[] = {
    BODY_OPT_REASON,
    OPT("reporter", "HANDLE|PARTY", 0, "申报人", "who reports it"),
    BODY_OPT_DESK,
};
static const struct body_member key_lost_members[] = {
    {"items", BODY_ITEMS_WORDS, NULL, NULL},
    {"desk", BODY_DESK, "desk", NULL},
    {NULL, BODY_EVENT, NULL, NULL},
    {"reason", BODY_TEXT, "reason", NULL},
    {"reporter", BODY_NAME, "reporter", "HP"},
    {NULL, BODY_END, NULL, NULL},
};
static const struct option_spec key_found_options[] = {
    OPT("by", "HANDLE|PARTY", 0, "交回人", "who brings them"),
    OPT("condition", "ok|damaged", 0, "完好或损坏", "in what state"),
    BODY_OPT_DESK,
};
static const struct body_member key_found_members[] = {
    {"items", BODY_ITEMS_WORDS, NULL, NULL}, {"desk", BODY_DESK, "desk", NULL},
    {"by_whom", BODY_NAME, "by", "HP"},      {"condition", BODY_TEXT, "condition", "ok"},
    {NULL, BODY_EVENT, NULL, NULL},          {NULL, BODY_END, NULL, NULL},
};
static const struct option_spec key_damage_options[] = {
    BODY_OPT_REASON,
    BODY_OPT_DESK,
};
static const struct body_member key_damage_members[] = {
    {"items", BODY_ITEMS_WORDS, NULL, NULL},
    {"desk", BODY_DESK, "desk", NULL},
    {"reason", BODY_TEXT, "reason", NULL},
    {NULL, BODY_END, NULL, NULL},
};
static const struct option_spec key_retire_options[] = {
    BODY_OPT_REASON,
    BODY_OPT_DESK,
};
static const struct body_member key_retire_members[] = {
    {"items", BODY_ITEMS_WORDS, NULL, NULL},
    {"desk", BODY_DESK, "desk", NULL},
    {NULL, BODY_EVENT, NULL, NULL},
    {"reason", BODY_TEXT, "reason", NULL},
    {NULL, BODY_END, NULL, NULL},
};
static const struct option_spec key_seal_options[] = {
    OPT("seal", "NO", OPTION_REQUIRED, "封条编号", "number of the seal"),
    BODY_OPT_DESK,
};
static const struct body_member key_seal_members[] = {
    {"items", BODY_ITEMS_WORDS, NULL, NULL},
    {"desk", BODY_DESK, "desk", NULL},
    {NULL, BODY_EVENT, NULL, NULL},
    {"seal", BODY_TEXT, "seal", NULL},
    {NULL, BODY_END, NULL, NULL},
};
static const struct option_spec key_unseal_options[] = {
    OPT("seal", "NO", OPTION_REQUIRED, "封条编号", "number of the seal"),
    BODY_OPT_REASON,
    BODY_OPT_DESK,
};
static const struct body_member key_unseal_members[] = {
    {"items", BODY_ITEMS_WORDS, NULL, NULL}, {"desk", BODY_DESK, "desk", NULL},
    {NULL, BODY_EVENT, NULL, NULL},          {"reason", BODY_TEXT, "reason", NULL},
    {"seal", BODY_TEXT, "seal", NULL},       {NULL, BODY_END, NULL, NULL},
};
static const struct option_spec key_accept_risk_options[] = {
    BODY_OPT_REASON,
    OPT("party", "PARTY", 0, "业主", "the owner who accepts"),
    OPT("letter", "TEXT", 0, "业主书面说明编号", "number of the owner's letter"),
};
static const struct body_member key_accept_risk_members[] = {
    {"items", BODY_ITEMS_WORDS, NULL, "K"}, {"letter", BODY_TEXT, "letter", NULL},
    {"party", BODY_NAME, "party", "P"},     {"reason", BODY_TEXT, "reason", NULL},
    {NULL, BODY_END, NULL, NULL},
};
static const struct option_spec lock_rekey_options[] = {
    BODY_OPT_REASON,
};
static const struct body_member lock_rekey_members[] = {
    {NULL, BODY_EVENT, NULL, NULL},
    {"locks", BODY_LOCKS_WORDS, NULL, NULL},
    {"reason", BODY_TEXT, "reason", NULL},
    {NULL, BODY_END, NULL, NULL},
};
static const struct option_spec key_emergency_options[] = {
    OPT("to", "HANDLE", OPTION_REQUIRED, "领用人(两名签名人之一)",
        "who takes them (one of the two who sign)"),
    OPT("place", "PLACE", OPTION_REQUIRED, "险情地点", "where it is"),
    OPT("cause", "CODE", OPTION_REQUIRED, "险情代码", "cause code of the policy"),
    OPT("seal", "NO", 0, "要拆的封条编号", "number of the seal to break"),
    OPT("called", "RESULT", 0, "联系业主的结果 reached no_answer no_number(默认)",
        "what came of calling the owner: reached, no_answer, no_number (default)"),
    OPT("called-party", "PARTY", 0, "联系了谁", "who was called"),
    OPT("called-at", "TIME", 0, "联系时间", "when"),
    BODY_OPT_DESK,
};

/* The members of the call become an object of their own. */
static enum custody_status run_emergency(struct session *session, const struct command *command,
                                         struct custody_error *err)
{
    static const struct body_member members[] = {
        {"items", BODY_ITEMS_WORDS, NULL, NULL}, {"desk", BODY_DESK, "desk", NULL},
        {"cause", BODY_TEXT, "cause", NULL},     {NULL, BODY_EVENT, NULL, NULL},
        {"place", BODY_NAME, "place", "L"},      {"receiver", BODY_NAME, "to", "H"},
        {"seal", BODY_TEXT, "seal", NULL},       {NULL, BODY_END, NULL, NULL},
    };
    static const struct body_member call[] = {
        {"at", BODY_TIME, "called-at", NULL},
        {"party", BODY_NAME, "called-party", "P"},
        {"result", BODY_TEXT, "called", "no_number"},
        {NULL, BODY_END, NULL, NULL},
    };
    (void)command;
    json_t *body = NULL;
    json_t *called = NULL;
    enum custody_status rc = body_build(session, members, &body, err);
    if (rc == CUSTODY_OK) {
        rc = body_build(session, call, &called, err);
    }
    if (rc == CUSTODY_OK && json_object_set(body, "called", called) != 0) {
        rc = session_packed(NULL, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_act(session, "key.emergency/1", json_incref(body), err);
    }
    json_decref(called);
    json_decref(body);
    return rc;
}

static const struct command rows[] = {
    {.name = "key emergency",
     .words = "KEY...",
     .words_min = 1,
     .words_max = COMMAND_MANY,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(key_emergency_options),
     .zh = "应急取用(两人,事后补批)",
     .en = "take keys in an emergency (two people; ratified afterwards)",
     .run = run_emergency},
    {.name = "key lost",
     .words = "KEY...",
     .words_min = 1,
     .words_max = COMMAND_MANY,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(key_lost_options),
     .act = "key.lost/1",
     .members = key_lost_members,
     .zh = "申报遗失",
     .en = "declare keys lost",
     .run = command_run_act},
    {.name = "key found",
     .words = "KEY...",
     .words_min = 1,
     .words_max = COMMAND_MANY,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED | COMMAND_OLD_TAG,
     .options = OPTION_TABLE(key_found_options),
     .act = "key.found/1",
     .members = key_found_members,
     .zh = "遗失钥匙找回",
     .en = "take found keys in",
     .run = command_run_act},
    {.name = "key damage",
     .words = "KEY...",
     .words_min = 1,
     .words_max = COMMAND_MANY,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(key_damage_options),
     .act = "key.damage/1",
     .members = key_damage_members,
     .zh = "登记损坏",
     .en = "mark keys as damaged",
     .run = command_run_act},
    {.name = "key retire",
     .words = "KEY...",
     .words_min = 1,
     .words_max = COMMAND_MANY,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(key_retire_options),
     .act = "key.retire/1",
     .members = key_retire_members,
     .zh = "钥匙报废",
     .en = "take keys out of use for good",
     .run = command_run_act},
    {.name = "key seal",
     .words = "KEY...",
     .words_min = 1,
     .words_max = COMMAND_MANY,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(key_seal_options),
     .act = "key.seal/1",
     .members = key_seal_members,
     .zh = "封存",
     .en = "seal keys",
     .run = command_run_act},
    {.name = "key unseal",
     .words = "KEY...",
     .words_min = 1,
     .words_max = COMMAND_MANY,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(key_unseal_options),
     .act = "key.unseal/1",
     .members = key_unseal_members,
     .zh = "启封(两人)",
     .en = "open a seal (two people)",
     .run = command_run_act},
    {.name = "key accept-risk",
     .words = "KEY...",
     .words_min = 1,
     .words_max = COMMAND_MANY,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(key_accept_risk_options),
     .act = "risk.accept/1",
     .members = key_accept_risk_members,
     .zh = "遗失后接受风险不换锁",
     .en = "accept the risk of a lost key",
     .run = command_run_act},
    {.name = "lock rekey",
     .words = "LOCK...",
     .words_min = 1,
     .words_max = COMMAND_MANY,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(lock_rekey_options),
     .act = "lock.rekey/1",
     .members = lock_rekey_members,
     .zh = "换锁芯",
     .en = "record that locks were rekeyed",
     .run = command_run_act},
};

const struct command_group command_group_loss = COMMAND_GROUP(rows);
