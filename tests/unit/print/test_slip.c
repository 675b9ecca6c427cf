/* Slips: their text to the byte, one page, and no code but a signed checkpoint. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "custody/slip.h"
#include "fixture.h"
#include "lsan.h"

#define NOTE                                                                                   \
    "cuihu.example/custody\n17\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"              \
    "\xE2\x80\x94 cuihu.example/custody Az3grlgtzPICa5OS8npVmf1Myq/5IZni\n"
#define CODE   "4F7Q 2M9X 88AB CDEF GHJK MNPQ RS"
#define ACT_ID "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

static const struct custody_slip_row ROWS[] = {
    {"用途", "维修:12楼水管漏水,需进户关阀并检查吊顶内管道"},
    {"钥匙", "3栋-2单元-1201 防盗铁门"},
    {"", "3栋-2单元-1201 室内门"},
    {"A label of more than half a line", "value"},
};
static const char *const SIGNATURES[] = {"经办人", "借用人"};

static struct custody_slip whole_slip(void)
{
    return (struct custody_slip){
        .lang = "zh_CN",
        .title = "钥匙借出单",
        .site = "翠湖花园",
        .rows = ROWS,
        .row_count = 4,
        .statement = "李敏将 2 把钥匙借给王强,归还期限 2026-11-22 21:00。",
        .act_id = ACT_ID,
        .note = NOTE,
        .note_len = sizeof NOTE - 1,
        .paper_code = CODE,
        .signatures = SIGNATURES,
        .signature_count = 2,
        .record = "slip 5",
    };
}

static void slip_text_is_forty_columns(void **state)
{
    static const char wanted[] = "               钥匙借出单\n"
                                 "                翠湖花园\n"
                                 "========================================\n"
                                 "用途: 维修:12楼水管漏水,需进户关阀并检查\n"
                                 "      吊顶内管道\n"
                                 "钥匙: 3栋-2单元-1201 防盗铁门\n"
                                 "  3栋-2单元-1201 室内门\n"
                                 "A label of more than half a line\n"
                                 "  value\n"
                                 "----------------------------------------\n"
                                 "签署内容:\n"
                                 "李敏将 2 把钥匙借给王强,归还期限\n"
                                 "2026-11-22 21:00。\n"
                                 "----------------------------------------\n"
                                 "操作编号:\n"
                                 "  9f86d081884c7d659a2feaa0c55ad015\n"
                                 "  a3bf4f1b2b0b822cd15d6c15b0f00a08\n"
                                 "账本校验码, 校验码(可电话念读):\n"
                                 "  4F7Q 2M9X 88AB CDEF GHJK MNPQ RS\n"
                                 "请保存本单:凭二维码或校验码,可随时核对账\n"
                                 "本是否被改动。\n"
                                 "----------------------------------------\n"
                                 "\n"
                                 "经办人 _________________________________\n"
                                 "\n"
                                 "借用人 _________________________________\n";
    struct custody_slip slip = whole_slip();
    struct custody_error err = {0};
    char *text = NULL;
    (void)state;
    assert_int_equal(custody_slip_text(&slip, &text, &err), CUSTODY_OK);
    assert_string_equal(text, wanted);
    free(text);
}

static void slip_text_breaks_a_word_that_is_longer_than_a_line(void **state)
{
    struct custody_slip slip = {.title = "T",
                                .record = "r",
                                .statement =
                                    "0123456789012345678901234567890123456789012345 6"};
    char *text = NULL;
    (void)state;
    assert_int_equal(custody_slip_text(&slip, &text, NULL), CUSTODY_OK);
    assert_non_null(strstr(text, "\n0123456789012345678901234567890123456789\n012345 6\n"));
    assert_non_null(strstr(text, "What was signed:\n"));
    free(text);
}

static void slip_pdf_is_one_page(void **state)
{
    struct fixture *f = *state;
    struct custody_slip slip = whole_slip();
    struct custody_error err = {0};
    size_t len = 0;
    assert_int_equal(custody_slip_pdf(&slip, f->pdf, &err), CUSTODY_OK);
    char *data = fixture_read(f->pdf, &len);
    assert_non_null(memmem(data, len, "/Count 1\n", 9));
    free(data);
    /* The least that is a slip. */
    slip = (struct custody_slip){.title = "T", .record = "slip 6"};
    assert_int_equal(custody_slip_pdf(&slip, f->pdf, &err), CUSTODY_OK);
}

static void slip_refuses_what_is_malformed(void **state)
{
    static const char tag[] = "C1K14F7Q2M9X7QZ0XK88";
    static const char unsigned_note[] = "cuihu.example/custody\n17\nCsUYapGGPo4=\n";
    static const struct custody_slip_row half[] = {{"a", NULL}};
    struct fixture *f = *state;
    struct custody_slip cases[13];
    size_t n = 0;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cases[i] = whole_slip();
    }
    cases[n++].title = NULL;
    cases[n++].title = "";
    cases[n++].record = NULL;
    cases[n++].act_id = "9f86";
    cases[n].note = tag; /* an item's own tag must not be scanned from a slip */
    cases[n++].note_len = sizeof tag - 1;
    cases[n].note = unsigned_note;
    cases[n++].note_len = sizeof unsigned_note - 1;
    cases[n++].note_len = 0;
    cases[n++].paper_code = NULL;
    cases[n++].paper_code = "4F7Q 2M9X 88AB CDEF GHJK MNPQ RU";
    cases[n++].paper_code = "4F7Q2M9X88ABCDEFGHJKMNPQRS";
    cases[n].rows = half;
    cases[n++].row_count = 1;
    cases[n++].site = "\xFF";
    cases[n++].statement = "a\nb";
    assert_int_equal(n, sizeof cases / sizeof cases[0]);
    for (size_t i = 0; i < n; i++) {
        struct custody_error err = {0};
        char sentinel = 0;
        char *text = &sentinel;
        if (custody_slip_pdf(&cases[i], f->pdf, &err) != CUSTODY_ERR_INVALID) {
            fail_msg("case %zu was printed", i);
        }
        assert_true(err.text[0] != '\0');
        assert_int_equal(custody_slip_text(&cases[i], &text, &err), CUSTODY_ERR_INVALID);
        assert_ptr_equal(text, &sentinel);
        assert_int_equal(fixture_files(f), 0);
    }
}

static void slip_goes_on_with_a_second_page(void **state)
{
    struct fixture *f = *state;
    struct custody_slip_row rows[CUSTODY_SLIP_ROWS_MAX + 1];
    struct custody_slip slip = whole_slip();
    struct custody_error err = {0};
    size_t len = 0;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        rows[i] = (struct custody_slip_row){"钥匙", "3栋-2单元-1201 防盗铁门 K-4F7Q-2M9X-88"};
    }
    slip.rows = rows;
    slip.row_count = CUSTODY_SLIP_ROWS_MAX;
    assert_int_equal(custody_slip_pdf(&slip, f->pdf, &err), CUSTODY_OK);
    char *data = fixture_read(f->pdf, &len);
    assert_non_null(memmem(data, len, "/Count 3\n", 9));
    free(data);
    assert_int_equal(unlink(f->pdf), 0);
    slip.row_count++;
    assert_int_equal(custody_slip_pdf(&slip, f->pdf, &err), CUSTODY_ERR_LIMIT);
    assert_non_null(strstr(err.text, "slip 5"));
    assert_int_equal(fixture_files(f), 0);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, fixture_set_up, fixture_tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slip_text_is_forty_columns),
        cmocka_unit_test(slip_text_breaks_a_word_that_is_longer_than_a_line),
        CASE(slip_pdf_is_one_page),
        CASE(slip_refuses_what_is_malformed),
        CASE(slip_goes_on_with_a_second_page),
    };
    return cmocka_run_group_tests_name("print slip", tests, NULL, NULL);
}
