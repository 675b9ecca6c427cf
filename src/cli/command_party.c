/* party: people who are no staff - owners, tenants, contractors. */
#include <string.h>

#include "command.h"
#include "custody/tag.h"
#include "name.h"
#include "personal.h"
#include "private_read.h"
#include "session_act.h"

static enum custody_status run_add(struct session *session, const struct command *command,
                                   struct custody_error *err)
{
    (void)command;
    char party[CUSTODY_ITEM_LEN + 1];
    json_t *unit = NULL;
    json_t *name = NULL;
    json_t *phone = NULL;
    enum custody_status rc = name_option(session, "unit", "L", &unit, err);
    if (rc == CUSTODY_OK) {
        rc = custody_item_new(session->site, 'P', party, err);
    }
    if (rc == CUSTODY_OK) {
        rc = personal_option(session, "name", &name, err);
    }
    if (rc == CUSTODY_OK) {
        rc = personal_option(session, "phone", &phone, err);
    }
    if (rc != CUSTODY_OK) {
        json_decref(unit);
        json_decref(name);
        return rc;
    }
    return session_act(session, "party.add/1",
                       json_pack("{s:o,s:s,s:o,s:s,s:o}", "name", name, "party", party, "phone",
                                 phone, "relation", option_get(session->args, "relation"),
                                 "unit", unit),
                       err);
}

static const struct option_spec add_options[] = {
    OPT("name", "-", OPTION_REQUIRED, "姓名或单位(加密保存；- 从标准输入读一行)",
        "name (kept sealed; - reads a line of standard input)"),
    OPT("relation", "RELATION", OPTION_REQUIRED,
        "owner 业主 tenant 承租人 relative 亲属 agent 代理人 contractor 施工单位 visitor 访客 "
        "developer 建设单位",
        "owner tenant relative agent contractor visitor developer"),
    OPT("unit", "PLACE", 0, "所属房屋", "the home it belongs to"),
    OPT("phone", "-", 0, "电话(加密保存；- 从标准输入读一行)",
        "telephone (kept sealed; - reads a line of standard input)"),
};

static const struct option_spec read_options[] = {
    PRIVATE_READ_OPT,
};

static const struct command rows[] = {
    {.name = "party add",
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(add_options),
     .zh = "登记业主、租户等外部人员",
     .en = "add an owner, tenant or other person who is no staff",
     .run = run_add},
    {.name = "party list",
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(read_options),
     .read = "party.list",
     .zh = "外部人员名单",
     .en = "list the parties",
     .run = command_run_read},
    {.name = "party show",
     .words = "PARTY",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(read_options),
     .read = "party.show",
     .target = "party",
     .kinds = "P",
     .zh = "查看一名外部人员",
     .en = "show a party",
     .run = command_run_read},
};

const struct command_group command_group_party = COMMAND_GROUP(rows);
