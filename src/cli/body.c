/* Bodies of acts from command lines. */
#include "body.h"

#include <string.h>
#include <time.h>

#include "name.h"
#include "session_act.h"

#define DAY_S     86400
#define DAYS_SEEN 30 /* no office is closed for longer */

static const char *text_member(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

/* ---- the due time (K11) ---- */

/* "mon" and "2026-11-22" of a day counted from 1970. */
static void name_day(int64_t day, const char **ret_weekday, char ret_date[11])
{
    static const char *const names[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
    const time_t seconds = (time_t)(day * DAY_S);
    struct tm parts;
    ret_date[0] = '\0';
    *ret_weekday = "";
    if (gmtime_r(&seconds, &parts) != NULL &&
        strftime(ret_date, 11, "%Y-%m-%d", &parts) == 10) {
        *ret_weekday = names[parts.tm_wday];
    }
}

static bool list_has(const json_t *list, const char *text)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *element = json_string_value(json_array_get(list, i));
        if (element != NULL && strcmp(element, text) == 0) {
            return true;
        }
    }
    return false;
}

/* The earliest end after `now` of a shift of the desk that starts that day; 0: none. */
static int64_t end_of_day(const json_t *policy, const char *desk, int64_t day, int64_t now)
{
    char date[11];
    const char *weekday = NULL;
    int64_t best = 0;
    name_day(day, &weekday, date);
    if (list_has(json_object_get(policy, "holidays"), date)) {
        return 0;
    }
    const json_t *shifts = json_object_get(policy, "shifts");
    for (size_t i = 0; i < json_array_size(shifts); i++) {
        const json_t *shift = json_array_get(shifts, i);
        const int64_t end =
            day * DAY_S + json_integer_value(json_object_get(shift, "end_min")) * 60;
        if (list_has(json_object_get(shift, "desks"), desk) &&
            list_has(json_object_get(shift, "days"), weekday) && end > now &&
            (best == 0 || end < best)) {
            best = end;
        }
    }
    return best;
}

enum custody_status body_due(struct session *session, const char *desk,
                             char out[SESSION_TIME_SIZE], struct custody_error *err)
{
    json_t *policy = NULL;
    enum custody_status rc = custody_site_policy(session->site, &policy, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    const int64_t offset_s = (int64_t)session_offset(session) * 60;
    const int64_t now = custody_now() + offset_s; /* local */
    int64_t best = 0;
    /* From yesterday: a night shift ends in the morning after the day it belongs to. */
    for (int64_t day = now / DAY_S - 1; day < now / DAY_S + DAYS_SEEN && best == 0; day++) {
        best = end_of_day(policy, desk, day, now);
    }
    json_decref(policy);
    out[0] = '\0';
    if (best != 0) {
        session_time_text(best - offset_s, out);
    }
    return CUSTODY_OK;
}

/* ---- one member each ---- */

struct build {
    struct session *session;
    json_t *body;
    size_t words_used; /* words that are no items */
};

static enum custody_status put(struct build *build, const char *member, json_t *value,
                               struct custody_error *err)
{
    enum custody_status rc = session_packed(value, err);
    if (rc == CUSTODY_OK && json_object_set_new(build->body, member, value) != 0) {
        rc = session_packed(NULL, err);
    }
    return rc;
}

static const char *value_of(const struct build *build, const struct body_member *row)
{
    const char *text = option_get(build->session->args, row->option);
    return text != NULL ? text : row->extra;
}

static enum custody_status put_items(struct build *build, const struct body_member *row,
                                     struct custody_error *err)
{
    const struct arguments *args = build->session->args;
    const char *kinds = row->extra != NULL ? row->extra : "KR";
    json_t *items = NULL;
    enum custody_status rc = CUSTODY_OK;
    if (row->how == BODY_ITEMS_WORDS) {
        rc = name_items(build->session, args->words + build->words_used,
                        args->word_count - build->words_used, kinds, &items, err);
    } else {
        const char *words[1024];
        const size_t count = option_count(args, row->option);
        if (count > sizeof words / sizeof words[0]) {
            return custody_fail(err, CUSTODY_ERR_USAGE, "--%s names too much for one act",
                                row->option);
        }
        for (size_t i = 0; i < count; i++) {
            words[i] = option_at(args, row->option, i);
        }
        rc = name_items(build->session, words, count, kinds, &items, err);
    }
    return rc == CUSTODY_OK ? put(build, row->member, items, err) : rc;
}

static enum custody_status put_name(struct build *build, const struct body_member *row,
                                    const char *text, struct custody_error *err)
{
    struct name_match match;
    if (text == NULL) {
        return put(build, row->member, json_null(), err);
    }
    enum custody_status rc = name_resolve(build->session, text, row->extra, &match, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    const bool is_item = row->how == BODY_ITEM_WORD || row->how == BODY_ITEM_OPTION;
    return put(build, row->member,
               is_item ? json_pack("{s:s,s:s}", "item", match.id, "label", match.label)
                       : json_string(match.id),
               err);
}

static enum custody_status put_locks(struct build *build, const struct body_member *row,
                                     struct custody_error *err)
{
    const struct arguments *args = build->session->args;
    json_t *items = NULL;
    json_t *locks = json_array();
    enum custody_status rc = session_packed(locks, err);
    if (rc == CUSTODY_OK) {
        rc = name_items(build->session, args->words, args->word_count, "U", &items, err);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < json_array_size(items); i++) {
        const json_t *item = json_array_get(items, i);
        if (json_array_append_new(locks,
                                  json_pack("{s:s,s:s}", "code", text_member(item, "item"),
                                            "label", text_member(item, "label"))) != 0) {
            rc = session_packed(NULL, err);
        }
    }
    json_decref(items);
    if (rc != CUSTODY_OK) {
        json_decref(locks);
        return rc;
    }
    return put(build, row->member, locks, err);
}

/* Resolved names of an option as a set of ids, or of {holder}. */
static enum custody_status put_names(struct build *build, const struct body_member *row,
                                     struct custody_error *err)
{
    json_t *texts = NULL;
    json_t *set = NULL;
    json_t *list = json_array();
    const char *ids[256];
    char storage[256][NAME_ID_SIZE];
    size_t count = 0;
    const char *kinds = row->extra != NULL ? row->extra : "L";
    enum custody_status rc = session_packed(list, err);
    const struct arguments *args = build->session->args;
    if (rc == CUSTODY_OK) {
        rc = row->option == NULL ? name_set(args->words, args->word_count, &texts, err)
                                 : name_set_option(build->session, row->option, &texts, err);
    }
    for (; rc == CUSTODY_OK && count < json_array_size(texts); count++) {
        struct name_match match;
        if (count == sizeof ids / sizeof ids[0]) {
            rc = custody_fail(err, CUSTODY_ERR_USAGE,
                              "one act names at most 256 people or places");
            break;
        }
        rc = name_resolve(build->session, json_string_value(json_array_get(texts, count)),
                          kinds, &match, err);
        if (rc == CUSTODY_OK) {
            memcpy(storage[count], match.id, sizeof match.id);
            ids[count] = storage[count];
        }
    }
    if (rc == CUSTODY_OK) {
        rc = name_set(ids, count, &set, err);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < json_array_size(set); i++) {
        json_t *id = json_array_get(set, i);
        json_t *element =
            row->how == BODY_HOLDERS ? json_pack("{s:O}", "holder", id) : json_incref(id);
        if (json_array_append_new(list, element) != 0) {
            rc = session_packed(NULL, err);
        }
    }
    json_decref(texts);
    json_decref(set);
    if (rc != CUSTODY_OK) {
        json_decref(list);
        return rc;
    }
    return put(build, row->member, list, err);
}

static enum custody_status put_time(struct build *build, const struct body_member *row,
                                    struct custody_error *err)
{
    char time[SESSION_TIME_SIZE];
    enum custody_status rc = session_time(build->session, row->option, row->extra, time, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    const char *desk = text_member(build->body, "desk");
    if (time[0] == '\0' && strcmp(row->member, "due") == 0 && desk != NULL) {
        rc = body_due(build->session, desk, time, err);
        if (rc == CUSTODY_OK && time[0] == '\0') {
            rc = custody_fail(err, CUSTODY_ERR_USAGE,
                              "the policy has no shift of this desk to take the time due from; "
                              "add --due TIME");
        }
        if (rc != CUSTODY_OK) {
            return rc;
        }
    }
    return put(build, row->member, time[0] == '\0' ? json_null() : json_string(time), err);
}

static enum custody_status put_window(struct build *build, const struct body_member *row,
                                      struct custody_error *err)
{
    char start[SESSION_TIME_SIZE];
    char end[SESSION_TIME_SIZE];
    enum custody_status rc = session_time(build->session, "start", "now", start, err);
    if (rc == CUSTODY_OK) {
        rc = session_time(build->session, "end", NULL, end, err);
    }
    return rc == CUSTODY_OK ? put(build, row->member,
                                  json_pack("{s:s,s:s}", "end", end, "start", start), err)
                            : rc;
}

static enum custody_status put_int(struct build *build, const struct body_member *row,
                                   struct custody_error *err)
{
    int64_t number = 0;
    int64_t fallback = 0;
    enum custody_status rc = CUSTODY_OK;
    if (row->extra != NULL) {
        rc = option_int_of(row->extra, row->option, 0, INT64_C(1) << 53, &fallback, err);
    }
    if (rc == CUSTODY_OK) {
        rc = option_int(build->session->args, row->option, fallback, 0, INT64_C(1) << 53,
                        &number, err);
    }
    return rc == CUSTODY_OK ? put(build, row->member, json_integer(number), err) : rc;
}

static enum custody_status put_counted(struct build *build, const struct body_member *row,
                                       struct custody_error *err)
{
    static const char *const names[] = {"board", "open", "overdue", "sealed"};
    json_t *counted = json_object();
    enum custody_status rc = session_packed(counted, err);
    for (size_t i = 0; rc == CUSTODY_OK && i < sizeof names / sizeof names[0]; i++) {
        int64_t number = 0;
        rc = option_int(build->session->args, names[i], 0, 0, 1000000, &number, err);
        if (rc == CUSTODY_OK &&
            json_object_set_new(counted, names[i], json_integer(number)) != 0) {
            rc = session_packed(NULL, err);
        }
    }
    if (rc != CUSTODY_OK) {
        json_decref(counted);
        return rc;
    }
    return put(build, row->member, counted, err);
}

/* --accept last-spare=urgent, repeatable; sorted by warning. */
static enum custody_status put_accepted(struct build *build, const struct body_member *row,
                                        struct custody_error *err)
{
    json_t *texts = NULL;
    json_t *list = json_array();
    enum custody_status rc = session_packed(list, err);
    if (rc == CUSTODY_OK) {
        rc = name_set_option(build->session, row->option, &texts, err);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < json_array_size(texts); i++) {
        const char *text = json_string_value(json_array_get(texts, i));
        const char *equals = strchr(text, '=');
        if (equals == NULL) {
            rc = custody_fail(err, CUSTODY_ERR_USAGE,
                              "--%s is WARNING=REASON, like last-spare=urgent", row->option);
        } else if (json_array_append_new(list, json_pack("{s:s,s:s%}", "reason", equals + 1,
                                                         "warning", text,
                                                         (size_t)(equals - text))) != 0) {
            rc = session_packed(NULL, err);
        }
    }
    json_decref(texts);
    if (rc != CUSTODY_OK) {
        json_decref(list);
        return rc;
    }
    return put(build, row->member, list, err);
}

static enum custody_status put_set(struct build *build, const struct body_member *row,
                                   struct custody_error *err)
{
    json_t *set = NULL;
    enum custody_status rc = name_set_option(build->session, row->option, &set, err);
    return rc == CUSTODY_OK ? put(build, row->member, set, err) : rc;
}

static enum custody_status put_act(struct build *build, const struct body_member *row,
                                   const char *text, struct custody_error *err)
{
    char id[SESSION_ID_SIZE];
    if (text == NULL) {
        return put(build, row->member, json_null(), err);
    }
    enum custody_status rc =
        name_act(build->session, text, row->extra != NULL ? row->extra : "ledger.log", id, err);
    return rc == CUSTODY_OK ? put(build, row->member, json_string(id), err) : rc;
}

/* --desk, else where the first item lives. */
static enum custody_status put_desk(struct build *build, const struct body_member *row,
                                    struct custody_error *err)
{
    struct name_match match;
    json_t *rows = NULL;
    const char *text = option_get(build->session->args, "desk");
    if (text != NULL) {
        enum custody_status rc = name_resolve(build->session, text, "D", &match, err);
        return rc == CUSTODY_OK ? put(build, row->member, json_string(match.id), err) : rc;
    }
    const json_t *first = json_array_get(json_object_get(build->body, "items"), 0);
    if (first == NULL) {
        first = json_object_get(build->body, "of");
    }
    const char *item = text_member(first, "item");
    if (item == NULL) {
        return custody_fail(err, CUSTODY_ERR_USAGE, "say at which desk: add --desk DESK");
    }
    enum custody_status rc =
        session_read(build->session, "key.show", json_pack("{s:s}", "item", item), &rows, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    const char *desk = text_member(json_array_get(rows, 0), "desk");
    rc = desk != NULL ? put(build, row->member, json_string(desk), err)
                      : custody_fail(err, CUSTODY_ERR_USAGE,
                                     "the desk of %s is not known; add --desk DESK", item);
    json_decref(rows);
    return rc;
}

/* ---- receipts ---- */

enum custody_status body_receipt(const struct session *session, const char *other,
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
    json_t *receipt =
        json_pack("{s:n,s:s,s:s?,s:s?}", "image", "kind", kind, "slip", slip, "unsigned_reason",
                  option_get(session->args, "unsigned-reason"));
    rc = session_packed(receipt, err);
    if (rc == CUSTODY_OK) {
        *ret_receipt = receipt;
    }
    return rc;
}

static enum custody_status put_receipt(struct build *build, const struct body_member *row,
                                       struct custody_error *err)
{
    struct name_match other;
    json_t *receipt = NULL;
    const char *text = option_get(build->session->args, row->option);
    if (text == NULL && row->how == BODY_RECEIPT_NULL) {
        static const char *const parts[] = {"receipt", "slip", "unsigned-reason"};
        for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
            if (option_has(build->session->args, parts[i])) {
                return custody_fail(err, CUSTODY_ERR_USAGE,
                                    "--%s says how somebody signs for it; name him with --%s",
                                    parts[i], row->option);
            }
        }
        return put(build, row->member, json_null(), err);
    }
    if (text == NULL) {
        return custody_fail(err, CUSTODY_ERR_USAGE, "--%s is missing", row->option);
    }
    enum custody_status rc = name_resolve(build->session, text, "HP", &other, err);
    if (rc == CUSTODY_OK) {
        rc = body_receipt(build->session, other.id, &receipt, err);
    }
    return rc == CUSTODY_OK ? put(build, row->member, receipt, err) : rc;
}

/* ---- the body ---- */

static bool is_first_word(enum body_how how)
{
    return how == BODY_ITEM_WORD || how == BODY_NAME_WORD || how == BODY_ACT_WORD;
}

static enum custody_status put_member(struct build *build, const struct body_member *row,
                                      struct custody_error *err)
{
    const struct arguments *args = build->session->args;
    const char *first = args->word_count > 0 ? args->words[0] : NULL;
    const char *text = NULL;
    switch (row->how) {
    case BODY_ITEMS_WORDS:
    case BODY_ITEMS:
        return put_items(build, row, err);
    case BODY_ITEM_WORD:
    case BODY_NAME_WORD:
        return put_name(build, row, first, err);
    case BODY_ITEM_OPTION:
    case BODY_NAME:
        return put_name(build, row, option_get(args, row->option), err);
    case BODY_LOCKS_WORDS:
        return put_locks(build, row, err);
    case BODY_TEXT:
        text = value_of(build, row);
        return put(build, row->member, text != NULL ? json_string(text) : json_null(), err);
    case BODY_DAY_WORD:
        return put(build, row->member, first != NULL ? json_string(first) : json_null(), err);
    case BODY_TIME:
        return put_time(build, row, err);
    case BODY_INT:
        return put_int(build, row, err);
    case BODY_FLAG:
        return put(build, row->member, json_boolean(option_has(args, row->option)), err);
    case BODY_SET:
        return put_set(build, row, err);
    case BODY_PLACES:
    case BODY_HOLDERS:
        return put_names(build, row, err);
    case BODY_ACT:
        return put_act(build, row, option_get(args, row->option), err);
    case BODY_ACT_WORD:
        return put_act(build, row, first, err);
    case BODY_EVENT:
        return session_event_members(build->session, build->body, err);
    case BODY_DESK:
        return put_desk(build, row, err);
    case BODY_RECEIPT:
    case BODY_RECEIPT_NULL:
        return put_receipt(build, row, err);
    case BODY_COUNTED:
        return put_counted(build, row, err);
    case BODY_ACCEPTED:
        return put_accepted(build, row, err);
    case BODY_WINDOW:
        return put_window(build, row, err);
    case BODY_LITERAL:
        return put(build, row->member, json_string(row->extra), err);
    case BODY_END:
        break;
    }
    return CUSTODY_OK;
}

enum custody_status body_build(struct session *session, const struct body_member *members,
                               json_t **ret_body, struct custody_error *err)
{
    struct build build = {.session = session, .body = json_object()};
    enum custody_status rc = session_packed(build.body, err);
    for (const struct body_member *row = members; row->how != BODY_END; row++) {
        build.words_used += is_first_word(row->how) ? 1 : 0;
    }
    for (const struct body_member *row = members; rc == CUSTODY_OK && row->how != BODY_END;
         row++) {
        rc = put_member(&build, row, err);
    }
    if (rc != CUSTODY_OK) {
        json_decref(build.body);
        return rc;
    }
    *ret_body = build.body;
    return CUSTODY_OK;
}
