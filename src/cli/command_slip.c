/* slip: what people take along or sign on paper after an act. */
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "custody/slip.h"
#include "name.h"
#include "print.h"

#define VALUES_MAX CUSTODY_SLIP_ROWS_MAX
#define KEYS_MAX   40 /* on one slip; the rest is a number */

/* A slip being filled in; values belong to it. */
struct form {
    struct session *session;
    struct custody_slip_row rows[VALUES_MAX];
    char *values[VALUES_MAX];
    size_t count;
    bool is_short_of_memory;
};

static void form_clear(struct form *form)
{
    for (size_t i = 0; i < form->count; i++) {
        free(form->values[i]);
    }
    form->count = 0;
}

/* Take over value; NULL is out of memory, "" and "-" leave the row out. */
static void add_value(struct form *form, enum text_id label, char *value)
{
    if (value == NULL) {
        form->is_short_of_memory = true;
        return;
    }
    if (value[0] == '\0' || strcmp(value, "-") == 0 || form->count == VALUES_MAX) {
        free(value);
        return;
    }
    form->rows[form->count].label = text_of(form->session->lang, label);
    form->rows[form->count].value = value;
    form->values[form->count++] = value;
}

static void add_json(struct form *form, enum text_id label, const json_t *value)
{
    add_value(form, label,
              print_value(value, NULL, form->session->lang, session_offset(form->session)));
}

/* Keys by label: a slip in a pocket must not pass for a key, so no tag is on it. */
static void add_items(struct form *form, const json_t *items)
{
    const size_t count = json_array_size(items);
    for (size_t i = 0; i < count && i < KEYS_MAX; i++) {
        add_json(form, TEXT_SLIP_KEY, json_object_get(json_array_get(items, i), "label"));
    }
    if (count > KEYS_MAX) {
        char more[32];
        (void)snprintf(more, sizeof more, "+ %zu", count - KEYS_MAX);
        add_value(form, TEXT_SLIP_KEY, session_copy(more));
    }
}

/* A person by handle, a party by the name in the vault where it can be read. */
static void add_person(struct form *form, enum text_id label, const json_t *who)
{
    const char *text = json_string_value(who);
    json_t *rows = NULL;
    if (text != NULL && text[0] == 'P' &&
        session_read(form->session, "party.show", json_pack("{s:s}", "party", text), &rows,
                     NULL) == CUSTODY_OK) {
        const json_t *name = json_object_get(json_array_get(rows, 0), "name");
        add_json(form, label, json_is_string(name) ? name : who);
    } else {
        add_json(form, label, who);
    }
    json_decref(rows);
}

/* Rows of an act; its title and the captions of the lines to sign on. */
static enum text_id fill_form(struct form *form, const json_t *entry,
                              const char *signatures[CUSTODY_SLIP_SIGNATURES_MAX],
                              size_t *ret_count)
{
    const enum custody_lang lang = form->session->lang;
    const char *act = json_string_value(json_object_get(entry, "act"));
    const json_t *body = json_object_get(entry, "body");
    const json_t *event_at = json_object_get(body, "event_at");
    const bool is_lend = act != NULL && strncmp(act, "key.lend/", 9) == 0;
    const bool is_return = act != NULL && strncmp(act, "key.return/", 11) == 0;
    add_json(form, TEXT_SLIP_TIME,
             json_is_string(event_at) ? event_at : json_object_get(entry, "at"));
    add_json(form, TEXT_SLIP_CLERK, json_object_get(entry, "by"));
    signatures[0] = text_of(lang, TEXT_SLIP_CLERK);
    *ret_count = 1;
    if (is_lend || is_return) {
        const enum text_id other = is_lend ? TEXT_SLIP_RECEIVER : TEXT_SLIP_RETURNER;
        add_person(form, other, json_object_get(body, is_lend ? "receiver" : "by_whom"));
        add_json(form, TEXT_SLIP_DESK, json_object_get(body, "desk"));
        add_items(form, json_object_get(body, "items"));
        signatures[1] = text_of(lang, other);
        *ret_count = 2;
    }
    if (is_lend) {
        add_json(form, TEXT_SLIP_PURPOSE, json_object_get(body, "purpose"));
        add_json(form, TEXT_SLIP_ON_BEHALF, json_object_get(body, "on_behalf"));
        add_json(form, TEXT_SLIP_DUE, json_object_get(body, "due"));
    }
    add_json(form, TEXT_SLIP_SIGNERS, json_object_get(entry, "signers"));
    return is_lend ? TEXT_SLIP_LEND : (is_return ? TEXT_SLIP_RETURN : TEXT_SLIP_OTHER);
}

static enum custody_status give_slip(struct session *session, const struct custody_slip *slip,
                                     struct custody_error *err)
{
    const char *out = option_get(session->args, "out");
    char *text = NULL;
    if (out != NULL) {
        const enum custody_status written = custody_slip_pdf(slip, out, err);
        if (written == CUSTODY_OK) {
            (void)fprintf(session->out, "%s: %s\n", text_of(session->lang, TEXT_WRITTEN), out);
        }
        return written;
    }
    const enum custody_status rc = custody_slip_text(slip, &text, err);
    if (rc == CUSTODY_OK) {
        (void)fputs(text, session->out);
    }
    free(text);
    return rc;
}

static enum custody_status run_slip(struct session *session, const struct command *command,
                                    struct custody_error *err)
{
    (void)command;
    struct form form = {.session = session};
    const char *signatures[CUSTODY_SLIP_SIGNATURES_MAX];
    struct custody_slip slip = {.lang = session->lang == CUSTODY_ZH ? "zh_CN" : "en",
                                .rows = form.rows,
                                .signatures = signatures};
    int64_t idx = 0;
    char site_name[400];
    char record[48];
    char paper_code[33];
    char *note = NULL;
    json_t *entry = NULL;
    enum custody_status rc = name_entry(session, option_get(session->args, "act"), &idx, err);
    if (rc == CUSTODY_OK) {
        rc = custody_entry(session->site, idx, session->lang, &entry, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_site_text(session, "name", site_name, sizeof site_name, err);
    }
    if (rc == CUSTODY_OK) {
        rc = custody_checkpoint(session->site, &note, paper_code, err);
    }
    if (rc != CUSTODY_OK) {
        goto out;
    }
    slip.title =
        text_of(session->lang, fill_form(&form, entry, signatures, &slip.signature_count));
    (void)snprintf(record, sizeof record, "entry %lld", (long long)idx);
    slip.site = site_name;
    slip.row_count = form.count;
    slip.statement = json_string_value(json_object_get(entry, "sentence"));
    slip.act_id = json_string_value(json_object_get(entry, "act_id"));
    slip.note = note;
    slip.note_len = strlen(note);
    slip.paper_code = paper_code;
    slip.record = record;
    rc = form.is_short_of_memory
             ? custody_fail(err, CUSTODY_ERR_NOMEM, "not enough memory to print a slip")
             : give_slip(session, &slip, err);
out:
    form_clear(&form);
    json_decref(entry);
    free(note);
    return rc;
}

static const struct option_spec slip_options[] = {
    OPT("act", "INDEX|ACT", OPTION_REQUIRED, "哪一件登记事项", "the act it is about"),
    OPT("out", "FILE.pdf", 0, "写成 PDF(默认打印文字)", "write a PDF (default: text)"),
};

static const struct command rows[] = {
    {.name = "slip",
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(slip_options),
     .zh = "打印单据",
     .en = "print the slip of an act",
     .run = run_slip},
};

const struct command_group command_group_slip = COMMAND_GROUP(rows);
