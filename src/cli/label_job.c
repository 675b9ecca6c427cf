/* A job of labels carried through: see label_job.h. */
#include "label_job.h"

#include <signal.h>
#include <string.h>

#include "custody/label_tools.h"
#include "custody/printer.h"
#include "label_select.h"
#include "print.h"

#define COPIES_MAX 99

enum custody_status label_job_format(const struct arguments *args,
                                     struct custody_label_job *job, struct custody_error *err)
{
    const char *given = option_get(args, "format");
    const char *out = option_get(args, "out");
    const char *dot = out != NULL ? strrchr(out, '.') : NULL;
    const char *text = given;
    if (text == NULL && dot != NULL && option_get(args, "printer") == NULL) {
        text = dot + 1;
    }
    static const enum custody_label_format formats[] = {CUSTODY_LABEL_PDF,  CUSTODY_LABEL_SVG,
                                                        CUSTODY_LABEL_PNG,  CUSTODY_LABEL_PBM,
                                                        CUSTODY_LABEL_TSPL, CUSTODY_LABEL_ZPL};
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        if (text != NULL && strcmp(custody_label_format_name(formats[i]), text) == 0) {
            job->format = formats[i];
            job->has_format = true;
            return CUSTODY_OK;
        }
    }
    if (given == NULL) {
        return CUSTODY_OK;
    }
    return custody_fail(err, CUSTODY_ERR_USAGE, "--format is pdf, svg, png, pbm, tspl or zpl");
}

/* ---- interrupts: what is rendered waits for an answer, and who answers ^C wants none of it --
 */

static const int endings[] = {SIGHUP, SIGINT, SIGTERM};
#define ENDINGS (sizeof endings / sizeof endings[0])

static struct custody_label_delivery *volatile guarded;

static void on_ending(int number)
{
    if (guarded != NULL) {
        custody_label_delivery_abandon(guarded);
    }
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

/* From now on an interrupt leaves nothing of this delivery; NULL: of none. A signal that the
 * caller of the program has ignored stays so. */
static void guard(struct custody_label_delivery *delivery)
{
    static struct sigaction before[ENDINGS];
    struct sigaction action = {.sa_handler = on_ending};
    const bool was_on = guarded != NULL;
    if (delivery == NULL && !was_on) {
        return;
    }
    (void)sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < ENDINGS; i++) {
        (void)sigaddset(&action.sa_mask, endings[i]);
    }
    if (delivery != NULL) {
        guarded = delivery;
    }
    for (size_t i = 0; i < ENDINGS; i++) {
        if (delivery == NULL) {
            (void)sigaction(endings[i], &before[i], NULL);
        } else if (!was_on && sigaction(endings[i], NULL, &before[i]) == 0 &&
                   before[i].sa_handler != SIG_IGN) {
            (void)sigaction(endings[i], &action, NULL);
        }
    }
    guarded = delivery;
}

static enum custody_status make_job(struct session *session, const char *stock_name,
                                    const struct custody_label_stock *stock,
                                    const struct custody_label *labels, size_t count,
                                    struct custody_label_job *job, struct custody_error *err)
{
    const struct arguments *args = session->args;
    int64_t start = 1;
    int64_t copies = 1;
    enum custody_status rc =
        option_int(args, "start", 1, 1, (int64_t)stock->per_page, &start, err);
    if (rc == CUSTODY_OK) {
        rc = option_int(args, "copies", 1, 1, COPIES_MAX, &copies, err);
    }
    *job = (struct custody_label_job){.stock = stock_name,
                                      .printer = option_get(args, "printer"),
                                      .format = CUSTODY_LABEL_PDF,
                                      .use_mask = option_has(args, "mask"),
                                      .labels = labels,
                                      .count = count,
                                      .copies = (size_t)copies,
                                      .start_position = (size_t)start};
    return rc == CUSTODY_OK ? label_job_format(args, job, err) : rc;
}

/* What was done: a line, or JSON. Where the labels themselves went to standard output, it goes
 * to the other one. */
static enum custody_status tell(struct session *session, const json_t *results, size_t count,
                                size_t sheets, const char *to, struct custody_error *err)
{
    FILE *out = strcmp(to, "-") == 0 ? stderr : session->out;
    const size_t acts = json_array_size(results);
    const json_t *first = json_array_get(results, 0);
    const json_t *last = json_array_get(results, acts - 1);
    if (session->is_json) {
        json_t *ids = json_array();
        for (size_t i = 0; i < acts; i++) {
            (void)json_array_append(ids, json_object_get(json_array_get(results, i), "act_id"));
        }
        json_t *value = json_pack("{s:o,s:I,s:s,s:I}", "acts", ids, "labels", (json_int_t)count,
                                  "path", to, "sheets", (json_int_t)sheets);
        enum custody_status rc = session_packed(value, err);
        if (rc == CUSTODY_OK) {
            rc = print_json(out, value, false, err);
        }
        json_decref(value);
        return rc;
    }
    (void)fprintf(out, "%s: %zu, %s: %zu, %s: ", text_of(session->lang, TEXT_LABELS_PRINTED),
                  count, text_of(session->lang, TEXT_LABEL_SHEETS), sheets,
                  text_of(session->lang, TEXT_WRITTEN));
    print_text(out, to);
    if (acts > 0) {
        (void)fprintf(out, " [%s %lld", text_of(session->lang, TEXT_ENTRY),
                      (long long)json_integer_value(json_object_get(first, "idx")));
        if (acts > 1) {
            (void)fprintf(out, "-%lld",
                          (long long)json_integer_value(json_object_get(last, "idx")));
        }
        (void)fputc(']', out);
    }
    (void)fputc('\n', out);
    return CUSTODY_OK;
}

/* The acts stand, the labels do not lie there: say both. */
static enum custody_status after_record(enum custody_status status, bool is_recorded,
                                        struct custody_error *err)
{
    if (is_recorded && err != NULL) {
        const struct custody_error why = *err;
        (void)snprintf(err->text, sizeof err->text,
                       "%.290s; the printing is recorded all the same: print these tags again",
                       why.text);
    }
    return status;
}

enum custody_status label_job_run(struct session *session, const char *stock_name,
                                  const struct custody_label_stock *stock,
                                  const struct custody_label *labels, size_t count,
                                  struct label_acts *acts, struct custody_error *err)
{
    const char *to = option_get(session->args, "out");
    const bool has_acts = json_array_size(acts->bodies) > 0;
    struct custody_label_delivery *delivery = NULL;
    struct custody_label_job job;
    json_t *results = NULL;
    size_t sheets = 0;
    enum custody_status rc = make_job(session, stock_name, stock, labels, count, &job, err);
    if (rc == CUSTODY_OK && has_acts) {
        rc = label_acts_try(session, acts, err);
    }
    if (rc == CUSTODY_OK) {
        rc = custody_label_delivery_open(to, &delivery, err);
    }
    if (rc == CUSTODY_OK) {
        guard(delivery);
    }
    if (rc == CUSTODY_OK && option_has(session->args, "verify")) {
        rc = custody_label_verify(&job, err);
    }
    if (rc == CUSTODY_OK) {
        job.to = custody_label_delivery_path(delivery);
        rc = custody_label_print(&job, &sheets, err);
    }
    if (rc != CUSTODY_OK || option_has(session->args, "dry-run")) {
        goto out;
    }
    if (has_acts) {
        rc = label_acts_agree(session, acts, err);
    }
    /* A printer that is off is found before anything is recorded. */
    if (rc == CUSTODY_OK) {
        rc = custody_label_delivery_connect(delivery, err);
    }
    if (rc == CUSTODY_OK && has_acts) {
        rc = label_acts_record(session, acts, &results, err);
    }
    if (rc != CUSTODY_OK) {
        goto out;
    }
    rc = custody_label_delivery_send(delivery, err);
    if (rc != CUSTODY_OK) {
        rc = after_record(rc, has_acts, err);
        goto out;
    }
    rc = tell(session, results, count, sheets, to, err);
out:
    guard(NULL);
    custody_label_delivery_close(delivery);
    json_decref(results);
    return rc;
}

enum custody_status label_job_preview(struct session *session, const char *stock_name,
                                      const struct custody_label *label,
                                      struct custody_error *err)
{
    const char *to = option_get(session->args, "preview");
    const struct custody_label_job job = {.stock = stock_name,
                                          .printer = option_get(session->args, "printer"),
                                          .labels = label,
                                          .count = 1,
                                          .to = to};
    enum custody_status rc = custody_label_preview(&job, err);
    return rc == CUSTODY_OK ? tell(session, NULL, 1, 1, to, err) : rc;
}
