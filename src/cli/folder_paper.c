/* Papers as a line describes them. */
#include "folder_paper.h"

#include <stdlib.h>
#include <string.h>

#include "folder_pick.h"
#include "personal.h"

/* What a description said last of each member; borrowed from the cut copy. */
struct description {
    char *copy;
    const char *n, *kind, *pages, *copies, *original, *with, *from, *to, *title, *remark;
};

static const char **slot_of(struct description *said, const char *name)
{
    const struct {
        const char *name;
        const char **slot;
    } slots[] = {
        {"n", &said->n},           {"kind", &said->kind},   {"pages", &said->pages},
        {"copies", &said->copies}, {"with", &said->with},   {"from", &said->from},
        {"to", &said->to},         {"title", &said->title}, {"remark", &said->remark},
    };
    for (size_t i = 0; i < sizeof slots / sizeof slots[0]; i++) {
        if (strcmp(slots[i].name, name) == 0) {
            return slots[i].slot;
        }
    }
    return NULL;
}

static enum custody_status take_part(struct description *said, char *part,
                                     struct custody_error *err)
{
    char *equals = strchr(part, '=');
    if (strcmp(part, "original") == 0 || strcmp(part, "copy") == 0) {
        said->original = part;
        return CUSTODY_OK;
    }
    if (equals != NULL) {
        *equals = '\0';
        const char **slot = slot_of(said, part);
        if (slot != NULL) {
            *slot = equals + 1;
            return CUSTODY_OK;
        }
    }
    return custody_fail(err, CUSTODY_ERR_USAGE,
                        "\"%.60s\" says nothing about a paper; write like "
                        "kind=lease,pages=12,copies=1,original",
                        part);
}

/* Cut at commas; a remark goes to the end. */
static enum custody_status describe(const char *text, struct description *ret_said,
                                    struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    *ret_said = (struct description){.copy = session_copy(text)};
    char *at = ret_said->copy;
    if (at == NULL) {
        return session_packed(NULL, err);
    }
    while (rc == CUSTODY_OK && *at != '\0') {
        const bool is_remark = strncmp(at, "remark=", strlen("remark=")) == 0;
        const size_t len = is_remark ? strlen(at) : strcspn(at, ",");
        const bool is_last = at[len] == '\0';
        at[len] = '\0';
        rc = take_part(ret_said, at, err);
        at += len + (is_last ? 0 : 1);
    }
    return rc;
}

/* Put a text or null; "" is null. */
static int put_text(json_t *paper, const char *member, const char *text)
{
    return json_object_set_new(paper, member,
                               text == NULL || *text == '\0' ? json_null() : json_string(text));
}

static enum custody_status put_code(json_t *paper, const char *member, const json_t *policy,
                                    const char *list, const char *text,
                                    struct custody_error *err)
{
    const char *code = *text == '\0' ? "" : folder_policy_code(policy, list, text);
    /* One that the policy does not have goes as it stands: the act refuses it by its rule. */
    return put_text(paper, member, code != NULL ? code : text) == 0 ? CUSTODY_OK
                                                                    : session_packed(NULL, err);
}

static enum custody_status put_number(json_t *paper, const char *member, const char *text,
                                      int64_t max, struct custody_error *err)
{
    int64_t number = 0;
    const enum custody_status rc = option_int_of(text, member, 1, max, &number, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    return json_object_set_new(paper, member, json_integer(number)) == 0
               ? CUSTODY_OK
               : session_packed(NULL, err);
}

/* What a description says, over what paper has. */
static enum custody_status put_said(const struct description *said, const json_t *policy,
                                    json_t *paper, struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    int bad = 0;
    if (said->kind != NULL) {
        rc = put_code(paper, "kind", policy, "paper_kinds", said->kind, err);
    }
    if (rc == CUSTODY_OK && said->with != NULL) {
        rc = put_code(paper, "original_with", policy, "original_keepers", said->with, err);
    }
    if (rc == CUSTODY_OK && said->pages != NULL) {
        rc = put_number(paper, "pages", said->pages, 9999, err);
    }
    if (rc == CUSTODY_OK && said->copies != NULL) {
        rc = put_number(paper, "copies", said->copies, 999, err);
    }
    if (said->original != NULL) {
        bad |= put_text(paper, "original", said->original);
    }
    if (said->from != NULL) {
        bad |= put_text(paper, "from", said->from);
    }
    if (said->to != NULL) {
        bad |= put_text(paper, "to", said->to);
    }
    return rc == CUSTODY_OK && bad != 0 ? session_packed(NULL, err) : rc;
}

static enum custody_status put_personal(const struct session *session, const char *member,
                                        const char *text, json_t *paper,
                                        struct custody_error *err)
{
    json_t *field = NULL;
    enum custody_status rc = personal_field(session, member, text, &field, err);
    if (rc == CUSTODY_OK && json_object_set_new(paper, member, field) != 0) {
        rc = session_packed(NULL, err);
    }
    return rc;
}

enum custody_status folder_paper_new(const struct session *session, const json_t *policy,
                                     const char *text, int64_t n, json_t **ret_paper,
                                     struct custody_error *err)
{
    struct description said = {0};
    json_t *paper = NULL;
    enum custody_status rc = describe(text, &said, err);
    if (rc == CUSTODY_OK &&
        (said.kind == NULL || said.pages == NULL || said.original == NULL)) {
        rc = custody_fail(err, CUSTODY_ERR_USAGE,
                          "a paper wants %s: write like kind=lease,pages=12,copies=1,original",
                          said.kind == NULL    ? "kind="
                          : said.pages == NULL ? "pages="
                                               : "original or copy");
    }
    if (rc == CUSTODY_OK && said.n != NULL) {
        rc = custody_fail(err, CUSTODY_ERR_USAGE,
                          "the program numbers the papers itself; leave n= out");
    }
    if (rc == CUSTODY_OK) {
        paper =
            json_pack("{s:i,s:n,s:s,s:I,s:s,s:n,s:i,s:n}", "copies", 1, "from", "kind", "", "n",
                      (json_int_t)n, "original", "", "original_with", "pages", 0, "to");
        rc = session_packed(paper, err);
    }
    if (rc == CUSTODY_OK) {
        rc = put_said(&said, policy, paper, err);
    }
    if (rc == CUSTODY_OK) {
        rc = put_personal(session, "title", said.title, paper, err);
    }
    if (rc == CUSTODY_OK) {
        rc = put_personal(session, "remark", said.remark, paper, err);
    }
    free(said.copy);
    if (rc != CUSTODY_OK) {
        json_decref(paper);
        return rc;
    }
    *ret_paper = paper;
    return CUSTODY_OK;
}

/* The paper's row -> its members as folder.amend has them. */
static json_t *amended(const json_t *row)
{
    static const char *const members[][2] = {
        {"copies", "copies"}, {"from", "from_day"},     {"kind", "kind"},
        {"n", "n"},           {"original", "original"}, {"original_with", "original_with"},
        {"pages", "pages"},   {"to", "to_day"},
    };
    json_t *paper = json_object();
    for (size_t i = 0; paper != NULL && i < sizeof members / sizeof members[0]; i++) {
        json_t *value = json_object_get(row, members[i][1]);
        const int bad = value != NULL ? json_object_set(paper, members[i][0], value)
                                      : json_object_set_new(paper, members[i][0], json_null());
        if (bad != 0) {
            json_decref(paper);
            return NULL;
        }
    }
    return paper;
}

enum custody_status folder_paper_amend(const struct session *session, const json_t *policy,
                                       const char *text, const json_t *rows, json_t **ret_paper,
                                       struct custody_error *err)
{
    struct description said = {0};
    json_t *paper = NULL;
    const json_t *row = NULL;
    size_t i = 0;
    int64_t n = 0;
    (void)session;
    enum custody_status rc = describe(text, &said, err);
    if (rc == CUSTODY_OK && said.n == NULL) {
        rc = custody_fail(err, CUSTODY_ERR_USAGE,
                          "say which paper: n=3, then what is different, like n=3,pages=11");
    }
    if (rc == CUSTODY_OK && (said.title != NULL || said.remark != NULL)) {
        rc = custody_fail(err, CUSTODY_ERR_USAGE,
                          "a title and a remark stay as they were filed; leave them out");
    }
    if (rc == CUSTODY_OK) {
        rc = option_int_of(said.n, "n", 1, 9999, &n, err);
    }
    json_array_foreach(rows, i, row)
    {
        if (rc == CUSTODY_OK && paper == NULL &&
            json_integer_value(json_object_get(row, "n")) == n) {
            paper = amended(row);
            rc = session_packed(paper, err);
        }
    }
    if (rc == CUSTODY_OK && paper == NULL) {
        rc = custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                          "the folder has no paper %lld; look at it with folder show",
                          (long long)n);
    }
    if (rc == CUSTODY_OK) {
        rc = put_said(&said, policy, paper, err);
    }
    free(said.copy);
    if (rc != CUSTODY_OK) {
        json_decref(paper);
        return rc;
    }
    *ret_paper = paper;
    return CUSTODY_OK;
}
