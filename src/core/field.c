/* Types of body members: one checker per type, and their description (FORMATS.md §11). */
#include "field.h"

#include <string.h>

#include "buf.h"
#include "custody/tag.h"
#include "instant.h"
#include "policy.h"
#include "text.h"

#define LIST_MAX 1024

const struct role_name ROLE_NAMES[] = {
    {"key_custodian", "钥匙管理员", "key custodian"},
    {"engineering_custodian", "工程部钥匙保管员", "engineering custodian"},
    {"duty", "值班员", "duty officer"},
    {"archive_custodian", "档案管理员", "archive custodian"},
    {"service_staff", "客服人员", "service staff"},
    {"supervisor", "客户服务部主管", "supervisor"},
    {"centre_manager", "服务中心经理", "centre manager"},
    {"engineering_manager", "工程部经理", "engineering manager"},
    {"engineering_supervisor", "工程部主管", "engineering supervisor"},
    {"administrator", "系统管理员", "administrator"},
    {"auditor", "审计人员", "auditor"},
    {"witness", "监销人", "witness"},
    {"staff", "员工", "staff"},
    {NULL, NULL, NULL},
};

bool role_is_known(const char *code)
{
    for (const struct role_name *role = ROLE_NAMES; role->code != NULL; role++) {
        if (strcmp(role->code, code) == 0) {
            return true;
        }
    }
    return false;
}

const char *field_type_name(enum field_type type)
{
    static const char *const names[] = {
#define X(name, text) text,
        FIELD_TYPES(X)
#undef X
    };
    return names[type];
}

static enum custody_status wrong(struct custody_error *err, const char *path,
                                 const char *wanted)
{
    return custody_refuse(err, "structure", "The member \"%.60s\" of the body must be %s.",
                          path, wanted);
}

/* How a text of this type looks, for people. */
static const char *looks(enum field_type type)
{
    switch (type) {
    case FIELD_HANDLE:
        return "a handle: lower-case letters, digits and -, like li-na";
    case FIELD_CODE:
        return "a code: lower-case letters, digits and _, like other";
    case FIELD_PLACE:
        return "a code of a place or lock: digits, A to Z, - and ., like 3-2-1201";
    case FIELD_DAY:
    case FIELD_DATE:
        return "a day that there is, like 2026-11-05";
    case FIELD_TIME:
        return "a time that there is, like 2026-11-05T13:00:00Z";
    case FIELD_NOUN:
        return "an act without its version, like key.lend";
    case FIELD_RULE:
        return "a rule or check, like K3";
    case FIELD_THING:
        return "a folder or a paper, like F4F7Q2M9X or F4F7Q2M9X.3";
    case FIELD_LABEL:
        return "a label: 1 to 80 characters in one line";
    case FIELD_TEXT:
        return "a text: 1 to 200 characters in one line";
    default:
        return field_type_name(type);
    }
}

/* An enum says what there is to choose from. */
static enum custody_status wrong_text(struct custody_error *err, const char *path,
                                      const struct field *field)
{
    char wanted[160] = "one of";
    if (field->type != FIELD_ENUM) {
        return wrong(err, path, looks(field->type));
    }
    for (size_t i = 0; field->values[i] != NULL; i++) {
        const size_t len = strlen(wanted);
        (void)snprintf(wanted + len, sizeof wanted - len, " %s", field->values[i]);
    }
    return wrong(err, path, wanted);
}

static enum custody_status wrong_element(struct custody_error *err, const char *path,
                                         enum field_type type)
{
    char wanted[160];
    (void)snprintf(wanted, sizeof wanted, "a list of which each is %s", looks(type));
    return wrong(err, path, wanted);
}

static bool is_length(const char *text, size_t max_chars)
{
    size_t len = strlen(text);
    return len > 0 && text_allowed(text, len, max_chars);
}

static bool is_hex(const char *text, size_t bytes)
{
    uint8_t raw[64];
    return text_unhex(text, strlen(text), raw, bytes);
}

static bool is_signature(const char *text)
{
    uint8_t raw[64];
    return text_unbase64(text, strlen(text), raw, sizeof raw);
}

static bool is_noun(const char *text)
{
    char full[64];
    size_t len = strlen(text);
    if (len == 0 || len > sizeof full - 3) {
        return false;
    }
    memcpy(full, text, len);
    memcpy(full + len, "/1", 3);
    return text_is_act_name(full);
}

static bool is_rule(const char *text)
{
    size_t len = strlen(text);
    if (len < 2 || len > 4 || text[0] < 'A' || text[0] > 'Z') {
        return false;
    }
    size_t pos = 1;
    while (pos < len && text[pos] >= '0' && text[pos] <= '9') {
        pos++;
    }
    return pos > 1 && pos <= 3 && (pos == len || (pos == len - 1 && text[pos] == 'a'));
}

static bool is_thing(const char *text)
{
    char folder[CUSTODY_ITEM_LEN + 1];
    uint64_t n = 0;
    size_t len = strlen(text);
    if (len < CUSTODY_ITEM_LEN || text[0] != 'F') {
        return false;
    }
    memcpy(folder, text, CUSTODY_ITEM_LEN);
    folder[CUSTODY_ITEM_LEN] = '\0';
    if (!custody_item_is_valid(folder)) {
        return false;
    }
    const char *number = text + CUSTODY_ITEM_LEN;
    return *number == '\0' || (number[0] == '.' && number[1] != '0' &&
                               text_parse_u64(number + 1, strlen(number + 1), 9999, &n));
}

static bool is_party(const char *text)
{
    return text[0] == 'P' && custody_item_is_valid(text);
}

/* Types that are a plain string: is text one of them? */
static bool string_fits(enum field_type type, const char *text, const struct field *field)
{
    int64_t seconds = 0;
    switch (type) {
    case FIELD_HANDLE:
        return text_is_handle(text);
    case FIELD_STAFF_NO:
        return text_is_staff_no(text);
    case FIELD_CODE:
        return text_is_code(text);
    case FIELD_PLACE:
        return text_is_place_code(text);
    case FIELD_ITEM:
        return custody_item_is_valid(text);
    case FIELD_PARTY:
        return is_party(text);
    case FIELD_HOLDER:
        return text_is_handle(text) || is_party(text);
    case FIELD_LABEL:
        return is_length(text, 80);
    case FIELD_TEXT:
        return is_length(text, 200);
    case FIELD_VKEY:
        return is_length(text, 400);
    case FIELD_DAY:
        return instant_is_day(text, strlen(text));
    case FIELD_DATE:
        return instant_is_date(text, strlen(text));
    case FIELD_TIME:
        return instant_parse(text, strlen(text), &seconds);
    case FIELD_THING:
        return is_thing(text);
    case FIELD_SUBJECT:
        return is_hex(text, 16);
    case FIELD_ID:
    case FIELD_PUBKEY:
        return is_hex(text, 32);
    case FIELD_SIG:
        return is_signature(text);
    case FIELD_NOUN:
        return is_noun(text);
    case FIELD_ACT:
        return text_is_act_name(text);
    case FIELD_RULE:
        return is_rule(text);
    case FIELD_ENUM:
        for (const char *const *value = field->values; *value != NULL; value++) {
            if (strcmp(*value, text) == 0) {
                return true;
            }
        }
        return false;
    case FIELD_SEALED:
    case FIELD_INT:
    case FIELD_BOOL:
    case FIELD_POLICY:
    case FIELD_ROLES:
    case FIELD_CODES:
    case FIELD_PLACES:
    case FIELD_HANDLES:
    case FIELD_NOUNS:
    case FIELD_ITEMS:
    case FIELD_IDS:
    case FIELD_THINGS:
    case FIELD_SUBJECTS:
    case FIELD_LIST:
    case FIELD_OBJECT:
    case FIELD_LINE:
        break;
    }
    return false;
}

static enum custody_status check_count(const struct field *field, const json_t *value,
                                       const char *path, struct custody_error *err)
{
    size_t max = field->max > 0 ? (size_t)field->max : LIST_MAX;
    if (!json_is_array(value)) {
        return wrong(err, path, "a list");
    }
    if (json_array_size(value) < (size_t)field->min || json_array_size(value) > max) {
        return wrong(err, path, "a list with a number of elements that the act allows");
    }
    return CUSTODY_OK;
}

/* A set of strings: sorted by byte, none twice. */
static enum custody_status check_strings(const struct field *field, const json_t *value,
                                         const char *path, enum field_type of, bool is_sorted,
                                         struct custody_error *err)
{
    enum custody_status rc = check_count(field, value, path, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    const char *before = NULL;
    size_t i = 0;
    const json_t *element = NULL;
    json_array_foreach(value, i, element)
    {
        const char *text = json_string_value(element);
        if (text == NULL || !string_fits(of, text, field)) {
            return wrong_element(err, path, of);
        }
        if (field->type == FIELD_ROLES && !role_is_known(text)) {
            return wrong(err, path, "a list of role codes (regulation.md, Roles)");
        }
        if (is_sorted && before != NULL && strcmp(before, text) >= 0) {
            return wrong(err, path, "sorted by byte, each element once");
        }
        if (!is_sorted) {
            for (size_t j = 0; j < i; j++) {
                if (strcmp(json_string_value(json_array_get(value, j)), text) == 0) {
                    return wrong(err, path, "a list without repetition");
                }
            }
        }
        before = text;
    }
    return CUSTODY_OK;
}

static const struct field ITEM_FIELDS[] = {
    {.name = "item", .type = FIELD_ITEM},
    {.name = "label", .type = FIELD_LABEL},
    {.name = NULL},
};

static const struct field THING_FIELDS[] = {
    {.name = "item", .type = FIELD_THING},
    {.name = "label", .type = FIELD_LABEL},
    {.name = NULL},
};

/* Key members are strings or, for numbered slips, integers; field_check saw their type. */
static bool is_before(const json_t *a, const json_t *b)
{
    if (json_is_integer(a)) {
        return json_integer_value(a) < json_integer_value(b);
    }
    return strcmp(json_string_value(a), json_string_value(b)) < 0;
}

static enum custody_status check_list(const struct field *field, const json_t *value,
                                      const char *path, const struct field *of, const char *key,
                                      struct custody_error *err)
{
    enum custody_status rc = check_count(field, value, path, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    const json_t *before = NULL;
    size_t i = 0;
    const json_t *element = NULL;
    json_array_foreach(value, i, element)
    {
        rc = field_check(of, element, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        const json_t *name = json_object_get(element, key);
        if (before != NULL && !is_before(before, name)) {
            return wrong(err, path, "sorted by its key member, each once");
        }
        before = name;
    }
    return CUSTODY_OK;
}

static enum custody_status check_sealed(const json_t *value, const char *path,
                                        struct custody_error *err)
{
    const char *c = json_string_value(json_object_get(value, "c"));
    const char *k = json_string_value(json_object_get(value, "k"));
    if (!json_is_object(value) || json_object_size(value) != 2 || c == NULL || k == NULL ||
        !is_hex(c, 32) || !is_hex(k, 16)) {
        return wrong(err, path, "a commitment {c,k}");
    }
    return CUSTODY_OK;
}

enum custody_status field_check_value(const struct field *field, const json_t *value,
                                      const char *path, struct custody_error *err)
{
    if (json_is_null(value)) {
        return field->is_nullable ? CUSTODY_OK : wrong(err, path, "given, not null");
    }
    switch (field->type) {
    case FIELD_INT:
        if (!json_is_integer(value) || json_integer_value(value) < field->min ||
            json_integer_value(value) > field->max) {
            return wrong(err, path, "a number within its range");
        }
        return CUSTODY_OK;
    case FIELD_BOOL:
        return json_is_boolean(value) ? CUSTODY_OK : wrong(err, path, "true or false");
    case FIELD_SEALED:
        return check_sealed(value, path, err);
    case FIELD_POLICY:
        return policy_check(value, err);
    case FIELD_ROLES:
    case FIELD_CODES:
        return check_strings(field, value, path, FIELD_CODE, true, err);
    case FIELD_PLACES:
        return check_strings(field, value, path, FIELD_PLACE, true, err);
    case FIELD_HANDLES:
        return check_strings(field, value, path, FIELD_HANDLE, true, err);
    case FIELD_NOUNS:
        return check_strings(field, value, path, FIELD_NOUN, true, err);
    case FIELD_IDS:
        return check_strings(field, value, path, FIELD_ID, false, err);
    case FIELD_ITEMS:
        return check_list(field, value, path, ITEM_FIELDS, "item", err);
    case FIELD_SUBJECTS:
        return check_strings(field, value, path, FIELD_SUBJECT, true, err);
    case FIELD_THINGS:
        return check_list(field, value, path, THING_FIELDS, "item", err);
    case FIELD_LIST:
        return check_list(field, value, path, field->of, field->key, err);
    case FIELD_OBJECT:
        return field_check(field->of, value, err);
    case FIELD_LINE: /* checked by import.line's apply as the body of its act */
        return json_is_object(value) ? CUSTODY_OK : wrong(err, path, "an object");
    case FIELD_HANDLE:
    case FIELD_STAFF_NO:
    case FIELD_CODE:
    case FIELD_PLACE:
    case FIELD_ITEM:
    case FIELD_PARTY:
    case FIELD_HOLDER:
    case FIELD_LABEL:
    case FIELD_TEXT:
    case FIELD_DAY:
    case FIELD_DATE:
    case FIELD_TIME:
    case FIELD_ID:
    case FIELD_PUBKEY:
    case FIELD_SIG:
    case FIELD_ENUM:
    case FIELD_VKEY:
    case FIELD_NOUN:
    case FIELD_ACT:
    case FIELD_RULE:
    case FIELD_THING:
    case FIELD_SUBJECT:
        if (!json_is_string(value) ||
            !string_fits(field->type, json_string_value(value), field)) {
            return wrong_text(err, path, field);
        }
        return CUSTODY_OK;
    }
    return wrong(err, path, "of a known type");
}

enum custody_status field_check(const struct field *fields, const json_t *body,
                                struct custody_error *err)
{
    if (!json_is_object(body)) {
        return custody_refuse(err, "structure", "A part of the body must be an object.");
    }
    size_t count = 0;
    for (const struct field *field = fields; field->name != NULL; field++) {
        const json_t *value = json_object_get(body, field->name);
        if (value == NULL) {
            return custody_refuse(err, "structure", "The body lacks the member \"%s\".",
                                  field->name);
        }
        enum custody_status rc = field_check_value(field, value, field->name, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        count++;
    }
    if (json_object_size(body) != count) {
        return custody_refuse(err, "structure",
                              "The body has a member that this act does not know.");
    }
    return CUSTODY_OK;
}

static json_t *describe(const struct field *field)
{
    const char *name = field_type_name(field->type);
    bool is_plain = field->type != FIELD_INT && field->type != FIELD_ENUM &&
                    field->type != FIELD_CODES && field->type != FIELD_PLACES &&
                    field->type != FIELD_NOUNS && field->type != FIELD_ITEMS &&
                    field->type != FIELD_LIST && field->type != FIELD_OBJECT &&
                    field->type != FIELD_ROLES && field->type != FIELD_HANDLES &&
                    field->type != FIELD_THINGS && field->type != FIELD_SUBJECTS;
    if (field->type == FIELD_IDS && field->min == 0) {
        return json_pack("{s:s,s:i}", "type", name, "min", 0);
    }
    if (is_plain) {
        return json_sprintf("%s%s", name, field->is_nullable ? "?" : "");
    }
    json_t *type = json_pack("{s:s}", "type", name);
    if (type == NULL) {
        return NULL;
    }
    int bad = 0;
    if (field->is_nullable) {
        bad |= json_object_set_new(type, "null", json_true());
    }
    if (field->type == FIELD_ENUM) {
        json_t *values = json_array();
        for (const char *const *value = field->values; *value != NULL; value++) {
            bad |= json_array_append_new(values, json_string(*value));
        }
        bad |= json_object_set_new(type, "values", values);
    } else if (field->type == FIELD_OBJECT) {
        bad |= json_object_set_new(type, "of", field_describe(field->of));
    } else {
        bad |= json_object_set_new(type, "min", json_integer(field->min));
        bad |= json_object_set_new(
            type, "max",
            json_integer(field->max > 0 || field->type == FIELD_INT ? field->max : LIST_MAX));
        if (field->type == FIELD_LIST) {
            bad |= json_object_set_new(type, "of", field_describe(field->of));
            bad |= json_object_set_new(type, "key", json_string(field->key));
        }
    }
    if (bad != 0) {
        json_decref(type);
        return NULL;
    }
    return type;
}

json_t *field_describe(const struct field *fields)
{
    json_t *object = json_object();
    for (const struct field *field = fields; object != NULL && field->name != NULL; field++) {
        if (json_object_set_new(object, field->name, describe(field)) != 0) {
            json_decref(object);
            return NULL;
        }
    }
    return object;
}
