/* Forms: files that are read or refused by line; CSV, XLSX and PDF that have every cell. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "custody/form.h"
#include "fixture.h"
#include "lsan.h"

#define HEAD    "[form]\ntitle = 表\nrule = K4\nread = form.loans\npage = landscape\n"
#define COLUMNS "[columns]\nn = 5, number, 序号\nlabel = 20, text, 名称\n"

static void put(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

/* ---- reading ---- */

static void read_takes_a_form_as_it_is_written(void **state)
{
    struct fixture *f = *state;
    struct custody_form form;
    struct custody_error err = {0};
    char path[128];
    (void)snprintf(path, sizeof path, "%s/own.form", f->dir);
    put(path,
        "\xEF\xBB\xBF# 本公司\r\n" HEAD "sign = 经办人\nsign = 主管\n[where]\nclass = a b\n"
        "[cover]\nnumber = 清册编号\n- = 永久保存\n[columns]\r\n label=20,text,名称,及编号 \nn "
        "= 5, number, 序号\n- = 8, text, 签字\n");
    assert_int_equal(custody_form_read(NULL, path, &form, &err), CUSTODY_OK);
    assert_string_equal(form.name, "own");
    assert_string_equal(form.title, "表");
    assert_string_equal(form.rule, "K4");
    assert_string_equal(form.read, "form.loans");
    assert_int_equal(form.read_line, 5);
    assert_true(form.is_landscape);
    assert_int_equal(form.sign_count, 2);
    assert_string_equal(form.signs[1], "主管");
    assert_int_equal(form.param_count, 1);
    assert_string_equal(form.params[0].name, "class");
    assert_string_equal(form.params[0].value, "a b");
    assert_int_equal(form.cover_count, 2);
    assert_string_equal(form.covers[0].member, "number");
    assert_string_equal(form.covers[0].caption, "清册编号");
    assert_int_equal(form.covers[0].line, 12);
    assert_string_equal(form.covers[1].member, "");
    assert_string_equal(form.covers[1].caption, "永久保存");
    assert_int_equal(form.column_count, 3);
    assert_string_equal(form.columns[0].member, "label");
    assert_string_equal(form.columns[0].title, "名称,及编号");
    assert_false(form.columns[0].is_number);
    assert_true(form.columns[1].is_number);
    assert_true(form.columns[1].share == 5.0);
    assert_int_equal(form.columns[1].line, 16);
    assert_string_equal(form.columns[2].member, "");
    assert_int_equal(unlink(path), 0);
}

static void read_refuses_a_bad_form_by_line(void **state)
{
    static const struct {
        const char *text;
        const char *said;
    } cases[] = {
        {"", "\"title\" is missing"},
        {HEAD, "no [columns]"},
        {COLUMNS, "\"title\" is missing"},
        {"title = x\n", "line 1"},
        {HEAD "colour = red\n" COLUMNS, "line 6: this name is not known"},
        {HEAD "rule = K5\n" COLUMNS, "line 6: this name stands twice"},
        {"[form]\ntitle =\n", "line 2: this value"},
        {"[form]\ntitle = a\x01z\n", "line 2: this value"},
        {"[form]\ntitle = \xFF\n", "line 2: this value"},
        {"[form]\nrule = 第四条\n", "line 2: this value"},
        {"[form]\nread = Form Loans\n", "line 2: this value"},
        {"[form]\npage = A3\n", "line 2: this value"},
        {"[form]\njust words\n", "line 2: neither"},
        {"[form\n", "line 1: the bracket"},
        {"[forms]\n", "line 1: this section is not known"},
        {HEAD COLUMNS "[form]\n", "line 9: this section stands twice"},
        {HEAD "[columns]\nn = 5, 序号\n", "line 7: a column is"},
        {HEAD "[columns]\nn = five, number, 序号\n", "line 7: a width"},
        {HEAD "[columns]\nn = 0, number, 序号\n", "line 7: a width"},
        {HEAD "[columns]\nn = 201, number, 序号\n", "line 7: a width"},
        {HEAD "[columns]\nn = 5, date, 序号\n", "line 7: a column is text or number"},
        {HEAD "[columns]\nn = 5, number,\n", "line 7: this title"},
        {HEAD "[columns]\nNo! = 5, number, 序号\n", "line 7: this is no name"},
        {HEAD "[cover]\nNo! = 编号\n" COLUMNS, "line 7: this is no name"},
        {HEAD "[cover]\nnumber =\n" COLUMNS, "line 7: this caption"},
        {HEAD "[cover]\nnumber = 编号\n[cover]\n" COLUMNS, "line 8: this section stands twice"},
        {HEAD "[where]\na = 1\na = 2\n" COLUMNS, "line 8: this name stands twice"},
        {HEAD "[where]\na =\n" COLUMNS, "line 7: this value"},
        {HEAD "[where]\na=1\nb=1\nc=1\nd=1\ne=1\n" COLUMNS, "line 11: a form has at most 4"},
        {HEAD "sign=a\nsign=b\nsign=c\nsign=d\nsign=e\nsign=f\nsign=g\n" COLUMNS,
         "line 12: a form has at most 6"},
    };
    struct fixture *f = *state;
    char path[128];
    (void)snprintf(path, sizeof path, "%s/bad.form", f->dir);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct custody_form form = {.name = "before"};
        struct custody_error err = {0};
        put(path, cases[i].text);
        assert_int_equal(custody_form_read(NULL, path, &form, &err), CUSTODY_ERR_INVALID);
        if (strstr(err.text, cases[i].said) == NULL) {
            fail_msg("case %zu: \"%s\" does not say \"%s\"", i, err.text, cases[i].said);
        }
        assert_string_equal(form.name, "before");
    }
    assert_int_equal(unlink(path), 0);
}

static void read_takes_32_columns_and_no_more(void **state)
{
    struct fixture *f = *state;
    struct custody_form form;
    struct custody_error err = {0};
    char path[128];
    char text[4096];
    (void)snprintf(path, sizeof path, "%s/wide.form", f->dir);
    for (int count = 32; count <= 33; count++) {
        int len = snprintf(text, sizeof text, HEAD "[columns]\n");
        for (int i = 0; i < count; i++) {
            len += snprintf(text + len, sizeof text - (size_t)len, "a = 5, text, 列%d\n", i);
        }
        put(path, text);
        assert_int_equal(custody_form_read(NULL, path, &form, &err),
                         count == 32 ? CUSTODY_OK : CUSTODY_ERR_INVALID);
    }
    assert_non_null(strstr(err.text, "line 39: a form has at most 32"));
    assert_int_equal(unlink(path), 0);
}

static void a_form_that_is_not_there_is_not_found(void **state)
{
    struct custody_form form;
    struct custody_error err = {0};
    (void)state;
    assert_int_equal(custody_form_read("labels", "nothing", &form, &err),
                     CUSTODY_ERR_NOT_FOUND);
    assert_int_equal(custody_form_read(NULL, "loans", &form, &err), CUSTODY_ERR_NOT_FOUND);
    assert_int_equal(custody_form_read(NULL, "no/such.form", &form, &err),
                     CUSTODY_ERR_NOT_FOUND);
}

static void forms_of_ours_load_and_cover_the_regulation(void **state)
{
    static const char *const rules[] = {"K1",   "K2",  "K4",  "K7",  "K8",  "K9",
                                        "K10",  "K11", "K12", "K13", "K14", "K15",
                                        "K10a", "K16", "K18", "K19", "K20"};
    struct custody_form *forms = NULL;
    size_t count = 0;
    struct custody_error err = {0};
    (void)state;
    assert_int_equal(custody_form_list("labels", &forms, &count, &err), CUSTODY_OK);
    for (size_t r = 0; r < sizeof rules / sizeof rules[0]; r++) {
        size_t i = 0;
        while (i < count && strcmp(forms[i].rule, rules[r]) != 0) {
            i++;
        }
        if (i == count) {
            fail_msg("no form of rule %s", rules[r]);
        }
    }
    for (size_t i = 1; i < count; i++) {
        assert_true(strverscmp(forms[i - 1].rule, forms[i].rule) <= 0);
    }
    free(forms);
    assert_int_equal(custody_form_list("tests", &forms, &count, &err), CUSTODY_ERR_NOT_FOUND);
}

/* ---- writing ---- */

#define TEST_COLUMNS 6

static const struct custody_form FORM = {
    .name = "test",
    .title = "钥匙借用登记表",
    .is_landscape = true,
    .columns = {{"n", "序号", 5.0, true, 0},
                {"a", "名称", 20.0, false, 0},
                {"b", "借用人", 10.0, false, 0},
                {"c", "把数", 6.0, true, 0},
                {"d", "事由", 12.0, false, 0},
                {"", "签字", 12.0, false, 0}},
    .column_count = TEST_COLUMNS,
    .signs = {"经办人", "主管"},
    .sign_count = 2,
};

/* Every word of every cell is its own: "R00012C1w0". */
struct rows {
    char cells[TEST_COLUMNS][256];
    size_t fail_at; /* row that cannot be given; SIZE_MAX: none */
};

static enum custody_status give_row(void *closure, size_t i, const char **ret_cells,
                                    struct custody_error *err)
{
    struct rows *rows = closure;
    if (i == rows->fail_at) {
        return custody_fail(err, CUSTODY_ERR_NOT_FOUND, "row %zu is gone; ask again", i);
    }
    (void)snprintf(rows->cells[0], sizeof rows->cells[0], "%zu", i + 1);
    /* Some rows are higher than others: their words wrap. */
    int len = 0;
    for (size_t w = 0; w <= (i % 7 == 3 ? 9 : i % 3); w++) {
        len += snprintf(rows->cells[1] + len, sizeof rows->cells[1] - (size_t)len,
                        "%sR%05zuC1w%zu", w > 0 ? " " : "", i, w);
    }
    (void)snprintf(rows->cells[2], sizeof rows->cells[2], "R%05zuC2w0", i);
    (void)snprintf(rows->cells[3], sizeof rows->cells[3], "%zu", i % 4);
    (void)snprintf(rows->cells[4], sizeof rows->cells[4], "漏水 R%05zuC4w0", i);
    for (size_t c = 0; c < TEST_COLUMNS - 1; c++) {
        ret_cells[c] = rows->cells[c];
    }
    return CUSTODY_OK; /* the last one stays NULL */
}

static enum custody_status write_rows(enum custody_form_format format, size_t count,
                                      struct rows *rows, const char *to,
                                      struct custody_error *err)
{
    static const char *const above[] = {"项目：翠湖花园", "期间：2026-11-01 – 2026-11-30",
                                        NULL};
    const struct custody_form_job job = {.form = &FORM,
                                         .format = format,
                                         .above = above,
                                         .foot = "打印时间 2026-11-22 & 校验码",
                                         .note = "cuihu.example/custody\n7\nAAAA\n",
                                         .note_len = 29,
                                         .lang = "zh_CN",
                                         .row_count = count,
                                         .row = give_row,
                                         .closure = rows,
                                         .to = to};
    return custody_form_write(&job, err);
}

struct one_row {
    const char *cells[TEST_COLUMNS];
};

static enum custody_status give_one(void *closure, size_t i, const char **ret_cells,
                                    struct custody_error *err)
{
    (void)i;
    (void)err;
    memcpy(ret_cells, ((struct one_row *)closure)->cells, sizeof((struct one_row *)0)->cells);
    return CUSTODY_OK;
}

static void csv_quotes_guards_and_ends_lines_as_excel_wants(void **state)
{
    struct fixture *f = *state;
    struct one_row row = {{"1", "say \"a, b\"", "=SUM(A1)", "-3", "＋86", "@x,y"}};
    struct custody_error err = {0};
    const struct custody_form_job job = {.form = &FORM,
                                         .format = CUSTODY_FORM_CSV,
                                         .row_count = 1,
                                         .row = give_one,
                                         .closure = &row,
                                         .to = f->pdf};
    size_t len = 0;
    assert_int_equal(custody_form_write(&job, &err), CUSTODY_OK);
    char *text = fixture_read(f->pdf, &len);
    assert_string_equal(text, "\xEF\xBB\xBF"
                              "序号,名称,借用人,把数,事由,签字\r\n"
                              "1,\"say \"\"a, b\"\"\",'=SUM(A1),-3,'＋86,\"'@x,y\"\r\n");
    free(text);
    /* In a column of numbers too what is no number is guarded. */
    row = (struct one_row){{"007", "+1", "", "-A1", "-", "x"}};
    assert_int_equal(custody_form_write(&job, &err), CUSTODY_OK);
    text = fixture_read(f->pdf, &len);
    assert_non_null(strstr(text, "\r\n007,'+1,,'-A1,'-,x\r\n"));
    free(text);
}

static void a_cell_that_cannot_be_signed_is_refused_in_every_format(void **state)
{
    struct fixture *f = *state;
    static const char *const bad[] = {"a\tb", "a\nb", "\x1b[31m", "\xFF", "zero\u200bwidth"};
    for (int format = CUSTODY_FORM_PDF; format <= CUSTODY_FORM_CSV; format++) {
        for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
            struct one_row row = {{"1", bad[i], "", "", "", ""}};
            struct custody_error err = {0};
            const struct custody_form_job job = {.form = &FORM,
                                                 .format = (enum custody_form_format)format,
                                                 .row_count = 1,
                                                 .row = give_one,
                                                 .closure = &row,
                                                 .to = f->pdf};
            assert_int_equal(custody_form_write(&job, &err), CUSTODY_ERR_INVALID);
            assert_non_null(strstr(err.text, "row 1"));
            assert_int_equal(fixture_files(f), 0);
        }
    }
}

static void a_failure_leaves_the_file_as_it_was(void **state)
{
    struct fixture *f = *state;
    size_t len = 0;
    put(f->pdf, "old");
    for (int format = CUSTODY_FORM_PDF; format <= CUSTODY_FORM_CSV; format++) {
        struct rows rows = {.fail_at = 30};
        struct custody_error err = {0};
        assert_int_equal(write_rows((enum custody_form_format)format, 40, &rows, f->pdf, &err),
                         CUSTODY_ERR_NOT_FOUND);
        assert_string_equal(err.text, "row 30 is gone; ask again");
        assert_int_equal(write_rows((enum custody_form_format)format, 1, &rows, "/dev/full",
                                    &err) == CUSTODY_OK,
                         0);
        assert_int_equal(
            write_rows((enum custody_form_format)format, 1048576, &rows, f->pdf, &err),
            CUSTODY_ERR_LIMIT);
        char *text = fixture_read(f->pdf, &len);
        assert_string_equal(text, "old");
        free(text);
        assert_int_equal(fixture_files(f), 1);
    }
}

static void equal_input_gives_equal_bytes(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(setenv("SOURCE_DATE_EPOCH", "1763798591", 1), 0);
    for (int format = CUSTODY_FORM_PDF; format <= CUSTODY_FORM_CSV; format++) {
        char *first = NULL;
        size_t first_len = 0;
        for (int turn = 0; turn < 2; turn++) {
            struct rows rows = {.fail_at = SIZE_MAX};
            struct custody_error err = {0};
            size_t len = 0;
            assert_int_equal(
                write_rows((enum custody_form_format)format, 40, &rows, f->pdf, &err),
                CUSTODY_OK);
            char *data = fixture_read(f->pdf, &len);
            if (turn == 0) {
                first = data;
                first_len = len;
                continue;
            }
            assert_int_equal(len, first_len);
            assert_memory_equal(data, first, len);
            free(data);
        }
        free(first);
    }
    assert_int_equal(unsetenv("SOURCE_DATE_EPOCH"), 0);
}

static void xlsx_has_the_cells_of_the_csv(void **state)
{
    static const size_t counts[] = {0, 1, 40, 12000}; /* the last one by way of the disk */
    struct fixture *f = *state;
    char xlsx[128];
    char csv[128];
    char command[512];
    (void)snprintf(xlsx, sizeof xlsx, "%s/out.xlsx", f->dir);
    (void)snprintf(csv, sizeof csv, "%s/out.csv", f->dir);
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        struct rows rows = {.fail_at = SIZE_MAX};
        struct custody_error err = {0};
        assert_int_equal(write_rows(CUSTODY_FORM_XLSX, counts[i], &rows, xlsx, &err),
                         CUSTODY_OK);
        assert_int_equal(write_rows(CUSTODY_FORM_CSV, counts[i], &rows, csv, &err), CUSTODY_OK);
        (void)snprintf(command, sizeof command, "python3 tests/label/xlsx_csv.py %s %s 0 3",
                       xlsx, csv);
        assert_int_equal(system(command), 0);
    }
    /* Formulas are texts there, with the CSV's apostrophe. */
    struct one_row row = {{"x", "=1+1", "＝A1", "-3", "a&<b>\"", "0"}};
    struct custody_form_job job = {.form = &FORM,
                                   .format = CUSTODY_FORM_XLSX,
                                   .row_count = 1,
                                   .row = give_one,
                                   .closure = &row,
                                   .to = xlsx};
    struct custody_error err = {0};
    assert_int_equal(custody_form_write(&job, &err), CUSTODY_OK);
    job.format = CUSTODY_FORM_CSV;
    job.to = csv;
    assert_int_equal(custody_form_write(&job, &err), CUSTODY_OK);
    (void)snprintf(command, sizeof command, "python3 tests/label/xlsx_csv.py %s %s 3", xlsx,
                   csv);
    assert_int_equal(system(command), 0);
    assert_int_equal(unlink(xlsx), 0);
    assert_int_equal(unlink(csv), 0);
}

/* ---- the pages, as pdftotext sees them ---- */

#define WORDS_A_CELL 10

struct seen {
    unsigned char words[5000][TEST_COLUMNS][WORDS_A_CELL]; /* how often */
    int page_of[5000];
    size_t pages;
    size_t heads; /* times that a column's head stands there */
};

/* Left edge of a column, in points. */
static double edge(size_t column)
{
    const double width = 297.0 - 24.0; /* margins of 12 mm */
    double all = 0.0;
    double before = 0.0;
    for (size_t c = 0; c < TEST_COLUMNS; c++) {
        all += FORM.columns[c].share;
        before += c < column ? FORM.columns[c].share : 0.0;
    }
    return (12.0 + width * before / all) * 72.0 / 25.4;
}

static void see_words(const char *pdf, struct seen *seen)
{
    char command[256];
    char line[1024];
    double page_height = 0.0;
    (void)snprintf(command, sizeof command, "pdftotext -bbox %s -", pdf);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    while (fgets(line, sizeof line, pipe) != NULL) {
        double x[2];
        double y[2];
        size_t row = 0;
        size_t column = 0;
        size_t word = 0;
        char text[512];
        if (strstr(line, "<page ") != NULL) {
            const char *height = strstr(line, "height=\"");
            assert_non_null(height);
            page_height = strtod(height + 8, NULL);
            seen->pages++;
        }
        if (sscanf(line, " <word xMin=\"%lf\" yMin=\"%lf\" xMax=\"%lf\" yMax=\"%lf\">%511[^<]",
                   &x[0], &y[0], &x[1], &y[1], text) != 5) {
            continue;
        }
        seen->heads += strcmp(text, "借用人") == 0;
        if (sscanf(text, "R%5zuC%1zuw%1zu", &row, &column, &word) != 3) {
            continue;
        }
        assert_true(row < 5000 && column < TEST_COLUMNS && word < WORDS_A_CELL);
        seen->words[row][column][word]++;
        /* Within its column and within the page: nothing is clipped, nothing runs over. */
        if (x[0] < edge(column) || x[1] > edge(column + 1) || y[0] < 12.0 * 72.0 / 25.4 ||
            y[1] > page_height - 12.0 * 72.0 / 25.4) {
            fail_msg("%s stands at %.1f-%.1f, %.1f-%.1f", text, x[0], x[1], y[0], y[1]);
        }
        /* All of a row on one page. */
        if (seen->page_of[row] == 0) {
            seen->page_of[row] = (int)seen->pages;
        }
        assert_int_equal(seen->page_of[row], seen->pages);
    }
    assert_int_equal(pclose(pipe), 0);
}

static void pdf_has_every_cell_whole_at_1_40_and_5000_rows(void **state)
{
    static const size_t counts[] = {1, 40, 5000};
    struct fixture *f = *state;
    for (size_t n = 0; n < sizeof counts / sizeof counts[0]; n++) {
        struct rows rows = {.fail_at = SIZE_MAX};
        struct custody_error err = {0};
        struct seen *seen = calloc(1, sizeof *seen);
        assert_non_null(seen);
        assert_int_equal(write_rows(CUSTODY_FORM_PDF, counts[n], &rows, f->pdf, &err),
                         CUSTODY_OK);
        see_words(f->pdf, seen);
        for (size_t i = 0; i < counts[n]; i++) {
            const size_t words = (i % 7 == 3 ? 9 : i % 3) + 1;
            for (size_t w = 0; w < WORDS_A_CELL; w++) {
                assert_int_equal(seen->words[i][1][w], w < words ? 1 : 0);
            }
            assert_int_equal(seen->words[i][2][0], 1);
            assert_int_equal(seen->words[i][4][0], 1);
        }
        assert_true(counts[n] < 5000 || seen->pages > 100);
        assert_int_equal(seen->heads, seen->pages);
        free(seen);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(read_takes_a_form_as_it_is_written, fixture_set_up,
                                        fixture_tear_down),
        cmocka_unit_test_setup_teardown(read_refuses_a_bad_form_by_line, fixture_set_up,
                                        fixture_tear_down),
        cmocka_unit_test_setup_teardown(read_takes_32_columns_and_no_more, fixture_set_up,
                                        fixture_tear_down),
        cmocka_unit_test(a_form_that_is_not_there_is_not_found),
        cmocka_unit_test(forms_of_ours_load_and_cover_the_regulation),
        cmocka_unit_test_setup_teardown(csv_quotes_guards_and_ends_lines_as_excel_wants,
                                        fixture_set_up, fixture_tear_down),
        cmocka_unit_test_setup_teardown(a_cell_that_cannot_be_signed_is_refused_in_every_format,
                                        fixture_set_up, fixture_tear_down),
        cmocka_unit_test_setup_teardown(a_failure_leaves_the_file_as_it_was, fixture_set_up,
                                        fixture_tear_down),
        cmocka_unit_test_setup_teardown(equal_input_gives_equal_bytes, fixture_set_up,
                                        fixture_tear_down),
        cmocka_unit_test_setup_teardown(xlsx_has_the_cells_of_the_csv, fixture_set_up,
                                        fixture_tear_down),
        cmocka_unit_test_setup_teardown(pdf_has_every_cell_whole_at_1_40_and_5000_rows,
                                        fixture_set_up, fixture_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
