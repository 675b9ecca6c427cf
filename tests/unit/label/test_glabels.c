/* The gLabels database: its units, shapes and aliases; hostile files; what is installed here.
 */
#include "label_fixture.h"

#include <math.h>

#include "../print/lsan.h"
#include "glabels.h"

#define PAPERS                                                                                 \
    "<Glabels-paper-sizes><Paper-size id=\"A4\" width=\"210mm\" height=\"297mm\"/>"            \
    "</Glabels-paper-sizes>"
#define PRODUCT(body) "<Template brand=\"B\" part=\"P\" size=\"A4\">" body "</Template>"
#define FILE_OF(body) "<?xml version=\"1.0\"?><Glabels-templates>" body "</Glabels-templates>"
#define SHEET                                                                                  \
    PRODUCT("<Label-rectangle id=\"0\" width=\"70mm\" height=\"37mm\"><Layout nx=\"3\" "       \
            "ny=\"8\" x0=\"0\" y0=\"0.5mm\" dx=\"70mm\" dy=\"37mm\"/></Label-rectangle>")

static enum custody_status parse(const char *text, struct glabels *glabels,
                                 struct custody_error *err)
{
    return glabels_parse(text, strlen(text), "x-templates.xml", glabels, err);
}

static void glabels_parse_reads_every_unit(void **state)
{
    static const struct {
        const char *text;
        double mm;
    } cases[] = {
        {"72", 25.4},    {"72pt", 25.4},       {"25.4mm", 25.4}, {"2.54cm", 25.4},
        {"1in", 25.4},   {"6pc", 25.4},        {" 10 mm", 10},  {"", 0},
        {"in", 0},       {"3.93386e-16pt", 0}, {"1e1mm", 10},    {"-1.5mm", -1.5},
        {"+.5in", 12.7}, {"1E+1mm", 10},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[300];
        struct glabels glabels = {0};
        struct custody_error err = {0};
        (void)snprintf(text, sizeof text,
                       FILE_OF(PRODUCT("<Label-round id=\"0\" radius=\"10mm\"><Layout nx=\"1\" "
                                       "ny=\"1\" x0=\"%s\" y0=\"0\"/></Label-round>")),
                       cases[i].text);
        if (parse(text, &glabels, &err) != CUSTODY_OK) {
            fail_msg("%s: %s", cases[i].text, err.text);
        }
        assert_true(fabs(glabels.templates[0].grids[0].x0_mm - cases[i].mm) < 1e-9);
        assert_true(fabs(glabels.templates[0].w_mm - 20.0) < 1e-9);
        glabels_clear(&glabels);
    }
}

static void glabels_parse_refuses_what_is_no_database(void **state)
{
    static const struct {
        const char *label;
        const char *text;
        const char *wanted;
    } cases[] = {
        {"empty", "", "not XML"},
        {"no XML", "hello", "not XML"},
        {"cut", "<Glabels-templates><Template brand=\"a\" part=\"b\">", "not XML"},
        {"document type", "<!DOCTYPE a><a/>", "document type"},
        {"entities", "<!DOCTYPE a [<!ENTITY b \"c\"><!ENTITY d \"&b;&b;&b;\">]><a>&d;</a>",
         "document type"},
        {"file from outside", "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>",
         "document type"},
        {"product without a brand", FILE_OF("<Template part=\"b\"/>"), "no brand"},
        {"unit", FILE_OF(PRODUCT("<Label-round radius=\"1ell\"/>")), "length"},
        {"length of words", FILE_OF(PRODUCT("<Label-round radius=\"nan\"/>")), "length"},
        {"length without end", FILE_OF(PRODUCT("<Label-round radius=\"1e999\"/>")), "length"},
        {"exponent of nothing", FILE_OF(PRODUCT("<Label-round radius=\"1e\"/>")), "length"},
        {"longer than a room", FILE_OF(PRODUCT("<Label-round radius=\"5001mm\"/>")), "length"},
        {"layout without number",
         FILE_OF(PRODUCT("<Label-round radius=\"1\"><Layout ny=\"1\"/></Label-round>")),
         "number of labels"},
        {"many cells",
         FILE_OF(
             PRODUCT("<Label-round radius=\"1\"><Layout nx=\"1001\" ny=\"1\"/></Label-round>")),
         "number of labels"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct glabels glabels = {0};
        struct custody_error err = {0};
        assert_int_equal(parse(cases[i].text, &glabels, &err), CUSTODY_ERR_INVALID);
        if (strstr(err.text, cases[i].wanted) == NULL ||
            strstr(err.text, "x-templates.xml") == NULL) {
            fail_msg("%s: %s", cases[i].label, err.text);
        }
        glabels_clear(&glabels);
    }
}

static void glabels_parse_limits_layouts_and_names(void **state)
{
    struct glabels glabels = {0};
    struct custody_error err = {0};
    char text[4096] = "<Template brand=\"B\" part=\"P\"><Label-round radius=\"1\">";
    (void)state;
    for (int i = 0; i <= STOCK_GRIDS_MAX; i++) {
        (void)strncat(text, "<Layout nx=\"1\" ny=\"1\"/>", sizeof text - strlen(text) - 1);
    }
    (void)strncat(text, "</Label-round></Template>", sizeof text - strlen(text) - 1);
    assert_int_equal(parse(text, &glabels, &err), CUSTODY_ERR_LIMIT);
    glabels_clear(&glabels);
    (void)snprintf(text, sizeof text, "<Template brand=\"%064d\" part=\"P\"/>", 0);
    assert_int_equal(parse(text, &glabels, &err), CUSTODY_ERR_INVALID);
    glabels_clear(&glabels);
    assert_int_equal(glabels_parse(text, GLABELS_BYTES_MAX + 1, "x", &glabels, &err),
                     CUSTODY_ERR_LIMIT);
}

/* Cut anywhere, or one byte replaced: refused or read, nothing beyond its end. */
static void glabels_parse_survives_any_damage(void **state)
{
    static const char sound[] = FILE_OF(SHEET);
    static const char bytes[] = {'\0', '<', '>', '"', '&', '\xFF', '9', 'e'};
    (void)state;
    for (size_t i = 0; i < (sizeof sound - 1) * (sizeof bytes + 1); i++) {
        struct glabels glabels = {0};
        size_t at = i / (sizeof bytes + 1);
        size_t kind = i % (sizeof bytes + 1);
        size_t len = kind < sizeof bytes ? sizeof sound - 1 : at;
        char *damaged = malloc(len + 1);
        assert_non_null(damaged);
        memcpy(damaged, sound, len);
        if (kind < sizeof bytes) {
            damaged[at] = bytes[kind];
        }
        enum custody_status rc = glabels_parse(damaged, len, "x", &glabels, NULL);
        assert_true(rc == CUSTODY_OK || rc == CUSTODY_ERR_INVALID);
        glabels_clear(&glabels);
        free(damaged);
    }
}

static void glabels_find_follows_aliases(void **state)
{
    static const char text[] =
        FILE_OF(SHEET "<Template brand=\"B\" part=\"Q\" equiv=\"P\"/>"
                      "<Template brand=\"B\" part=\"R\" equiv=\"Q\"/>"
                      "<Template brand=\"B\" part=\"S\" equiv=\"S\"/>"
                      "<Template brand=\"C\" part=\"T\" equiv=\"P\"/>"
                      "<Template brand=\"Two Words\" part=\"P\" equiv=\"\"/>");
    struct glabels glabels = {0};
    (void)state;
    assert_int_equal(parse(text, &glabels, NULL), CUSTODY_OK);
    const struct glabels_template *product = &glabels.templates[0];
    assert_ptr_equal(glabels_find(&glabels, "B P"), product);
    assert_ptr_equal(glabels_find(&glabels, "b p"), product);
    assert_ptr_equal(glabels_find(&glabels, "B Q"), product);
    assert_ptr_equal(glabels_find(&glabels, "B R"), product);
    assert_null(glabels_find(&glabels, "B S"));
    assert_null(glabels_find(&glabels, "C T"));
    assert_null(glabels_find(&glabels, "B"));
    assert_null(glabels_find(&glabels, "B X"));
    assert_ptr_equal(glabels_find(&glabels, "Two Words P"), &glabels.templates[5]);
    glabels_clear(&glabels);
}

static void glabels_make_stock_keeps_the_geometry(void **state)
{
    struct glabels glabels = {0};
    struct stock stock;
    struct custody_error err = {0};
    (void)state;
    assert_int_equal(parse(PAPERS, &glabels, NULL), CUSTODY_OK);
    assert_int_equal(parse(FILE_OF(SHEET), &glabels, NULL), CUSTODY_OK);
    assert_int_equal(glabels_make_stock(&glabels, &glabels.templates[0], "n", &stock, &err),
                     CUSTODY_OK);
    assert_true(stock.page.x_mm == 210.0 && stock.page.y_mm == 297.0 && !stock.is_roll);
    assert_int_equal(stock_cells(&stock), 24);
    struct stock_point last = stock_cell(&stock, 23);
    assert_true(fabs(last.x_mm - 140.0) < 0.005 && fabs(last.y_mm - 259.5) < 0.005);
    assert_true(fabs(stock.w_mm - 70.0) < 0.005 && fabs(stock.h_mm - 37.0) < 0.005);
    assert_true(stock.has_code && stock_module_mm(&stock, 203.0) > 0.375);
    glabels_clear(&glabels);
}

static void glabels_make_stock_refuses_what_is_too_small(void **state)
{
    static const char text[] = FILE_OF(
        "<Template brand=\"B\" part=\"P\" size=\"A4\"><Label-rectangle width=\"17.8mm\" "
        "height=\"10mm\"><Layout nx=\"1\" ny=\"1\" x0=\"6mm\" y0=\"13mm\"/></Label-rectangle>"
        "</Template><Template brand=\"B\" part=\"Q\" size=\"A77\"/>"
        "<Template brand=\"B\" part=\"R\" size=\"A4\"/>");
    struct glabels glabels = {0};
    struct stock stock = {.text_count = 77};
    struct custody_error err = {0};
    (void)state;
    assert_int_equal(parse(PAPERS, &glabels, NULL), CUSTODY_OK);
    assert_int_equal(parse(text, &glabels, NULL), CUSTODY_OK);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(glabels_make_stock(&glabels, &glabels.templates[i], "n", &stock, &err),
                         CUSTODY_ERR_INVALID);
        assert_non_null(strstr(err.text, i == 1 ? "paper" : "too small"));
        assert_int_equal(stock.text_count, 77);
    }
    glabels_clear(&glabels);
}

/* What is printed on a disc stands on the disc: neither in the hole nor beyond the edge. */
static void glabels_make_stock_prints_on_the_disc(void **state)
{
    static const char text[] = FILE_OF(
        PRODUCT("<Label-cd id=\"0\" radius=\"58mm\" hole=\"18mm\"><Layout nx=\"1\" ny=\"1\" "
                "x0=\"10mm\" y0=\"10mm\"/></Label-cd>"));
    struct glabels glabels = {0};
    struct stock stock;
    (void)state;
    assert_int_equal(parse(PAPERS, &glabels, NULL), CUSTODY_OK);
    assert_int_equal(parse(text, &glabels, NULL), CUSTODY_OK);
    assert_int_equal(glabels_make_stock(&glabels, &glabels.templates[0], "n", &stock, NULL),
                     CUSTODY_OK);
    for (size_t i = 0; i <= stock.text_count; i++) {
        bool is_code = i == stock.text_count;
        struct stock_point at = is_code ? stock.code.at : stock.texts[i].at;
        double w = is_code ? stock.code.box_mm : stock.texts[i].w_mm;
        double h = is_code ? stock.code.box_mm : stock.texts[i].h_mm;
        double corners[4][2] = {{at.x_mm, at.y_mm},
                                {at.x_mm + w, at.y_mm},
                                {at.x_mm, at.y_mm + h},
                                {at.x_mm + w, at.y_mm + h}};
        for (int k = 0; k < 4; k++) {
            assert_true(hypot(corners[k][0] - 58.0, corners[k][1] - 58.0) < 58.0);
        }
        assert_true(at.y_mm + h < 58.0 - 18.0);
    }
    glabels_clear(&glabels);
}

static void glabels_read_names_what_is_missing(void **state)
{
    const struct fixture *f = *state;
    struct stock stock;
    struct custody_error err = {0};
    assert_int_equal(setenv(GLABELS_ENV, f->dir, 1), 0);
    assert_int_equal(stock_load("glabels:Avery L4732", &stock, &err), CUSTODY_ERR_NOT_FOUND);
    assert_non_null(strstr(err.text, "glabels-data"));
    char path[160];
    (void)snprintf(path, sizeof path, "%s/x-templates.xml", f->dir);
    fixture_write(path, "<a>", 3);
    assert_int_equal(stock_load("glabels:Avery L4732", &stock, &err), CUSTODY_ERR_INVALID);
    fixture_write(path, FILE_OF(SHEET), sizeof FILE_OF(SHEET) - 1);
    assert_int_equal(stock_load("glabels:Avery L4732", &stock, &err), CUSTODY_ERR_NOT_FOUND);
    assert_non_null(strstr(err.text, "Avery L4732"));
    assert_int_equal(unsetenv(GLABELS_ENV), 0);
    assert_int_equal(unlink(path), 0);
}

/* All layouts of the installed database load; what is large enough for a code prints. */
static void glabels_reads_the_installed_database(void **state)
{
    struct fixture *f = *state;
    struct glabels glabels = {0};
    struct custody_error err = {0};
    size_t layouts = 0;
    size_t stocks = 0;
    size_t sheets = 0;
    if (glabels_read(&glabels, &err) == CUSTODY_ERR_NOT_FOUND) {
        (void)printf("skipped: no gLabels database (glabels-data)\n");
        skip();
    }
    for (size_t i = 0; i < glabels.template_count; i++) {
        const struct glabels_template *product = &glabels.templates[i];
        struct stock stock;
        layouts += product->grid_count;
        if (product->grid_count > 0 &&
            glabels_make_stock(&glabels, product, "n", &stock, NULL) == CUSTODY_OK) {
            assert_int_equal(stock_check(&stock, "n", &err), CUSTODY_OK);
            stocks++;
        }
    }
    assert_true(glabels.template_count >= 1756);
    assert_true(layouts >= 1181);
    assert_true(stocks >= 900);
    glabels_clear(&glabels);
    struct custody_label_job job =
        fixture_job(f, "glabels:Avery L4732", CUSTODY_LABEL_PDF, LABELS);
    assert_int_equal(custody_label_print(&job, &sheets, &err), CUSTODY_OK);
    assert_int_equal(sheets, (LABELS + 79) / 80);
    /* Listed by the name that is asked for. */
    struct custody_label_stock *list = NULL;
    size_t count = 0;
    bool has_it = false;
    assert_int_equal(custody_label_stock_list(true, &list, &count, &err), CUSTODY_OK);
    for (size_t i = 0; i < count; i++) {
        has_it = has_it || strcmp(list[i].name, "glabels:Avery L4732") == 0;
    }
    assert_true(has_it && count > 1500);
    free(list);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, fixture_set_up, fixture_tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(glabels_parse_reads_every_unit),
        cmocka_unit_test(glabels_parse_refuses_what_is_no_database),
        cmocka_unit_test(glabels_parse_limits_layouts_and_names),
        cmocka_unit_test(glabels_parse_survives_any_damage),
        cmocka_unit_test(glabels_find_follows_aliases),
        cmocka_unit_test(glabels_make_stock_keeps_the_geometry),
        cmocka_unit_test(glabels_make_stock_refuses_what_is_too_small),
        cmocka_unit_test(glabels_make_stock_prints_on_the_disc),
        CASE(glabels_read_names_what_is_missing),
        CASE(glabels_reads_the_installed_database),
    };
    return cmocka_run_group_tests_name("label glabels", tests, NULL, NULL);
}
