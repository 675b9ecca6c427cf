/*
 * desk: the scan loop of the counter. Scan a person, scan keys, Enter: issued. Scan a key
 * alone: returned. One unlock; locked again after idleness.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "desk.h"
#include "scan.h"

#define LOCK_AFTER_S 60

static enum custody_status unlock(struct desk *desk, struct custody_error *err)
{
    struct custody_credential *credential = NULL;
    enum custody_status rc = session_credential(desk->session, desk->clerk, &credential, err);
    if (rc == CUSTODY_OK) {
        desk->is_locked = false;
    }
    return rc;
}

static enum custody_status loop(struct desk *desk, int idle_ms, struct custody_error *err)
{
    struct scan_input input = {.fd = STDIN_FILENO};
    bool is_end = false;
    while (!is_end) {
        char line[SCAN_LINE_MAX];
        bool is_long = false;
        enum scan_event event = SCAN_END;
        struct custody_error failure = {0};
        enum custody_status rc =
            scan_read(&input, desk->is_locked ? -1 : idle_ms, line, &is_long, &event, err);
        if (rc != CUSTODY_OK || event == SCAN_END) {
            return rc;
        }
        desk->begin_ns = desk_now_ns();
        if (event == SCAN_IDLE) {
            session_lock(desk->session);
            desk_forget_basket(desk);
            desk->is_locked = true;
            desk_answer(desk, "locked", desk_words(desk, "已锁定", "LOCKED"), "");
            continue;
        }
        if (is_long) {
            rc = custody_fail(&failure, CUSTODY_ERR_USAGE,
                              "that line is longer than any tag or name; scan again");
        } else {
            rc = desk->is_locked ? unlock(desk, &failure) : CUSTODY_OK;
            if (rc == CUSTODY_OK) {
                rc = desk_take_line(desk, line, &is_end, &failure);
            }
        }
        if (rc != CUSTODY_OK) {
            desk_answer_error(desk, &failure);
        }
        if (rc == CUSTODY_ERR_NOMEM || rc == CUSTODY_ERR_TAMPERED) {
            return custody_fail(err, rc, "%s", failure.text);
        }
    }
    return CUSTODY_OK;
}

static enum custody_status run_desk(struct session *session, const struct command *command,
                                    struct custody_error *err)
{
    (void)command;
    const struct arguments *args = session->args;
    const char *purpose = option_get(args, "purpose");
    const char *on_behalf = option_get(args, "for");
    const char *due = option_get(args, "due");
    int64_t lock_after_s = LOCK_AFTER_S;
    struct name_match match;
    struct desk desk = {.session = session,
                        .items = json_array(),
                        .is_terminal = isatty(fileno(session->out)) != 0 && !session->is_json};
    static const char *const apart[] = {"dry-run", "prepare", "sign-by", "event-at", "late"};
    enum custody_status rc = session_packed(desk.items, err);
    for (size_t i = 0; rc == CUSTODY_OK && i < sizeof apart / sizeof apart[0]; i++) {
        if (option_has(args, apart[i])) {
            rc = custody_fail(err, CUSTODY_ERR_USAGE,
                              "the counter records at once what it answers; --%s goes with the "
                              "single commands (custody help key)",
                              apart[i]);
        }
    }
    if (rc == CUSTODY_OK) {
        rc = session_actor(session, &desk.clerk, err);
    }
    if (rc == CUSTODY_OK) {
        rc = name_resolve(session, option_get(args, "desk"), "D", &match, err);
    }
    if (rc == CUSTODY_OK) {
        rc = option_int(args, "lock-after", LOCK_AFTER_S, 5, 3600, &lock_after_s, err);
    }
    if (rc == CUSTODY_OK) {
        memcpy(desk.desk, match.id, sizeof match.id);
        (void)snprintf(desk.purpose, sizeof desk.purpose, "%s", purpose);
        (void)snprintf(desk.on_behalf, sizeof desk.on_behalf, "%s", on_behalf);
        (void)snprintf(desk.due, sizeof desk.due, "%s", due != NULL ? due : "");
        desk.begin_ns = desk_now_ns();
        rc = unlock(&desk, err);
    }
    if (rc == CUSTODY_OK) {
        desk_answer(&desk, "ready", match.label[0] != '\0' ? match.label : match.id,
                    desk_help(&desk));
        rc = loop(&desk, (int)lock_after_s * 1000, err);
    }
    json_decref(desk.items);
    free(desk.last_text);
    return rc;
}

static const struct option_spec desk_options[] = {
    BODY_OPT_DESK_REQUIRED,
    OPT("purpose", "CODE", OPTION_REQUIRED, "预填事由代码", "purpose, until changed by p"),
    OPT("for", "TEXT", OPTION_REQUIRED, "预填部门或工单号",
        "department or work order, until changed by f"),
    OPT("due", "TIME", 0, "应还时间(默认本班结束)", "when due (default: the end of the shift)"),
    OPT("supervisor", "HANDLE", 0, "撤销时同签的主管", "who signs an undo too"),
    OPT("undo-reason", "CODE", 0, "撤销原因代码(默认 entry_error)",
        "reason code of an undo (default: entry_error)"),
    OPT("unsigned-reason", "CODE", 0, "领用人不能在此签名的原因代码",
        "why a receiver does not sign here"),
    OPT("colleague", "HANDLE", 0, "代为见证的同事", "the colleague who then signs"),
    OPT("lock-after", "SECONDS", 0, "无操作几秒后锁定(默认 60)",
        "seconds of idleness until it locks (default: 60)"),
};

static const struct command rows[] = {
    {.name = "desk",
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(desk_options),
     .zh = "扫码柜台:扫人、扫钥匙、回车借出；单扫钥匙归还",
     .en = "the counter: scan a person, keys, Enter lends; a key alone comes back",
     .run = run_desk},
};

const struct command_group command_group_desk = COMMAND_GROUP(rows);
