/*
 * desk: the scan loop of the counter. Scan a person, scan keys, Enter: issued. Scan a key
 * alone: returned. One unlock; locked again after idleness. Every line is answered by one big
 * line and, for an error, by the bell: the clerk looks at the key, not at the screen.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "name.h"
#include "print.h"
#include "scan.h"
#include "session_act.h"

#define LOCK_AFTER_S 60
#define NOTE_SIZE    1024
#define ACCEPTED_MAX 4
#define SETTING_SIZE 64

struct desk {
    struct session *session;
    const char *clerk;
    char desk[NAME_ID_SIZE];
    char purpose[SETTING_SIZE], on_behalf[300],
        due[SETTING_SIZE];                         /* as typed; due "": end of the shift */
    char accepted[ACCEPTED_MAX + 1][SETTING_SIZE]; /* "last-spare=urgent" */
    size_t accepted_count;
    bool has_receiver;
    struct name_match receiver;
    json_t *items; /* {item,label} in the order of scanning */
    char last_id[SESSION_ID_SIZE];
    char *last_text;
    bool is_locked, is_terminal;
    int64_t begin_ns;
};

static int64_t now_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static const char *words(const struct desk *desk, const char *zh, const char *en)
{
    return desk->session->lang == CUSTODY_ZH ? zh : en;
}

/* One answer. kind: "issued", "returned", "error", "info", ... */
static void answer(struct desk *desk, const char *kind, const char *head, const char *text)
{
    FILE *out = desk->session->out;
    const double ms = (double)(now_ns() - desk->begin_ns) / 1e6;
    const bool is_error = strcmp(kind, "error") == 0;
    if (desk->session->is_json) {
        json_t *line =
            json_pack("{s:s,s:s,s:f,s:s}", "event", kind, "head", head, "ms", ms, "text", text);
        struct custody_error ignored = {0};
        if (line != NULL && print_json(out, line, false, &ignored) != CUSTODY_OK) {
            clearerr(out);
        }
        json_decref(line);
    } else {
        const char *colour = is_error ? "\033[1;31m" : "\033[1;32m";
        (void)fprintf(out, "%s%s%s", desk->is_terminal ? colour : "", is_error ? "\a\a" : "",
                      is_error ? "!! " : "== ");
        print_text(out, head);
        (void)fputs(desk->is_terminal ? "\033[0m" : "", out);
        if (text[0] != '\0') {
            (void)fputs("  ", out);
            print_text(out, text);
        }
        (void)fputc('\n', out);
    }
    (void)fflush(out);
}

static void answer_error(struct desk *desk, const struct custody_error *error)
{
    char head[256];
    const enum custody_lang lang = desk->session->lang;
    const char *meaning = lang == CUSTODY_ZH ? custody_check_text(error->rule, lang) : NULL;
    (void)snprintf(head, sizeof head, "%s%s%s%s %s", text_status(lang, error->status),
                   error->rule[0] != '\0' ? " (" : "", error->rule,
                   error->rule[0] != '\0' ? ")" : "", meaning != NULL ? meaning : "");
    answer(desk, "error", head, error->text);
}

static void forget_basket(struct desk *desk)
{
    (void)json_array_clear(desk->items);
    desk->has_receiver = false;
    desk->accepted_count = 0;
}

/* "3栋-2单元-1201 (K00000001)" of each; no personal names. */
static void list_items(const json_t *items, char *out, size_t size)
{
    size_t len = 0;
    out[0] = '\0';
    for (size_t i = 0; i < json_array_size(items); i++) {
        const json_t *item = json_array_get(items, i);
        const int n = snprintf(out + len, size - len, "%s%s %s", i > 0 ? ", " : "",
                               json_string_value(json_object_get(item, "label")),
                               json_string_value(json_object_get(item, "item")));
        if (n < 0 || (size_t)n >= size - len) {
            out[len] = '\0';
            return;
        }
        len += (size_t)n;
    }
}

/* ---- acts ---- */

static void remember(struct desk *desk, const json_t *result)
{
    const char *id = json_string_value(json_object_get(result, "act_id"));
    const char *sentence = json_string_value(json_object_get(result, "sentence"));
    free(desk->last_text);
    desk->last_text = session_copy(sentence != NULL ? sentence : "");
    desk->last_id[0] = '\0';
    if (id != NULL && strlen(id) == SESSION_ID_SIZE - 1) {
        memcpy(desk->last_id, id, SESSION_ID_SIZE);
    }
}

/* Flags of a result behind the text, so that "from-ring" or "not-holder" is seen. */
static void add_flags(const json_t *result, char *text, size_t size)
{
    const json_t *flags = json_object_get(result, "flags");
    size_t len = strlen(text);
    for (size_t i = 0; i < json_array_size(flags) && len < size; i++) {
        const char *code = json_string_value(json_object_get(json_array_get(flags, i), "code"));
        const int n = snprintf(text + len, size - len, " [%s]", code != NULL ? code : "?");
        len += n > 0 ? (size_t)n : 0;
    }
}

static enum custody_status run_act(struct desk *desk, const char *act, json_t *body,
                                   struct session_plan *plan, json_t **ret_result,
                                   struct custody_error *err)
{
    enum custody_status rc = session_packed(body, err);
    plan->is_agreed = true; /* Enter, or laying the key down, was the agreement */
    if (rc == CUSTODY_OK) {
        rc = session_act_run(desk->session, plan, act, body, ret_result, err);
    }
    json_decref(body);
    return rc;
}

static json_t *sorted_items(const json_t *items)
{
    json_t *sorted = json_array();
    for (size_t i = 0; sorted != NULL && i < json_array_size(items); i++) {
        json_t *item = json_array_get(items, i);
        const char *name = json_string_value(json_object_get(item, "item"));
        size_t at = 0;
        while (at < json_array_size(sorted) &&
               strcmp(json_string_value(json_object_get(json_array_get(sorted, at), "item")),
                      name) < 0) {
            at++;
        }
        if (json_array_insert(sorted, at, item) != 0) {
            json_decref(sorted);
            return NULL;
        }
    }
    return sorted;
}

/* Is there a credential of this handle on this terminal? */
static enum custody_status has_credential_here(const struct desk *desk, const char *handle,
                                               bool *ret_has, struct custody_error *err)
{
    json_t *infos = NULL;
    enum custody_status rc =
        custody_credential_list(session_credential_dir(desk->session), &infos, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    *ret_has = false;
    for (size_t i = 0; i < json_array_size(infos); i++) {
        const char *known =
            json_string_value(json_object_get(json_array_get(infos, i), "handle"));
        *ret_has = *ret_has || (known != NULL && strcmp(known, handle) == 0);
    }
    json_decref(infos);
    return CUSTODY_OK;
}

/* Who signs a loan beside the clerk, and the receipt that says so. */
static enum custody_status plan_receipt(struct desk *desk, struct session_plan *plan,
                                        json_t **ret_receipt, struct custody_error *err)
{
    const struct arguments *args = desk->session->args;
    const char *reason = option_get(args, "unsigned-reason");
    const char *colleague = option_get(args, "colleague");
    const char *kind = "screen";
    json_t *rows = NULL;
    bool is_signer = false;
    bool is_here = false;
    enum custody_status rc = CUSTODY_OK;
    if (desk->receiver.kind == 'H') {
        rc = session_read(desk->session, "person.show",
                          json_pack("{s:s}", "handle", desk->receiver.id), &rows, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        is_signer =
            json_integer_value(json_object_get(json_array_get(rows, 0), "credentials")) > 0;
        json_decref(rows);
        rc = has_credential_here(desk, desk->receiver.id, &is_here, err);
    }
    if (rc == CUSTODY_OK && is_signer && is_here) {
        kind = "credential";
        reason = NULL;
        rc = session_plan_add(plan, desk->receiver.id, true, err);
    } else if (rc == CUSTODY_OK && is_signer && (reason == NULL || colleague == NULL)) {
        rc = custody_fail(err, CUSTODY_ERR_USAGE,
                          "%s has an electronic signature but not on this terminal; start the "
                          "desk with --unsigned-reason CODE and --colleague HANDLE",
                          desk->receiver.id);
    } else if (rc == CUSTODY_OK && is_signer) {
        rc = session_plan_add(plan, colleague, true, err);
    } else {
        reason = NULL;
    }
    if (rc == CUSTODY_OK) {
        *ret_receipt = json_pack("{s:n,s:s,s:n,s:s?}", "image", "kind", kind, "slip",
                                 "unsigned_reason", reason);
        rc = session_packed(*ret_receipt, err);
    }
    return rc;
}

static bool covers(const json_t *request, const json_t *items)
{
    const json_t *asked = json_object_get(request, "items");
    for (size_t i = 0; i < json_array_size(items); i++) {
        const char *item = json_string_value(json_object_get(json_array_get(items, i), "item"));
        bool is_asked = false;
        for (size_t j = 0; j < json_array_size(asked); j++) {
            const char *other = json_string_value(json_array_get(asked, j));
            is_asked = is_asked || (other != NULL && item != NULL && strcmp(other, item) == 0);
        }
        if (!is_asked) {
            return false;
        }
    }
    return true;
}

/* An approval that waits for just this loan; its purpose then counts. "" when there is none. */
static enum custody_status find_approval(struct desk *desk, char ret_id[SESSION_ID_SIZE],
                                         char purpose[64], struct custody_error *err)
{
    json_t *rows = NULL;
    enum custody_status rc =
        session_read(desk->session, "request.ready",
                     json_pack("{s:s}", "receiver", desk->receiver.id), &rows, err);
    ret_id[0] = '\0';
    if (rc != CUSTODY_OK) {
        return rc;
    }
    for (size_t i = 0; i < json_array_size(rows) && ret_id[0] == '\0'; i++) {
        const json_t *row = json_array_get(rows, i);
        const char *act = json_string_value(json_object_get(row, "act"));
        const char *id = json_string_value(json_object_get(row, "approval"));
        const char *why = json_string_value(json_object_get(row, "purpose"));
        if (act != NULL && strcmp(act, "key.lend") == 0 && id != NULL &&
            strlen(id) == SESSION_ID_SIZE - 1 && why != NULL && covers(row, desk->items)) {
            memcpy(ret_id, id, SESSION_ID_SIZE);
            (void)snprintf(purpose, 64, "%s", why);
        }
    }
    json_decref(rows);
    return CUSTODY_OK;
}

static json_t *accepted_of(const struct desk *desk)
{
    json_t *list = json_array();
    for (size_t i = 0; list != NULL && i < desk->accepted_count; i++) {
        const char *text = desk->accepted[i];
        const char *equals = strchr(text, '=');
        size_t at = 0;
        json_t *row = json_pack("{s:s,s:s%}", "reason", equals + 1, "warning", text,
                                (size_t)(equals - text));
        const char *name = json_string_value(json_object_get(row, "warning"));
        while (name != NULL && at < json_array_size(list) &&
               strcmp(json_string_value(json_object_get(json_array_get(list, at), "warning")),
                      name) < 0) {
            at++;
        }
        if (json_array_insert_new(list, at, row) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

static enum custody_status issue(struct desk *desk, struct custody_error *err)
{
    char due[SESSION_TIME_SIZE] = "";
    char approval[SESSION_ID_SIZE];
    char purpose[64];
    struct session_plan plan = {.by = desk->clerk};
    json_t *receipt = NULL;
    json_t *result = NULL;
    (void)snprintf(purpose, sizeof purpose, "%s", desk->purpose);
    enum custody_status rc =
        desk->due[0] != '\0'
            ? custody_time_parse(desk->due, session_offset(desk->session), due, err)
            : body_due(desk->session, desk->desk, due, err);
    if (rc == CUSTODY_OK && due[0] == '\0') {
        rc = custody_fail(err, CUSTODY_ERR_USAGE,
                          "the policy has no shift of this desk; say when: d 18:00");
    }
    if (rc == CUSTODY_OK) {
        rc = session_plan_add(&plan, desk->clerk, true, err);
    }
    if (rc == CUSTODY_OK) {
        rc = plan_receipt(desk, &plan, &receipt, err);
    }
    if (rc == CUSTODY_OK) {
        rc = find_approval(desk, approval, purpose, err);
    }
    if (rc == CUSTODY_OK) {
        rc = run_act(desk, "key.lend/2",
                     json_pack("{s:o,s:s?,s:s,s:s,s:o,s:s,s:s,s:O,s:s}", "accepted",
                               accepted_of(desk), "approval",
                               approval[0] == '\0' ? NULL : approval, "desk", desk->desk, "due",
                               due, "items", sorted_items(desk->items), "on_behalf",
                               desk->on_behalf, "purpose", purpose, "receipt", receipt,
                               "receiver", desk->receiver.id),
                     &plan, &result, err);
    }
    json_decref(receipt);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    char local[SESSION_TIME_SIZE];
    char head[NOTE_SIZE];
    char text[NOTE_SIZE];
    custody_time_local(due, session_offset(desk->session), local);
    (void)snprintf(head, sizeof head, "%s %zu → %s  %s %.16s", words(desk, "已借出", "ISSUED"),
                   json_array_size(desk->items), desk->receiver.id, words(desk, "应还", "due"),
                   local);
    list_items(desk->items, text, sizeof text);
    add_flags(result, text, sizeof text);
    remember(desk, result);
    json_decref(result);
    answer(desk, "issued", head, text);
    forget_basket(desk);
    return CUSTODY_OK;
}

static enum custody_status take_back(struct desk *desk, const struct name_match *key,
                                     struct custody_error *err)
{
    struct session_plan plan = {.by = desk->clerk};
    json_t *result = NULL;
    enum custody_status rc = session_plan_add(&plan, desk->clerk, true, err);
    if (rc == CUSTODY_OK) {
        rc = run_act(desk, "key.return/1",
                     json_pack("{s:n,s:s,s:s,s:[{s:s,s:s}],s:n}", "by_whom", "condition", "ok",
                               "desk", desk->desk, "items", "item", key->id, "label",
                               key->label, "receipt"),
                     &plan, &result, err);
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    char text[NOTE_SIZE];
    (void)snprintf(text, sizeof text, "%s %s", key->label, key->id);
    add_flags(result, text, sizeof text);
    remember(desk, result);
    json_decref(result);
    answer(desk, "returned", words(desk, "已归还", "RETURNED"), text);
    return CUSTODY_OK;
}

/* The last act undone by a correction; the supervisor signs too. */
static enum custody_status undo(struct desk *desk, struct custody_error *err)
{
    const struct arguments *args = desk->session->args;
    const char *supervisor = option_get(args, "supervisor");
    const char *reason = option_get(args, "undo-reason");
    struct session_plan plan = {.by = desk->clerk};
    json_t *result = NULL;
    if (desk->last_id[0] == '\0') {
        return custody_fail(err, CUSTODY_ERR_USAGE, "nothing was done here yet to undo");
    }
    if (supervisor == NULL) {
        return custody_fail(
            err, CUSTODY_ERR_USAGE,
            "a correction wants the supervisor's signature; start the desk with "
            "--supervisor HANDLE, or run custody correct %.16s",
            desk->last_id);
    }
    enum custody_status rc = session_plan_add(&plan, desk->clerk, true, err);
    if (rc == CUSTODY_OK) {
        rc = session_plan_add(&plan, supervisor, true, err);
    }
    if (rc == CUSTODY_OK) {
        rc = run_act(desk, "act.correct/1",
                     json_pack("{s:s,s:n,s:s}", "act", desk->last_id, "note", "reason",
                               reason != NULL ? reason : "entry_error"),
                     &plan, &result, err);
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    answer(desk, "undone", words(desk, "已更正,撤销", "UNDONE"),
           desk->last_text != NULL ? desk->last_text : "");
    remember(desk, result);
    desk->last_id[0] = '\0';
    json_decref(result);
    return CUSTODY_OK;
}

/* ---- lines ---- */

static void show_basket(struct desk *desk)
{
    char head[NOTE_SIZE];
    char text[NOTE_SIZE];
    list_items(desk->items, text, sizeof text);
    (void)snprintf(head, sizeof head, "%s  %zu %s",
                   desk->has_receiver ? desk->receiver.id : "—", json_array_size(desk->items),
                   words(desk, "把", "keys"));
    answer(desk, "basket", head, text);
}

static enum custody_status add_key(struct desk *desk, const struct name_match *key,
                                   struct custody_error *err)
{
    for (size_t i = 0; i < json_array_size(desk->items); i++) {
        const char *item =
            json_string_value(json_object_get(json_array_get(desk->items, i), "item"));
        if (item != NULL && strcmp(item, key->id) == 0) {
            return custody_fail(err, CUSTODY_ERR_USAGE,
                                "%s is in the basket already; press Enter to issue, x to begin "
                                "again",
                                key->id);
        }
    }
    if (json_array_append_new(
            desk->items, json_pack("{s:s,s:s}", "item", key->id, "label", key->label)) != 0) {
        return session_packed(NULL, err);
    }
    show_basket(desk);
    return CUSTODY_OK;
}

static enum custody_status take_scan(struct desk *desk, const char *line,
                                     struct custody_error *err)
{
    struct name_match match;
    enum custody_status rc = name_resolve_first(desk->session, line, "KRHP", &match, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    if (match.kind == 'H' || match.kind == 'P') {
        if (desk->has_receiver && json_array_size(desk->items) > 0) {
            return custody_fail(err, CUSTODY_ERR_USAGE,
                                "finish with %s first: Enter issues, x begins again",
                                desk->receiver.id);
        }
        desk->receiver = match;
        desk->has_receiver = true;
        show_basket(desk);
        return CUSTODY_OK;
    }
    return desk->has_receiver ? add_key(desk, &match, err) : take_back(desk, &match, err);
}

static enum custody_status take_setting(struct desk *desk, char letter, const char *value,
                                        struct custody_error *err)
{
    const size_t len = strlen(value);
    const size_t name = strcspn(value, "=") + 1;
    size_t same = 0; /* the same warning again: its reason is put right */
    while (letter == 'w' && same < desk->accepted_count &&
           strncmp(desk->accepted[same], value, name) != 0) {
        same++;
    }
    char *out = letter == 'p'   ? desk->purpose
                : letter == 'f' ? desk->on_behalf
                : letter == 'd' ? desk->due
                                : desk->accepted[same];
    const size_t size = letter == 'f' ? sizeof desk->on_behalf : SETTING_SIZE;
    if (letter == 'w' && (name > len || same == ACCEPTED_MAX)) {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "a warning is accepted with its reason: w last-spare=urgent");
    }
    if (len >= size) {
        return custody_fail(err, CUSTODY_ERR_USAGE, "that is too long; say it shorter");
    }
    memcpy(out, value, len + 1);
    desk->accepted_count += letter == 'w' && same == desk->accepted_count ? 1 : 0;
    answer(desk, "set", value, "");
    return CUSTODY_OK;
}

static const char HELP_ZH[] =
    "扫人、扫钥匙、回车=借出；单独扫钥匙=归还；x 清空；z 撤销上一笔；? 上一笔；"
    "p 事由 f 部门/工单 d 应还 w 提示=原因；q 结束";
static const char HELP_EN[] =
    "person, keys, Enter: issued; a key alone: returned; x begin again; z undo the last; "
    "? the last; p PURPOSE f FOR d DUE w WARNING=REASON; q end";

static enum custody_status take_line(struct desk *desk, const char *line, bool *ret_end,
                                     struct custody_error *err)
{
    if (line[0] == '\0') {
        if (desk->has_receiver && json_array_size(desk->items) > 0) {
            return issue(desk, err);
        }
        desk->has_receiver = false;
        answer(desk, "info", words(desk, HELP_ZH, HELP_EN), "");
        return CUSTODY_OK;
    }
    if (line[1] == ' ' && strchr("pfdw", line[0]) != NULL) {
        return take_setting(desk, line[0], line + 2, err);
    }
    if (line[1] == '\0') {
        switch (line[0]) {
        case 'x':
        case 'X':
            forget_basket(desk);
            answer(desk, "info", words(desk, "已清空", "begun again"), "");
            return CUSTODY_OK;
        case 'z':
        case 'Z':
            return undo(desk, err);
        case '?':
            answer(desk, "last", desk->last_id[0] != '\0' ? desk->last_id : "—",
                   desk->last_text != NULL ? desk->last_text : "");
            return CUSTODY_OK;
        case 'q':
        case 'Q':
            *ret_end = true;
            return CUSTODY_OK;
        default:
            break;
        }
    }
    return take_scan(desk, line, err);
}

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
        desk->begin_ns = now_ns();
        if (event == SCAN_IDLE) {
            session_lock(desk->session);
            forget_basket(desk);
            desk->is_locked = true;
            answer(desk, "locked", words(desk, "已锁定", "LOCKED"), "");
            continue;
        }
        if (is_long) {
            rc = custody_fail(&failure, CUSTODY_ERR_USAGE,
                              "that line is longer than any tag or name; scan again");
        } else {
            rc = desk->is_locked ? unlock(desk, &failure) : CUSTODY_OK;
            if (rc == CUSTODY_OK) {
                rc = take_line(desk, line, &is_end, &failure);
            }
        }
        if (rc != CUSTODY_OK) {
            answer_error(desk, &failure);
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
        desk.begin_ns = now_ns();
        rc = unlock(&desk, err);
    }
    if (rc == CUSTODY_OK) {
        answer(&desk, "ready", match.label[0] != '\0' ? match.label : match.id,
               words(&desk, HELP_ZH, HELP_EN));
        rc = loop(&desk, (int)lock_after_s * 1000, err);
    }
    json_decref(desk.items);
    free(desk.last_text);
    return rc;
}

static const struct option_spec desk_options[] = {
    OPT("desk", "DESK", OPTION_REQUIRED, "保管台", "desk"),
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
