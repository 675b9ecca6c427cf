/* Stock files: ours loads as drawn, and what could not be read from paper is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "custody/label.h"
#include "stock.h"

#define OURS   "labels/fob-22x32.label"
#define HEAD   "[stock]\nname = x\npage = A4\n"
#define LAYOUT "[layout]\nw=22\nh=32\nx0=6\ny0=8.5\ndx=22\ndy=35\nnx=9\nny=8\n"
#define QR     "[qr]\nat=2.5,0.3\nbox=17\nquiet=4\ndpi=300\n"
#define TEXT   "[text.1]\nvalue=human\nat=0.7,17.4\nw=20.6\nh=2.6\nsize=6.5\nmin=5\nbold=yes\n"
#define TEXT_2 "[text.2]\nvalue=line1\nat=0.7,20.4\nw=20.6\nh=3.3\nsize=8\nmin=5\nbold=no\n"

static int set_up(void **state)
{
    char *path = calloc(1, 64);
    if (path == NULL) {
        return -1;
    }
    (void)snprintf(path, 64, "%s/stockXXXXXX", P_tmpdir);
    int fd = mkstemp(path);
    *state = path;
    return fd < 0 ? -1 : close(fd);
}

static int tear_down(void **state)
{
    int rc = unlink(*state);
    free(*state);
    return rc;
}

static void write_bytes(const char *path, const char *data, size_t len)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

static void stock_of_ours_is_as_drawn(void **state)
{
    struct stock stock;
    struct custody_label_stock info;
    struct custody_error err = {0};
    (void)state;
    assert_int_equal(stock_load(OURS, &stock, &err), CUSTODY_OK);
    assert_string_equal(stock.name, "fob-22x32");
    assert_true(stock.page.x_mm == 210.0 && stock.page.y_mm == 297.0);
    assert_true(stock.w_mm == 22.0 && stock.h_mm == 32.0);
    assert_true(stock.x0_mm == 6.0 && stock.y0_mm == 8.5);
    assert_true(stock.qr_at.x_mm == 2.5 && stock.qr_at.y_mm == 0.3);
    assert_int_equal(stock.text_count, 4);
    assert_int_equal(stock.texts[0].value, STOCK_HUMAN);
    assert_true(stock.texts[0].bold && !stock.texts[3].bold);
    /* Four dots at 203 dpi, the maker's advice: 0.5 mm. */
    assert_true(stock_module_mm(&stock) > 0.5);
    assert_int_equal(custody_label_stock_read(OURS, &info, &err), CUSTODY_OK);
    assert_int_equal(info.per_page, 72);
    assert_int_equal(info.lines, 3);
    assert_string_equal(info.name, "fob-22x32");
}

static void stock_load_refuses_what_cannot_be_printed(void **state)
{
    /* All parts but the one that a case replaces are sound. */
    static const struct {
        const char *label;
        const char *head;
        const char *layout;
        const char *qr;
        const char *text;
        const char *wanted; /* in the sentence */
    } cases[] = {
        {"beyond the right edge", HEAD,
         "[layout]\nw=22\nh=32\nx0=12.001\ny0=8.5\ndx=22\ndy=35\nnx=9\nny=8\n", QR, TEXT,
         "beyond the page"},
        {"beyond the lower edge", HEAD,
         "[layout]\nw=22\nh=32\nx0=6\ny0=20.1\ndx=22\ndy=35\nnx=9\nny=8\n", QR, TEXT,
         "beyond the page"},
        {"labels overlap", HEAD,
         "[layout]\nw=22\nh=32\nx0=6\ny0=8.5\ndx=21.9\ndy=35\nnx=9\nny=8\n", QR, TEXT,
         "overlap"},
        {"no labels", HEAD, "[layout]\nw=22\nh=32\nx0=6\ny0=8\ndx=22\ndy=35\nnx=0\nny=8\n", QR,
         TEXT, "without labels"},
        {"quiet zone of three", HEAD, LAYOUT, "[qr]\nat=2.5,0.3\nbox=17\nquiet=3\ndpi=300\n",
         TEXT, "4 modules"},
        {"quiet zone outside", HEAD, LAYOUT, "[qr]\nat=5.1,0.3\nbox=17\nquiet=4\ndpi=300\n",
         TEXT, "beyond the label"},
        {"two dots a module", HEAD, LAYOUT, "[qr]\nat=2.5,0.3\nbox=12.3\nquiet=4\ndpi=203\n",
         TEXT, "3 dots"},
        {"no dots at all", HEAD, LAYOUT, "[qr]\nat=2.5,0.3\nbox=17\nquiet=4\ndpi=0\n", TEXT,
         "3 dots"},
        {"text on the quiet zone", HEAD, LAYOUT, QR,
         "[text.1]\nvalue=human\nat=0.7,17\nw=20.6\nh=2.6\nsize=6.5\nmin=5.5\nbold=yes\n",
         "on the code"},
        {"text beyond the label", HEAD, LAYOUT, QR,
         "[text.1]\nvalue=human\nat=2,17.4\nw=20.6\nh=2.6\nsize=6.5\nmin=5.5\nbold=yes\n",
         "text reaches beyond"},
        {"text too small", HEAD, LAYOUT, QR,
         "[text.1]\nvalue=human\nat=0.7,17.4\nw=20.6\nh=2.6\nsize=6.5\nmin=4.9\nbold=yes\n",
         "4.96 pt"},
        {"text higher than its place", HEAD, LAYOUT, QR,
         "[text.1]\nvalue=human\nat=0.7,17.4\nw=20.6\nh=2\nsize=6.5\nmin=5\nbold=yes\n",
         "more than its height"},
        {"texts overlap", HEAD, LAYOUT, QR,
         TEXT "[text.2]\nvalue=line1\nat=0.7,19.9\nw=20.6\nh=3\nsize=8\nmin=5\nbold=no\n",
         "each other"},
        {"a line twice", HEAD, LAYOUT, QR,
         TEXT "[text.2]\nvalue=human\nat=0.7,20.4\nw=20.6\nh=3\nsize=8\nmin=5\nbold=no\n",
         "show the same"},
        {"no code for people", HEAD, LAYOUT, QR,
         "[text.1]\nvalue=line1\nat=0.7,17.4\nw=20.6\nh=2.6\nsize=6.5\nmin=5.5\nbold=yes\n",
         "value = human"},
        {"text out of order", HEAD, LAYOUT, QR, TEXT_2, "in order"},
        {"missing section", HEAD, "", QR, TEXT, "[layout] is missing"},
        {"missing field", HEAD, LAYOUT, "[qr]\nat=2.5,0.3\nbox=17\nquiet=4\n", TEXT,
         "\"dpi\" is missing"},
        {"field twice", HEAD, LAYOUT, QR "dpi=300\n", TEXT, "line 18: this name stands twice"},
        {"section twice", HEAD HEAD, LAYOUT, QR, TEXT, "section stands twice"},
        {"unknown field", HEAD "colour=red\n", LAYOUT, QR, TEXT, "line 4: this name"},
        {"unknown section", HEAD "[band]\n", LAYOUT, QR, TEXT, "line 4: this section"},
        {"field outside", "page = A4\n" HEAD, LAYOUT, QR, TEXT, "line 1: this name"},
        {"open bracket", "[stock\n", LAYOUT, QR, TEXT, "bracket"},
        {"no assignment", HEAD "hello\n", LAYOUT, QR, TEXT, "line 4: neither"},
        {"bad name", "[stock]\nname = A B\npage = A4\n", LAYOUT, QR, TEXT,
         "line 2: this value"},
        {"bad page", "[stock]\nname = x\npage = A9\n", LAYOUT, QR, TEXT, "line 3: this value"},
        {"bad number", HEAD, "[layout]\nw=22,0\n", QR, TEXT, "line 5: this value"},
        {"exponent", HEAD, "[layout]\nw=2e1\n", QR, TEXT, "line 5: this value"},
        {"negative", HEAD, "[layout]\nw=-22\n", QR, TEXT, "line 5: this value"},
        {"empty value", HEAD, "[layout]\nw=\n", QR, TEXT, "line 5: this value"},
        {"long number", HEAD, "[layout]\nw=0000000022\n", QR, TEXT, "line 5: this value"},
    };
    const char *path = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char bytes[2048];
        struct custody_error err = {0};
        struct stock stock = {.text_count = 77};
        int len = snprintf(bytes, sizeof bytes, "%s%s%s%s", cases[i].head, cases[i].layout,
                           cases[i].qr, cases[i].text);
        write_bytes(path, bytes, (size_t)len);
        assert_int_equal(stock_load(path, &stock, &err), CUSTODY_ERR_INVALID);
        if (strstr(err.text, cases[i].wanted) == NULL) {
            fail_msg("%s: %s", cases[i].label, err.text);
        }
        assert_int_equal(stock.text_count, 77);
    }
}

static void stock_load_takes_what_the_cases_are_made_of(void **state)
{
    static const char sound[] = "# x\r\n\r\n" HEAD LAYOUT QR TEXT TEXT_2;
    struct stock stock;
    struct custody_error err = {0};
    write_bytes(*state, sound, sizeof sound - 1);
    assert_int_equal(stock_load(*state, &stock, &err), CUSTODY_OK);
    /* The last line may lack its end. */
    write_bytes(*state, sound, sizeof sound - 2);
    assert_int_equal(stock_load(*state, &stock, &err), CUSTODY_OK);
}

/* Cut anywhere, or one byte replaced, it is refused or loads; nothing is read beyond it. */
static void stock_load_survives_any_damage(void **state)
{
    static const char sound[] = HEAD LAYOUT QR TEXT TEXT_2;
    static const char bytes[] = {'\0', '\n', '[', ']', '=', ',', '.', '\xFF', '9'};
    const char *path = *state;
    struct stock stock;
    for (size_t len = 0; len + 2 < sizeof sound - 1; len++) {
        write_bytes(path, sound, len);
        assert_int_not_equal(stock_load(path, &stock, NULL), CUSTODY_ERR_IO);
    }
    for (size_t i = 0; i < sizeof sound - 1; i++) {
        char damaged[sizeof sound];
        memcpy(damaged, sound, sizeof sound);
        damaged[i] = bytes[i % sizeof bytes];
        write_bytes(path, damaged, sizeof sound - 1);
        enum custody_status rc = stock_load(path, &stock, NULL);
        assert_true(rc == CUSTODY_OK || rc == CUSTODY_ERR_INVALID);
    }
}

static void stock_load_names_a_missing_file(void **state)
{
    struct stock stock = {.text_count = 77};
    struct custody_error err = {0};
    (void)state;
    assert_int_equal(stock_load("labels/none.label", &stock, &err), CUSTODY_ERR_NOT_FOUND);
    assert_non_null(strstr(err.text, "labels/none.label"));
    assert_int_equal(stock.text_count, 77);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stock_of_ours_is_as_drawn),
        CASE(stock_load_takes_what_the_cases_are_made_of),
        CASE(stock_load_refuses_what_cannot_be_printed),
        CASE(stock_load_survives_any_damage),
        cmocka_unit_test(stock_load_names_a_missing_file),
    };
    return cmocka_run_group_tests_name("label stock", tests, NULL, NULL);
}
