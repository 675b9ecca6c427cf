/*
 * What is printed can be searched, copied and printed elsewhere: pdftotext gives every line of
 * every label in its order, and every font is inside, cut to what is used, with its way back to
 * Unicode.
 */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../unit/print/lsan.h"
#include "custody/label.h"
#include "custody/slip.h"
#include "decode_labels.h"
#include "stock.h"

#define TEXT_SIZE ((size_t)1 << 20)

static void need_tools(void)
{
    if (system("command -v pdftotext pdffonts >/dev/null") != 0) {
        print_message("skipped: poppler-utils is not installed\n");
        skip();
    }
}

/* A path for one PDF, which the caller removes. */
static void make_path(char out[64])
{
    (void)snprintf(out, 64, "%s/textXXXXXX", P_tmpdir);
    int fd = mkstemp(out);
    assert_true(fd >= 0);
    (void)close(fd);
}

/* What a command says, without white space: where a line breaks is the page's affair. */
static char *read_bare(const char *format, const char *path)
{
    char command[256];
    (void)snprintf(command, sizeof command, "%s %s -", format, path);
    FILE *pipe = popen(command, "r");
    char *text = calloc(1, TEXT_SIZE);
    size_t fill = 0;
    assert_non_null(pipe);
    assert_non_null(text);
    for (int c = fgetc(pipe); c != EOF && fill < TEXT_SIZE - 1; c = fgetc(pipe)) {
        if (!isspace(c)) {
            text[fill++] = (char)c;
        }
    }
    assert_int_equal(pclose(pipe), 0);
    return text;
}

static void check_fonts(const char *path)
{
    char command[256];
    char line[256];
    size_t count = 0;
    (void)snprintf(command, sizeof command, "pdffonts %s", path);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    for (size_t i = 0; fgets(line, sizeof line, pipe) != NULL; i++) {
        if (i < 2) {
            continue; /* the head */
        }
        /* Columns emb, sub, uni. */
        if (strstr(line, " yes yes yes ") == NULL || strstr(line, "NotoSansCJKsc") == NULL) {
            fail_msg("a font is not as it should be: %s", line);
        }
        count++;
    }
    assert_int_equal(pclose(pipe), 0);
    assert_true(count >= 1);
}

static void add_bare(char *out, size_t *fill, const char *text)
{
    for (; *text != '\0'; text++) {
        assert_true(*fill < TEXT_SIZE - 1);
        if (!isspace((unsigned char)*text)) {
            out[(*fill)++] = *text;
        }
    }
    out[*fill] = '\0';
}

/* All that the stock says of these labels, in the order in which it is drawn. */
static char *wanted_text(const struct stock *stock, const struct decode_labels *set)
{
    char *out = calloc(1, TEXT_SIZE);
    size_t fill = 0;
    assert_non_null(out);
    for (size_t i = 0; i < set->count; i++) {
        const struct custody_label *label = &set->labels[i];
        struct custody_error err = {0};
        struct custody_tag tag;
        char human[15];
        assert_int_equal(custody_tag_parse(label->code, &tag, &err), CUSTODY_OK);
        custody_item_print(tag.item, human);
        for (size_t t = 0; t < stock->text_count; t++) {
            char text[STOCK_TEXT_SIZE];
            assert_true(stock_template_fill(stock->texts[t].value, label->fields,
                                            label->field_count, human, text));
            add_bare(out, &fill, text);
        }
    }
    return out;
}

static void every_line_of_every_label_is_found_again(void **state)
{
    static const char *const stocks[] = {"fob-22x32", "fob-13x40", "a4-38x21", "thermal-40x30"};
    (void)state;
    need_tools();
    for (size_t s = 0; s < 8; s++) {
        struct custody_error err = {0};
        struct decode_labels set = {0};
        struct stock stock;
        char path[64];
        size_t sheets = 0;
        assert_int_equal(stock_load(stocks[s / 2], &stock, &err), CUSTODY_OK);
        assert_true(decode_labels_make(s / 2 == 3 ? 20 : 150, 31 * s, s % 2 == 1, &set));
        make_path(path);
        const struct custody_label_job job = {.stock = stocks[s / 2],
                                              .use_mask = s % 2 == 0,
                                              .labels = set.labels,
                                              .count = set.count,
                                              .copies = 1,
                                              .start_position = 1,
                                              .to = path};
        assert_int_equal(custody_label_print(&job, &sheets, &err), CUSTODY_OK);
        char *text = read_bare("pdftotext -raw", path);
        char *wanted = wanted_text(&stock, &set);
        assert_string_equal(text, wanted);
        check_fonts(path);
        free(text);
        free(wanted);
        (void)unlink(path);
        decode_labels_free(&set);
    }
}

static void every_line_of_a_slip_is_found_again(void **state)
{
    static const struct custody_slip_row rows[] = {{"钥匙", "3栋-2单元-1201 防盗铁门"},
                                                   {"领用人", "𠮷田䶮"},
                                                   {"归还期限", "2026-11-22 18:00"}};
    static const char *const signs[] = {"领用人", "钥匙管理员"};
    const struct custody_slip slip = {.lang = "zh_CN",
                                      .title = "钥匙借出单",
                                      .site = "翠湖花园",
                                      .rows = rows,
                                      .row_count = 3,
                                      .statement = "本人已领取上述钥匙,按期归还。",
                                      .signatures = signs,
                                      .signature_count = 2,
                                      .record = "slip 1"};
    struct custody_error err = {0};
    char path[64];
    (void)state;
    need_tools();
    make_path(path);
    assert_int_equal(custody_slip_pdf(&slip, path, &err), CUSTODY_OK);
    char *text = read_bare("pdftotext", path);
    const char *const wanted[] = {slip.title,    slip.site,      "3栋-2单元-1201防盗铁门",
                                  rows[1].value, slip.statement, "2026-11-2218:00",
                                  signs[0],      signs[1]};
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        if (strstr(text, wanted[i]) == NULL) {
            fail_msg("not found: %s in %s", wanted[i], text);
        }
    }
    check_fonts(path);
    free(text);
    (void)unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_line_of_every_label_is_found_again),
        cmocka_unit_test(every_line_of_a_slip_is_found_again),
    };
    (void)setenv("CUSTODY_LABELS", "labels", 0);
    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
