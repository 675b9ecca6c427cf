/* The members that version 2 of the policy adds for the folders: form, floors, what loosens
 * (FORMATS.md §19.1). */
#include <string.h>

#include "field.h"
#include "policy.h"

static const char *const NEEDS[] = {"always", "if_applicable", "other", NULL};
static const char *const SECRECIES[] = {"general", "internal", "personal", NULL};

static const struct field REASON[] = {
    {.name = "code", .type = FIELD_CODE},
    {.name = "label", .type = FIELD_LABEL},
    {.name = NULL},
};
static const struct field ALIAS[] = {
    {.name = "label", .type = FIELD_LABEL},
    {.name = NULL},
};
static const struct field CHECKLIST[] = {
    {.name = "kind", .type = FIELD_CODE},
    {.name = "need", .type = FIELD_ENUM, .values = NEEDS},
    {.name = NULL},
};
static const struct field RETENTION[] = {
    {.name = "mandate", .type = FIELD_TEXT},
    {.name = "months", .type = FIELD_INT, .is_nullable = true, .min = 1, .max = 1200},
    {.name = "triggers", .type = FIELD_CODES, .min = 1},
    {.name = NULL},
};
static const struct field FOLDER_CLASS[] = {
    {.name = "checklist", .type = FIELD_LIST, .min = 0, .of = CHECKLIST, .key = "kind"},
    {.name = "code", .type = FIELD_CODE},
    {.name = "label", .type = FIELD_LABEL},
    {.name = "retention", .type = FIELD_OBJECT, .is_nullable = true, .of = RETENTION},
    {.name = NULL},
};
static const struct field PAPER_KIND[] = {
    {.name = "aliases", .type = FIELD_LIST, .min = 0, .of = ALIAS, .key = "label"},
    {.name = "code", .type = FIELD_CODE},
    {.name = "label", .type = FIELD_LABEL},
    {.name = "secrecy", .type = FIELD_ENUM, .values = SECRECIES},
    {.name = NULL},
};

const struct field POLICY_FOLDER_FIELDS[] = {
    {.name = "authorities", .type = FIELD_LIST, .min = 1, .of = REASON, .key = "code"},
    {.name = "destruction_methods", .type = FIELD_LIST, .min = 1, .of = REASON, .key = "code"},
    {.name = "destruction_wait_days", .type = FIELD_INT, .min = 0, .max = 365},
    {.name = "destruction_witness_roles", .type = FIELD_ROLES, .min = 1},
    {.name = "destruction_witnesses", .type = FIELD_INT, .min = 2, .max = 5},
    {.name = "folder_classes", .type = FIELD_LIST, .min = 1, .of = FOLDER_CLASS, .key = "code"},
    {.name = "folder_extensions", .type = FIELD_INT, .min = 0, .max = 5},
    {.name = "folder_inventory_days", .type = FIELD_INT, .min = 1, .max = 60},
    {.name = "folder_loan_max_days", .type = FIELD_INT, .min = 1, .max = 90},
    {.name = "incident_kinds", .type = FIELD_LIST, .min = 1, .of = REASON, .key = "code"},
    {.name = "original_keepers", .type = FIELD_LIST, .min = 1, .of = REASON, .key = "code"},
    {.name = "paper_kinds", .type = FIELD_LIST, .min = 1, .of = PAPER_KIND, .key = "code"},
    {.name = "party_retention_months", .type = FIELD_INT, .min = 0, .max = 240},
    {.name = "recheck_witness", .type = FIELD_BOOL},
    {.name = "review_witness", .type = FIELD_BOOL},
    {.name = NULL},
};

bool folder_trigger_is_known(const char *code)
{
    static const char *const codes[] = {"lease_ended", "moved_out", "other", "sold", NULL};
    for (const char *const *known = codes; *known != NULL; known++) {
        if (strcmp(*known, code) == 0) {
            return true;
        }
    }
    return false;
}

static const char *text_of(const json_t *object, const char *member)
{
    return json_string_value(json_object_get(object, member));
}

static enum custody_status check_classes(const json_t *policy, struct custody_error *err)
{
    size_t i = 0;
    size_t j = 0;
    const json_t *class_row = NULL;
    const json_t *element = NULL;
    json_array_foreach(json_object_get(policy, "folder_classes"), i, class_row)
    {
        json_array_foreach(json_object_get(class_row, "checklist"), j, element)
        {
            if (!policy_lists(policy, "paper_kinds", text_of(element, "kind"))) {
                return custody_refuse(
                    err, "policy", "A checklist names a kind of paper that is no paper_kind.");
            }
        }
        const json_t *retention = json_object_get(class_row, "retention");
        json_array_foreach(json_object_get(retention, "triggers"), j, element)
        {
            if (!folder_trigger_is_known(json_string_value(element))) {
                return custody_refuse(err, "policy",
                                      "The triggers of a retention are lease_ended, moved_out, "
                                      "sold and other.");
            }
        }
    }
    return CUSTODY_OK;
}

/* Floor of A7: what is personal can be named, and identity cards are. */
static enum custody_status check_kinds(const json_t *policy, struct custody_error *err)
{
    bool has_personal = false;
    size_t i = 0;
    const json_t *kind = NULL;
    json_array_foreach(json_object_get(policy, "paper_kinds"), i, kind)
    {
        bool is_personal = strcmp(text_of(kind, "secrecy"), "personal") == 0;
        has_personal = has_personal || is_personal;
        if (strcmp(text_of(kind, "code"), "id_card") == 0 && !is_personal) {
            has_personal = false;
            break;
        }
    }
    if (!has_personal) {
        return custody_refuse(err, "floor",
                              "At least one kind of paper is personal, and id_card is: such "
                              "papers are neither lent nor copied (A7).");
    }
    return CUSTODY_OK;
}

enum custody_status policy_check_folders(const json_t *policy, struct custody_error *err)
{
    enum custody_status rc = check_classes(policy, err);
    if (rc == CUSTODY_OK) {
        rc = check_kinds(policy, err);
    }
    if (rc == CUSTODY_OK && !policy_lists(policy, "incident_kinds", "paper_damage")) {
        rc = custody_refuse(err, "policy",
                            "The incident_kinds lack paper_damage, which returns need.");
    }
    return rc;
}

/* A code that stays keeps its secrecy, and none is gone. */
static bool kinds_loosen(const json_t *now, const json_t *next)
{
    size_t i = 0;
    const json_t *kind = NULL;
    json_array_foreach(json_object_get(now, "paper_kinds"), i, kind)
    {
        const json_t *other = policy_find(next, "paper_kinds", text_of(kind, "code"));
        if (other == NULL || strcmp(text_of(other, "secrecy"), text_of(kind, "secrecy")) != 0) {
            return true;
        }
    }
    return false;
}

static bool classes_loosen(const json_t *now, const json_t *next)
{
    const json_t *before = json_object_get(now, "folder_classes");
    const json_t *after = json_object_get(next, "folder_classes");
    size_t i = 0;
    const json_t *row = NULL;
    if (json_array_size(before) != json_array_size(after)) {
        return true;
    }
    json_array_foreach(before, i, row)
    {
        const json_t *other = json_array_get(after, i);
        if (!json_equal(json_object_get(row, "code"), json_object_get(other, "code")) ||
            !json_equal(json_object_get(row, "checklist"),
                        json_object_get(other, "checklist")) ||
            !json_equal(json_object_get(row, "retention"),
                        json_object_get(other, "retention"))) {
            return true;
        }
    }
    return false;
}

static bool has_new_code(const json_t *now, const json_t *next, const char *list)
{
    size_t i = 0;
    const json_t *element = NULL;
    json_array_foreach(json_object_get(next, list), i, element)
    {
        if (!policy_lists(now, list, text_of(element, "code"))) {
            return true;
        }
    }
    return false;
}

static bool turned_on(const json_t *now, const json_t *next, const char *member)
{
    return !json_is_true(json_object_get(now, member)) &&
           json_is_true(json_object_get(next, member));
}

bool policy_folders_loosen(const json_t *now, const json_t *next)
{
    static const char *const growing[] = {"folder_extensions", "folder_inventory_days",
                                          "folder_loan_max_days", "party_retention_months",
                                          NULL};
    for (const char *const *name = growing; *name != NULL; name++) {
        if (policy_int(next, *name) > policy_int(now, *name)) {
            return true;
        }
    }
    return policy_int(next, "destruction_wait_days") <
               policy_int(now, "destruction_wait_days") ||
           policy_int(next, "destruction_witnesses") <
               policy_int(now, "destruction_witnesses") ||
           !json_equal(json_object_get(now, "destruction_witness_roles"),
                       json_object_get(next, "destruction_witness_roles")) ||
           has_new_code(now, next, "authorities") ||
           has_new_code(now, next, "destruction_methods") || classes_loosen(now, next) ||
           kinds_loosen(now, next) || turned_on(now, next, "recheck_witness") ||
           turned_on(now, next, "review_witness");
}
