/* Two people with unlocked credentials in one directory, for tests. */
#ifndef CUSTODY_TEST_CREDENTIAL_FIXTURE_H
#define CUSTODY_TEST_CREDENTIAL_FIXTURE_H

#include "request_fixture.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "credstore.h"
#include "file.h"

struct people {
    char *dir;
    char *li_path;
    char *wang_path;
    struct credential *li;
    struct credential *wang;
    struct secret passphrase;
};

/* Files and empty folders of the directory, then itself. */
static inline void remove_tree(const char *path)
{
    DIR *dir = opendir(path);

    for (const struct dirent *entry = NULL; dir != NULL && (entry = readdir(dir)) != NULL;) {
        char *name = file_join(path, entry->d_name);
        if (unlink(name) != 0) {
            (void)rmdir(name);
        }
        free(name);
    }
    if (dir != NULL) {
        (void)closedir(dir);
    }
    (void)rmdir(path);
}

static inline struct credential *make_person(struct people *people, const char *handle,
                                             char **ret_path)
{
    struct credential_info info = {0};
    struct credential *credential = NULL;

    assert_int_equal(credential_create(people->dir, handle, &people->passphrase,
                                       SEAL_COST_INTERACTIVE, &info, NULL),
                     CUSTODY_OK);
    assert_int_equal(credential_unlock(info.path, &people->passphrase, &credential, NULL),
                     CUSTODY_OK);
    *ret_path = info.path;
    info.path = NULL;
    credential_info_clear(&info);
    return credential;
}

static inline int people_setup(void **state)
{
    const char *base = getenv("TMPDIR");
    struct people *people = calloc(1, sizeof *people);

    if (people == NULL || crypt_start(NULL) != CUSTODY_OK) {
        free(people);
        return -1;
    }
    people->dir = file_join(base != NULL ? base : P_tmpdir, "custody-cred-XXXXXX");
    assert_non_null(people->dir);
    assert_non_null(mkdtemp(people->dir));
    assert_int_equal(secret_copy("correct horse", 13, &people->passphrase, NULL), CUSTODY_OK);
    people->li = make_person(people, "li", &people->li_path);
    people->wang = make_person(people, "wang", &people->wang_path);
    *state = people;
    return 0;
}

static inline int people_teardown(void **state)
{
    struct people *people = *state;
    char *below = file_join(people->dir, "new");

    credential_close(people->li);
    credential_close(people->wang);
    secret_clear(&people->passphrase);
    remove_tree(below);
    remove_tree(people->dir);
    free(below);
    free(people->li_path);
    free(people->wang_path);
    free(people->dir);
    free(people);
    return 0;
}

#endif
