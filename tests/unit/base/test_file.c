/* Files: bounded reads, durable writes, locks. Each test works in a directory of its own. */
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "file.h"

static int setup(void **state)
{
    const char *base = getenv("TMPDIR");
    char *dir = file_join(base != NULL ? base : P_tmpdir, "custody-file-XXXXXX");

    *state = dir;
    return dir != NULL && mkdtemp(dir) != NULL ? 0 : -1;
}

/* Remove the files of the directory, then itself; tests that make folders empty them. */
static int teardown(void **state)
{
    char *path = *state;
    DIR *dir = opendir(path);

    if (dir == NULL) {
        return -1;
    }
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        char *name = file_join(path, entry->d_name);
        if (name != NULL) {
            (void)unlink(name);
        }
        free(name);
    }
    (void)closedir(dir);
    int rc = rmdir(path);
    free(path);
    return rc;
}

static size_t count_files(const char *path)
{
    size_t count = 0;
    DIR *dir = opendir(path);

    assert_non_null(dir);
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        count += entry->d_name[0] != '.' ? 1 : 0;
    }
    assert_int_equal(closedir(dir), 0);
    return count;
}

static void check_content(const char *path, const char *want)
{
    struct buf buf = BUF_INIT(1000);

    assert_int_equal(file_read(path, 1000, &buf, NULL), CUSTODY_OK);
    assert_int_equal(buf.len, strlen(want));
    assert_memory_equal(buf.data, want, buf.len);
    buf_clear(&buf);
}

static void file_read_appends_and_is_bounded(void **state)
{
    char *path = file_join(*state, "a");
    struct buf buf = BUF_INIT(12);
    struct custody_error err;

    assert_int_equal(file_write_durable(path, "0123456789", 10, 0600, NULL), CUSTODY_OK);
    assert_int_equal(buf_put_text(&buf, ">", NULL), CUSTODY_OK);
    assert_int_equal(file_read(path, 9, &buf, &err), CUSTODY_ERR_LIMIT);
    assert_string_equal((char *)buf.data, ">");
    assert_int_equal(file_read(path, 10, &buf, &err), CUSTODY_OK);
    assert_string_equal((char *)buf.data, ">0123456789");
    assert_int_equal(file_read(path, 10, &buf, &err), CUSTODY_ERR_LIMIT); /* the buffer's own */
    assert_string_equal((char *)buf.data, ">0123456789");
    buf_clear(&buf);
    free(path);
}

static void file_read_names_what_is_missing(void **state)
{
    char *path = file_join(*state, "none");
    struct buf buf = BUF_INIT(100);
    struct custody_error err;

    assert_int_equal(file_read(path, 10, &buf, &err), CUSTODY_ERR_NOT_FOUND);
    assert_int_equal(err.os_error, ENOENT);
    assert_non_null(strstr(err.text, "none"));
    assert_int_equal(file_read(*state, 10, &buf, &err), CUSTODY_ERR_IO); /* a directory */
    assert_null(buf.data);
    assert_false(file_exists(path));
    assert_true(file_exists(*state));
    free(path);
}

/* Procfs says size 0 for what has bytes: the bound must hold while reading, too. */
static void file_read_bounds_files_that_hide_their_size(void **state)
{
    struct buf buf = BUF_INIT(100000);

    (void)state;
    if (!file_exists("/proc/self/status")) {
        print_message("skipped: no procfs\n");
        skip();
    }
    assert_int_equal(file_read("/proc/self/status", 20, &buf, NULL), CUSTODY_ERR_LIMIT);
    assert_int_equal(buf.len, 0);
    assert_int_equal(file_read("/proc/self/status", 90000, &buf, NULL), CUSTODY_OK);
    assert_true(buf.len > 100);
    buf_clear(&buf);
}

static void file_write_durable_replaces_and_leaves_nothing_beside(void **state)
{
    char *path = file_join(*state, "a");
    struct stat info;

    assert_int_equal(file_write_durable(path, "old", 3, 0600, NULL), CUSTODY_OK);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(file_write_durable(path, "newer", 5, 0640, NULL), CUSTODY_OK);
    check_content(path, "newer");
    assert_int_equal(file_write_durable(path, "", 0, 0600, NULL), CUSTODY_OK);
    check_content(path, "");
    assert_int_equal(count_files(*state), 1);
    free(path);
}

/* The system refuses bytes beyond a file size limit: the disk that is full. */
static void file_write_durable_keeps_the_old_file_when_the_disk_is_full(void **state)
{
    char *path = file_join(*state, "a");
    int status = 0;

    assert_int_equal(file_write_durable(path, "old", 3, 0600, NULL), CUSTODY_OK);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct rlimit limit = {.rlim_cur = 1000, .rlim_max = 1000};
        struct custody_error err = {.status = CUSTODY_OK};
        char bytes[2000] = {0};
        (void)signal(SIGXFSZ, SIG_IGN);
        if (setrlimit(RLIMIT_FSIZE, &limit) != 0) {
            _exit(2);
        }
        enum custody_status rc = file_write_durable(path, bytes, sizeof bytes, 0600, &err);
        _exit(rc == CUSTODY_ERR_IO && err.os_error == EFBIG ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    check_content(path, "old");
    assert_int_equal(count_files(*state), 1);
    free(path);
}

static void file_write_durable_cleans_up_when_the_name_is_taken_by_a_directory(void **state)
{
    char *path = file_join(*state, "dir");
    struct custody_error err;

    assert_int_equal(file_make_dir(path, 0700, NULL), CUSTODY_OK);
    assert_int_equal(file_write_durable(path, "x", 1, 0600, &err), CUSTODY_ERR_IO);
    assert_true(err.os_error == EISDIR || err.os_error == ENOTEMPTY);
    assert_int_equal(count_files(*state), 1);
    assert_int_equal(rmdir(path), 0);
    free(path);
}

static void file_create_durable_never_replaces(void **state)
{
    char *path = file_join(*state, "a");
    struct custody_error err;

    assert_int_equal(file_create_durable(path, "first", 5, 0600, NULL), CUSTODY_OK);
    assert_int_equal(file_create_durable(path, "second", 6, 0600, &err), CUSTODY_ERR_REFUSED);
    assert_string_equal(err.rule, "exists");
    check_content(path, "first");
    assert_int_equal(count_files(*state), 1);
    free(path);
}

static void file_create_durable_lets_one_of_many_win(void **state)
{
    char *path = file_join(*state, "a");
    int winners = 0;
    pid_t children[6];

    for (size_t i = 0; i < 6; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0) {
            enum custody_status rc = file_create_durable(path, "child", 5, 0600, NULL);
            _exit(rc == CUSTODY_OK ? 0 : (rc == CUSTODY_ERR_REFUSED ? 1 : 2));
        }
    }
    for (size_t i = 0; i < 6; i++) {
        int status = 0;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 2);
        winners += WEXITSTATUS(status) == 0 ? 1 : 0;
    }
    assert_int_equal(winners, 1);
    check_content(path, "child");
    assert_int_equal(count_files(*state), 1);
    free(path);
}

static void file_make_dir_makes_parents_and_takes_existing_ones(void **state)
{
    char *top = file_join(*state, "x");
    char *middle = file_join(top, "y");
    char *deep = file_join(middle, "z/");
    char *blocked = file_join(*state, "f");
    char *below = file_join(blocked, "g");
    struct custody_error err;

    assert_int_equal(file_make_dir(deep, 0700, NULL), CUSTODY_OK);
    assert_int_equal(file_make_dir(deep, 0700, NULL), CUSTODY_OK);
    assert_true(file_exists(deep));
    assert_int_equal(file_write_durable(blocked, "", 0, 0600, NULL), CUSTODY_OK);
    assert_int_equal(file_make_dir(blocked, 0700, &err), CUSTODY_ERR_IO);
    assert_int_equal(file_make_dir(below, 0700, &err), CUSTODY_ERR_IO);
    assert_int_equal(file_make_dir("", 0700, &err), CUSTODY_ERR_IO);
    assert_int_equal(rmdir(deep), 0);
    assert_int_equal(rmdir(middle), 0);
    assert_int_equal(rmdir(top), 0);
    free(top);
    free(middle);
    free(deep);
    free(blocked);
    free(below);
}

static void file_lock_keeps_a_second_holder_out_until_unlocked(void **state)
{
    char *path = file_join(*state, "lock");
    struct custody_error err;
    int first = -7;
    int second = -7;

    assert_int_equal(file_lock(path, 0, &first, NULL), CUSTODY_OK);
    assert_true(first >= 0);
    assert_int_equal(file_lock(path, 30, &second, &err), CUSTODY_ERR_BUSY);
    assert_int_equal(second, -7);
    file_unlock(first);
    assert_int_equal(file_lock(path, 0, &second, NULL), CUSTODY_OK);
    file_unlock(second);
    file_unlock(-1);
    free(path);
}

int main(void)
{
    static const struct CMUnitTest TESTS[] = {
        cmocka_unit_test_setup_teardown(file_read_appends_and_is_bounded, setup, teardown),
        cmocka_unit_test_setup_teardown(file_read_names_what_is_missing, setup, teardown),
        cmocka_unit_test(file_read_bounds_files_that_hide_their_size),
        cmocka_unit_test_setup_teardown(file_write_durable_replaces_and_leaves_nothing_beside,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(
            file_write_durable_keeps_the_old_file_when_the_disk_is_full, setup, teardown),
        cmocka_unit_test_setup_teardown(
            file_write_durable_cleans_up_when_the_name_is_taken_by_a_directory, setup,
            teardown),
        cmocka_unit_test_setup_teardown(file_create_durable_never_replaces, setup, teardown),
        cmocka_unit_test_setup_teardown(file_create_durable_lets_one_of_many_win, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(file_make_dir_makes_parents_and_takes_existing_ones,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(file_lock_keeps_a_second_holder_out_until_unlocked,
                                        setup, teardown),
    };

    return cmocka_run_group_tests_name("file", TESTS, NULL, NULL);
}
