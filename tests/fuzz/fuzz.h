/*
 * What every fuzzer shares. A fuzzer states what must hold of its parser; a claim that does not
 * hold stops it with the input at hand.
 */
#ifndef CUSTODY_FUZZ_H
#define CUSTODY_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "custody/error.h"
#include "hash.h"

#define CLAIM(holds)                                                                           \
    do {                                                                                       \
        if (!(holds)) {                                                                        \
            (void)fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #holds);   \
            abort();                                                                           \
        }                                                                                      \
    } while (0)

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    CLAIM(crypt_start(NULL) == CUSTODY_OK);
    return 0;
}

/* A refusal says why, and says so under the status that is returned. */
static inline void claim_told(enum custody_status rc, const struct custody_error *err)
{
    CLAIM(rc == err->status && err->text[0] != '\0');
}

/* A path under which the bytes can be read as a file, for parsers that open one. */
struct fuzz_file {
    int fd;
    char path[32];
};

static inline struct fuzz_file fuzz_file_open(const uint8_t *data, size_t size)
{
    struct fuzz_file file = {.fd = memfd_create("fuzz", MFD_CLOEXEC)};

    CLAIM(file.fd >= 0 && write(file.fd, data, size) == (ssize_t)size);
    (void)snprintf(file.path, sizeof file.path, "/proc/self/fd/%d", file.fd);
    return file;
}

static inline void fuzz_file_close(const struct fuzz_file *file)
{
    (void)close(file->fd);
}

/* The bytes as a string in malloc'ed memory of just that size. */
static inline char *fuzz_text(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);

    CLAIM(text != NULL);
    if (size > 0) {
        memcpy(text, data, size);
    }
    text[size] = '\0';
    return text;
}

#endif
