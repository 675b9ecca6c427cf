#include "sigcheck.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define THREADS_MAX        8U
#define BATCH_JOBS         64U
#define BATCH_BYTES        131072U /* two of the largest messages, some hundred usual ones */
#define BATCHES_PER_THREAD 4U
#define FAILURES_MAX       1024U
#define KNOWN_KEYS         8192U /* a power of two; more people than a site has */

struct job {
    uint8_t key[SIGN_PUBLIC_LEN];
    uint8_t signature[SIGN_LEN];
    uint8_t act_id[HASH_LEN];
    int64_t idx;
    size_t offset; /* of the message in bytes */
    size_t len;
    bool is_key_good; /* the key is a valid point, found out before */
};

struct batch {
    size_t job_count;
    size_t used;
    struct job jobs[BATCH_JOBS];
    uint8_t bytes[BATCH_BYTES];
};

struct failure {
    int64_t idx;
    uint8_t act_id[HASH_LEN];
};

struct sigcheck {
    /* Guarded by mutex: */
    pthread_mutex_t mutex;
    pthread_cond_t has_work;
    pthread_cond_t has_room;
    struct batch *queue[THREADS_MAX * BATCHES_PER_THREAD];
    size_t queue_len;
    struct batch *spare[THREADS_MAX * BATCHES_PER_THREAD + 1];
    size_t spare_count;
    size_t busy_count; /* batches that workers hold */
    bool is_stopping;
    struct failure failures[FAILURES_MAX];
    size_t failure_count; /* kept */
    int64_t failures_unkept;
    /* The caller's own: */
    struct batch *filling;
    size_t batch_count;
    int64_t count;
    unsigned thread_count;
    pthread_t threads[THREADS_MAX];
    /* Public keys found to be valid points: that check costs half a verification. */
    uint8_t known_keys[KNOWN_KEYS][SIGN_PUBLIC_LEN];
    bool has_known[KNOWN_KEYS];
};

/* ---- verifying a batch ---- */

static void keep_failure(struct sigcheck *sigcheck, const struct job *job)
{
    (void)pthread_mutex_lock(&sigcheck->mutex);
    if (sigcheck->failure_count < FAILURES_MAX) {
        struct failure *failure = &sigcheck->failures[sigcheck->failure_count++];
        failure->idx = job->idx;
        memcpy(failure->act_id, job->act_id, HASH_LEN);
    } else {
        sigcheck->failures_unkept++;
    }
    (void)pthread_mutex_unlock(&sigcheck->mutex);
}

static void verify_batch(struct sigcheck *sigcheck, struct batch *batch)
{
    for (size_t i = 0; i < batch->job_count; i++) {
        const struct job *job = &batch->jobs[i];
        if (!job->is_key_good || !sign_verify_known(job->key, batch->bytes + job->offset,
                                                    job->len, job->signature)) {
            keep_failure(sigcheck, job);
        }
    }
    batch->job_count = 0;
    batch->used = 0;
}

static void *work(void *arg)
{
    struct sigcheck *sigcheck = arg;

    (void)pthread_mutex_lock(&sigcheck->mutex);
    for (;;) {
        while (sigcheck->queue_len == 0 && !sigcheck->is_stopping) {
            (void)pthread_cond_wait(&sigcheck->has_work, &sigcheck->mutex);
        }
        if (sigcheck->queue_len == 0) {
            break;
        }
        struct batch *batch = sigcheck->queue[--sigcheck->queue_len];
        sigcheck->busy_count++;
        (void)pthread_mutex_unlock(&sigcheck->mutex);
        verify_batch(sigcheck, batch);
        (void)pthread_mutex_lock(&sigcheck->mutex);
        sigcheck->busy_count--;
        sigcheck->spare[sigcheck->spare_count++] = batch;
        (void)pthread_cond_signal(&sigcheck->has_room);
    }
    (void)pthread_mutex_unlock(&sigcheck->mutex);
    return NULL;
}

/* ---- start and stop ---- */

enum custody_status sigcheck_start(unsigned threads, struct sigcheck **ret_sigcheck,
                                   struct custody_error *err)
{
    struct sigcheck *sigcheck = calloc(1, sizeof *sigcheck);

    assert(threads <= THREADS_MAX);
    if (sigcheck == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "verifying: out of memory");
    }
    (void)pthread_mutex_init(&sigcheck->mutex, NULL);
    (void)pthread_cond_init(&sigcheck->has_work, NULL);
    (void)pthread_cond_init(&sigcheck->has_room, NULL);
    sigcheck->batch_count = threads * BATCHES_PER_THREAD + 1;
    for (size_t i = 0; i < sigcheck->batch_count; i++) {
        struct batch *batch = calloc(1, sizeof *batch);
        if (batch == NULL) {
            sigcheck_stop(sigcheck);
            return custody_fail(err, CUSTODY_ERR_NOMEM, "verifying: out of memory");
        }
        sigcheck->spare[sigcheck->spare_count++] = batch;
    }
    sigcheck->filling = sigcheck->spare[--sigcheck->spare_count];
    for (unsigned i = 0; i < threads; i++) {
        /* Fewer threads than asked for is slower, never wrong. */
        if (pthread_create(&sigcheck->threads[i], NULL, work, sigcheck) != 0) {
            break;
        }
        sigcheck->thread_count++;
    }
    *ret_sigcheck = sigcheck;
    return CUSTODY_OK;
}

static void join_all(struct sigcheck *sigcheck)
{
    (void)pthread_mutex_lock(&sigcheck->mutex);
    sigcheck->is_stopping = true;
    (void)pthread_cond_broadcast(&sigcheck->has_work);
    (void)pthread_mutex_unlock(&sigcheck->mutex);
    for (unsigned i = 0; i < sigcheck->thread_count; i++) {
        (void)pthread_join(sigcheck->threads[i], NULL);
    }
    sigcheck->thread_count = 0;
}

void sigcheck_stop(struct sigcheck *sigcheck)
{
    if (sigcheck == NULL) {
        return;
    }
    join_all(sigcheck);
    for (size_t i = 0; i < sigcheck->spare_count; i++) {
        free(sigcheck->spare[i]);
    }
    free(sigcheck->filling);
    (void)pthread_cond_destroy(&sigcheck->has_room);
    (void)pthread_cond_destroy(&sigcheck->has_work);
    (void)pthread_mutex_destroy(&sigcheck->mutex);
    free(sigcheck);
}

/* ---- adding ---- */

/* Hand the filled batch to a worker, or do its work here when all of them are behind. */
static void flush(struct sigcheck *sigcheck)
{
    struct batch *batch = sigcheck->filling;

    if (batch->job_count == 0) {
        return;
    }
    (void)pthread_mutex_lock(&sigcheck->mutex);
    if (sigcheck->thread_count > 0 && sigcheck->spare_count > 0) {
        sigcheck->queue[sigcheck->queue_len++] = batch;
        sigcheck->filling = sigcheck->spare[--sigcheck->spare_count];
        (void)pthread_cond_signal(&sigcheck->has_work);
        (void)pthread_mutex_unlock(&sigcheck->mutex);
        return;
    }
    (void)pthread_mutex_unlock(&sigcheck->mutex);
    verify_batch(sigcheck, batch);
}

static bool is_key_good(struct sigcheck *sigcheck, const uint8_t key[SIGN_PUBLIC_LEN])
{
    size_t slot = (key[0] | (size_t)key[1] << 8) & (KNOWN_KEYS - 1);

    if (sigcheck->has_known[slot] &&
        memcmp(sigcheck->known_keys[slot], key, SIGN_PUBLIC_LEN) == 0) {
        return true;
    }
    if (!sign_public_is_valid(key)) {
        return false;
    }
    memcpy(sigcheck->known_keys[slot], key, SIGN_PUBLIC_LEN);
    sigcheck->has_known[slot] = true;
    return true;
}

void sigcheck_add(struct sigcheck *sigcheck, int64_t idx, const uint8_t act_id[HASH_LEN],
                  const void *message, size_t len, const uint8_t *const *keys,
                  const uint8_t *const *signatures, size_t count)
{
    struct batch *batch = sigcheck->filling;
    size_t offset = 0;

    assert(len <= BATCH_BYTES && count <= BATCH_JOBS);
    if (batch->job_count + count > BATCH_JOBS || batch->used + len > BATCH_BYTES) {
        flush(sigcheck);
        batch = sigcheck->filling;
    }
    offset = batch->used;
    memcpy(batch->bytes + offset, message, len);
    batch->used += len;
    for (size_t i = 0; i < count; i++) {
        if (keys[i] == NULL) {
            continue;
        }
        struct job *job = &batch->jobs[batch->job_count++];
        memcpy(job->key, keys[i], SIGN_PUBLIC_LEN);
        memcpy(job->signature, signatures[i], SIGN_LEN);
        memcpy(job->act_id, act_id, HASH_LEN);
        job->idx = idx;
        job->offset = offset;
        job->len = len;
        job->is_key_good = is_key_good(sigcheck, keys[i]);
        sigcheck->count++;
    }
    if (sigcheck->thread_count == 0) {
        flush(sigcheck);
    }
}

/* ---- finishing ---- */

static int compare_failures(const void *a, const void *b)
{
    const struct failure *x = a;
    const struct failure *y = b;

    return (x->idx > y->idx) - (x->idx < y->idx);
}

enum custody_status sigcheck_finish(struct sigcheck *sigcheck, struct judge *judge,
                                    struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;

    flush(sigcheck);
    /* Help with what is queued rather than wait for it. */
    (void)pthread_mutex_lock(&sigcheck->mutex);
    while (sigcheck->queue_len > 0) {
        struct batch *batch = sigcheck->queue[--sigcheck->queue_len];
        (void)pthread_mutex_unlock(&sigcheck->mutex);
        verify_batch(sigcheck, batch);
        (void)pthread_mutex_lock(&sigcheck->mutex);
        sigcheck->spare[sigcheck->spare_count++] = batch;
    }
    while (sigcheck->busy_count > 0) {
        (void)pthread_cond_wait(&sigcheck->has_room, &sigcheck->mutex);
    }
    (void)pthread_mutex_unlock(&sigcheck->mutex);
    if (sigcheck->failure_count > 1) {
        qsort(sigcheck->failures, sigcheck->failure_count, sizeof sigcheck->failures[0],
              compare_failures);
    }
    for (size_t i = 0; i < sigcheck->failure_count && rc == CUSTODY_OK; i++) {
        const struct failure *failure = &sigcheck->failures[i];
        judge->idx = failure->idx;
        judge->has_act_id = true;
        memcpy(judge->act_id, failure->act_id, HASH_LEN);
        if (judge_has(judge, failure->idx, "leaf")) {
            judge_count(judge, failure->idx);
            continue;
        }
        rc = judge_violate(judge, err, "signature",
                           "a signature does not fit the act under the credential it names");
    }
    for (int64_t i = 0; i < sigcheck->failures_unkept && rc == CUSTODY_OK; i++) {
        judge->idx = JUDGE_NO_INDEX;
        judge->has_act_id = false;
        rc = judge_violate(judge, err, "signature", "one more signature does not fit its act");
    }
    sigcheck->failure_count = 0;
    sigcheck->failures_unkept = 0;
    return rc;
}

int64_t sigcheck_count(const struct sigcheck *sigcheck)
{
    return sigcheck->count;
}
