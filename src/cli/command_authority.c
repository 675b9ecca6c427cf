/* The say of owners and managers: authorisations, consents, standing ones, by word of mouth. */
#include "command.h"

static const struct option_spec party_authorise_options[] = {
    OPT("place", "PLACE", OPTION_REQUIRED, "房屋", "the home"),
    OPT("letter", "NO", OPTION_REQUIRED, "委托书编号", "number of the letter"),
    OPT("scope", "lend|copy", OPTION_REPEAT | OPTION_REQUIRED, "范围 lend 借用 copy 配制",
        "what for: lend, copy"),
    OPT("named", "HANDLE|PARTY", OPTION_REPEAT, "指名可借用的人",
        "who may borrow (default: any employee)"),
    OPT("start", "TIME", 0, "自", "from when (default: now)"),
    OPT("end", "TIME", OPTION_REQUIRED, "至", "until when"),
};
static const struct body_member party_authorise_members[] = {
    {"end", BODY_TIME, "end", NULL},        {"letter", BODY_TEXT, "letter", NULL},
    {"named", BODY_HOLDERS, "named", "HP"}, {"party", BODY_NAME_WORD, NULL, "P"},
    {"place", BODY_NAME, "place", "L"},     {"scope", BODY_SET, "scope", NULL},
    {"start", BODY_TIME, "start", "now"},   {NULL, BODY_END, NULL, NULL},
};
static const struct option_spec party_end_options[] = {
    BODY_OPT_REASON,
};
static const struct body_member party_end_members[] = {
    {"authorisation", BODY_ACT_WORD, NULL, NULL},
    {"reason", BODY_TEXT, "reason", NULL},
    {NULL, BODY_END, NULL, NULL},
};
static const struct option_spec party_consent_options[] = {
    OPT("party", "PARTY", OPTION_REQUIRED, "业主或租户", "the owner or tenant"),
    OPT("to", "HANDLE|PARTY", OPTION_REQUIRED, "借用人", "who will receive"),
    OPT("scope", "lend|copy", 0, "范围", "lend or copy (default: lend)"),
    BODY_OPT_PURPOSE,
    OPT("channel", "CODE", OPTION_REQUIRED, "联系方式代码", "how he was spoken to"),
    OPT("start", "TIME", 0, "自", "from when (default: now)"),
    OPT("end", "TIME", OPTION_REQUIRED, "至", "until when"),
};
static const struct body_member party_consent_members[] = {
    {"channel", BODY_TEXT, "channel", NULL}, {"items", BODY_ITEMS_WORDS, NULL, NULL},
    {"party", BODY_NAME, "party", "P"},      {"purpose", BODY_TEXT, "purpose", NULL},
    {"receiver", BODY_NAME, "to", "HP"},     {"scope", BODY_TEXT, "scope", "lend"},
    {"window", BODY_WINDOW, NULL, NULL},     {NULL, BODY_END, NULL, NULL},
};
static const struct option_spec standing_grant_options[] = {
    OPT("place", "PLACE", OPTION_REPEAT | OPTION_REQUIRED, "机房", "rooms"),
    OPT("purpose", "CODE", OPTION_REPEAT | OPTION_REQUIRED, "事由代码", "purpose codes"),
    OPT("post", "TEXT", OPTION_REQUIRED, "岗位", "the post"),
    OPT("start", "TIME", 0, "自", "from when (default: now)"),
    OPT("end", "TIME", OPTION_REQUIRED, "至", "until when"),
};
static const struct body_member standing_grant_members[] = {
    {"end", BODY_TIME, "end", NULL},
    {"named", BODY_HOLDERS, NULL, "H"},
    {"places", BODY_PLACES, "place", NULL},
    {"post", BODY_TEXT, "post", NULL},
    {"purposes", BODY_SET, "purpose", NULL},
    {"start", BODY_TIME, "start", "now"},
    {NULL, BODY_END, NULL, NULL},
};
static const struct option_spec standing_end_options[] = {
    BODY_OPT_REASON,
};
static const struct body_member standing_end_members[] = {
    {"reason", BODY_TEXT, "reason", NULL},
    {"standing", BODY_ACT_WORD, NULL, NULL},
    {NULL, BODY_END, NULL, NULL},
};
static const struct command rows[] = {
    {.name = "party authorise",
     .words = "PARTY",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(party_authorise_options),
     .act = "party.authorise/1",
     .members = party_authorise_members,
     .zh = "登记业主托管委托书",
     .en = "record an owner's authorisation",
     .run = command_run_act},
    {.name = "party end",
     .words = "ACT",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(party_end_options),
     .act = "party.end/1",
     .members = party_end_members,
     .zh = "终止托管委托",
     .en = "end an authorisation",
     .run = command_run_act},
    {.name = "party consent",
     .words = "KEY...",
     .words_min = 1,
     .words_max = COMMAND_MANY,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(party_consent_options),
     .act = "party.consent/1",
     .members = party_consent_members,
     .zh = "登记业主同意",
     .en = "record an owner's consent",
     .run = command_run_act},
    {.name = "standing grant",
     .words = "HANDLE...",
     .words_min = 1,
     .words_max = COMMAND_MANY,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(standing_grant_options),
     .act = "standing.grant/1",
     .members = standing_grant_members,
     .zh = "长期授权",
     .en = "grant a standing authorisation",
     .run = command_run_act},
    {.name = "standing end",
     .words = "ACT",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(standing_end_options),
     .act = "standing.end/1",
     .members = standing_end_members,
     .zh = "终止长期授权",
     .en = "end a standing authorisation",
     .run = command_run_act},
};

const struct command_group command_group_authority = COMMAND_GROUP(rows);
