/* Signatures and points that are known to be good, for flips.c: see there. */
#ifndef CUSTODY_TEST_KNOWN_GOOD_H
#define CUSTODY_TEST_KNOWN_GOOD_H

#include "tamper_fixture.h"

#include <dlfcn.h>
#include <pthread.h>

#include "world_impl.h"

int crypto_sign_verify_detached(const unsigned char *sig, const unsigned char *m,
                                unsigned long long mlen, const unsigned char *pk);
int crypto_core_ed25519_is_valid_point(const unsigned char *p);

static struct {
    pthread_mutex_t lock; /* only while learning: workers read what stands */
    bool is_learning;
    struct good {
        uint8_t signature[64], key[32];
        struct buf message;
    } signatures[256];
    size_t signature_count;
    uint8_t points[64][32];
    size_t point_count;
} known = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* The function of that name in the library. */
static void *original(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (found == NULL) {
        (void)fprintf(stderr, "flips: no %s\n", name);
        abort();
    }
    return found;
}

int crypto_sign_verify_detached(const unsigned char *sig, const unsigned char *m,
                                unsigned long long mlen, const unsigned char *pk)
{
    static int (*real)(const unsigned char *, const unsigned char *, unsigned long long,
                       const unsigned char *);
    for (size_t i = 0; !known.is_learning && i < known.signature_count; i++) {
        const struct good *good = &known.signatures[i];
        if (memcmp(good->signature, sig, 64) == 0 && memcmp(good->key, pk, 32) == 0 &&
            good->message.len == mlen && memcmp(good->message.data, m, mlen) == 0) {
            return 0;
        }
    }
    (void)pthread_mutex_lock(&known.lock);
    if (real == NULL) {
        *(void **)&real = original("crypto_sign_verify_detached");
    }
    (void)pthread_mutex_unlock(&known.lock);
    const int rc = real(sig, m, mlen, pk);
    if (known.is_learning && rc == 0) {
        (void)pthread_mutex_lock(&known.lock);
        if (known.signature_count < COUNT_OF(known.signatures)) {
            struct good *good = &known.signatures[known.signature_count++];
            memcpy(good->signature, sig, 64);
            memcpy(good->key, pk, 32);
            good->message = (struct buf)BUF_INIT(ENVELOPE_MAX);
            world_need(buf_put(&good->message, m, mlen, NULL), NULL, "a message");
        }
        (void)pthread_mutex_unlock(&known.lock);
    }
    return rc;
}

int crypto_core_ed25519_is_valid_point(const unsigned char *p)
{
    static int (*real)(const unsigned char *);
    for (size_t i = 0; !known.is_learning && i < known.point_count; i++) {
        if (memcmp(known.points[i], p, 32) == 0) {
            return 1;
        }
    }
    (void)pthread_mutex_lock(&known.lock);
    if (real == NULL) {
        *(void **)&real = original("crypto_core_ed25519_is_valid_point");
    }
    (void)pthread_mutex_unlock(&known.lock);
    const int rc = real(p);
    if (known.is_learning && rc == 1) {
        (void)pthread_mutex_lock(&known.lock);
        if (known.point_count < COUNT_OF(known.points)) {
            memcpy(known.points[known.point_count++], p, 32);
        }
        (void)pthread_mutex_unlock(&known.lock);
    }
    return rc;
}

#endif
