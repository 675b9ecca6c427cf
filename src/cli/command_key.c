/* key add, list, show, history; ring list, show; loans. */
#include <string.h>

#include "command.h"
#include "custody/tag.h"
#include "name.h"
#include "session_act.h"

/* The ring of a new key: one that exists, by tag or label, or a new one of that label. */
static enum custody_status ring_of(struct session *session, json_t **ret_ring,
                                   struct custody_error *err)
{
    const char *text = option_get(session->args, "ring");
    struct name_match match;
    struct custody_error why = {0};
    if (text == NULL) {
        *ret_ring = json_null();
        return CUSTODY_OK;
    }
    enum custody_status rc = name_resolve(session, text, "RN", &match, &why);
    if (rc == CUSTODY_OK && match.kind == 'N') {
        return custody_fail(
            err, CUSTODY_ERR_USAGE,
            "%s is a blank tag: name the ring with --ring LABEL --new-ring, and "
            "give the tag with --ring-item",
            match.id);
    }
    if (rc == CUSTODY_ERR_NOT_FOUND && option_has(session->args, "new-ring")) {
        char item[CUSTODY_ITEM_LEN + 1];
        rc = name_new_item(session, option_get(session->args, "ring-item"), 'R', item, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        *ret_ring = json_pack("{s:s,s:s}", "item", item, "label", text);
        return session_packed(*ret_ring, err);
    }
    if (rc == CUSTODY_ERR_NOT_FOUND) {
        return custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                            "there is no ring \"%.80s\"; add --new-ring to make it", text);
    }
    if (rc != CUSTODY_OK) {
        if (err != NULL) {
            *err = why;
        }
        return rc;
    }
    *ret_ring = json_pack("{s:s,s:s}", "item", match.id, "label", match.label);
    return session_packed(*ret_ring, err);
}

static enum custody_status locks_of(struct session *session, json_t **ret_locks,
                                    struct custody_error *err)
{
    const char *codes[SESSION_SIGNERS_MAX];
    struct name_match matches[SESSION_SIGNERS_MAX];
    const size_t count = option_count(session->args, "lock");
    if (count > SESSION_SIGNERS_MAX) {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "at most %d locks can be named here; import keys that open more",
                            SESSION_SIGNERS_MAX);
    }
    for (size_t i = 0; i < count; i++) {
        const enum custody_status rc =
            name_resolve(session, option_at(session->args, "lock", i), "U", &matches[i], err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        codes[i] = matches[i].id;
    }
    return name_set(codes, count, ret_locks, err);
}

static enum custody_status run_add(struct session *session, const struct command *command,
                                   struct custody_error *err)
{
    (void)command;
    char item[CUSTODY_ITEM_LEN + 1];
    int64_t copy = 0;
    struct name_match desk;
    json_t *locks = NULL;
    json_t *ring = NULL;
    enum custody_status rc = option_int(session->args, "copy", 1, 1, 999, &copy, err);
    if (rc == CUSTODY_OK) {
        rc = name_resolve(session, option_get(session->args, "desk"), "D", &desk, err);
    }
    if (rc == CUSTODY_OK) {
        rc = locks_of(session, &locks, err);
    }
    if (rc == CUSTODY_OK) {
        rc = ring_of(session, &ring, err);
    }
    if (rc == CUSTODY_OK) {
        rc = name_new_item(session, option_get(session->args, "item"), 'K', item, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_act(session, "key.add/1",
                         json_pack("{s:s,s:[{s:s,s:I,s:s,s:O,s:O}]}", "desk", desk.id, "keys",
                                   "item", item, "copy", (json_int_t)copy, "label",
                                   session->args->words[0], "locks", locks, "ring", ring),
                         err);
    }
    json_decref(locks);
    json_decref(ring);
    return rc;
}

static const struct option_spec add_options[] = {
    OPT("desk", "DESK", OPTION_REQUIRED, "保管台", "the desk that keeps it"),
    OPT("lock", "LOCK", OPTION_REQUIRED | OPTION_REPEAT, "能开的锁", "a lock it opens"),
    OPT("copy", "N", 0, "第几把(默认 1)", "number of the copy (default 1)"),
    OPT("ring", "RING", 0, "所属钥匙袋", "the ring it is on"),
    OPT_FLAG("new-ring", "没有这个钥匙袋就新建", "make the ring when there is none"),
    OPT("item", "TAG", 0, "所挂的空白标签(扫描或输入)", "the blank tag that it bears"),
    OPT("ring-item", "TAG", 0, "新钥匙袋所挂的空白标签", "the blank tag of a new ring"),
};
static const struct option_spec list_options[] = {
    OPT_PARAM("place", "PLACE", OPTION_TEXT, "place", "L", "位置", "those of this place"),
    OPT_PARAM("desk", "DESK", OPTION_TEXT, "desk", "D", "保管台", "those of this desk"),
    OPT_PARAM("class", "CODE", OPTION_TEXT, "class", NULL, "钥匙类别", "those of this class"),
    OPT_PARAM("state", "STATE", OPTION_TEXT, "state", NULL,
              "状态 in 在柜 out 借出 owner 在业主处 sealed 封存 tray lost retired",
              "in, out, owner, sealed, tray, lost or retired"),
    OPT_PARAM("limit", "N", OPTION_INT, "limit", NULL, "最多几行", "at most so many"),
    OPT_PARAM("after", "ITEM", OPTION_TEXT, "after", NULL, "从此编号之后",
              "go on after this item"),
};
static const struct option_spec tag_options[] = {
    OPT_PARAM("item", "KEY", OPTION_TEXT, "item", "KR", "钥匙", "that of this key or ring"),
    OPT_PARAM("limit", "N", OPTION_INT, "limit", NULL, "最多几行", "at most so many"),
    OPT_PARAM("after", "ITEM", OPTION_TEXT, "after", NULL, "从此编号之后",
              "go on after this item"),
};
static const struct option_spec ring_options[] = {
    OPT_PARAM("place", "PLACE", OPTION_TEXT, "place", "L", "位置", "those of this place"),
    OPT_PARAM("limit", "N", OPTION_INT, "limit", NULL, "最多几行", "at most so many"),
    OPT_PARAM("after", "ITEM", OPTION_TEXT, "after", NULL, "从此编号之后",
              "go on after this item"),
};
static const struct option_spec loan_options[] = {
    OPT_PARAM("overdue", NULL, OPTION_FLAG, "overdue", NULL, "只列逾期",
              "only what is overdue"),
    OPT_PARAM("holder", "HANDLE|PARTY", OPTION_TEXT, "holder", "HP", "持有人",
              "only what this person holds"),
};

static const struct command rows[] = {
    {.name = "key add",
     .words = "LABEL",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(add_options),
     .zh = "登记一把钥匙(保管员与主管签名)",
     .en = "register a key (custodian and supervisor sign)",
     .run = run_add},
    {.name = "key list",
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(list_options),
     .read = "key.list",
     .zh = "钥匙台账",
     .en = "list the keys",
     .run = command_run_read},
    {.name = "key show",
     .words = "KEY|RING",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .read = "key.show",
     .target = "item",
     .kinds = "KR",
     .zh = "查看一把钥匙",
     .en = "show a key",
     .run = command_run_read},
    {.name = "key history",
     .words = "KEY",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .read = "key.history",
     .target = "item",
     .kinds = "KR",
     .zh = "钥匙的流转记录",
     .en = "where a key has been",
     .run = command_run_read},
    {.name = "key tags",
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(tag_options),
     .read = "tag.prints",
     .zh = "最近印出的标签(代次)",
     .en = "list the newest tags printed",
     .run = command_run_read},
    {.name = "key loans",
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(loan_options),
     .read = "loan.list",
     .zh = "借出未还的钥匙",
     .en = "list what is lent",
     .run = command_run_read},
    {.name = "key refusals",
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .read = "refusal.list",
     .zh = "拒借记录",
     .en = "list the refusals",
     .run = command_run_read},
    {.name = "ring list",
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(ring_options),
     .read = "ring.list",
     .zh = "钥匙袋清单",
     .en = "list the rings",
     .run = command_run_read},
    {.name = "ring show",
     .words = "RING",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .read = "ring.show",
     .target = "item",
     .kinds = "R",
     .zh = "查看一个钥匙袋",
     .en = "show a ring",
     .run = command_run_read},
};

const struct command_group command_group_key = COMMAND_GROUP(rows);
