/* Where bytes go: a file whole or not at all, standard output, a printer that may misbehave. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "fixture.h"
#include "printer_double.h"
#include "sink_impl.h"

#define BIG       (3u << 20)
#define SHORT_MS  200
#define STALL_MAX (64u << 20)

/* Bytes that are not the same twice within a buffer. */
static unsigned char *make_bytes(size_t len)
{
    unsigned char *data = malloc(len + 1);
    assert_non_null(data);
    for (size_t i = 0; i < len; i++) {
        data[i] = (unsigned char)(i * 31 + i / 251);
    }
    return data;
}

/* In pieces of all sizes, across the buffer's end and larger than it. */
static enum custody_status write_pieces(struct print_sink *sink, const unsigned char *data,
                                        size_t len, struct custody_error *err)
{
    static const size_t pieces[] = {1, 0, 65535, 7, 65536, 4096, 200000, 65537};
    enum custody_status rc = CUSTODY_OK;
    size_t done = 0;
    for (size_t i = 0; rc == CUSTODY_OK && done < len; i++) {
        size_t piece = pieces[i % (sizeof pieces / sizeof pieces[0])];
        piece = piece < len - done ? piece : len - done;
        rc = print_sink_write(sink, data + done, piece, err);
        done += piece;
    }
    return rc;
}

static void sink_file_appears_whole_at_the_commit(void **state)
{
    struct fixture *f = *state;
    struct print_sink *sink = NULL;
    struct stat st;
    size_t len = 0;
    unsigned char *data = make_bytes(BIG);
    assert_int_equal(print_sink_open(f->pdf, &sink, NULL), CUSTODY_OK);
    assert_int_equal(write_pieces(sink, data, BIG, NULL), CUSTODY_OK);
    assert_int_equal(stat(f->pdf, &st), -1);
    assert_int_equal(print_sink_commit(sink, NULL), CUSTODY_OK);
    print_sink_close(sink);
    assert_int_equal(fixture_files(f), 1);
    assert_int_equal(stat(f->pdf, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    char *found = fixture_read(f->pdf, &len);
    assert_int_equal(len, BIG);
    assert_memory_equal(found, data, BIG);
    free(found);
    free(data);
}

static void sink_file_that_is_not_committed_leaves_the_old_one(void **state)
{
    struct fixture *f = *state;
    struct print_sink *sink = NULL;
    size_t len = 0;
    assert_int_equal(print_sink_open(f->pdf, &sink, NULL), CUSTODY_OK);
    assert_int_equal(print_sink_write(sink, "old", 3, NULL), CUSTODY_OK);
    assert_int_equal(print_sink_commit(sink, NULL), CUSTODY_OK);
    print_sink_close(sink);
    assert_int_equal(print_sink_open(f->pdf, &sink, NULL), CUSTODY_OK);
    assert_int_equal(print_sink_write(sink, "new", 3, NULL), CUSTODY_OK);
    print_sink_close(sink);
    assert_int_equal(fixture_files(f), 1);
    char *found = fixture_read(f->pdf, &len);
    assert_string_equal(found, "old");
    free(found);
    print_sink_close(NULL);
}

static void sink_file_on_a_full_disk_leaves_nothing(void **state)
{
    struct fixture *f = *state;
    const rlim_t sizes[] = {0, 1, 65536, 100000, BIG - 1};
    struct rlimit old;
    unsigned char *data = make_bytes(BIG);
    assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct rlimit small = {.rlim_cur = sizes[i], .rlim_max = old.rlim_max};
        struct print_sink *sink = NULL;
        struct custody_error err = {0};
        assert_int_equal(print_sink_open(f->pdf, &sink, NULL), CUSTODY_OK);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
        enum custody_status rc = write_pieces(sink, data, BIG, &err);
        if (rc == CUSTODY_OK) {
            rc = print_sink_commit(sink, &err);
        } else {
            /* It does not come to life again. */
            assert_int_equal(print_sink_write(sink, "x", 1, NULL), CUSTODY_ERR_IO);
            assert_int_equal(print_sink_commit(sink, NULL), CUSTODY_ERR_IO);
        }
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
        assert_int_equal(rc, CUSTODY_ERR_IO);
        assert_int_equal(err.os_error, EFBIG);
        print_sink_close(sink);
        assert_int_equal(fixture_files(f), 0);
    }
    free(data);
}

/* What was there before the call stands at the path when the rename fails. */
static void sink_commit_over_what_became_a_directory_fails(void **state)
{
    struct fixture *f = *state;
    struct print_sink *sink = NULL;
    struct custody_error err = {0};
    assert_int_equal(print_sink_open(f->pdf, &sink, NULL), CUSTODY_OK);
    assert_int_equal(mkdir(f->pdf, 0700), 0);
    assert_int_equal(print_sink_commit(sink, &err), CUSTODY_ERR_IO);
    assert_true(err.text[0] != '\0');
    print_sink_close(sink);
    assert_int_equal(fixture_files(f), 1);
    assert_int_equal(rmdir(f->pdf), 0);
}

/* Runs with descriptor 1 going to path; cmocka must not write meanwhile. */
static enum custody_status write_stdout(const char *path, const unsigned char *data, size_t len,
                                        struct custody_error *err)
{
    struct print_sink *sink = NULL;
    (void)fflush(stdout);
    int saved = dup(STDOUT_FILENO);
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    if (saved < 0 || fd < 0 || dup2(fd, STDOUT_FILENO) < 0) {
        abort();
    }
    enum custody_status rc = print_sink_open("-", &sink, err);
    if (rc == CUSTODY_OK) {
        rc = write_pieces(sink, data, len, err);
    }
    if (rc == CUSTODY_OK) {
        rc = print_sink_commit(sink, err);
    }
    print_sink_close(sink);
    /* It was the caller's and stays open. */
    if (fcntl(STDOUT_FILENO, F_GETFD) < 0 || dup2(saved, STDOUT_FILENO) < 0) {
        abort();
    }
    (void)close(saved);
    (void)close(fd);
    return rc;
}

static void sink_dash_is_standard_output(void **state)
{
    struct fixture *f = *state;
    size_t len = 0;
    struct custody_error err = {0};
    unsigned char *data = make_bytes(BIG);
    assert_int_equal(write_stdout(f->pdf, data, BIG, NULL), CUSTODY_OK);
    char *found = fixture_read(f->pdf, &len);
    assert_int_equal(len, BIG);
    assert_memory_equal(found, data, BIG);
    free(found);
    /* Full: found while writing, and found at the commit. */
    assert_int_equal(write_stdout("/dev/full", data, BIG, &err), CUSTODY_ERR_IO);
    assert_int_equal(err.os_error, ENOSPC);
    assert_int_equal(write_stdout("/dev/full", data, 10, &err), CUSTODY_ERR_IO);
    free(data);
}

static void sink_open_refuses_what_is_no_place(void **state)
{
    struct fixture *f = *state;
    char missing[160];
    (void)snprintf(missing, sizeof missing, "%s/none/out.pdf", f->dir);
    const struct {
        const char *to;
        enum custody_status status;
    } cases[] = {
        {"", CUSTODY_ERR_INVALID},
        {f->dir, CUSTODY_ERR_INVALID},
        {"/dev/null", CUSTODY_ERR_INVALID},
        {missing, CUSTODY_ERR_IO},
        {"tcp://", CUSTODY_ERR_INVALID},
        {"tcp://:9100", CUSTODY_ERR_INVALID},
        {"tcp://host:", CUSTODY_ERR_INVALID},
        {"tcp://host:0", CUSTODY_ERR_INVALID},
        {"tcp://host:65536", CUSTODY_ERR_INVALID},
        {"tcp://host:91x", CUSTODY_ERR_INVALID},
        {"tcp://host:9100/queue", CUSTODY_ERR_INVALID},
        {"tcp://user@host", CUSTODY_ERR_INVALID},
        {"tcp://::1", CUSTODY_ERR_INVALID},
        {"tcp://[::1", CUSTODY_ERR_INVALID},
        {"tcp://[]", CUSTODY_ERR_INVALID},
        {"tcp://[::1]9100", CUSTODY_ERR_INVALID},
        {"tcp://no-such-printer.invalid", CUSTODY_ERR_IO},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char sentinel = 0;
        struct print_sink *sink = (struct print_sink *)(void *)&sentinel;
        struct custody_error err = {0};
        if (print_sink_open(cases[i].to, &sink, &err) != cases[i].status) {
            fail_msg("%s: %s", cases[i].to, err.text);
        }
        assert_ptr_equal(sink, &sentinel);
        assert_true(err.text[0] != '\0');
    }
    assert_int_equal(fixture_files(f), 0);
}

static enum custody_status send_all(struct printer_double *printer, const unsigned char *data,
                                    size_t len, int timeout_ms, struct custody_error *err)
{
    struct print_sink *sink = NULL;
    assert_int_equal(print_sink_open(printer->address, &sink, err), CUSTODY_OK);
    if (timeout_ms > 0) {
        sink->timeout_ms = timeout_ms;
    }
    enum custody_status rc = write_pieces(sink, data, len, err);
    if (rc == CUSTODY_OK) {
        rc = print_sink_commit(sink, err);
    }
    print_sink_close(sink);
    printer_stop(printer);
    return rc;
}

static void sink_printer_gets_every_byte(void **state)
{
    const struct {
        enum printer_habit habit;
        size_t len;
    } cases[] = {{PRINTER_TAKES_ALL, BIG},
                 {PRINTER_TAKES_ALL, 0},
                 {PRINTER_ANSWERS, 10000},
                 {PRINTER_CLOSES_FIRST, 50000}};
    unsigned char *data = make_bytes(BIG);
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct printer_double printer;
        struct custody_error err = {0};
        printer_start(&printer, cases[i].habit, cases[i].len);
        if (send_all(&printer, data, cases[i].len, 0, &err) != CUSTODY_OK) {
            fail_msg("case %zu: %s", i, err.text);
        }
        assert_int_equal(printer.taken, cases[i].len);
        assert_memory_equal(printer.bytes, data, cases[i].len);
        printer_free(&printer);
    }
    free(data);
}

/* No signal ends the program, and no way of closing looks like success: while much is still to
 * be sent, and when all of it fits into this machine's buffers. */
static void sink_printer_that_closes_half_way_is_an_io_error(void **state)
{
    static const size_t lens[] = {BIG, 100000, 30000, 1001};
    unsigned char *data = make_bytes(BIG);
    (void)state;
    for (size_t i = 0; i < sizeof lens / sizeof lens[0]; i++) {
        struct printer_double printer;
        struct custody_error err = {0};
        printer_start(&printer, PRINTER_CLOSES_EARLY, 1000);
        assert_int_equal(send_all(&printer, data, lens[i], 0, &err), CUSTODY_ERR_IO);
        assert_int_not_equal(err.os_error, 0);
        /* How far it came. */
        assert_non_null(strstr(err.text, " bytes"));
        printer_free(&printer);
    }
    free(data);
}

/* It took all that had been sent and closed in order, and only then the rest comes. */
static void sink_printer_that_closes_before_the_rest_is_an_io_error(void **state)
{
    struct printer_double printer;
    struct print_sink *sink = NULL;
    struct custody_error err = {0};
    unsigned char *data = make_bytes(2 * PRINT_SINK_BUFFER);
    (void)state;
    printer_start(&printer, PRINTER_CLOSES_FIRST, 2 * PRINT_SINK_BUFFER);
    assert_int_equal(print_sink_open(printer.address, &sink, NULL), CUSTODY_OK);
    assert_int_equal(print_sink_write(sink, data, 2 * PRINT_SINK_BUFFER, NULL), CUSTODY_OK);
    printer_stop(&printer);
    assert_int_equal(printer.taken, 2 * PRINT_SINK_BUFFER);
    assert_int_equal(print_sink_write(sink, "last label", 10, NULL), CUSTODY_OK);
    assert_int_equal(print_sink_commit(sink, &err), CUSTODY_ERR_IO);
    assert_non_null(strstr(err.text, " bytes"));
    print_sink_close(sink);
    printer_free(&printer);
    free(data);
}

static void sink_printer_that_takes_nothing_is_given_up(void **state)
{
    struct printer_double printer;
    struct custody_error err = {0};
    unsigned char *data = make_bytes(STALL_MAX);
    (void)state;
    printer_start(&printer, PRINTER_STOPS, 0);
    assert_int_equal(send_all(&printer, data, STALL_MAX, SHORT_MS, &err), CUSTODY_ERR_IO);
    assert_int_equal(err.os_error, ETIMEDOUT);
    assert_non_null(strstr(err.text, " bytes"));
    printer_free(&printer);
    free(data);
}

static void sink_printer_that_never_closes_is_an_io_error(void **state)
{
    struct printer_double printer;
    struct custody_error err = {0};
    (void)state;
    printer_start(&printer, PRINTER_HANGS, 0);
    assert_int_equal(send_all(&printer, (const unsigned char *)"label", 5, SHORT_MS, &err),
                     CUSTODY_ERR_IO);
    assert_int_equal(err.os_error, ETIMEDOUT);
    assert_int_equal(printer.taken, 5);
    printer_free(&printer);
}

static void sink_printer_that_does_not_answer_is_an_io_error(void **state)
{
    struct printer_double printer;
    struct custody_error err = {0};
    struct print_sink *sink = NULL;
    (void)state;
    /* A port that was somebody's a moment ago. */
    printer_start(&printer, PRINTER_TAKES_ALL, 0);
    assert_int_equal(send_all(&printer, NULL, 0, 0, NULL), CUSTODY_OK);
    assert_int_equal(print_sink_open(printer.address, &sink, &err), CUSTODY_ERR_IO);
    assert_null(sink);
    assert_int_equal(err.os_error, ECONNREFUSED);
    printer_free(&printer);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, fixture_set_up, fixture_tear_down)
    const struct CMUnitTest tests[] = {
        CASE(sink_file_appears_whole_at_the_commit),
        CASE(sink_file_that_is_not_committed_leaves_the_old_one),
        CASE(sink_file_on_a_full_disk_leaves_nothing),
        CASE(sink_commit_over_what_became_a_directory_fails),
        CASE(sink_dash_is_standard_output),
        CASE(sink_open_refuses_what_is_no_place),
        cmocka_unit_test(sink_printer_gets_every_byte),
        cmocka_unit_test(sink_printer_that_closes_half_way_is_an_io_error),
        cmocka_unit_test(sink_printer_that_closes_before_the_rest_is_an_io_error),
        cmocka_unit_test(sink_printer_that_takes_nothing_is_given_up),
        cmocka_unit_test(sink_printer_that_never_closes_is_an_io_error),
        cmocka_unit_test(sink_printer_that_does_not_answer_is_an_io_error),
    };
    return cmocka_run_group_tests_name("print sink", tests, NULL, NULL);
}
