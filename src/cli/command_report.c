/* Reads of the key desk: registers, lists, what is open. */
#include "command.h"
#include "name.h"

/* One stock-take in full: its numbers, then its lines. */
static enum custody_status run_stocktake_show(struct session *session,
                                              const struct command *command,
                                              struct custody_error *err)
{
    (void)command;
    char id[SESSION_ID_SIZE];
    enum custody_status rc = name_act(session, session->args->words[0], "ledger.log", id, err);
    if (rc == CUSTODY_OK && !option_has(session->args, "lines")) {
        rc = command_print_read(session, "stocktake.counts",
                                json_pack("{s:s}", "stocktake", id), err);
    } else if (rc == CUSTODY_OK) {
        rc = command_print_read(session, "stocktake.lines", json_pack("{s:s}", "stocktake", id),
                                err);
    }
    return rc;
}

static const struct option_spec stocktake_show_options[] = {
    OPT_FLAG("lines", "逐把列出", "every line instead of the numbers"),
};
static const struct option_spec report_movements_options[] = {
    OPT_PARAM("from", "TIME", OPTION_TIME, "from", NULL, "从", "from when"),
    OPT_PARAM("to", "TIME", OPTION_TIME, "to", NULL, "到", "until when"),
    OPT_PARAM("limit", "N", OPTION_INT, "limit", NULL, "至多几行", "at most so many rows"),
};
static const struct option_spec report_holdings_options[] = {
    OPT_PARAM("handle", "HANDLE", OPTION_TEXT, "handle", "H", "某人", "of this person"),
};
static const struct option_spec report_proofs_options[] = {
    OPT_PARAM("from", "TIME", OPTION_TIME, "from", NULL, "从", "from when"),
    OPT_PARAM("to", "TIME", OPTION_TIME, "to", NULL, "到", "until when"),
};
static const struct option_spec report_losses_options[] = {
    OPT_PARAM("state", "STATE", OPTION_TEXT, "state", NULL, "状态 open found rekeyed accepted",
              "those in this state"),
};
static const struct option_spec report_chases_options[] = {
    OPT_PARAM("key", "KEY", OPTION_TEXT, "item", "KR", "某把钥匙", "of this key"),
};
static const struct option_spec report_takeovers_options[] = {
    OPT_PARAM("differing", NULL, OPTION_FLAG, "differing", NULL, "只列不符",
              "only where counts differ"),
};
static const struct option_spec party_authorisations_options[] = {
    OPT_PARAM("kind", "KIND", OPTION_TEXT, "kind", NULL, "authorise consent standing",
              "authorise, consent or standing"),
    OPT_PARAM("place", "PLACE", OPTION_TEXT, "place", "L", "房屋", "of this home"),
};
static const struct option_spec seal_list_options[] = {
    OPT_PARAM("desk", "DESK", OPTION_TEXT, "desk", "D", "保管台", "of this desk"),
};
static const struct option_spec board_show_options[] = {
    OPT_PARAM("desk", "DESK", OPTION_TEXT, "desk", "D", "保管台", "of this desk"),
};
static const struct option_spec shift_list_options[] = {
    OPT_PARAM("desk", "DESK", OPTION_TEXT, "desk", "D", "保管台", "of this desk"),
};
static const struct option_spec person_tags_options[] = {
    OPT_PARAM("handle", "HANDLE", OPTION_TEXT, "handle", "H", "某人", "of this person"),
};
static const struct option_spec roster_show_options[] = {
    OPT_PARAM("day", "DATE", OPTION_TEXT, "day", NULL, "日期", "of this day"),
    OPT_PARAM("desk", "DESK", OPTION_TEXT, "desk", "D", "保管台", "of this desk"),
};
static const struct option_spec stocktake_list_options[] = {
    OPT_PARAM("desk", "DESK", OPTION_TEXT, "desk", "D", "保管台", "of this desk"),
    OPT_PARAM("state", "STATE", OPTION_TEXT, "state", NULL, "open finished",
              "open or finished"),
};
static const struct option_spec slip_list_options[] = {
    OPT_PARAM("series", "CODE", OPTION_TEXT, "series", NULL, "本号", "of this book"),
    OPT_PARAM("open", NULL, OPTION_FLAG, "open", NULL, "只列未销号",
              "only those not accounted for"),
};

static const struct command rows[] = {
    {.name = "report departments",
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .read = "loan.departments",
     .zh = "各部门在借与逾期",
     .en = "loans and overdue by department",
     .run = command_run_read},
    {.name = "report movements",
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(report_movements_options),
     .read = "movement.list",
     .zh = "进出流水",
     .en = "movements of keys",
     .run = command_run_read},
    {.name = "report holdings",
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(report_holdings_options),
     .read = "holding.list",
     .zh = "离岗、停用人员尚持有的钥匙",
     .en = "what people who leave still hold",
     .run = command_run_read},
    {.name = "report proofs",
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(report_proofs_options),
     .read = "proof.list",
     .zh = "纸质与口头凭据及单号",
     .en = "paper and oral proofs with their numbers",
     .run = command_run_read},
    {.name = "report unratified",
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .read = "unratified.list",
     .zh = "待补签",
     .en = "what awaits ratification",
     .run = command_run_read},
    {.name = "report unsettled",
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .read = "unsettled.list",
     .zh = "未结事项",
     .en = "what is not settled",
     .run = command_run_read},
    {.name = "report corrected",
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .read = "correction.list",
     .zh = "更正记录",
     .en = "corrected acts",
     .run = command_run_read},
    {.name = "report late",
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .read = "late.list",
     .zh = "补登记录",
     .en = "late entries",
     .run = command_run_read},
    {.name = "report losses",
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(report_losses_options),
     .read = "loss.list",
     .zh = "遗失及涉及的锁与同锁钥匙",
     .en = "losses, their doors and sister copies",
     .run = command_run_read},
    {.name = "report stale",
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .read = "stale.list",
     .zh = "换锁前的旧钥匙",
     .en = "keys from before a rekey",
     .run = command_run_read},
    {.name = "report emergencies",
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .read = "emergency.list",
     .zh = "紧急入户",
     .en = "emergencies",
     .run = command_run_read},
    {.name = "report chases",
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(report_chases_options),
     .read = "chase.list",
     .zh = "催还记录",
     .en = "who was chased",
     .run = command_run_read},
    {.name = "report takeovers",
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(report_takeovers_options),
     .read = "takeover.list",
     .zh = "接管清单",
     .en = "takeovers",
     .run = command_run_read},
    {.name = "key sisters",
     .words = "KEY",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .read = "key.sisters",
     .target = "item",
     .kinds = "KR",
     .zh = "同锁的钥匙",
     .en = "keys of the same lock",
     .run = command_run_read},
    {.name = "party authorisations",
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(party_authorisations_options),
     .read = "authority.list",
     .zh = "委托、同意与长期授权",
     .en = "authorisations, consents and standing ones",
     .run = command_run_read},
    {.name = "seal list",
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(seal_list_options),
     .read = "seal.list",
     .zh = "封存",
     .en = "seals",
     .run = command_run_read},
    {.name = "board show",
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(board_show_options),
     .read = "board.list",
     .zh = "日常钥匙板",
     .en = "the daily board",
     .run = command_run_read},
    {.name = "shift numbers",
     .words = "DESK",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .read = "desk.numbers",
     .target = "desk",
     .kinds = "D",
     .zh = "交接班时应有的数目",
     .en = "numbers the register expects at a hand-over",
     .run = command_run_read},
    {.name = "shift list",
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(shift_list_options),
     .read = "shift.list",
     .zh = "交接班记录",
     .en = "hand-overs, closings, checks",
     .run = command_run_read},
    {.name = "person tags",
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(person_tags_options),
     .read = "tag.list",
     .zh = "人员码",
     .en = "tags of people",
     .run = command_run_read},
    {.name = "roster show",
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(roster_show_options),
     .read = "roster.list",
     .zh = "排班",
     .en = "the roster",
     .run = command_run_read},
    {.name = "stocktake list",
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(stocktake_list_options),
     .read = "stocktake.list",
     .zh = "盘点",
     .en = "stock-takes",
     .run = command_run_read},
    {.name = "slip list",
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(slip_list_options),
     .read = "slip.list",
     .zh = "应急单",
     .en = "emergency slips",
     .run = command_run_read},
    {.name = "stocktake show",
     .words = "ACT",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(stocktake_show_options),
     .zh = "一次盘点的数目或明细",
     .en = "numbers or lines of a stock-take",
     .run = run_stocktake_show},
};

const struct command_group command_group_report = COMMAND_GROUP(rows);
