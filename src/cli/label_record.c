/* Printing a tag is an act: see label_record.h. */
#include "label_record.h"

#include <stdlib.h>
#include <string.h>

#include "custody/tag.h"
#include "label_archive.h"
#include "label_select.h"
#include "label_text.h"

#define ITEMS_MAX 1000  /* of one act */
#define BYTES_MAX 44000 /* of the items of one act: its payload has 47,000 */
#define ROW_BYTES 48    /* {"generation":"1","item":"K00000000","label":""}, */
#define READ_BULK 64    /* from here on all printings are read rather than each item's */

static const char generations[] = "123456789ABCDEFGHJKMNPQRSTVWXYZ"; /* FORMATS.md §6 */

void label_stock_name(const char *name, char out[LABEL_STOCK_SIZE])
{
    size_t len = 0;
    for (; name[len] != '\0' && len + 1 < LABEL_STOCK_SIZE; len++) {
        const char c = name[len];
        const bool is_fine = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                             (c >= 'a' && c <= 'z') || strchr("-.: ", c) != NULL;
        out[len] = is_fine ? c : '-';
    }
    while (len > 0 && out[len - 1] == ' ') {
        len--;
    }
    out[len] = '\0';
}

/* ---- generations ---- */

static enum custody_status keep_printed(void *arg, const json_t *row, struct custody_error *err)
{
    json_t *printed = arg;
    return json_object_set(printed, label_member(row, "item"),
                           json_object_get(row, "generation")) == 0
               ? CUSTODY_OK
               : session_packed(NULL, err);
}

/* The newest generation of what was ever printed, by item. */
static enum custody_status read_printed(struct session *session, const json_t *list,
                                        json_t **ret_printed, struct custody_error *err)
{
    json_t *printed = json_object();
    enum custody_status rc = session_packed(printed, err);
    if (rc == CUSTODY_OK && json_array_size(list) > READ_BULK) {
        rc = label_each_row(session, "tag.prints", NULL, NULL, keep_printed, printed, err);
    } else {
        for (size_t i = 0; rc == CUSTODY_OK && i < json_array_size(list); i++) {
            const char *item = label_member(json_array_get(list, i), "item");
            json_t *rows = NULL;
            if (item[0] == '\0') {
                continue;
            }
            rc = session_read(session, "tag.prints", json_pack("{s:s}", "item", item), &rows,
                              err);
            if (rc == CUSTODY_OK && json_array_size(rows) > 0) {
                rc = keep_printed(printed, json_array_get(rows, 0), err);
            }
            json_decref(rows);
        }
    }
    if (rc != CUSTODY_OK) {
        json_decref(printed);
        return rc;
    }
    *ret_printed = printed;
    return CUSTODY_OK;
}

static bool is_blind(const struct session *session, const json_t *row)
{
    const char *profile = option_get(session->args, "profile");
    bool found = profile != NULL && strcmp(profile, "blind") == 0;
    for (size_t i = 0; i < option_count(session->args, "blind"); i++) {
        found = found || strcmp(option_at(session->args, "blind", i), label_class_of(row)) == 0;
    }
    return found;
}

/* A class misspelt would print addresses where none are wanted. */
static enum custody_status check_blind(struct session *session, struct custody_error *err)
{
    const char *profile = option_get(session->args, "profile");
    json_t *policy = NULL;
    if (profile != NULL && strcmp(profile, "address") != 0 && strcmp(profile, "blind") != 0) {
        return custody_fail(err, CUSTODY_ERR_USAGE, "--profile is address or blind");
    }
    enum custody_status rc = custody_site_policy(session->site, &policy, err);
    for (size_t i = 0; rc == CUSTODY_OK && i < option_count(session->args, "blind"); i++) {
        const char *text = option_at(session->args, "blind", i);
        if (!label_class_is_known(policy, text, strlen(text))) {
            rc = custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                              "the policy has no class \"%.60s\"; see custody site policy show",
                              text);
        }
    }
    json_decref(policy);
    return rc;
}

enum custody_status label_generations_set(struct session *session, json_t *list,
                                          struct custody_error *err)
{
    json_t *printed = NULL;
    enum custody_status rc = check_blind(session, err);
    if (rc == CUSTODY_OK) {
        rc = read_printed(session, list, &printed, err);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < json_array_size(list); i++) {
        json_t *row = json_array_get(list, i);
        const char *item = label_member(row, "item");
        const char *last = label_member(printed, item);
        const char *at = last[0] != '\0' ? strchr(generations, last[0]) : NULL;
        const char next = last[0] == '\0' ? '1' : (at != NULL ? at[1] : '\0');
        if (item[0] == '\0') {
            continue;
        }
        if (next == '\0') {
            rc = custody_refuse(err, "generation",
                                "The tag of %s was printed as often as it can be; register the "
                                "thing anew.",
                                item);
            break;
        }
        if (json_object_set_new(row, "generation", json_stringn(&next, 1)) != 0 ||
            json_object_set_new(row, "profile",
                                json_string(is_blind(session, row) ? "blind" : "address")) !=
                0) {
            rc = session_packed(NULL, err);
        }
    }
    json_decref(printed);
    return rc;
}

/* ---- bodies ---- */

static int compare_items(const void *left, const void *right)
{
    const json_t *const *a = left;
    const json_t *const *b = right;
    return strcmp(label_member(*a, "item"), label_member(*b, "item"));
}

/* Close a body: rows[0..count) as the set that the act wants. */
static enum custody_status add_body(json_t *bodies, const json_t **rows, size_t count,
                                    const char *profile, const char *stock,
                                    struct custody_error *err)
{
    json_t *items = json_array();
    json_t *body =
        json_pack("{s:o,s:s,s:s}", "items", items, "profile", profile, "stock", stock);
    enum custody_status rc = session_packed(body, err);
    qsort(rows, count, sizeof *rows, compare_items);
    for (size_t i = 0; rc == CUSTODY_OK && i < count; i++) {
        json_t *item = json_pack(
            "{s:s,s:s,s:s}", "generation", label_member(rows[i], "generation"), "item",
            label_member(rows[i], "item"), "label", label_member(rows[i], "label"));
        if (json_array_append_new(items, item) != 0) {
            rc = session_packed(NULL, err);
        }
    }
    if (rc == CUSTODY_OK && json_array_append(bodies, body) != 0) {
        rc = session_packed(NULL, err);
    }
    json_decref(body);
    return rc;
}

/* Rows of one profile, in the order of printing, cut where an act is full. */
static enum custody_status add_profile(json_t *bodies, const json_t *list, const char *profile,
                                       const char *stock, struct custody_error *err)
{
    const json_t **rows = calloc(ITEMS_MAX, sizeof *rows);
    size_t count = 0;
    size_t bytes = 0;
    enum custody_status rc =
        rows != NULL ? CUSTODY_OK
                     : custody_fail(err, CUSTODY_ERR_NOMEM, "not enough memory for an act");
    for (size_t i = 0; rc == CUSTODY_OK && i < json_array_size(list); i++) {
        const json_t *row = json_array_get(list, i);
        const size_t size = ROW_BYTES + strlen(label_member(row, "label"));
        if (label_member(row, "item")[0] == '\0' ||
            strcmp(label_member(row, "profile"), profile) != 0) {
            continue;
        }
        if (count == ITEMS_MAX || bytes + size > BYTES_MAX) {
            rc = add_body(bodies, rows, count, profile, stock, err);
            count = 0;
            bytes = 0;
        }
        rows[count++] = row;
        bytes += size;
    }
    if (rc == CUSTODY_OK && count > 0) {
        rc = add_body(bodies, rows, count, profile, stock, err);
    }
    free(rows);
    return rc;
}

enum custody_status label_print_bodies(const json_t *list, const char *stock,
                                       json_t **ret_bodies, struct custody_error *err)
{
    json_t *bodies = json_array();
    enum custody_status rc = session_packed(bodies, err);
    if (rc == CUSTODY_OK) {
        rc = add_profile(bodies, list, "address", stock, err);
    }
    if (rc == CUSTODY_OK) {
        rc = add_profile(bodies, list, "blind", stock, err);
    }
    if (rc != CUSTODY_OK) {
        json_decref(bodies);
        return rc;
    }
    *ret_bodies = bodies;
    return CUSTODY_OK;
}

/* ---- acts ---- */

enum custody_status label_acts_try(struct session *session, struct label_acts *acts,
                                   struct custody_error *err)
{
    const struct arguments *args = session->args;
    if (option_has(args, "prepare") || option_has(args, "sign-by") ||
        option_has(args, "no-sign") || option_has(args, "with")) {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "what is printed is signed here and now, by one person; leave out "
                            "--prepare, --sign-by, --no-sign and --with");
    }
    enum custody_status rc = session_open(session, true, err);
    if (rc == CUSTODY_OK) {
        rc = session_plan_make(session, &acts->plan, err);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < json_array_size(acts->bodies); i++) {
        struct session_plan plan = acts->plan;
        json_t *result = NULL;
        plan.is_dry_run = true;
        rc = session_act_run(session, &plan, acts->act, json_array_get(acts->bodies, i),
                             &result, err);
        if (rc == CUSTODY_OK && acts->plan.is_dry_run) {
            rc = session_act_print(session, result, err);
        }
        if (rc == CUSTODY_OK && acts->tried == NULL) {
            acts->tried = json_incref(result);
        }
        json_decref(result);
    }
    return rc;
}

enum custody_status label_acts_agree(struct session *session, struct label_acts *acts,
                                     struct custody_error *err)
{
    bool asks = false;
    enum custody_status rc = session_asks(session, &asks, err);
    if (rc == CUSTODY_OK && asks) {
        char number[32];
        (void)snprintf(number, sizeof number, "%zu", json_array_size(acts->bodies));
        session_note(session, label_member(acts->tried, "sentence"), number);
        if (!prompt_agrees(acts->plan.by, text_of(session->lang, TEXT_LABELS_SIGN))) {
            rc = custody_refuse(err, "declined", "%.40s did not agree; nothing was printed.",
                                acts->plan.by);
        }
    }
    if (rc == CUSTODY_OK) {
        struct custody_credential *credential = NULL;
        rc = session_credential(session, acts->plan.by, &credential, err);
    }
    return rc;
}

enum custody_status label_acts_record(struct session *session, struct label_acts *acts,
                                      json_t **ret_results, struct custody_error *err)
{
    json_t *results = json_array();
    enum custody_status rc = session_packed(results, err);
    acts->plan.is_agreed = true;
    acts->plan.is_untried = true; /* label_acts_try() did */
    for (size_t i = 0; rc == CUSTODY_OK && i < json_array_size(acts->bodies); i++) {
        json_t *result = NULL;
        struct custody_error why = {0};
        rc = session_act_run(session, &acts->plan, acts->act, json_array_get(acts->bodies, i),
                             &result, &why);
        if (rc == CUSTODY_OK && json_array_append_new(results, result) != 0) {
            rc = session_packed(NULL, err);
        } else if (rc != CUSTODY_OK && err != NULL) {
            *err = why;
            if (i > 0) {
                (void)snprintf(err->text, sizeof err->text,
                               "%.300s (%zu of %zu acts were recorded; print again)", why.text,
                               i, json_array_size(acts->bodies));
            }
        }
    }
    if (rc != CUSTODY_OK) {
        json_decref(results);
        return rc;
    }
    *ret_results = results;
    return CUSTODY_OK;
}

void label_acts_clear(struct label_acts *acts)
{
    json_decref(acts->bodies);
    json_decref(acts->tried);
    *acts = (struct label_acts){0};
}
