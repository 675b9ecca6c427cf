/* A directory of its own for each test that writes files, and what must be left in it. */
#ifndef CUSTODY_TEST_PRINT_FIXTURE_H
#define CUSTODY_TEST_PRINT_FIXTURE_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct fixture {
    char dir[64];
    char pdf[128];
};

static inline int fixture_set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    if (f == NULL) {
        return -1;
    }
    (void)snprintf(f->dir, sizeof f->dir, "%s/printXXXXXX", P_tmpdir);
    if (mkdtemp(f->dir) == NULL) {
        free(f);
        return -1;
    }
    (void)snprintf(f->pdf, sizeof f->pdf, "%s/out.pdf", f->dir);
    *state = f;
    return 0;
}

/* How many files lie in the directory: what a failure left behind. */
static inline int fixture_files(const struct fixture *f)
{
    int count = 0;
    DIR *dir = opendir(f->dir);
    for (struct dirent *entry = NULL; dir != NULL && (entry = readdir(dir)) != NULL;) {
        count += entry->d_name[0] != '.';
    }
    if (dir != NULL) {
        (void)closedir(dir);
    }
    return count;
}

/* Fails when a test left more than its PDF. */
static inline int fixture_tear_down(void **state)
{
    struct fixture *f = *state;
    (void)unlink(f->pdf);
    int rc = rmdir(f->dir);
    free(f);
    return rc;
}

/* Whole file, free() it. */
static inline char *fixture_read(const char *path, size_t *ret_len)
{
    struct stat st;
    FILE *file = fopen(path, "rb");
    if (file == NULL || fstat(fileno(file), &st) != 0) {
        abort();
    }
    char *data = calloc(1, (size_t)st.st_size + 1);
    if (data == NULL || fread(data, 1, (size_t)st.st_size, file) != (size_t)st.st_size) {
        abort();
    }
    (void)fclose(file);
    *ret_len = (size_t)st.st_size;
    return data;
}

#endif
