/* label stocks, printers, test-sheet, verify: what is printed on, with, and how it came out. */
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "custody/label_tools.h"
#include "custody/printer.h"
#include "custody/tag.h"
#include "label_job.h"
#include "label_select.h"
#include "print.h"

/* Rows under their columns, or as JSON. Takes over rows. */
static enum custody_status list_rows(struct session *session, json_t *rows,
                                     const struct custody_column *columns, size_t count,
                                     struct custody_error *err)
{
    enum custody_status rc = session_packed(rows, err);
    if (rc == CUSTODY_OK) {
        rc = session->is_json ? print_json(session->out, rows, true, err)
                              : print_rows(session->out, rows, columns, count, session->lang,
                                           session_offset(session), err);
    }
    json_decref(rows);
    return rc;
}

/* "22x32", "85.6x54": millimetres as people write them; JSON of ours has no fractions. */
static json_t *size_text(double width_mm, double height_mm)
{
    char text[64];
    (void)snprintf(text, sizeof text, "%gx%g", width_mm, height_mm);
    return json_string(text);
}

static enum custody_status run_stocks(struct session *session, const struct command *command,
                                      struct custody_error *err)
{
    (void)command;
    static const struct custody_column columns[] = {
        {"name", "text", "名称", "name"},
        {"title", "text", "说明", "title"},
        {"label", "text", "标签(毫米)", "label (mm)"},
        {"page", "text", "纸(毫米)", "page (mm)"},
        {"per_page", "int", "每页张数", "per page"},
        {"code", "bool", "有码", "code"},
        {"fields", "text", "内容", "fields"},
    };
    struct custody_label_stock *stocks = NULL;
    size_t count = 0;
    enum custody_status rc =
        custody_label_stock_list(option_has(session->args, "glabels"), &stocks, &count, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        const struct custody_label_stock *stock = &stocks[i];
        json_t *row =
            json_pack("{s:s,s:s,s:o,s:o,s:I,s:b,s:b,s:s}", "name", stock->name, "title",
                      stock->title, "label", size_text(stock->width_mm, stock->height_mm),
                      "page", size_text(stock->page_width_mm, stock->page_height_mm),
                      "per_page", (json_int_t)stock->per_page, "roll", stock->is_roll, "code",
                      stock->has_code, "fields", stock->fields);
        if (json_array_append_new(list, row) != 0) {
            rc = session_packed(NULL, err);
            break;
        }
    }
    free(stocks);
    if (rc != CUSTODY_OK) {
        json_decref(list);
        return rc;
    }
    return list_rows(session, list, columns, sizeof columns / sizeof columns[0], err);
}

static enum custody_status run_printers(struct session *session, const struct command *command,
                                        struct custody_error *err)
{
    (void)command;
    static const struct custody_column columns[] = {
        {"name", "text", "名称", "name"},
        {"title", "text", "说明", "title"},
        {"language", "text", "语言", "language"},
        {"dpi", "int", "每英寸点数", "dpi"},
    };
    struct custody_printer *printers = NULL;
    size_t count = 0;
    enum custody_status rc = custody_printer_list(&printers, &count, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *row =
            json_pack("{s:s,s:s,s:s,s:I}", "name", printers[i].name, "title", printers[i].title,
                      "language", custody_label_format_name(printers[i].language), "dpi",
                      (json_int_t)(printers[i].dpi + 0.5));
        if (json_array_append_new(list, row) != 0) {
            rc = session_packed(NULL, err);
            break;
        }
    }
    free(printers);
    if (rc != CUSTODY_OK) {
        json_decref(list);
        return rc;
    }
    return list_rows(session, list, columns, sizeof columns / sizeof columns[0], err);
}

static enum custody_status run_test_sheet(struct session *session,
                                          const struct command *command,
                                          struct custody_error *err)
{
    (void)command;
    const char *to = option_get(session->args, "out");
    struct custody_label_job job = {.stock = option_get(session->args, "stock"),
                                    .printer = option_get(session->args, "printer"),
                                    .copies = 1,
                                    .start_position = 1,
                                    .to = to};
    enum custody_status rc = label_job_format(session->args, &job, err);
    if (rc == CUSTODY_OK) {
        rc = custody_label_test_sheet(&job, err);
    }
    if (rc == CUSTODY_OK && strcmp(to, "-") != 0) {
        (void)fprintf(session->out, "%s: ", text_of(session->lang, TEXT_WRITTEN));
        print_text(session->out, to);
        (void)fputc('\n', session->out);
    }
    return rc;
}

/* ---- reading a sheet back ---- */

/* One cell: what it says, whose it is, what is wrong. good: nothing is. */
static json_t *cell_row(struct session *session, const struct custody_label_cell *cell,
                        bool *good)
{
    struct custody_tag tag;
    struct custody_error why = {0};
    char human[16] = "";
    json_t *matches = NULL;
    json_t *label = json_null();
    const char *problem = "";
    if (cell->text[0] == '\0') {
        problem = text_of(session->lang, TEXT_LABEL_UNREAD);
    } else if (custody_tag_parse(cell->text, &tag, &why) != CUSTODY_OK) {
        problem = why.text;
    } else {
        custody_item_print(tag.item, human);
        if (session->site != NULL &&
            custody_resolve(session->site, cell->text, "KRPHN", &matches, &why) != CUSTODY_OK) {
            problem = why.text;
        }
        const json_t *first = json_array_get(matches, 0);
        if (json_is_true(json_object_get(first, "superseded"))) {
            problem = text_of(session->lang, TEXT_SUPERSEDED);
        }
        if (first != NULL) {
            label = json_incref(json_object_get(first, "label"));
        }
    }
    *good = problem[0] == '\0';
    json_t *row = json_pack("{s:I,s:I,s:I,s:s,s:o?,s:s}", "page", (json_int_t)cell->page, "row",
                            (json_int_t)cell->row, "column", (json_int_t)cell->column, "tag",
                            human, "label", label, "problem", problem);
    json_decref(matches);
    return row;
}

static enum custody_status run_verify(struct session *session, const struct command *command,
                                      struct custody_error *err)
{
    (void)command;
    static const struct custody_column columns[] = {
        {"page", "int", "页", "page"},      {"row", "int", "行", "row"},
        {"column", "int", "列", "column"},  {"tag", "text", "编号", "tag"},
        {"label", "text", "名称", "label"}, {"problem", "text", "问题", "problem"},
    };
    struct custody_label_cell *cells = NULL;
    size_t count = 0;
    size_t read = 0;
    size_t bad = 0;
    json_t *list = NULL;
    int64_t wanted = 0;
    enum custody_status rc = option_int(session->args, "count", 0, 1, 100000, &wanted, err);
    /* Whose labels they are is said where a site is at hand; without one the codes are read. */
    if (rc == CUSTODY_OK && (option_has(session->args, "site") ||
                             session_open(session, false, NULL) != CUSTODY_OK)) {
        rc = option_has(session->args, "site") ? session_open(session, false, err) : CUSTODY_OK;
    }
    if (rc == CUSTODY_OK) {
        rc = custody_label_decode(session->args->words[0], option_get(session->args, "stock"),
                                  &cells, &count, err);
    }
    if (rc == CUSTODY_OK) {
        list = json_array();
        rc = session_packed(list, err);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < count; i++) {
        bool good = false;
        if (cells[i].is_empty) {
            continue;
        }
        if (json_array_append_new(list, cell_row(session, &cells[i], &good)) != 0) {
            rc = session_packed(NULL, err);
        }
        read += good ? 1 : 0;
        bad += good ? 0 : 1;
    }
    free(cells);
    if (rc != CUSTODY_OK) {
        json_decref(list);
        return rc;
    }
    rc = list_rows(session, list, columns, sizeof columns / sizeof columns[0], err);
    if (rc == CUSTODY_OK && (bad > 0 || read == 0 || (wanted > 0 && read != (size_t)wanted))) {
        rc = custody_fail(err, CUSTODY_ERR_TAMPERED,
                          "%zu labels are good and %zu are not; print again what is missing",
                          read, bad);
    }
    return rc;
}

static const struct option_spec stocks_options[] = {
    OPT_FLAG("glabels", "包括已安装的 gLabels 标签库", "those of the installed gLabels too"),
};
static const struct option_spec test_sheet_options[] = {
    OPT("stock", "STOCK", OPTION_REQUIRED, "标签纸", "stock"),
    OPT("printer", "PROFILE", 0, "打印机配置", "printer profile"),
    OPT("format", "FORMAT", 0, "pdf、svg、png、pbm、tspl 或 zpl,默认依打印机或文件名",
        "pdf, svg, png, pbm, tspl or zpl; default: the printer's, or by the name of the file"),
    OPT("out", "FILE|-|tcp://HOST", OPTION_REQUIRED, "写入的文件、标准输出或网络打印机",
        "file, standard output or network printer"),
};
static const struct option_spec verify_options[] = {
    OPT("stock", "STOCK", OPTION_REQUIRED, "标签纸", "stock"),
    OPT("count", "N", 0, "应有张数", "how many labels there must be"),
};

static const struct command rows[] = {
    {.name = "label stocks",
     .options = OPTION_TABLE(stocks_options),
     .zh = "可用的标签纸",
     .en = "list the stocks",
     .run = run_stocks},
    {.name = "label printers",
     .zh = "可用的打印机配置",
     .en = "list the printer profiles",
     .run = run_printers},
    {.name = "label test-sheet",
     .options = OPTION_TABLE(test_sheet_options),
     .zh = "打印机校准页",
     .en = "print a sheet to calibrate a printer",
     .run = run_test_sheet},
    {.name = "label verify",
     .words = "FILE.png|FILE.pbm",
     .words_min = 1,
     .words_max = 1,
     .options = OPTION_TABLE(verify_options),
     .zh = "逐格读出扫描件上的条码",
     .en = "read the codes of a scanned sheet, cell by cell",
     .run = run_verify},
};

const struct command_group command_group_stock = COMMAND_GROUP(rows);
