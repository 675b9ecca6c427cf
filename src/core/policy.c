/* Policy: its table of members is the one place that knows their types and floors. */
#include "policy.h"

#include <string.h>

#include "canon.h"
#include "field.h"
#include "instant.h"

static const struct field DESK[] = {
    {.name = "code", .type = FIELD_CODE},
    {.name = "classes", .type = FIELD_CODES, .min = 1},
    {.name = "custodian_role", .type = FIELD_CODE},
    {.name = "label", .type = FIELD_LABEL},
    {.name = NULL},
};
static const struct field KEY_CLASS[] = {
    {.name = "code", .type = FIELD_CODE},
    {.name = "consent", .type = FIELD_BOOL},
    {.name = "copy_approval", .type = FIELD_ROLES, .min = 1},
    {.name = "label", .type = FIELD_LABEL},
    {.name = "lend_approval", .type = FIELD_ROLES, .min = 0},
    {.name = "rule", .type = FIELD_RULE},
    {.name = NULL},
};
static const struct field LOCK_KIND[] = {
    {.name = "class", .type = FIELD_CODE},
    {.name = "code", .type = FIELD_CODE},
    {.name = "label", .type = FIELD_LABEL},
    {.name = NULL},
};
static const struct field PURPOSE[] = {
    {.name = "code", .type = FIELD_CODE},
    {.name = "label", .type = FIELD_LABEL},
    {.name = "private", .type = FIELD_BOOL},
    {.name = NULL},
};
static const struct field REASON[] = {
    {.name = "code", .type = FIELD_CODE},
    {.name = "label", .type = FIELD_LABEL},
    {.name = NULL},
};
static const struct field SHIFT[] = {
    {.name = "code", .type = FIELD_CODE},
    {.name = "days", .type = FIELD_CODES, .min = 1},
    {.name = "desks", .type = FIELD_CODES, .min = 1},
    {.name = "end_min", .type = FIELD_INT, .min = 1, .max = 2880},
    {.name = "label", .type = FIELD_LABEL},
    {.name = "start_min", .type = FIELD_INT, .min = 0, .max = 1439},
    {.name = NULL},
};
static const struct field POLICY[] = {
    {.name = "approval_life", .type = FIELD_INT, .min = 3600, .max = 2592000},
    {.name = "causes", .type = FIELD_LIST, .min = 1, .of = REASON, .key = "code"},
    {.name = "channels", .type = FIELD_LIST, .min = 1, .of = REASON, .key = "code"},
    {.name = "delegation_days", .type = FIELD_INT, .min = 1, .max = 60},
    {.name = "desks", .type = FIELD_LIST, .min = 1, .of = DESK, .key = "code"},
    {.name = "documents", .type = FIELD_LIST, .min = 1, .of = REASON, .key = "code"},
    {.name = "emergency_due_h", .type = FIELD_INT, .min = 1, .max = 72},
    {.name = "escort_max_min", .type = FIELD_INT, .min = 5, .max = 1440},
    {.name = "high_risk", .type = FIELD_PLACES, .min = 0},
    {.name = "high_risk_approval", .type = FIELD_ROLES, .min = 1},
    {.name = "holidays", .type = FIELD_PLACES, .min = 0},
    {.name = "key_classes", .type = FIELD_LIST, .min = 1, .of = KEY_CLASS, .key = "code"},
    {.name = "late_max_days", .type = FIELD_INT, .min = 0, .max = 60},
    {.name = "late_reasons", .type = FIELD_LIST, .min = 1, .of = REASON, .key = "code"},
    {.name = "loan_max_days", .type = FIELD_INT, .min = 1, .max = 366},
    {.name = "lock_kinds", .type = FIELD_LIST, .min = 1, .of = LOCK_KIND, .key = "code"},
    {.name = "purposes", .type = FIELD_LIST, .min = 1, .of = PURPOSE, .key = "code"},
    {.name = "ratify_h", .type = FIELD_INT, .min = 1, .max = 24},
    {.name = "reasons", .type = FIELD_LIST, .min = 1, .of = REASON, .key = "code"},
    {.name = "recovery_officer", .type = FIELD_HANDLE},
    {.name = "seen_max_entries", .type = FIELD_INT, .min = 64, .max = 65536},
    {.name = "shifts", .type = FIELD_LIST, .min = 0, .of = SHIFT, .key = "code"},
    {.name = "spare_min", .type = FIELD_INT, .min = 0, .max = 10},
    {.name = "standing_approval", .type = FIELD_ROLES, .min = 1},
    {.name = "stocktake_sample", .type = FIELD_INT, .min = 0, .max = 500},
    {.name = "submit_window", .type = FIELD_INT, .min = 60, .max = 3600},
    {.name = "two_terminals", .type = FIELD_NOUNS, .min = 0},
    {.name = "unsigned_reasons", .type = FIELD_LIST, .min = 1, .of = REASON, .key = "code"},
    {.name = "vault_recovery", .type = FIELD_ID, .is_nullable = true},
    {.name = "version", .type = FIELD_INT, .min = 1, .max = 2},
    {.name = "warning_reasons", .type = FIELD_LIST, .min = 1, .of = REASON, .key = "code"},
    {.name = NULL},
};

/* Numbers that loosen when they grow. */
static const char *const GROWING[] = {
    "approval_life", "delegation_days", "emergency_due_h",  "escort_max_min", "late_max_days",
    "loan_max_days", "ratify_h",        "seen_max_entries", "submit_window",  NULL};
/* Numbers that loosen when they shrink. */
static const char *const SHRINKING[] = {"spare_min", "stocktake_sample", NULL};

int64_t policy_int(const json_t *policy, const char *member)
{
    return json_integer_value(json_object_get(policy, member));
}

const char *policy_text(const json_t *policy, const char *member)
{
    return json_string_value(json_object_get(policy, member));
}

const json_t *policy_find(const json_t *policy, const char *list, const char *code)
{
    const json_t *array = json_object_get(policy, list);
    size_t i = 0;
    const json_t *element = NULL;
    json_array_foreach(array, i, element)
    {
        const char *name = json_string_value(json_object_get(element, "code"));
        if (name != NULL && strcmp(name, code) == 0) {
            return element;
        }
    }
    return NULL;
}

bool policy_lists(const json_t *policy, const char *list, const char *code)
{
    return policy_find(policy, list, code) != NULL;
}

bool strings_have(const json_t *array, const char *text)
{
    size_t i = 0;
    const json_t *element = NULL;
    json_array_foreach(array, i, element)
    {
        const char *value = json_string_value(element);
        if (value != NULL && strcmp(value, text) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_custodian_role(const char *role)
{
    return strcmp(role, "key_custodian") == 0 || strcmp(role, "engineering_custodian") == 0 ||
           strcmp(role, "duty") == 0;
}

static enum custody_status check_desks(const json_t *policy, struct custody_error *err)
{
    size_t i = 0;
    size_t j = 0;
    const json_t *desk = NULL;
    const json_t *class_code = NULL;
    json_array_foreach(json_object_get(policy, "desks"), i, desk)
    {
        if (!is_custodian_role(json_string_value(json_object_get(desk, "custodian_role")))) {
            return custody_refuse(err, "policy",
                                  "A desk needs a custodian role: key_custodian, "
                                  "engineering_custodian or duty.");
        }
        json_array_foreach(json_object_get(desk, "classes"), j, class_code)
        {
            if (!policy_lists(policy, "key_classes", json_string_value(class_code))) {
                return custody_refuse(
                    err, "policy", "A desk names a key class that the policy does not have.");
            }
        }
    }
    const json_t *key_class = NULL;
    json_array_foreach(json_object_get(policy, "key_classes"), i, key_class)
    {
        if (json_string_value(json_object_get(key_class, "rule"))[0] != 'K') {
            return custody_refuse(err, "policy",
                                  "The rule of a key class is one of K1 to K20.");
        }
    }
    const json_t *kind = NULL;
    json_array_foreach(json_object_get(policy, "lock_kinds"), i, kind)
    {
        if (!policy_lists(policy, "key_classes",
                          json_string_value(json_object_get(kind, "class")))) {
            return custody_refuse(
                err, "policy", "A kind of lock names a class that the policy does not have.");
        }
    }
    return CUSTODY_OK;
}

static bool is_weekday(const char *text)
{
    static const char *const days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL};
    for (const char *const *day = days; *day != NULL; day++) {
        if (strcmp(*day, text) == 0) {
            return true;
        }
    }
    return false;
}

static bool shift_is_good(const json_t *policy, const json_t *shift)
{
    size_t i = 0;
    const json_t *element = NULL;
    json_array_foreach(json_object_get(shift, "days"), i, element)
    {
        if (!is_weekday(json_string_value(element))) {
            return false;
        }
    }
    json_array_foreach(json_object_get(shift, "desks"), i, element)
    {
        if (!policy_lists(policy, "desks", json_string_value(element))) {
            return false;
        }
    }
    return policy_int(shift, "start_min") < policy_int(shift, "end_min");
}

static enum custody_status check_calendar(const json_t *policy, struct custody_error *err)
{
    size_t i = 0;
    const json_t *element = NULL;
    json_array_foreach(json_object_get(policy, "holidays"), i, element)
    {
        const char *day = json_string_value(element);
        if (!instant_is_date(day, strlen(day))) {
            return custody_refuse(err, "policy",
                                  "A holiday is a date such as 2026-10-01 that exists.");
        }
    }
    json_array_foreach(json_object_get(policy, "shifts"), i, element)
    {
        if (!shift_is_good(policy, element)) {
            return custody_refuse(err, "policy",
                                  "A shift has days of mon to sun, desks of the policy, and "
                                  "ends after it starts.");
        }
    }
    return CUSTODY_OK;
}

/* Floor of K9: keys that are nobody's home are copied with engineering's word alone. */
static enum custody_status check_copying(const json_t *policy, struct custody_error *err)
{
    size_t i = 0;
    size_t j = 0;
    const json_t *key_class = NULL;
    const json_t *role = NULL;
    json_array_foreach(json_object_get(policy, "key_classes"), i, key_class)
    {
        if (json_is_true(json_object_get(key_class, "consent"))) {
            continue;
        }
        json_array_foreach(json_object_get(key_class, "copy_approval"), j, role)
        {
            const char *code = json_string_value(role);
            if (strcmp(code, "engineering_manager") != 0 &&
                strcmp(code, "engineering_supervisor") != 0) {
                return custody_refuse(err, "floor",
                                      "Copies of public and facility keys are approved by the "
                                      "engineering manager or supervisor only (K9).");
            }
        }
    }
    return CUSTODY_OK;
}

bool policy_has_folders(const json_t *policy)
{
    return policy_int(policy, "version") >= 2;
}

/* The members of version 1, and apart from them those that version 2 has. */
static enum custody_status check_form(const json_t *policy, struct custody_error *err)
{
    if (!json_is_object(policy) || !policy_has_folders(policy)) {
        return field_check(POLICY, policy, err);
    }
    json_t *first = canon_copy_members(policy);
    json_t *second = json_object();
    bool is_whole = first != NULL && second != NULL;
    for (const struct field *field = POLICY_FOLDER_FIELDS; is_whole && field->name != NULL;
         field++) {
        json_t *value = json_object_get(first, field->name);
        is_whole = value == NULL || (json_object_set(second, field->name, value) == 0 &&
                                     json_object_del(first, field->name) == 0);
    }
    enum custody_status rc = is_whole ? field_check(POLICY, first, err)
                                      : custody_fail(err, CUSTODY_ERR_NOMEM, "Out of memory.");
    if (rc == CUSTODY_OK) {
        rc = field_check(POLICY_FOLDER_FIELDS, second, err);
    }
    json_decref(first);
    json_decref(second);
    return rc;
}

enum custody_status policy_check(const json_t *policy, struct custody_error *err)
{
    struct custody_error inner = {0};
    enum custody_status rc = check_form(policy, &inner);
    if (rc == CUSTODY_ERR_NOMEM) {
        return custody_fail(err, rc, "%s", inner.text);
    }
    if (rc != CUSTODY_OK) {
        return custody_refuse(err, "policy", "The policy is malformed: %.300s", inner.text);
    }
    rc = check_desks(policy, err);
    if (rc == CUSTODY_OK && policy_has_folders(policy)) {
        rc = policy_check_folders(policy, err);
    }
    if (rc == CUSTODY_OK) {
        rc = check_calendar(policy, err);
    }
    if (rc == CUSTODY_OK) {
        rc = check_copying(policy, err);
    }
    if (rc != CUSTODY_OK) {
        return rc;
    }
    /* Floor of K3: a private purpose can be named, so that it can be refused and recorded. */
    bool has_private = false;
    bool has_work = false;
    size_t i = 0;
    const json_t *purpose = NULL;
    json_array_foreach(json_object_get(policy, "purposes"), i, purpose)
    {
        if (json_is_true(json_object_get(purpose, "private"))) {
            has_private = true;
        } else {
            has_work = true;
        }
    }
    if (!has_private || !has_work) {
        return custody_refuse(err, "floor",
                              "The purposes need at least one for work and one "
                              "marked private, which is always refused (K3).");
    }
    return CUSTODY_OK;
}

static bool lost_element(const json_t *now, const json_t *next)
{
    size_t i = 0;
    const json_t *element = NULL;
    json_array_foreach(now, i, element)
    {
        if (!strings_have(next, json_string_value(element))) {
            return true;
        }
    }
    return false;
}

/* Equal but for labels? Both lists are sorted by code. */
static bool same_but_labels(const json_t *now, const json_t *next, const struct field *fields)
{
    if (json_array_size(now) != json_array_size(next)) {
        return false;
    }
    size_t i = 0;
    const json_t *element = NULL;
    json_array_foreach(now, i, element)
    {
        const json_t *other = json_array_get(next, i);
        for (const struct field *field = fields; field->name != NULL; field++) {
            if (strcmp(field->name, "label") != 0 &&
                !json_equal(json_object_get(element, field->name),
                            json_object_get(other, field->name))) {
                return false;
            }
        }
    }
    return true;
}

/* A code in next that now does not have (for purposes: not private there). */
static bool new_code(const json_t *now, const json_t *next, const char *list)
{
    size_t i = 0;
    const json_t *element = NULL;
    json_array_foreach(json_object_get(next, list), i, element)
    {
        const json_t *before =
            policy_find(now, list, json_string_value(json_object_get(element, "code")));
        bool is_private = json_is_true(json_object_get(element, "private"));
        if (!is_private &&
            (before == NULL || json_is_true(json_object_get(before, "private")))) {
            return true;
        }
    }
    return false;
}

bool policy_loosens(const json_t *now, const json_t *next)
{
    if (policy_has_folders(now) && policy_has_folders(next) &&
        policy_folders_loosen(now, next)) {
        return true;
    }
    for (const char *const *name = GROWING; *name != NULL; name++) {
        if (policy_int(next, *name) > policy_int(now, *name)) {
            return true;
        }
    }
    for (const char *const *name = SHRINKING; *name != NULL; name++) {
        if (policy_int(next, *name) < policy_int(now, *name)) {
            return true;
        }
    }
    static const char *const equal[] = {"high_risk_approval", "recovery_officer",
                                        "standing_approval", "vault_recovery", NULL};
    for (const char *const *name = equal; *name != NULL; name++) {
        if (!json_equal(json_object_get(now, *name), json_object_get(next, *name))) {
            return true;
        }
    }
    static const char *const shrinking[] = {"high_risk", "two_terminals", NULL};
    for (const char *const *name = shrinking; *name != NULL; name++) {
        if (lost_element(json_object_get(now, *name), json_object_get(next, *name))) {
            return true;
        }
    }
    static const struct {
        const char *name;
        const struct field *fields;
    } fixed[] = {{"desks", DESK}, {"key_classes", KEY_CLASS}, {"lock_kinds", LOCK_KIND}};
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++) {
        if (!same_but_labels(json_object_get(now, fixed[i].name),
                             json_object_get(next, fixed[i].name), fixed[i].fields)) {
            return true;
        }
    }
    static const char *const codes[] = {"causes",   "documents",        "late_reasons",
                                        "purposes", "unsigned_reasons", "warning_reasons",
                                        NULL};
    for (const char *const *list = codes; *list != NULL; list++) {
        if (new_code(now, next, *list)) {
            return true;
        }
    }
    return false;
}
