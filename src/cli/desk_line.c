/* desk: what a line means - a scan, a setting, a letter, or Enter. */
#include "desk.h"

#include <string.h>

static void show_basket(struct desk *desk)
{
    char head[DESK_NOTE_SIZE];
    char text[DESK_NOTE_SIZE];
    desk_list_items(desk->items, text, sizeof text);
    (void)snprintf(head, sizeof head, "%s  %zu %s",
                   desk->has_receiver ? desk->receiver.id : "—", json_array_size(desk->items),
                   desk_words(desk, "把", "keys"));
    desk_answer(desk, "basket", head, text);
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
    enum custody_status rc = name_resolve_scan(desk->session, line, "KRHP", &match, err);
    /* What comes back is taken whatever tag it bears; nothing goes out by an old one. */
    if (rc == CUSTODY_OK && (desk->has_receiver || match.kind == 'H' || match.kind == 'P')) {
        rc = name_check_newest(&match, err);
    }
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
    return desk->has_receiver ? add_key(desk, &match, err) : desk_take_back(desk, &match, err);
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
    const size_t size = letter == 'f' ? sizeof desk->on_behalf : DESK_SETTING_SIZE;
    if (letter == 'w' && (name > len || same == DESK_ACCEPTED_MAX)) {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "a warning is accepted with its reason: w last-spare=urgent");
    }
    if (len >= size) {
        return custody_fail(err, CUSTODY_ERR_USAGE, "that is too long; say it shorter");
    }
    memcpy(out, value, len + 1);
    desk->accepted_count += letter == 'w' && same == desk->accepted_count ? 1 : 0;
    desk_answer(desk, "set", value, "");
    return CUSTODY_OK;
}

static const char HELP_ZH[] =
    "扫人、扫钥匙、回车=借出；单独扫钥匙=归还；x 清空；z 撤销上一笔；? 上一笔；"
    "p 事由 f 部门/工单 d 应还 w 提示=原因；q 结束";
static const char HELP_EN[] =
    "person, keys, Enter: issued; a key alone: returned; x begin again; z undo the last; "
    "? the last; p PURPOSE f FOR d DUE w WARNING=REASON; q end";

const char *desk_help(const struct desk *desk)
{
    return desk_words(desk, HELP_ZH, HELP_EN);
}

enum custody_status desk_take_line(struct desk *desk, const char *line, bool *ret_end,
                                   struct custody_error *err)
{
    if (line[0] == '\0') {
        if (desk->has_receiver && json_array_size(desk->items) > 0) {
            return desk_issue(desk, err);
        }
        desk->has_receiver = false;
        desk_answer(desk, "info", desk_help(desk), "");
        return CUSTODY_OK;
    }
    if (line[1] == ' ' && strchr("pfdw", line[0]) != NULL) {
        return take_setting(desk, line[0], line + 2, err);
    }
    if (line[1] == '\0') {
        switch (line[0]) {
        case 'x':
        case 'X':
            desk_forget_basket(desk);
            desk_answer(desk, "info", desk_words(desk, "已清空", "begun again"), "");
            return CUSTODY_OK;
        case 'z':
        case 'Z':
            return desk_undo(desk, err);
        case '?':
            desk_answer(desk, "last", desk->last_id[0] != '\0' ? desk->last_id : "—",
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
