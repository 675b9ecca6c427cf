/* The PDF file: whole or not there, and the same bytes for the same input. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "doc.h"
#include "fixture.h"
#include "lsan.h"
#include "qr.h"
#include "typeset.h"

static const struct print_style PLAIN = {.size_pt = 10.0, .min_pt = 10.0};
static const struct print_box LINE = {20.0, 20.0, 100.0, 5.0};

static enum custody_status write_pages(const char *path, int pages, struct custody_error *err)
{
    struct print_doc *doc = NULL;
    enum custody_status rc = print_doc_open(path, 148.0, 210.0, "标签", &doc, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    for (int i = 0; i < pages && rc == CUSTODY_OK; i++) {
        struct print_qr qr;
        rc = i > 0 ? print_doc_break(doc, err) : CUSTODY_OK;
        if (rc == CUSTODY_OK) {
            rc = print_text_line(doc, &PLAIN, "3栋-2单元", &LINE, "row 1", err);
        }
        if (rc == CUSTODY_OK) {
            rc = print_qr_bytes("checkpoint", 10, &qr, err);
        }
        if (rc == CUSTODY_OK) {
            print_qr_draw(doc, &qr, 20.0, 40.0, 1.0);
            print_qr_draw_mask(doc, &qr, 80.0, 40.0, 1.0, 4);
            print_doc_rule(doc, 20.0, 30.0, 120.0, 30.0, 0.3);
        }
    }
    if (rc == CUSTODY_OK) {
        rc = print_doc_commit(doc, err);
    }
    print_doc_close(doc);
    return rc;
}

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void doc_commit_writes_a_pdf_for_its_owner_only(void **state)
{
    struct fixture *f = *state;
    struct custody_error err = {0};
    size_t len = 0;
    struct stat st;
    assert_int_equal(write_pages(f->pdf, 3, &err), CUSTODY_OK);
    assert_int_equal(fixture_files(f), 1);
    char *data = fixture_read(f->pdf, &len);
    assert_memory_equal(data, "%PDF-1.", 7);
    assert_memory_equal(data + len - 6, "%%EOF\n", 6);
    free(data);
    assert_int_equal(stat(f->pdf, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void doc_bytes_are_the_same_under_source_date_epoch(void **state)
{
    struct fixture *f = *state;
    size_t len[2] = {0, 0};
    char *data[2] = {NULL, NULL};
    assert_int_equal(setenv("SOURCE_DATE_EPOCH", "1795334591", 1), 0);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(write_pages(f->pdf, 2, NULL), CUSTODY_OK);
        data[i] = fixture_read(f->pdf, &len[i]);
    }
    assert_int_equal(unsetenv("SOURCE_DATE_EPOCH"), 0);
    assert_int_equal(len[0], len[1]);
    assert_memory_equal(data[0], data[1], len[0]);
    /* 2026-11-22T08:03:11Z, as a PDF writes it. */
    assert_non_null(memmem(data[0], len[0], "(20261122080311Z)", 17));
    free(data[0]);
    free(data[1]);
}

static void doc_that_is_not_committed_leaves_the_old_file(void **state)
{
    struct fixture *f = *state;
    struct print_doc *doc = NULL;
    size_t len = 0;
    write_text(f->pdf, "old");
    assert_int_equal(print_doc_open(f->pdf, 148.0, 210.0, NULL, &doc, NULL), CUSTODY_OK);
    assert_int_equal(print_doc_break(doc, NULL), CUSTODY_OK);
    print_doc_close(doc);
    assert_int_equal(fixture_files(f), 1);
    char *data = fixture_read(f->pdf, &len);
    assert_string_equal(data, "old");
    free(data);
}

/* A limit on the size of files stands for a full disk: write() fails in the same place. */
static void doc_on_a_full_disk_is_an_io_error_and_leaves_nothing(void **state)
{
    struct fixture *f = *state;
    struct rlimit old;
    struct stat st;
    assert_int_equal(write_pages(f->pdf, 40, NULL), CUSTODY_OK);
    assert_int_equal(stat(f->pdf, &st), 0);
    assert_int_equal(unlink(f->pdf), 0);
    /* From the first byte to the last few, which are written when the document is finished. */
    rlim_t whole = (rlim_t)st.st_size;
    const rlim_t sizes[] = {0, 1, 100, whole / 2, whole - 100, whole - 1};
    assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct custody_error err = {0};
        struct rlimit small = {.rlim_cur = sizes[i], .rlim_max = old.rlim_max};
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
        enum custody_status rc = write_pages(f->pdf, 40, &err);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
        assert_int_equal(rc, CUSTODY_ERR_IO);
        assert_int_equal(err.status, CUSTODY_ERR_IO);
        assert_int_not_equal(err.os_error, 0);
        assert_int_equal(fixture_files(f), 0);
    }
}

static void doc_open_refuses_what_is_no_file_to_write(void **state)
{
    struct fixture *f = *state;
    char missing[160];
    (void)snprintf(missing, sizeof missing, "%s/none/out.pdf", f->dir);
    const struct {
        const char *path;
        enum custody_status status;
    } cases[] = {
        {f->dir, CUSTODY_ERR_INVALID},
        {"/dev/null", CUSTODY_ERR_INVALID},
        {missing, CUSTODY_ERR_IO},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char sentinel = 0;
        struct print_doc *doc = (struct print_doc *)(void *)&sentinel;
        struct custody_error err = {0};
        assert_int_equal(print_doc_open(cases[i].path, 148.0, 210.0, NULL, &doc, &err),
                         cases[i].status);
        assert_ptr_equal(doc, &sentinel);
        assert_true(err.text[0] != '\0');
    }
    assert_int_equal(fixture_files(f), 0);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, fixture_set_up, fixture_tear_down)
    const struct CMUnitTest tests[] = {
        CASE(doc_commit_writes_a_pdf_for_its_owner_only),
        CASE(doc_bytes_are_the_same_under_source_date_epoch),
        CASE(doc_that_is_not_committed_leaves_the_old_file),
        CASE(doc_on_a_full_disk_is_an_io_error_and_leaves_nothing),
        CASE(doc_open_refuses_what_is_no_file_to_write),
    };
    return cmocka_run_group_tests_name("print doc", tests, NULL, NULL);
}
