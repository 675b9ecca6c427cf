/* Rows of slips: see slip_rows.h. What is on the slip of which act is a table. */
#include "slip_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "custody/words.h"
#include "print.h"
#include "slip_list.h"

#define VALUE_SIZE 4096
#define NAME_SIZE  800

enum row_kind { ROW_PLAIN, ROW_PERSON, ROW_WORD, ROW_PLACE, ROW_LABELS, ROW_HEX };

/* path: members of the body, "counted.board"; column: as custody_word() knows the code. */
struct row_spec {
    enum text_id label;
    enum row_kind kind;
    const char *path;
    const char *column;
};

#define SPEC_ROWS_MAX  13
#define SPEC_SIGNS_MAX 4

/* act without its version; rows end with a NULL path, signs with their number. */
struct slip_spec {
    const char *act;
    enum text_id title;
    struct row_spec rows[SPEC_ROWS_MAX];
    size_t sign_count;
    enum text_id signs[SPEC_SIGNS_MAX];
};

#define DESK                                                                                   \
    {                                                                                          \
        TEXT_SLIP_DESK, ROW_WORD, "desk", "desk"                                               \
    }
#define RECEIPT                                                                                \
    {TEXT_SLIP_RECEIPT, ROW_WORD, "receipt.kind", "receipt"},                                  \
    {                                                                                          \
        TEXT_SLIP_NUMBER, ROW_PLAIN, "receipt.slip", NULL                                      \
    }
#define COUNTED                                                                                \
    {TEXT_SLIP_BOARD, ROW_PLAIN, "counted.board", NULL},                                       \
        {TEXT_SLIP_OPEN, ROW_PLAIN, "counted.open", NULL},                                     \
        {TEXT_SLIP_OVERDUE, ROW_PLAIN, "counted.overdue", NULL},                               \
        {TEXT_SLIP_SEALED, ROW_PLAIN, "counted.sealed", NULL},                                 \
    {                                                                                          \
        TEXT_SLIP_DIFFERENCE, ROW_WORD, "reason", "reason"                                     \
    }

static const struct slip_spec specs[] = {
    {"key.lend",
     TEXT_SLIP_LEND,
     {DESK,
      {TEXT_SLIP_RECEIVER, ROW_PERSON, "receiver", NULL},
      {TEXT_SLIP_PURPOSE, ROW_WORD, "purpose", "purpose"},
      {TEXT_SLIP_ON_BEHALF, ROW_PLAIN, "on_behalf", NULL},
      {TEXT_SLIP_DUE, ROW_PLAIN, "due", "time"},
      RECEIPT},
     2,
     {TEXT_SLIP_CLERK, TEXT_SLIP_RECEIVER}},
    {"key.return",
     TEXT_SLIP_RETURN,
     {DESK,
      {TEXT_SLIP_RETURNER, ROW_PERSON, "by_whom", NULL},
      {TEXT_SLIP_CONDITION, ROW_WORD, "condition", "condition"},
      RECEIPT},
     2,
     {TEXT_SLIP_CLERK, TEXT_SLIP_RETURNER}},
    {"key.escort",
     TEXT_SLIP_ESCORT,
     {DESK,
      {TEXT_SLIP_RECEIVER, ROW_PERSON, "receiver", NULL},
      {TEXT_SLIP_ESCORTED, ROW_PERSON, "escorted", NULL},
      {TEXT_SLIP_PURPOSE, ROW_WORD, "purpose", "purpose"},
      {TEXT_SLIP_ON_BEHALF, ROW_PLAIN, "on_behalf", NULL},
      {TEXT_SLIP_DUE, ROW_PLAIN, "due", "time"},
      RECEIPT},
     3,
     {TEXT_SLIP_CLERK, TEXT_SLIP_RECEIVER, TEXT_SLIP_ESCORTED}},
    {"key.handover",
     TEXT_SLIP_HANDOVER,
     {DESK,
      {TEXT_SLIP_PLACE, ROW_PLACE, "place", NULL},
      {TEXT_SLIP_PARTY, ROW_PERSON, "party", NULL},
      {TEXT_SLIP_DOCUMENTS, ROW_WORD, "documents", "documents"},
      {TEXT_SLIP_LETTER, ROW_PLAIN, "letter", NULL},
      RECEIPT},
     2,
     {TEXT_SLIP_CLERK, TEXT_SLIP_PARTY}},
    {"key.deposit",
     TEXT_SLIP_DEPOSIT,
     {DESK,
      {TEXT_SLIP_DEPOSITOR, ROW_PERSON, "party", NULL},
      {TEXT_SLIP_NUMBER, ROW_PLAIN, "slip", NULL}},
     2,
     {TEXT_SLIP_CLERK, TEXT_SLIP_DEPOSITOR}},
    {"key.withdraw",
     TEXT_SLIP_WITHDRAW,
     {DESK, {TEXT_SLIP_DEPOSITOR, ROW_PERSON, "party", NULL}, RECEIPT},
     2,
     {TEXT_SLIP_CLERK, TEXT_SLIP_DEPOSITOR}},
    {"key.move",
     TEXT_SLIP_MOVE,
     {DESK,
      {TEXT_SLIP_TO_DESK, ROW_WORD, "to", "desk"},
      {TEXT_SLIP_REHOME, ROW_PLAIN, "rehome", NULL},
      {TEXT_SLIP_REASON, ROW_WORD, "reason", "reason"}},
     2,
     {TEXT_SLIP_HANDS_OVER, TEXT_SLIP_TAKES_OVER}},
    {"tray.issue",
     TEXT_SLIP_TRAY,
     {DESK, {TEXT_SLIP_RECEIVER, ROW_PERSON, "receiver", NULL}},
     2,
     {TEXT_SLIP_CLERK, TEXT_SLIP_RECEIVER}},
    {"tray.settle",
     TEXT_SLIP_SETTLE,
     {DESK,
      {TEXT_SLIP_RETURNER, ROW_PERSON, "from", NULL},
      {TEXT_SLIP_MISSING, ROW_LABELS, "missing", NULL}},
     2,
     {TEXT_SLIP_CLERK, TEXT_SLIP_RETURNER}},
    {"key.emergency",
     TEXT_SLIP_EMERGENCY,
     {DESK,
      {TEXT_SLIP_PLACE, ROW_PLACE, "place", NULL},
      {TEXT_SLIP_CAUSE, ROW_WORD, "cause", "cause"},
      {TEXT_SLIP_RECEIVER, ROW_PERSON, "receiver", NULL},
      {TEXT_SLIP_SEAL, ROW_PLAIN, "seal", NULL},
      {TEXT_SLIP_OWNER, ROW_PERSON, "called.party", NULL},
      {TEXT_SLIP_CALL, ROW_WORD, "called.result", "result"},
      {TEXT_SLIP_CALLED_AT, ROW_PLAIN, "called.at", "time"}},
     4,
     {TEXT_SLIP_CLERK, TEXT_SLIP_RECEIVER, TEXT_SLIP_SECOND, TEXT_SLIP_RATIFIER}},
    {"shift.handover",
     TEXT_SLIP_SHIFT,
     {DESK,
      {TEXT_SLIP_OUTGOING, ROW_PERSON, "outgoing", NULL},
      {TEXT_SLIP_INCOMING, ROW_PERSON, "incoming", NULL},
      COUNTED},
     2,
     {TEXT_SLIP_OUTGOING, TEXT_SLIP_INCOMING}},
    {"shift.close",
     TEXT_SLIP_CLOSE,
     {DESK,
      {TEXT_SLIP_GUARD, ROW_PERSON, "guard", NULL},
      {TEXT_SLIP_DOORS, ROW_PLAIN, "doors_locked", NULL},
      {TEXT_SLIP_POWER, ROW_PLAIN, "power_off", NULL},
      COUNTED},
     2,
     {TEXT_SLIP_CLERK, TEXT_SLIP_GUARD}},
    {"custodian.change",
     TEXT_SLIP_CUSTODIAN,
     {DESK,
      {TEXT_SLIP_HANDS_OVER, ROW_PERSON, "outgoing", NULL},
      {TEXT_SLIP_TAKES_OVER, ROW_PERSON, "incoming", NULL},
      {TEXT_SLIP_GONE, ROW_PLAIN, "gone", NULL},
      {TEXT_SLIP_COUNT, ROW_PLAIN, "list.count", NULL},
      {TEXT_SLIP_DIGEST, ROW_HEX, "list.digest", NULL}},
     3,
     {TEXT_SLIP_HANDS_OVER, TEXT_SLIP_TAKES_OVER, TEXT_SLIP_SUPERVISOR}},
    {"unit.transfer",
     TEXT_SLIP_TRANSFER,
     {{TEXT_SLIP_PLACE, ROW_PLACE, "place", NULL},
      {TEXT_SLIP_PARTY_OUT, ROW_PERSON, "party_out", NULL},
      {TEXT_SLIP_PARTY_IN, ROW_PERSON, "party_in", NULL},
      {TEXT_SLIP_REASON, ROW_WORD, "reason", "reason"}},
     2,
     {TEXT_SLIP_PARTY_OUT, TEXT_SLIP_PARTY_IN}},
    {"slip.issue",
     TEXT_SLIP_ISSUE,
     {DESK,
      {TEXT_SLIP_SERIES, ROW_PLAIN, "series", NULL},
      {TEXT_SLIP_FIRST, ROW_PLAIN, "first", NULL},
      {TEXT_SLIP_LAST, ROW_PLAIN, "last", NULL}},
     2,
     {TEXT_SLIP_CLERK, TEXT_SLIP_RECEIVER}},
    {"folder.lend",
     TEXT_SLIP_FOLDER_LEND,
     {{TEXT_SLIP_BORROWER, ROW_PERSON, "receiver", NULL},
      {TEXT_SLIP_PURPOSE, ROW_WORD, "purpose", "purpose"},
      {TEXT_SLIP_ON_BEHALF, ROW_PLAIN, "on_behalf", NULL},
      {TEXT_SLIP_DUE, ROW_PLAIN, "due", "time"},
      RECEIPT},
     2,
     {TEXT_SLIP_CLERK, TEXT_SLIP_BORROWER}},
    {"folder.return",
     TEXT_SLIP_FOLDER_RETURN,
     {{TEXT_SLIP_RETURNER, ROW_PERSON, "by_whom", NULL}, RECEIPT},
     2,
     {TEXT_SLIP_CLERK, TEXT_SLIP_RETURNER}},
    {"folder.consult",
     TEXT_SLIP_CONSULT,
     {{TEXT_SLIP_READER, ROW_PERSON, "reader", NULL},
      {TEXT_SLIP_PURPOSE, ROW_WORD, "purpose", "purpose"},
      {TEXT_SLIP_ON_BEHALF, ROW_PLAIN, "on_behalf", NULL},
      RECEIPT},
     2,
     {TEXT_SLIP_CLERK, TEXT_SLIP_READER}},
    {"folder.produce",
     TEXT_SLIP_PRODUCE,
     {{TEXT_SLIP_AUTHORITY, ROW_WORD, "authority", "authority"},
      {TEXT_SLIP_WRIT, ROW_PLAIN, "document", NULL},
      {TEXT_SLIP_HOW, ROW_WORD, "kind", "kind"},
      {TEXT_SLIP_DUE, ROW_PLAIN, "due", "time"},
      {TEXT_SLIP_NUMBER, ROW_PLAIN, "slip", NULL}},
     3,
     {TEXT_SLIP_CLERK, TEXT_SLIP_RATIFIER, TEXT_SLIP_RECEIVER}},
    {"destruction.execute",
     TEXT_SLIP_DESTROY,
     {{TEXT_SLIP_BATCH, ROW_HEX, "batch", NULL},
      {TEXT_SLIP_HOW, ROW_WORD, "method", "method"},
      {TEXT_SLIP_WHERE, ROW_PLACE, "place", NULL},
      {TEXT_SLIP_DESTROYER, ROW_PERSON, "destroyer", NULL},
      {TEXT_SLIP_FIRM, ROW_PLAIN, "firm", NULL},
      {TEXT_SLIP_FIRM_RECEIPT, ROW_PLAIN, "receipt", NULL},
      {TEXT_SLIP_WITNESS, ROW_PERSON, "witnesses", NULL},
      {TEXT_SLIP_RECHECK, ROW_PERSON, "recheck", NULL}},
     4,
     {TEXT_SLIP_WITNESS, TEXT_SLIP_WITNESS, TEXT_SLIP_RECHECK, TEXT_SLIP_DESTROYER}},
    {NULL, TEXT_SLIP_OTHER, {DESK}, 1, {TEXT_SLIP_CLERK}}, /* any other act */
};

static enum custody_status no_memory(struct custody_error *err)
{
    return custody_fail(err, CUSTODY_ERR_NOMEM, "not enough memory to print a slip");
}

/* ---- values ---- */

static const json_t *find_value(const json_t *body, const char *path)
{
    const json_t *value = body;
    while (value != NULL && *path != '\0') {
        char name[32];
        const size_t len = strcspn(path, ".");
        (void)snprintf(name, sizeof name, "%.*s", (int)len, path);
        value = json_object_get(value, name);
        path += len + (path[len] == '.' ? 1 : 0);
    }
    return value;
}

/* One member of the only row of a read; NULL where it is not there or not to be read: then the
 * id stands for it. free() it. */
static char *look_up(struct session *session, const char *read, const char *param,
                     const char *id, const char *member)
{
    json_t *rows = NULL;
    char *found = NULL;
    if (session_read_paper(session, read, json_pack("{s:s}", param, id), &rows, NULL) ==
        CUSTODY_OK) {
        const char *text = json_string_value(json_object_get(json_array_get(rows, 0), member));
        found = text != NULL ? session_copy(text) : NULL;
    }
    json_decref(rows);
    return found;
}

/* "李敏(li)": by the name in the vault where it can be read. */
static void person_text(struct session *session, const char *id, char out[NAME_SIZE])
{
    char *name = id[0] == 'P' ? look_up(session, "party.show", "party", id, "name")
                              : look_up(session, "person.show", "handle", id, "name");
    (void)snprintf(out, NAME_SIZE, name != NULL ? "%.400s(%.40s)" : "%s%.40s",
                   name != NULL ? name : "", id);
    free(name);
}

static void place_text(struct session *session, const char *id, char out[NAME_SIZE])
{
    char *label = look_up(session, "place.show", "place", id, "label");
    (void)snprintf(out, NAME_SIZE, "%.400s", label != NULL ? label : id);
    free(label);
}

/* In groups of eight digits, as two people compare them. */
static void hex_text(const char *hex, char out[NAME_SIZE])
{
    size_t len = 0;
    out[0] = '\0';
    for (size_t i = 0; i < strlen(hex) && len + 10 < NAME_SIZE; i += 8) {
        len +=
            (size_t)snprintf(out + len, NAME_SIZE - len, "%s%.8s", i > 0 ? " " : "", hex + i);
    }
}

/* One text as it stands on the slip; NULL: out of memory. free() it. */
static char *value_text(struct slip_rows *rows, const struct row_spec *spec,
                        const json_t *value)
{
    char text[NAME_SIZE];
    const char *id = json_string_value(value);
    if (id != NULL && spec->kind == ROW_PERSON) {
        person_text(rows->session, id, text);
        return session_copy(text);
    }
    if (id != NULL && spec->kind == ROW_PLACE) {
        place_text(rows->session, id, text);
        return session_copy(text);
    }
    if (id != NULL && spec->kind == ROW_HEX) {
        hex_text(id, text);
        return session_copy(text);
    }
    if (id != NULL && spec->kind == ROW_WORD) {
        return session_copy(custody_word(rows->policy, rows->session->lang, spec->column, id));
    }
    if (json_is_object(value)) {
        value = json_object_get(value, "label");
    }
    return print_value(value, spec->column, rows->session->lang, session_offset(rows->session));
}

/* "a、b"; what is too much for a row ends in "…". */
static char *list_text(struct slip_rows *rows, const struct row_spec *spec, const json_t *list)
{
    const char *comma = rows->session->lang == CUSTODY_ZH ? "、" : ", ";
    char text[VALUE_SIZE] = "";
    size_t len = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        char *element = value_text(rows, spec, json_array_get(list, i));
        if (element == NULL) {
            return NULL;
        }
        const size_t more = strlen(element) + strlen(comma);
        if (len + more + sizeof "…" > sizeof text) {
            free(element);
            (void)snprintf(text + len, sizeof text - len, "…");
            break;
        }
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%s", i > 0 ? comma : "",
                                element);
        free(element);
    }
    return session_copy(text);
}

/* ---- rows ---- */

/* Nothing to say leaves the row out. */
static enum custody_status add_row(struct slip_rows *rows, const struct row_spec *spec,
                                   const json_t *value, struct custody_error *err)
{
    if (value == NULL || json_is_null(value) ||
        (json_is_array(value) && json_array_size(value) == 0) ||
        rows->count == CUSTODY_SLIP_ROWS_MAX) {
        return CUSTODY_OK;
    }
    char *text =
        json_is_array(value) ? list_text(rows, spec, value) : value_text(rows, spec, value);
    if (text == NULL) {
        return no_memory(err);
    }
    rows->rows[rows->count] =
        (struct custody_slip_row){text_of(rows->session->lang, spec->label), text};
    rows->values[rows->count++] = text;
    return CUSTODY_OK;
}

/* An act that was corrected since says so: its slip must not pass for the last word. */
static enum custody_status add_correction(struct slip_rows *rows, const json_t *entry,
                                          struct custody_error *err)
{
    static const struct row_spec corrected = {TEXT_SLIP_CORRECTED, ROW_PLAIN, "", "time"};
    const json_int_t idx = json_integer_value(json_object_get(entry, "idx"));
    json_t *corrections = NULL;
    enum custody_status rc =
        session_read(rows->session, "correction.list", json_pack("{s:i}", "limit", 1000000),
                     &corrections, err);
    for (size_t i = 0; rc == CUSTODY_OK && i < json_array_size(corrections); i++) {
        const json_t *row = json_array_get(corrections, i);
        if (json_integer_value(json_object_get(row, "target")) == idx) {
            rc = add_row(rows, &corrected, json_object_get(row, "corrected_at"), err);
        }
    }
    json_decref(corrections);
    return rc;
}

static const struct slip_spec *find_spec(const char *act)
{
    const size_t len = act != NULL ? strcspn(act, "/") : 0;
    const struct slip_spec *spec = specs;
    while (spec->act != NULL &&
           (strlen(spec->act) != len || strncmp(spec->act, act, len) != 0)) {
        spec++;
    }
    return spec;
}

enum custody_status slip_rows_fill(struct slip_rows *rows, struct session *session,
                                   const json_t *entry, struct custody_error *err)
{
    static const struct row_spec happened = {TEXT_SLIP_EVENT, ROW_PLAIN, "", "time"};
    static const struct row_spec entered = {TEXT_SLIP_TIME, ROW_PLAIN, "", "time"};
    static const struct row_spec clerk = {TEXT_SLIP_CLERK, ROW_PERSON, "", NULL};
    static const struct row_spec signers = {TEXT_SLIP_SIGNERS, ROW_PERSON, "", NULL};
    const struct slip_spec *spec = find_spec(json_string_value(json_object_get(entry, "act")));
    const json_t *body = json_object_get(entry, "body");
    *rows =
        (struct slip_rows){.session = session, .title = text_of(session->lang, spec->title)};
    enum custody_status rc = custody_site_policy(session->site, &rows->policy, err);
    if (rc == CUSTODY_OK) {
        rc = add_row(rows, &happened, json_object_get(body, "event_at"), err);
    }
    if (rc == CUSTODY_OK) {
        rc = add_row(rows, &entered, json_object_get(entry, "at"), err);
    }
    if (rc == CUSTODY_OK) {
        rc = add_correction(rows, entry, err);
    }
    if (rc == CUSTODY_OK) {
        rc = add_row(rows, &clerk, json_object_get(entry, "by"), err);
    }
    for (const struct row_spec *row = spec->rows; rc == CUSTODY_OK && row->path != NULL;
         row++) {
        rc = add_row(rows, row, find_value(body, row->path), err);
    }
    if (rc == CUSTODY_OK) {
        rc = add_row(rows, &signers, json_object_get(entry, "signers"), err);
    }
    if (rc == CUSTODY_OK) {
        rc = slip_list_fill(rows, body, err);
    }
    for (size_t i = 0; i < spec->sign_count; i++) {
        rows->signatures[rows->signature_count++] = text_of(session->lang, spec->signs[i]);
    }
    return rc;
}

void slip_rows_clear(struct slip_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        free(rows->values[i]);
    }
    for (size_t i = 0; i < rows->list_count; i++) {
        free(rows->list[i]);
    }
    free(rows->list);
    json_decref(rows->policy);
    *rows = (struct slip_rows){0};
}
