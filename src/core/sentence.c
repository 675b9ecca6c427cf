/* Templates: {by}, {member}, {member.inner}, {#member} for the number of a list's elements.
 * What is signed is shown from the payload bytes. */
#include "sentence.h"

#include <string.h>

#include "act.h"
#include "custody/words.h"
#include "instant.h"
#include "text.h"

#define SENTENCE_MAX 16384
#define LIST_SHOWN   5
#define MEMBER_SIZE  64

struct style {
    const json_t *policy;
    enum custody_lang lang;
    int utc_offset_min;
};

static const char *comma(const struct style *style)
{
    return style->lang == CUSTODY_ZH ? "、" : ", ";
}

/* member: of the body, for the words of its codes. Who signs elsewhere has no policy at hand:
 * he reads the policy's codes, which are what he signs. */
static enum custody_status write_string(struct buf *out, const char *member, const char *text,
                                        const struct style *style, struct custody_error *err)
{
    int64_t seconds = 0;
    char local[INSTANT_TEXT_SIZE];
    if (instant_parse(text, strlen(text), &seconds)) {
        instant_format_local(seconds, style->utc_offset_min, local);
        return buf_put_text(out, local, err);
    }
    if (strlen(text) == 64 && text_unhex(text, 64, (uint8_t[32]){0}, 32)) {
        return buf_printf(out, err, "%.12s…", text);
    }
    return buf_put_text(out, custody_word(style->policy, style->lang, member, text), err);
}

/* An element of a list: its label and item, its code, handle, holder, or a warning and why it
 * was accepted. */
static enum custody_status write_element(struct buf *out, const char *member,
                                         const json_t *element, const struct style *style,
                                         struct custody_error *err)
{
    static const char *const names[] = {"label",  "handle", "code",    "item",
                                        "holder", "place",  "warning", NULL};
    if (json_is_string(element)) {
        return write_string(out, member, json_string_value(element), style, err);
    }
    const char *item = json_string_value(json_object_get(element, "item"));
    const char *reason = json_string_value(json_object_get(element, "reason"));
    for (const char *const *name = names; *name != NULL; name++) {
        const char *text = json_string_value(json_object_get(element, *name));
        if (text == NULL) {
            continue;
        }
        enum custody_status rc =
            buf_put_text(out, custody_word(style->policy, style->lang, *name, text), err);
        if (rc == CUSTODY_OK && item != NULL && strcmp(*name, "label") == 0) {
            rc = buf_printf(out, err, " (%s)", item);
        }
        if (rc == CUSTODY_OK && reason != NULL && strcmp(*name, "warning") == 0) {
            rc = buf_printf(out, err, " (%s)",
                            custody_word(style->policy, style->lang, "reason", reason));
        }
        return rc;
    }
    return buf_put_text(out, "…", err);
}

static enum custody_status write_list(struct buf *out, const char *member, const json_t *list,
                                      const struct style *style, struct custody_error *err)
{
    size_t count = json_array_size(list);
    size_t i = 0;
    const json_t *element = NULL;
    enum custody_status rc = CUSTODY_OK;
    json_array_foreach(list, i, element)
    {
        if (rc != CUSTODY_OK || i == LIST_SHOWN) {
            break;
        }
        if (i > 0) {
            rc = buf_put_text(out, comma(style), err);
        }
        if (rc == CUSTODY_OK) {
            rc = write_element(out, member, element, style, err);
        }
    }
    if (rc == CUSTODY_OK && count > LIST_SHOWN) {
        rc = buf_printf(out, err, style->lang == CUSTODY_ZH ? "……等 %zu 项" : " … (%zu in all)",
                        count);
    }
    return rc;
}

static enum custody_status write_value(struct buf *out, const char *member, const json_t *value,
                                       const struct style *style, struct custody_error *err)
{
    if (value == NULL || json_is_null(value) ||
        (json_is_array(value) && json_array_size(value) == 0)) {
        return buf_put_text(out, "—", err);
    }
    if (json_is_string(value)) {
        return write_string(out, member, json_string_value(value), style, err);
    }
    if (json_is_integer(value)) {
        return buf_printf(out, err, "%lld", (long long)json_integer_value(value));
    }
    if (json_is_boolean(value)) {
        return buf_put_text(out,
                            style->lang == CUSTODY_ZH ? (json_is_true(value) ? "是" : "否")
                                                      : (json_is_true(value) ? "yes" : "no"),
                            err);
    }
    if (json_is_array(value)) {
        return write_list(out, member, value, style, err);
    }
    return buf_put_text(out,
                        json_object_get(value, "c") != NULL
                            ? (style->lang == CUSTODY_ZH ? "（个人信息）" : "(personal)")
                            : "…",
                        err);
}

/* {a.b.c} within the body and its last name; {by} is the actor. */
static const json_t *find(const json_t *body, const char *path, size_t len,
                          char name[MEMBER_SIZE])
{
    const json_t *value = body;
    name[0] = '\0';
    while (len > 0 && value != NULL) {
        const char *dot = memchr(path, '.', len);
        size_t part = dot != NULL ? (size_t)(dot - path) : len;
        if (part >= MEMBER_SIZE) {
            return NULL;
        }
        memcpy(name, path, part);
        name[part] = '\0';
        value = json_object_get(value, name);
        path += part + (dot != NULL ? 1 : 0);
        len -= part + (dot != NULL ? 1 : 0);
    }
    return value;
}

enum custody_status sentence_write(const struct payload *payload, const json_t *policy,
                                   enum custody_lang lang, int utc_offset_min, struct buf *out,
                                   struct custody_error *err)
{
    const struct act *row = act_find(payload->act);
    const struct style style = {
        .policy = policy, .lang = lang, .utc_offset_min = utc_offset_min};
    if (row == NULL) {
        return buf_put_text(out, payload->act, err);
    }
    const char *text = lang == CUSTODY_ZH ? row->zh : row->en;
    while (*text != '\0') {
        const char *open = strchr(text, '{');
        const char *close = open != NULL ? strchr(open, '}') : NULL;
        enum custody_status rc =
            buf_put(out, text, close != NULL ? (size_t)(open - text) : strlen(text), err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        if (close == NULL) {
            break;
        }
        size_t len = (size_t)(close - open - 1);
        char member[MEMBER_SIZE];
        if (len == 2 && memcmp(open + 1, "by", 2) == 0) {
            rc = buf_put_text(out, payload->by, err);
        } else if (len > 1 && open[1] == '#') {
            rc = buf_printf(out, err, "%zu",
                            json_array_size(find(payload->body, open + 2, len - 1, member)));
        } else {
            const json_t *value = find(payload->body, open + 1, len, member);
            rc = write_value(out, member, value, &style, err);
        }
        if (rc != CUSTODY_OK) {
            return rc;
        }
        text = close + 1;
    }
    return CUSTODY_OK;
}

enum custody_status sentence_json(const struct payload *payload, const json_t *policy,
                                  enum custody_lang lang, int utc_offset_min, json_t **ret_text,
                                  struct custody_error *err)
{
    struct buf text = BUF_INIT(SENTENCE_MAX);
    enum custody_status rc = sentence_write(payload, policy, lang, utc_offset_min, &text, err);
    if (rc == CUSTODY_OK) {
        json_t *json = json_stringn((const char *)text.data, text.len);
        if (json == NULL) {
            rc = custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
        } else {
            *ret_text = json;
        }
    }
    buf_clear(&text);
    return rc;
}
