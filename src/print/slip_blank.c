/*
 * Emergency slips to fill in by hand (应急登记单, rule K20): see custody/slip.h. The fields are
 * those that the acts entered later ask for; each slip has its number and no code of any kind.
 */
#include <stdio.h>
#include <string.h>

#include "slip_flow.h"

#define LABEL_MM       21.0
#define INSET_MM       1.5
#define NUMBER_MM      46.0
#define LABEL_PT       8.5
#define FIELD_PT       9.0
#define KEY_LINES      5
#define TICK_MM        3.0
#define CHOICES_A_LINE 5U
#define CHOICES_MAX    16U /* what a field has room for; the rest is "other" */

/* What a field has beside its caption: words, or what the office's policy names. */
enum field_kind {
    FIELD_WORDS,
    FIELD_CHOICES,
    FIELD_KEYS,
    FIELD_PURPOSES,
    FIELD_CAUSES,
    FIELD_SIGN
};

struct field {
    enum field_kind kind;
    const char *caption[2]; /* Chinese, English */
    const char *words[2];   /* "": to write on; choices: "a|b|-c", "-" has no box to tick */
};

#define FIELDS_MAX 3

/* A row of the slip: its fields share the width. */
struct blank_row {
    double height_mm;
    size_t count;
    struct field fields[FIELDS_MAX];
};

static const struct blank_row blank_rows[] = {
    {8.5,
     1,
     {{FIELD_CHOICES,
       {"事项", "matter"},
       {"借出|归还|应急入户|其他 ______", "lent|returned|emergency|other ______"}}}},
    {8.5,
     1,
     {{FIELD_WORDS,
       {"发生时间", "happened at"},
       {"20____ 年 ____ 月 ____ 日   ____ 时 ____ 分",
        "20____ - ____ - ____      ____ : ____"}}}},
    {40.0, 1, {{FIELD_KEYS, {"钥匙\n(按标签)", "keys\n(as labelled)"}, {"", ""}}}},
    {9.0,
     2,
     {{FIELD_WORDS, {"领用/归还人", "who"}, {"", ""}},
      {FIELD_WORDS, {"部门/单位", "of"}, {"", ""}}}},
    {9.0,
     2,
     {{FIELD_WORDS, {"工号/电话", "no. or phone"}, {"", ""}},
      {FIELD_WORDS, {"应还时间", "due"}, {"", ""}}}},
    {12.0, 1, {{FIELD_PURPOSES, {"事由/工单号", "purpose, order"}, {"", ""}}}},
    {12.0, 1, {{FIELD_CAUSES, {"险情(应急)", "emergency"}, {"", ""}}}},
    {8.5,
     1,
     {{FIELD_CHOICES,
       {"联系业主", "owner called"},
       {"已联系上|无人接听|无号码|-时间 ____ : ____",
        "reached|no answer|no number|-at ____ : ____"}}}},
    {9.0,
     2,
     {{FIELD_WORDS, {"启用封号", "seal broken"}, {"", ""}},
      {FIELD_CHOICES, {"归还状况", "condition"}, {"完好|损坏", "ok|damaged"}}}},
    {15.0,
     3,
     {{FIELD_SIGN, {"经办人签字", "clerk"}, {"", ""}},
      {FIELD_SIGN, {"领用/归还人签字", "who took or brought"}, {"", ""}},
      {FIELD_SIGN, {"在场第二人签字", "second person"}, {"", ""}}}},
    {8.5,
     1,
     {{FIELD_CHOICES,
       {"销号", "accounted for"},
       {"已用|作废|空白|-流水账 ______ 条", "used|void|blank|-entry ______"}}}},
    {9.0,
     2,
     {{FIELD_WORDS, {"补登人", "entered by"}, {"", ""}},
      {FIELD_WORDS, {"补登日期", "on"}, {"", ""}}}},
};

static const char *const use[] = {
    "停电或系统停用时手写,一件事一张;恢复后按编号补登。写错的划线作废,不撕不扔:"
    "每个编号都要销号。",
    "Written by hand while the program or the power is down, one matter a slip; entered "
    "afterwards by its number. What is spoilt is struck out and kept: every number is "
    "accounted "
    "for."};
static const char *const titles[] = {"应急登记单", "Emergency slip"};
static const char *const desk_words[] = {"保管台", "desk"};
static const char *const other_words[] = {"其他 ______", "other ______"};

struct blanks {
    const struct custody_slip_blanks *of;
    int lang; /* index of the pairs above */
};

/* Words with a box to tick before each, in equal columns. */
static enum custody_status put_choices(const struct slip_flow *flow, const char *const *words,
                                       size_t count, struct print_box box,
                                       struct custody_error *err)
{
    const size_t lines = count > 2 * CHOICES_A_LINE ? 3 : (count > CHOICES_A_LINE ? 2 : 1);
    const size_t across = (count + lines - 1) / lines;
    const double step = box.h_mm / (double)lines;
    const double column = box.w_mm / (double)across;
    for (size_t i = 0; i < count; i++) {
        const bool has_tick = words[i][0] != '-';
        const double x = box.x_mm + column * (double)(i % across);
        const double y = box.y_mm + step * (double)(i / across);
        const double after = has_tick ? TICK_MM + 1.0 : 0.0;
        if (has_tick) {
            slip_flow_frame(
                flow, (struct print_box){x, y + (step - TICK_MM) / 2.0, TICK_MM, TICK_MM});
        }
        const enum custody_status rc =
            slip_flow_line(flow, FIELD_PT, false, PRINT_LEFT, words[i] + (has_tick ? 0 : 1),
                           (struct print_box){x + after, y, column - after - 1.0, step}, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
    }
    return CUSTODY_OK;
}

/* What the policy names, and room for what it does not. */
static enum custody_status put_policy(const struct slip_flow *flow, const struct blanks *blanks,
                                      const char *const *words, struct print_box box,
                                      struct custody_error *err)
{
    const char *choices[CHOICES_MAX];
    size_t count = 0;
    while (words != NULL && words[count] != NULL && count + 1 < CHOICES_MAX) {
        choices[count] = words[count];
        count++;
    }
    choices[count++] = other_words[blanks->lang];
    return put_choices(flow, choices, count, box, err);
}

/* "a|b|-c" */
static enum custody_status put_fixed(const struct slip_flow *flow, const char *text,
                                     struct print_box box, struct custody_error *err)
{
    const char *choices[CHOICES_MAX];
    char copy[128];
    char *rest = NULL;
    size_t count = 0;
    (void)snprintf(copy, sizeof copy, "%s", text);
    for (char *word = strtok_r(copy, "|", &rest); word != NULL && count < CHOICES_MAX;
         word = strtok_r(NULL, "|", &rest)) {
        choices[count++] = word;
    }
    return put_choices(flow, choices, count, box, err);
}

/* Numbered lines to write one key on each. */
static enum custody_status put_keys(const struct slip_flow *flow, struct print_box box,
                                    struct custody_error *err)
{
    const double step = box.h_mm / KEY_LINES;
    for (int i = 0; i < KEY_LINES; i++) {
        const double y = box.y_mm + step * i;
        char number[16];
        (void)snprintf(number, sizeof number, "%d.", i + 1);
        const enum custody_status rc =
            slip_flow_line(flow, FIELD_PT, false, PRINT_LEFT, number,
                           (struct print_box){box.x_mm, y + step - 5.0, 6.0, 4.4}, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        if (i + 1 < KEY_LINES) {
            slip_flow_stroke(flow, box.x_mm + 5.0, box.x_mm + box.w_mm, y + step);
        }
    }
    return CUSTODY_OK;
}

/* A caption may have a second line under the first. */
static enum custody_status put_caption(const struct slip_flow *flow, const char *caption,
                                       struct print_box box, struct custody_error *err)
{
    const char *second = strchr(caption, '\n');
    if (second == NULL) {
        return slip_flow_box(flow, LABEL_PT, false, PRINT_CENTER, caption, box, err);
    }
    char first[64];
    (void)snprintf(first, sizeof first, "%.*s", (int)(second - caption), caption);
    const double middle = box.y_mm + box.h_mm / 2.0;
    enum custody_status rc =
        slip_flow_line(flow, LABEL_PT, false, PRINT_CENTER, first,
                       (struct print_box){box.x_mm, middle - 4.2, box.w_mm, 4.0}, err);
    return rc == CUSTODY_OK
               ? slip_flow_line(flow, LABEL_PT - 1.0, false, PRINT_CENTER, second + 1,
                                (struct print_box){box.x_mm, middle + 0.2, box.w_mm, 4.0}, err)
               : rc;
}

/* Cells share their rules with their neighbours. */
static void frame_cell(const struct slip_flow *flow, struct print_box box)
{
    box.w_mm += SLIP_RULE_MM;
    box.h_mm += SLIP_RULE_MM;
    slip_flow_frame(flow, box);
}

static enum custody_status put_field(const struct slip_flow *flow, const struct blanks *blanks,
                                     const struct field *field, struct print_box box,
                                     struct custody_error *err)
{
    const char *caption = field->caption[blanks->lang];
    frame_cell(flow, box);
    if (field->kind == FIELD_SIGN) {
        const struct print_box top = {box.x_mm + INSET_MM, box.y_mm + 0.6,
                                      box.w_mm - 2.0 * INSET_MM, 4.4};
        return slip_flow_line(flow, LABEL_PT, false, PRINT_LEFT, caption, top, err);
    }
    const struct print_box label = {box.x_mm, box.y_mm, LABEL_MM, box.h_mm};
    frame_cell(flow, label);
    const enum custody_status rc =
        put_caption(flow, caption,
                    (struct print_box){label.x_mm + 0.8, label.y_mm + 0.5, label.w_mm - 1.6,
                                       label.h_mm - 1.0},
                    err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    const struct print_box inner = {box.x_mm + LABEL_MM + INSET_MM, box.y_mm + 0.5,
                                    box.w_mm - LABEL_MM - 2.0 * INSET_MM, box.h_mm - 1.0};
    switch (field->kind) {
    case FIELD_CHOICES:
        return put_fixed(flow, field->words[blanks->lang], inner, err);
    case FIELD_KEYS:
        return put_keys(flow, inner, err);
    case FIELD_PURPOSES:
        return put_policy(flow, blanks, blanks->of->purposes, inner, err);
    case FIELD_CAUSES:
        return put_policy(flow, blanks, blanks->of->causes, inner, err);
    case FIELD_WORDS:
    case FIELD_SIGN:
        break;
    }
    return slip_flow_box(flow, FIELD_PT, false, PRINT_LEFT, field->words[blanks->lang], inner,
                         err);
}

/* The desk on the left, the number large and framed on the right. */
static enum custody_status put_number(struct slip_flow *flow, const struct blanks *blanks,
                                      size_t number, struct custody_error *err)
{
    const struct custody_slip_blanks *of = blanks->of;
    char text[96];
    char desk[SLIP_TEXT_BYTES_MAX + 64];
    (void)snprintf(text, sizeof text, "%.40s-%04zu", of->series, number);
    (void)snprintf(desk, sizeof desk, "%s: %s", desk_words[blanks->lang], of->desk);
    const struct print_box box = {flow->width_mm - NUMBER_MM, flow->y_mm, NUMBER_MM, 9.0};
    slip_flow_frame(flow, box);
    enum custody_status rc = slip_flow_line(
        flow, 17.0, true, PRINT_CENTER, text,
        (struct print_box){box.x_mm + 1.0, box.y_mm, box.w_mm - 2.0, box.h_mm}, err);
    if (rc == CUSTODY_OK) {
        rc = slip_flow_line(
            flow, 10.0, false, PRINT_LEFT, desk,
            (struct print_box){0.0, flow->y_mm, flow->width_mm - NUMBER_MM - 2.0, 9.0}, err);
    }
    flow->y_mm += 10.5;
    return rc;
}

static enum custody_status put_blank(struct slip_flow *flow, const struct blanks *blanks,
                                     size_t number, struct custody_error *err)
{
    enum custody_status rc = slip_flow_title(flow, titles[blanks->lang], blanks->of->site, err);
    if (rc == CUSTODY_OK) {
        rc = put_number(flow, blanks, number, err);
    }
    for (size_t r = 0; rc == CUSTODY_OK && r < sizeof blank_rows / sizeof blank_rows[0]; r++) {
        const struct blank_row *row = &blank_rows[r];
        const double width = flow->width_mm / (double)row->count;
        for (size_t i = 0; rc == CUSTODY_OK && i < row->count; i++) {
            const struct print_box box = {width * (double)i, flow->y_mm, width, row->height_mm};
            rc = put_field(flow, blanks, &row->fields[i], box, err);
        }
        flow->y_mm += row->height_mm;
    }
    flow->y_mm += 1.5;
    return rc == CUSTODY_OK ? slip_flow_text(flow, 7.5, false, use[blanks->lang], err) : rc;
}

/* A number after the other; on a sheet of two they stand side by side. Only what is drawn is
 * made: a thousand slips are 500 pages, each run over from the first. */
static enum custody_status put_blanks(void *closure, struct slip_flow *flow,
                                      struct custody_error *err)
{
    const struct blanks *blanks = closure;
    const size_t across = flow->paper->copies;
    for (size_t i = 0; i < blanks->of->count; i += across) {
        if (i > 0) {
            slip_flow_next(flow);
        }
        const size_t at = i + flow->copy;
        if (slip_flow_draws(flow) && at < blanks->of->count) {
            const enum custody_status rc = put_blank(flow, blanks, blanks->of->first + at, err);
            if (rc != CUSTODY_OK) {
                return rc;
            }
        }
    }
    return CUSTODY_OK;
}

static enum custody_status check_blanks(const struct custody_slip_blanks *of,
                                        const struct custody_slip_output *output,
                                        struct custody_error *err)
{
    if (!slip_has(of->record) || !slip_has(of->series) || !slip_has(of->desk)) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "emergency slips need a series, a desk and a name for errors");
    }
    if (of->count == 0 || of->count > CUSTODY_SLIP_BLANKS_MAX || of->first == 0 ||
        of->first > CUSTODY_SLIP_NUMBER_MAX ||
        of->first + of->count - 1 > CUSTODY_SLIP_NUMBER_MAX) {
        return custody_fail(err, CUSTODY_ERR_LIMIT,
                            "%s: 1 to %d slips are printed at once, numbered 1 to %d: ask for "
                            "fewer",
                            of->record, CUSTODY_SLIP_BLANKS_MAX, CUSTODY_SLIP_NUMBER_MAX);
    }
    if (output->paper != CUSTODY_SLIP_A5 && output->paper != CUSTODY_SLIP_A4X2) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "%s: slips to write on are printed on sheets: a5 or a4x2",
                            of->record);
    }
    enum custody_status rc = slip_check_text(of->record, of->site, err);
    if (rc == CUSTODY_OK) {
        rc = slip_check_text(of->record, of->desk, err);
    }
    return rc == CUSTODY_OK ? slip_check_text(of->record, of->series, err) : rc;
}

enum custody_status custody_slip_blanks_print(const struct custody_slip_blanks *blanks,
                                              const struct custody_slip_output *output,
                                              struct custody_error *err)
{
    const enum custody_status rc = check_blanks(blanks, output, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    struct blanks closure = {
        .of = blanks,
        .lang = blanks->lang != NULL && strncmp(blanks->lang, "zh", 2) == 0 ? 0 : 1};
    const struct slip_job job = {.lang = blanks->lang,
                                 .title = titles[closure.lang],
                                 .record = blanks->record,
                                 .has_own_numbers = true,
                                 .content = put_blanks,
                                 .closure = &closure};
    return slip_flow_print(&job, output, err);
}
