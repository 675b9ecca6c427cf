/* Keys that change their place: between desks, in trays, to and from owners. */
#include "command.h"

static const struct option_spec key_move_options[] = {
    OPT("to", "DESK", OPTION_REQUIRED, "移交到的保管台", "the other desk"),
    OPT_FLAG("rehome", "改为由该保管台长期保管", "that desk keeps them from now on"),
    BODY_OPT_REASON,
    BODY_OPT_DESK,
};
static const struct body_member key_move_members[] = {
    {"items", BODY_ITEMS_WORDS, NULL, NULL},
    {"desk", BODY_DESK, "desk", NULL},
    {NULL, BODY_EVENT, NULL, NULL},
    {"reason", BODY_TEXT, "reason", NULL},
    {"rehome", BODY_FLAG, "rehome", NULL},
    {"to", BODY_NAME, "to", "D"},
    {NULL, BODY_END, NULL, NULL},
};
static const struct option_spec tray_issue_options[] = {
    OPT("to", "HANDLE", OPTION_REQUIRED, "客服人员", "the service staff"),
    BODY_OPT_DESK,
};
static const struct body_member tray_issue_members[] = {
    {"items", BODY_ITEMS_WORDS, NULL, NULL},
    {"desk", BODY_DESK, "desk", NULL},
    {NULL, BODY_EVENT, NULL, NULL},
    {"receiver", BODY_NAME, "to", "H"},
    {NULL, BODY_END, NULL, NULL},
};
static const struct option_spec tray_settle_options[] = {
    OPT("from", "HANDLE", OPTION_REQUIRED, "客服人员", "the service staff"),
    OPT("missing", "KEY", OPTION_REPEAT, "点回时缺少的", "what is missing"),
    BODY_OPT_DESK_REQUIRED,
};
static const struct body_member tray_settle_members[] = {
    {"items", BODY_ITEMS_WORDS, NULL, NULL},  {"desk", BODY_DESK, "desk", NULL},
    {NULL, BODY_EVENT, NULL, NULL},           {"from", BODY_NAME, "from", "H"},
    {"missing", BODY_ITEMS, "missing", NULL}, {NULL, BODY_END, NULL, NULL},
};
static const struct option_spec key_handover_options[] = {
    OPT("to", "PARTY", OPTION_REQUIRED, "业主、租户或代领人", "the owner, tenant or agent"),
    OPT("place", "PLACE", OPTION_REQUIRED, "房屋", "the home"),
    OPT("document", "CODE", OPTION_REPEAT | OPTION_REQUIRED, "查验的证件代码",
        "papers that were seen"),
    OPT("letter", "TEXT", 0, "代领委托书编号", "number of the agent's letter"),
    BODY_OPT_DESK,
    BODY_OPTS_RECEIPT,
};
static const struct body_member key_handover_members[] = {
    {"items", BODY_ITEMS_WORDS, NULL, NULL},
    {"desk", BODY_DESK, "desk", NULL},
    {"documents", BODY_SET, "document", NULL},
    {NULL, BODY_EVENT, NULL, NULL},
    {"letter", BODY_TEXT, "letter", NULL},
    {"party", BODY_NAME, "to", "P"},
    {"place", BODY_NAME, "place", "L"},
    {"receipt", BODY_RECEIPT, "to", NULL},
    {NULL, BODY_END, NULL, NULL},
};
static const struct option_spec key_deposit_options[] = {
    OPT("from", "PARTY", OPTION_REQUIRED, "交存人", "who deposits them"),
    OPT("authorisation", "ACT", OPTION_REQUIRED, "托管委托书事项编号",
        "act id of the authorisation"),
    OPT("slip", "NO", 0, "收条编号", "number of the slip given"),
    BODY_OPT_DESK,
};
static const struct body_member key_deposit_members[] = {
    {"items", BODY_ITEMS_WORDS, NULL, NULL},
    {"desk", BODY_DESK, "desk", NULL},
    {"authorisation", BODY_ACT, "authorisation", NULL},
    {NULL, BODY_EVENT, NULL, NULL},
    {"party", BODY_NAME, "from", "P"},
    {"slip", BODY_TEXT, "slip", NULL},
    {NULL, BODY_END, NULL, NULL},
};
static const struct option_spec key_withdraw_options[] = {
    OPT("to", "PARTY", OPTION_REQUIRED, "领回人", "who takes them back"),
    BODY_OPT_DESK,
    BODY_OPTS_RECEIPT,
};
static const struct body_member key_withdraw_members[] = {
    {"items", BODY_ITEMS_WORDS, NULL, NULL}, {"desk", BODY_DESK, "desk", NULL},
    {NULL, BODY_EVENT, NULL, NULL},          {"party", BODY_NAME, "to", "P"},
    {"receipt", BODY_RECEIPT, "to", NULL},   {NULL, BODY_END, NULL, NULL},
};
static const struct command rows[] = {
    {.name = "key move",
     .words = "KEY...",
     .words_min = 1,
     .words_max = COMMAND_MANY,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(key_move_options),
     .act = "key.move/1",
     .members = key_move_members,
     .zh = "在保管台之间移交",
     .en = "move keys to another desk",
     .run = command_run_act},
    {.name = "tray issue",
     .words = "KEY...",
     .words_min = 1,
     .words_max = COMMAND_MANY,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(tray_issue_options),
     .act = "tray.issue/1",
     .members = tray_issue_members,
     .zh = "集中交付:把钥匙袋发给客服人员",
     .en = "hand bags to service staff for a mass hand-over",
     .run = command_run_act},
    {.name = "tray settle",
     .words = "[KEY...]",
     .words_min = 0,
     .words_max = COMMAND_MANY,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(tray_settle_options),
     .act = "tray.settle/1",
     .members = tray_settle_members,
     .zh = "点回未交付的钥匙袋",
     .en = "count back what was not handed over",
     .run = command_run_act},
    {.name = "key handover",
     .words = "KEY...",
     .words_min = 1,
     .words_max = COMMAND_MANY,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(key_handover_options),
     .act = "key.handover/1",
     .members = key_handover_members,
     .zh = "向业主发放钥匙",
     .en = "hand keys over to an owner",
     .run = command_run_act},
    {.name = "key deposit",
     .words = "KEY...",
     .words_min = 1,
     .words_max = COMMAND_MANY,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(key_deposit_options),
     .act = "key.deposit/1",
     .members = key_deposit_members,
     .zh = "业主交存钥匙",
     .en = "take an owner's keys into custody",
     .run = command_run_act},
    {.name = "key withdraw",
     .words = "KEY...",
     .words_min = 1,
     .words_max = COMMAND_MANY,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(key_withdraw_options),
     .act = "key.withdraw/1",
     .members = key_withdraw_members,
     .zh = "业主领回托管钥匙",
     .en = "give deposited keys back to their owner",
     .run = command_run_act},
};

const struct command_group command_group_keep = COMMAND_GROUP(rows);
