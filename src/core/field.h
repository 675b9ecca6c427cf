/*
 * Members of an act's body, described as data: intake, verification, the signing screen,
 * schema/acts.json and the documentation walk the same rows (FORMATS.md §11).
 */
#ifndef CUSTODY_CORE_FIELD_H
#define CUSTODY_CORE_FIELD_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "custody/error.h"

/* X(enum, name in schema/acts.json) */
#define FIELD_TYPES(X)                                                                         \
    X(HANDLE, "handle")                                                                        \
    X(STAFF_NO, "staff_no")                                                                    \
    X(CODE, "code")                                                                            \
    X(PLACE, "place")                                                                          \
    X(ITEM, "item")                                                                            \
    X(PARTY, "party")                                                                          \
    X(HOLDER, "holder")                                                                        \
    X(LABEL, "label")                                                                          \
    X(TEXT, "text")                                                                            \
    X(DAY, "day")                                                                              \
    X(DATE, "date")                                                                            \
    X(TIME, "time")                                                                            \
    X(ID, "id")                                                                                \
    X(PUBKEY, "pubkey")                                                                        \
    X(SIG, "sig")                                                                              \
    X(SEALED, "sealed")                                                                        \
    X(INT, "int")                                                                              \
    X(BOOL, "bool")                                                                            \
    X(ENUM, "enum")                                                                            \
    X(VKEY, "vkey")                                                                            \
    X(NOUN, "noun")                                                                            \
    X(ACT, "act")                                                                              \
    X(RULE, "rule")                                                                            \
    X(POLICY, "policy")                                                                        \
    X(ROLES, "roles")                                                                          \
    X(CODES, "codes")                                                                          \
    X(PLACES, "places")                                                                        \
    X(HANDLES, "handles")                                                                      \
    X(NOUNS, "nouns")                                                                          \
    X(ITEMS, "items")                                                                          \
    X(IDS, "ids")                                                                              \
    X(THING, "thing")                                                                          \
    X(THINGS, "things")                                                                        \
    X(SUBJECT, "subject")                                                                      \
    X(SUBJECTS, "subjects")                                                                    \
    X(LIST, "list")                                                                            \
    X(OBJECT, "object")                                                                        \
    X(LINE, "line")

enum field_type {
#define X(name, text) FIELD_##name,
    FIELD_TYPES(X)
#undef X
};

struct field {
    const char *name; /* NULL ends a table */
    enum field_type type;
    bool is_nullable;
    int64_t min, max;          /* INT: value; sets and lists: element count (max 0: 1,024) */
    const struct field *of;    /* LIST (elements are objects), OBJECT */
    const char *key;           /* LIST: member sorted by */
    const char *const *values; /* ENUM: NULL-terminated */
};

/*
 * Does body have exactly these members, each of its type? ERR_REFUSED rule "structure"; the
 * sentence names the member.
 */
enum custody_status field_check(const struct field *fields, const json_t *body,
                                struct custody_error *err) CUSTODY_MUST_CHECK;
/* One value; path for the sentence. */
enum custody_status field_check_value(const struct field *field, const json_t *value,
                                      const char *path,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;
const char *field_type_name(enum field_type type);
/* {member: type} as schema/acts.json has it; NULL: out of memory. */
json_t *field_describe(const struct field *fields);

/* Role codes of regulation.md §2, NULL-terminated, with titles. */
struct role_name {
    const char *code, *zh, *en;
};
extern const struct role_name ROLE_NAMES[];
bool role_is_known(const char *code);

#endif
