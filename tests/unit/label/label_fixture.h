/* What the tests of labels share: a directory of one's own, sample labels, files. */
#ifndef CUSTODY_TEST_LABEL_FIXTURE_H
#define CUSTODY_TEST_LABEL_FIXTURE_H

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "custody/label.h"

#define LABELS 146

struct fixture {
    char dir[64];
    char out[128];
    char file[128]; /* for a stock or a profile */
    struct custody_label labels[LABELS];
};

static inline int fixture_set_up(void **state)
{
    static const struct custody_label_field fields[] = {{"building", "3栋-2单元"},
                                                        {"room", "12楼-1201房"},
                                                        {"what", "防盗铁门"},
                                                        {"class", "业主"},
                                                        {"copy", "2/3"},
                                                        {"number", "17"},
                                                        {"address", "3栋-2单元-1201 防盗铁门"}};
    struct fixture *f = calloc(1, sizeof *f);
    if (f == NULL) {
        return -1;
    }
    (void)snprintf(f->dir, sizeof f->dir, "%s/labelXXXXXX", P_tmpdir);
    if (mkdtemp(f->dir) == NULL) {
        free(f);
        return -1;
    }
    (void)snprintf(f->out, sizeof f->out, "%s/out", f->dir);
    (void)snprintf(f->file, sizeof f->file, "%s/file", f->dir);
    for (size_t i = 0; i < LABELS; i++) {
        struct custody_label *label = &f->labels[i];
        char item[CUSTODY_ITEM_LEN + 1] = "K4F7Q2M9X";
        item[8] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[i % 32];
        item[7] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[i / 32];
        custody_tag_print(item, '1', "7QZ0XK", label->code);
        memcpy(label->fields, fields, sizeof fields);
        label->field_count = sizeof fields / sizeof fields[0];
        label->record = "row 9";
    }
    *state = f;
    return 0;
}

/* Files in the directory but the fixture's own. */
static inline int fixture_left(const struct fixture *f)
{
    int count = 0;
    DIR *dir = opendir(f->dir);
    for (struct dirent *entry = NULL; dir != NULL && (entry = readdir(dir)) != NULL;) {
        count += entry->d_name[0] != '.' && strcmp(entry->d_name, "file") != 0;
    }
    if (dir != NULL) {
        (void)closedir(dir);
    }
    return count;
}

/* Fails when a test left more than its output and its file. */
static inline int fixture_tear_down(void **state)
{
    struct fixture *f = *state;
    (void)unlink(f->out);
    (void)unlink(f->file);
    int rc = rmdir(f->dir);
    free(f);
    return rc;
}

static inline void fixture_write(const char *path, const char *data, size_t len)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

/* The whole file and a 0; free() it. */
static inline char *fixture_read(const char *path, size_t *ret_len)
{
    struct stat st;
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fstat(fileno(file), &st), 0);
    char *data = calloc(1, (size_t)st.st_size + 1);
    assert_non_null(data);
    assert_int_equal(fread(data, 1, (size_t)st.st_size, file), (size_t)st.st_size);
    (void)fclose(file);
    *ret_len = (size_t)st.st_size;
    return data;
}

/* A job of the first `count` labels into f->out. */
static inline struct custody_label_job fixture_job(const struct fixture *f, const char *stock,
                                                   enum custody_label_format format,
                                                   size_t count)
{
    return (struct custody_label_job){.stock = stock,
                                      .format = format,
                                      .has_format = true,
                                      .labels = f->labels,
                                      .count = count,
                                      .copies = 1,
                                      .start_position = 1,
                                      .to = f->out};
}

#endif
