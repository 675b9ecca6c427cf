/* Stock files: ours loads as drawn, and what could not be read from paper is refused. */
#include "label_fixture.h"

#include <math.h>

#include "stock.h"

#define OURS   "labels/fob-22x32.label"
#define HEAD   "[stock]\nname = x\npage = A4\n"
#define ROLL   "[stock]\nname = x\npage = roll\n"
#define LAYOUT "[layout]\nw=22\nh=32\nx0=6\ny0=8.5\ndx=22\ndy=35\nnx=9\nny=8\n"
#define QR     "[qr]\nat=2.5,0.3\nbox=17\nquiet=4\ndpi=300\n"
#define BAND   "[band]\nat=0.7,30\nw=20.6\nh=1.2\n"
#define PLACE  "\nat=0.7,17.4\nw=20.6\nh=2.6\nsize=6.5\nmin=5.5\nbold=yes\n"
#define TEXT   "[text.1]\nvalue={human}" PLACE
#define TEXT_2                                                                                 \
    "[text.2]\nvalue={building}\nat=0.7,20.4\nw=20.6\nh=3.3\nsize=8\nmin=5\nbold=no\n"

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
    assert_int_equal(stock.grid_count, 1);
    assert_true(stock.grids[0].x0_mm == 6.0 && stock.grids[0].y0_mm == 8.5);
    assert_true(stock.code.at.x_mm == 2.5 && stock.code.at.y_mm == 0.3);
    assert_true(stock.has_code && stock.has_band && stock.has_cut && !stock.is_roll);
    assert_int_equal(stock.text_count, 4);
    assert_string_equal(stock.texts[0].value, "{human}");
    assert_true(stock.texts[0].bold && !stock.texts[3].bold);
    assert_int_equal(stock.texts[0].align, PRINT_CENTER);
    /* Four dots at 203 dpi, the maker's advice: 0.5 mm. */
    assert_true(stock_module_mm(&stock, 300.0) > 0.5);
    assert_int_equal(custody_label_stock_read(OURS, &info, &err), CUSTODY_OK);
    assert_int_equal(info.per_page, 72);
    assert_string_equal(info.name, "fob-22x32");
    assert_string_equal(info.fields, "building room note class what copy");
    assert_true(info.has_code && info.needs_code && info.has_band && !info.is_roll);
}

/* The last cell of our sheet, from the numbers of its file, to a hundredth of a millimetre. */
static void stock_cell_is_exact(void **state)
{
    struct stock stock;
    (void)state;
    assert_int_equal(stock_load(OURS, &stock, NULL), CUSTODY_OK);
    struct stock_point first = stock_cell(&stock, 0);
    struct stock_point tenth = stock_cell(&stock, 9);
    struct stock_point last = stock_cell(&stock, 71);
    assert_true(fabs(first.x_mm - 6.0) < 0.001 && fabs(first.y_mm - 8.5) < 0.001);
    assert_true(fabs(tenth.x_mm - 6.0) < 0.001 && fabs(tenth.y_mm - 43.5) < 0.001);
    assert_true(fabs(last.x_mm - 182.0) < 0.001 && fabs(last.y_mm - 253.5) < 0.001);
    for (size_t i = 0; i < 72; i++) {
        struct stock_point cell = stock_cell(&stock, i);
        struct stock_point code = stock_code_at(&stock, cell, 300.0);
        double x_dots = code.x_mm * 300.0 / 25.4;
        double y_dots = code.y_mm * 300.0 / 25.4;
        assert_true(fabs(x_dots - round(x_dots)) < 1e-6 && fabs(y_dots - round(y_dots)) < 1e-6);
        /* In the middle of its box but for half a dot. */
        double middle = code.x_mm + 12.5 * stock_module_mm(&stock, 300.0);
        assert_true(fabs(middle - (cell.x_mm + 2.5 + 8.5)) <= 25.4 / 300.0 / 2.0 + 1e-9);
    }
}

static void stock_of_a_roll_has_the_page_of_its_label(void **state)
{
    static const char roll[] = ROLL "title=热敏\n[layout]\nw=22\nh=32\n" QR TEXT;
    struct stock stock;
    struct custody_error err = {0};
    (void)state;
    assert_int_equal(stock_parse(roll, sizeof roll - 1, "x", &stock, &err), CUSTODY_OK);
    assert_true(stock.is_roll && stock.page.x_mm == 22.0 && stock.page.y_mm == 32.0);
    assert_int_equal(stock_cells(&stock), 1);
    assert_true(stock_cell(&stock, 0).x_mm == 0.0);
    assert_string_equal(stock.title, "热敏");
}

/* Each row breaks one rule; the error says which. */
static void stock_load_refuses_what_cannot_be_printed(void **state)
{
    static const struct {
        const char *label;
        const char *head, *layout, *qr, *text;
        const char *wanted;
    } cases[] = {
        {"nothing", "", "", "", "", "[stock] is missing"},
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
        {"page too small", "[stock]\nname=x\npage=4,40\n",
         "[layout]\nw=3\nh=32\nx0=0\ny0=0\ndx=3\ndy=35\nnx=1\nny=1\n", "", TEXT, "5 to 2000"},
        {"roll with cells", ROLL, LAYOUT, QR, TEXT, "a roll has no \"x0\""},
        {"quiet zone of three", HEAD, LAYOUT, "[qr]\nat=2.5,0.3\nbox=17\nquiet=3\ndpi=300\n",
         TEXT, "4 modules"},
        {"quiet zone outside", HEAD, LAYOUT, "[qr]\nat=5.1,0.3\nbox=17\nquiet=4\ndpi=300\n",
         TEXT, "beyond the label"},
        {"two dots a module", HEAD, LAYOUT, "[qr]\nat=2.5,0.3\nbox=12.3\nquiet=4\ndpi=203\n",
         TEXT, "3 dots"},
        {"two dots a module of a coarse printer", HEAD, LAYOUT,
         "[qr]\nat=2.5,0.3\nbox=13\nquiet=4\ndpi=180\n", TEXT, "at its dpi"},
        {"less than 13 mm, for a fine printer", HEAD, LAYOUT,
         "[qr]\nat=2.5,0.3\nbox=12.3\nquiet=4\ndpi=600\n", TEXT, "at 203 dpi"},
        {"no dots at all", HEAD, LAYOUT, "[qr]\nat=2.5,0.3\nbox=17\nquiet=4\ndpi=0\n", TEXT,
         "100 to 1200"},
        {"text on the quiet zone", HEAD, LAYOUT, QR,
         "[text.1]\nvalue={human}\nat=0.7,17\nw=20.6\nh=2.6\nsize=6.5\nmin=5.5\nbold=yes\n",
         "on the code"},
        {"text beyond the label", HEAD, LAYOUT, QR,
         "[text.1]\nvalue={human}\nat=2,17.4\nw=20.6\nh=2.6\nsize=6.5\nmin=5.5\nbold=yes\n",
         "text reaches beyond"},
        {"text too small", HEAD, LAYOUT, QR,
         "[text.1]\nvalue={human}\nat=0.7,17.4\nw=20.6\nh=2.6\nsize=6.5\nmin=4.95\nbold=yes\n",
         "14 dots"},
        {"text shrinks upwards", HEAD, LAYOUT, QR,
         "[text.1]\nvalue={human}\nat=0.7,17.4\nw=20.6\nh=2.6\nsize=6.5\nmin=7\nbold=yes\n",
         "above its size"},
        {"text higher than its place", HEAD, LAYOUT, QR,
         "[text.1]\nvalue={human}\nat=0.7,17.4\nw=20.6\nh=2\nsize=6.5\nmin=5\nbold=yes\n",
         "more than its height"},
        {"code for people on two lines in the height of one", HEAD, LAYOUT, QR,
         TEXT "wrap=yes\n", "more than its height"},
        {"vertical text wider than its place", HEAD, LAYOUT, QR,
         TEXT "[text.2]\nvalue={room}\nat=0.1,1\nw=2\nh=15\nsize=8\nmin=5\nbold=no\n"
              "vertical=yes\n",
         "more than its height"},
        {"texts overlap", HEAD, LAYOUT, QR,
         TEXT "[text.2]\nvalue={room}\nat=0.7,19.9\nw=20.6\nh=3\nsize=8\nmin=5\nbold=no\n",
         "each other"},
        {"a text twice", HEAD, LAYOUT, QR,
         TEXT "[text.2]\nvalue={human}\nat=0.7,20.4\nw=20.6\nh=3\nsize=8\nmin=5\nbold=no\n",
         "show the same"},
        {"code for people in two places", HEAD, LAYOUT, QR,
         TEXT "[text.2]\nvalue=x{human}\nat=0.7,20.4\nw=20.6\nh=3\nsize=8\nmin=5\nbold=no\n",
         "one text and no other"},
        {"no code for people", HEAD, LAYOUT, QR, "[text.1]\nvalue={room}" PLACE,
         "one text and no other"},
        {"the old way to name it", HEAD, LAYOUT, QR, "[text.1]\nvalue=human" PLACE,
         "one text and no other"},
        {"code for people among words", HEAD, LAYOUT, QR, "[text.1]\nvalue=no. {human}" PLACE,
         "one text and no other"},
        {"neither code nor text", HEAD, LAYOUT, "", "", "neither text nor code"},
        {"name not closed", HEAD, LAYOUT, "", "[text.1]\nvalue={room" PLACE, "this value"},
        {"name without letters", HEAD, LAYOUT, "", "[text.1]\nvalue={}" PLACE, "this value"},
        {"name in capitals", HEAD, LAYOUT, "", "[text.1]\nvalue={Room}" PLACE, "this value"},
        {"brace alone", HEAD, LAYOUT, "", "[text.1]\nvalue=room}" PLACE, "this value"},
        {"control character", HEAD, LAYOUT, "", "[text.1]\nvalue=a\x01" PLACE, "this value"},
        {"unknown alignment", HEAD, LAYOUT, QR, TEXT "align=middle\n", "this value"},
        {"unknown flag", HEAD, LAYOUT, QR, TEXT "wrap=1\n", "this value"},
        {"band beyond the label", HEAD, LAYOUT, QR, "[band]\nat=2,30\nw=20.6\nh=1.2\n" TEXT,
         "band reaches beyond"},
        {"band of no height", HEAD, LAYOUT, QR, "[band]\nat=0.7,30\nw=20\nh=0\n" TEXT,
         "is empty"},
        {"band on the code", HEAD, LAYOUT, QR, "[band]\nat=0.7,17\nw=20.6\nh=0.4\n" TEXT,
         "band stands on the code"},
        {"text on the band", HEAD, LAYOUT, QR, "[band]\nat=0.7,19\nw=20.6\nh=1.2\n" TEXT,
         "on the band"},
        {"text out of order", HEAD, LAYOUT, QR, TEXT_2, "in order"},
        {"missing section", HEAD, "", QR, TEXT, "[layout] is missing"},
        {"layout first", "", LAYOUT, HEAD QR, TEXT, "first section is [stock]"},
        {"missing field", HEAD, LAYOUT, "[qr]\nat=2.5,0.3\nbox=17\nquiet=4\n", TEXT,
         "\"dpi\" is missing"},
        {"field twice", HEAD, LAYOUT, QR "dpi=300\n", TEXT, "line 18: this name stands twice"},
        {"section twice", HEAD HEAD, LAYOUT, QR, TEXT, "section stands twice"},
        {"unknown field", HEAD "colour=red\n", LAYOUT, QR, TEXT, "line 4: this name"},
        {"unknown section", HEAD "[bands]\n", LAYOUT, QR, TEXT, "line 4: this section"},
        {"field outside", "page = A4\n" HEAD, LAYOUT, QR, TEXT, "line 1: this name"},
        {"open bracket", "[stock\n", LAYOUT, QR, TEXT, "bracket"},
        {"no assignment", HEAD "hello\n", LAYOUT, QR, TEXT, "line 4: neither"},
        {"bad name", "[stock]\nname = A B\npage = A4\n", LAYOUT, QR, TEXT,
         "line 2: this value"},
        {"bad page", "[stock]\nname = x\npage = A9\n", LAYOUT, QR, TEXT, "line 3: this value"},
        {"bad title", HEAD "title = \xFF\n", LAYOUT, QR, TEXT, "line 4: this value"},
        {"bad number", HEAD, "[layout]\nw=22,0\n", QR, TEXT, "line 5: this value"},
        {"exponent", HEAD, "[layout]\nw=2e1\n", QR, TEXT, "line 5: this value"},
        {"negative", HEAD, "[layout]\nw=-22\n", QR, TEXT, "line 5: this value"},
        {"empty value", HEAD, "[layout]\nw=\n", QR, TEXT, "line 5: this value"},
        {"long number", HEAD, "[layout]\nw=0000000022\n", QR, TEXT, "line 5: this value"},
    };
    const struct fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char bytes[2048];
        struct custody_error err = {0};
        struct stock stock = {.text_count = 77};
        int len = snprintf(bytes, sizeof bytes, "%s%s%s%s", cases[i].head, cases[i].layout,
                           cases[i].qr, cases[i].text);
        enum custody_status rc = stock_parse(bytes, (size_t)len, f->file, &stock, &err);
        if (rc != CUSTODY_ERR_INVALID || strstr(err.text, cases[i].wanted) == NULL ||
            strstr(err.text, f->file) == NULL) {
            fail_msg("%s: %d %s", cases[i].label, rc, err.text);
        }
        assert_int_equal(stock.text_count, 77);
    }
}

static void stock_load_takes_what_the_cases_are_made_of(void **state)
{
    static const char sound[] = "# x\r\n\r\n" HEAD LAYOUT QR BAND TEXT TEXT_2;
    static const char plain[] = HEAD LAYOUT "[text.1]\nvalue=盒号 {number}" PLACE
                                            "align = left\nvertical = no\nwrap = yes\n";
    const struct fixture *f = *state;
    struct stock stock;
    struct custody_error err = {0};
    fixture_write(f->file, sound, sizeof sound - 1);
    assert_int_equal(stock_load(f->file, &stock, &err), CUSTODY_OK);
    assert_true(stock.has_code && stock.has_band && !stock.code.optional);
    /* The last line may lack its end. */
    assert_int_equal(stock_parse(sound, sizeof sound - 2, "x", &stock, &err), CUSTODY_OK);
    assert_int_equal(stock_parse(plain, sizeof plain - 1, "x", &stock, &err), CUSTODY_OK);
    assert_true(!stock.has_code && !stock.has_band && stock.texts[0].wrap);
    assert_int_equal(stock.texts[0].align, PRINT_LEFT);
}

/* Cut anywhere, or one byte replaced, it is refused or loads; nothing is read beyond it. */
static void stock_parse_survives_any_damage(void **state)
{
    static const char sound[] = HEAD LAYOUT QR BAND TEXT TEXT_2;
    static const char bytes[] = {'\0', '\n', '[', ']', '=', ',', '.', '\xFF', '9', '{', '}'};
    struct stock stock;
    (void)state;
    for (size_t len = 0; len < sizeof sound; len++) {
        char *cut = malloc(len + 1); /* so that the sanitizer sees its end */
        assert_non_null(cut);
        memcpy(cut, sound, len);
        enum custody_status rc = stock_parse(cut, len, "x", &stock, NULL);
        assert_true(rc == CUSTODY_OK || rc == CUSTODY_ERR_INVALID);
        free(cut);
    }
    for (size_t i = 0; i < (sizeof sound - 1) * sizeof bytes; i++) {
        char damaged[sizeof sound];
        memcpy(damaged, sound, sizeof sound);
        damaged[i / sizeof bytes] = bytes[i % sizeof bytes];
        enum custody_status rc = stock_parse(damaged, sizeof sound - 1, "x", &stock, NULL);
        assert_true(rc == CUSTODY_OK || rc == CUSTODY_ERR_INVALID);
    }
}

static void stock_load_names_a_missing_file(void **state)
{
    static const char *const missing[] = {"labels/none.label", "none-such"};
    (void)state;
    for (size_t i = 0; i < sizeof missing / sizeof missing[0]; i++) {
        struct stock stock = {.text_count = 77};
        struct custody_error err = {0};
        assert_int_equal(stock_load(missing[i], &stock, &err), CUSTODY_ERR_NOT_FOUND);
        assert_non_null(strstr(err.text, missing[i]));
        assert_int_equal(stock.text_count, 77);
    }
}

/* A stock is fine enough for the printers that its own dpi is not. */
static void stock_check_dpi_refuses_coarse_printers(void **state)
{
    struct stock stock;
    struct custody_error err = {0};
    (void)state;
    assert_int_equal(stock_load("fob-13x40", &stock, &err), CUSTODY_OK);
    assert_int_equal(stock_check_dpi(&stock, 203.0, &err), CUSTODY_OK);
    assert_int_equal(stock_check_dpi(&stock, 300.0, &err), CUSTODY_OK);
    assert_int_equal(stock_check_dpi(&stock, 180.0, &err), CUSTODY_ERR_INVALID);
    assert_non_null(strstr(err.text, "3 dots"));
    assert_int_equal(stock_load("hook", &stock, &err), CUSTODY_OK);
    assert_int_equal(stock_check_dpi(&stock, 180.0, &err), CUSTODY_ERR_INVALID);
    assert_non_null(strstr(err.text, "14 dots"));
}

static void label_dir_is_found_beside_the_program_and_by_its_variable(void **state)
{
    const struct fixture *f = *state;
    struct custody_error err = {0};
    struct custody_label_stock *stocks = NULL;
    size_t count = 0;
    assert_int_equal(unsetenv("CUSTODY_LABELS"), 0);
    assert_non_null(custody_label_dir());
    assert_int_equal(setenv("CUSTODY_LABELS", f->dir, 1), 0);
    assert_string_equal(custody_label_dir(), f->dir);
    assert_int_equal(custody_label_stock_list(false, &stocks, &count, &err), CUSTODY_OK);
    assert_int_equal(count, 0);
    free(stocks);
    assert_int_equal(setenv("CUSTODY_LABELS", "/nonexistent", 1), 0);
    assert_int_equal(custody_label_stock_list(false, &stocks, &count, &err),
                     CUSTODY_ERR_NOT_FOUND);
    assert_int_equal(unsetenv("CUSTODY_LABELS"), 0);
}

static void label_stock_list_names_the_malformed_one(void **state)
{
    const struct fixture *f = *state;
    struct custody_error err = {0};
    struct custody_label_stock *stocks = NULL;
    size_t count = 77;
    char path[160];
    (void)snprintf(path, sizeof path, "%s/b.label", f->dir);
    fixture_write(path, HEAD, sizeof HEAD - 1);
    assert_int_equal(setenv("CUSTODY_LABELS", f->dir, 1), 0);
    assert_int_equal(custody_label_stock_list(false, &stocks, &count, &err),
                     CUSTODY_ERR_INVALID);
    assert_non_null(strstr(err.text, "b.label"));
    assert_true(stocks == NULL && count == 77);
    assert_int_equal(unsetenv("CUSTODY_LABELS"), 0);
    assert_int_equal(unlink(path), 0);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, fixture_set_up, fixture_tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stock_of_ours_is_as_drawn),
        cmocka_unit_test(stock_cell_is_exact),
        cmocka_unit_test(stock_of_a_roll_has_the_page_of_its_label),
        CASE(stock_load_takes_what_the_cases_are_made_of),
        CASE(stock_load_refuses_what_cannot_be_printed),
        cmocka_unit_test(stock_parse_survives_any_damage),
        cmocka_unit_test(stock_load_names_a_missing_file),
        cmocka_unit_test(stock_check_dpi_refuses_coarse_printers),
        CASE(label_dir_is_found_beside_the_program_and_by_its_variable),
        CASE(label_stock_list_names_the_malformed_one),
    };
    return cmocka_run_group_tests_name("label stock", tests, NULL, NULL);
}
