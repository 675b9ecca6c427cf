/* The person's witness: what a credential signs, and what it refuses to. */
#include "credential_fixture.h"

/* Every test has a ledger of its own, so that none sees what another left. */
struct scene {
    struct people *people;
    uint8_t ledger[HASH_LEN];
    struct test_tree tree;
    struct test_tree fork; /* other leaves from 5 on */
};

static struct scene make_scene(void **state, uint8_t ledger)
{
    struct scene scene = {.people = *state, .ledger = {ledger}};

    test_tree_fill(&scene.tree, LEAVES);
    test_tree_fill(&scene.fork, 5);
    return scene;
}

/* An act of `by` at a head of tree, with a proof between from and that head. */
static struct request make_act(struct scene *scene, struct test_tree *tree, const char *by,
                               const char *other, int64_t actor_seq, int64_t size, int64_t from,
                               const char *word)
{
    struct request request = {.from = from, .payload = {.max = PAYLOAD_MAX}};
    const struct test_act act = {.act = "key.lend/1",
                                 .by = by,
                                 .other = other,
                                 .actor_seq = actor_seq,
                                 .body = json_pack("{s:s}", "word", word),
                                 .seen_size = size,
                                 .seen_root = tree->roots[size],
                                 .ledger = scene->ledger};

    test_payload(&act, &request.payload);
    if (from > 0) {
        test_tree_prove(tree, from, size, &request.proof);
    }
    return request;
}

/* ---- the person ---- */

struct person {
    bool says_yes;
    size_t asked;
    bool is_first_head;
    int64_t skipped_acts;
    bool has_replaced;
    char replaced_word[32];
    /* what else the person does while the question is open */
    void (*meanwhile)(void *arg);
    void *meanwhile_arg;
};

static bool ask(void *arg, const struct credential_question *question)
{
    struct person *person = arg;

    person->asked++;
    person->is_first_head = question->is_first_head;
    person->skipped_acts = question->skipped_acts;
    person->has_replaced = question->replaced != NULL;
    assert_non_null(question->payload);
    assert_non_null(question->request);
    if (question->replaced != NULL) {
        (void)snprintf(person->replaced_word, sizeof person->replaced_word, "%s",
                       json_string_value(json_object_get(question->replaced->body, "word")));
    }
    if (person->meanwhile != NULL) {
        person->meanwhile(person->meanwhile_arg);
    }
    return person->says_yes;
}

static void sign_ok(struct credential *credential, struct request *request,
                    struct person *person)
{
    struct custody_error err = {0};
    struct buf pae = BUF_INIT(PAYLOAD_MAX + 256u);
    size_t before = request->signature_count;

    if (credential_sign(credential, request, ask, person, &err) != CUSTODY_OK) {
        fail_msg("%s", err.text);
    }
    assert_int_equal(request->signature_count, before + 1);
    const struct signature *signature = &request->signatures[before];
    const struct credential_info *info = credential_info(credential);
    assert_memory_equal(signature->keyid, info->keyid, HASH_LEN);
    assert_int_equal(envelope_pae(request->payload.data, request->payload.len, &pae, NULL),
                     CUSTODY_OK);
    assert_true(sign_verify(info->public_key, pae.data, pae.len, signature->bytes));
    buf_clear(&pae);
}

/* Refused, and neither request nor store changed. */
static void sign_refused(struct scene *scene, struct credential *credential,
                         struct request *request, struct person *person,
                         enum custody_status status, const char *rule)
{
    static const struct signature NONE;
    struct credential_seen before;
    struct credential_seen after;
    struct custody_error err = {0};
    size_t count = request->signature_count;

    assert_int_equal(credential_seen(credential, scene->ledger, &before, NULL), CUSTODY_OK);
    assert_int_equal(credential_sign(credential, request, ask, person, &err), status);
    assert_string_equal(err.rule, rule);
    assert_int_equal(err.status, status);
    assert_string_not_equal(err.text, "");
    assert_int_equal(request->signature_count, count);
    assert_memory_equal(&request->signatures[count], &NONE, sizeof NONE);
    assert_int_equal(credential_seen(credential, scene->ledger, &after, NULL), CUSTODY_OK);
    assert_int_equal(after.size, before.size);
    assert_int_equal(after.actor_seq, before.actor_seq);
    assert_memory_equal(after.root, before.root, HASH_LEN);
    assert_memory_equal(after.act_id, before.act_id, HASH_LEN);
}

static void assert_seen(struct scene *scene, struct credential *credential, int64_t size,
                        int64_t actor_seq)
{
    struct credential_seen seen;

    assert_int_equal(credential_seen(credential, scene->ledger, &seen, NULL), CUSTODY_OK);
    assert_int_equal(seen.size, size);
    assert_memory_equal(seen.root, scene->tree.roots[size], HASH_LEN);
    assert_int_equal(seen.actor_seq, actor_seq);
}

/* Sign act number actor_seq of li at size, from the size seen last. */
static void li_signs(struct scene *scene, int64_t actor_seq, int64_t size, int64_t from)
{
    struct person person = {.says_yes = true};
    struct request request =
        make_act(scene, &scene->tree, "li", NULL, actor_seq, size, from, "word");

    sign_ok(scene->people->li, &request, &person);
    request_clear(&request);
}

static char *seen_path(struct scene *scene, const char *suffix)
{
    char keyid[2 * HASH_LEN + 1];
    char ledger[2 * HASH_LEN + 1];
    char name[128];

    text_hex(credential_info(scene->people->li)->keyid, HASH_LEN, keyid);
    text_hex(scene->ledger, HASH_LEN, ledger);
    (void)snprintf(name, sizeof name, "%s.%.16s%s", keyid, ledger, suffix);
    return file_join(scene->people->dir, name);
}

/* ---- signing ---- */

static void credential_sign_remembers_before_it_signs(void **state)
{
    struct scene scene = make_scene(state, 1);
    struct person person = {.says_yes = true};
    struct request request = make_act(&scene, &scene.tree, "li", "wang", 1, 4, 0, "first");
    struct credential_seen seen;
    uint8_t act_id[HASH_LEN];
    struct stat status;
    char *path = seen_path(&scene, ".seen");

    sign_ok(scene.people->li, &request, &person);
    assert_int_equal(person.asked, 1);
    assert_true(person.is_first_head);
    assert_int_equal(person.skipped_acts, 0);
    assert_false(person.has_replaced);
    assert_seen(&scene, scene.people->li, 4, 1);
    assert_int_equal(envelope_act_id(request.payload.data, request.payload.len, act_id, NULL),
                     CUSTODY_OK);
    assert_int_equal(credential_seen(scene.people->li, scene.ledger, &seen, NULL), CUSTODY_OK);
    assert_memory_equal(seen.act_id, act_id, HASH_LEN);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);

    /* the same request goes to the second signer, whose own acts it does not count as */
    sign_ok(scene.people->wang, &request, &person);
    assert_seen(&scene, scene.people->wang, 4, 0);
    struct buf envelope = BUF_INIT(ENVELOPE_MAX);
    assert_int_equal(envelope_write(request.payload.data, request.payload.len,
                                    request.signatures, request.signature_count, &envelope,
                                    NULL),
                     CUSTODY_OK);
    buf_clear(&envelope);
    request_clear(&request);
    free(path);
}

static void credential_sign_refuses_who_is_not_to_sign(void **state)
{
    struct scene scene = make_scene(state, 2);
    struct person person = {.says_yes = true};
    struct request alone = make_act(&scene, &scene.tree, "wang", NULL, 1, 4, 0, "x");
    struct request both = make_act(&scene, &scene.tree, "li", "wang", 1, 4, 0, "x");

    sign_refused(&scene, scene.people->li, &alone, &person, CUSTODY_ERR_REFUSED, "person");
    sign_ok(scene.people->li, &both, &person);
    sign_refused(&scene, scene.people->li, &both, &person, CUSTODY_ERR_REFUSED, "person");
    assert_int_equal(person.asked, 1);
    request_clear(&alone);
    request_clear(&both);
}

static void credential_sign_does_nothing_when_declined(void **state)
{
    struct scene scene = make_scene(state, 3);
    struct person person = {.says_yes = false};
    struct request request = make_act(&scene, &scene.tree, "li", NULL, 1, 4, 0, "x");
    char *path = seen_path(&scene, ".seen");

    sign_refused(&scene, scene.people->li, &request, &person, CUSTODY_ERR_REFUSED, "declined");
    assert_int_equal(person.asked, 1);
    assert_false(file_exists(path));
    free(path);
    request_clear(&request);
}

static void credential_sign_refuses_what_request_check_refuses(void **state)
{
    struct scene scene = make_scene(state, 4);
    struct person person = {.says_yes = true};
    struct request request = make_act(&scene, &scene.tree, "li", NULL, 1, 4, 0, "x");

    request.openings = calloc(1, sizeof *request.openings);
    assert_non_null(request.openings);
    request.opening_count = 1;
    json_decref(test_field("/body/word", "another text", 1, &request.openings[0]));
    sign_refused(&scene, scene.people->li, &request, &person, CUSTODY_ERR_TAMPERED, "openings");
    assert_int_equal(person.asked, 0);
    request_clear(&request);
}

/* ---- the head ---- */

static void credential_sign_keeps_the_larger_consistent_head(void **state)
{
    struct scene scene = make_scene(state, 5);
    struct person person = {.says_yes = true};

    li_signs(&scene, 1, 4, 0);
    li_signs(&scene, 2, 11, 4);
    assert_seen(&scene, scene.people->li, 11, 2);
    li_signs(&scene, 3, 11, 11); /* the same head again */
    assert_seen(&scene, scene.people->li, 11, 3);
    li_signs(&scene, 4, 11, 0); /* no proof is needed, so from is not either */
    li_signs(&scene, 5, 6, 11); /* an older head of the same history */
    assert_seen(&scene, scene.people->li, 11, 5);
    struct request request = make_act(&scene, &scene.tree, "li", NULL, 6, 16, 11, "x");
    sign_ok(scene.people->li, &request, &person);
    assert_false(person.is_first_head);
    assert_seen(&scene, scene.people->li, 16, 6);
    request_clear(&request);
}

static void credential_sign_refuses_a_fork(void **state)
{
    static const struct {
        const char *label;
        int64_t size;
    } ROWS[] = {
        {"ahead", 12},
        {"the same size", 9},
        {"behind, after the fork", 7},
    };
    struct scene scene = make_scene(state, 6);
    struct person person = {.says_yes = true};

    li_signs(&scene, 1, 9, 0);
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        struct request request =
            make_act(&scene, &scene.fork, "li", NULL, 2, ROWS[i].size, 9, "x");
        sign_refused(&scene, scene.people->li, &request, &person, CUSTODY_ERR_REFUSED, "seen");
        request_clear(&request);
    }
    assert_int_equal(person.asked, 0);
    /* a co-signer is a witness too */
    struct request request = make_act(&scene, &scene.fork, "wang", "li", 1, 12, 9, "x");
    sign_refused(&scene, scene.people->li, &request, &person, CUSTODY_ERR_REFUSED, "seen");
    request_clear(&request);
}

static void credential_sign_wants_a_proof_from_its_own_head(void **state)
{
    struct scene scene = make_scene(state, 7);
    struct person person = {.says_yes = true};
    struct custody_error err = {0};

    li_signs(&scene, 1, 9, 0);
    struct request request = make_act(&scene, &scene.tree, "li", NULL, 2, 12, 8, "x");
    sign_refused(&scene, scene.people->li, &request, &person, CUSTODY_ERR_NOT_FOUND, "from");
    assert_int_equal(credential_sign(scene.people->li, &request, ask, &person, &err),
                     CUSTODY_ERR_NOT_FOUND);
    assert_non_null(strstr(err.text, "size 9"));
    request.from = 9; /* the proof is still the one from 8 */
    sign_refused(&scene, scene.people->li, &request, &person, CUSTODY_ERR_REFUSED, "seen");
    request_clear(&request);

    request = make_act(&scene, &scene.tree, "li", NULL, 2, 12, 9, "x");
    for (size_t bit = 0; bit < request.proof.count * HASH_LEN * 8; bit += 37) {
        request.proof.hashes[bit / 256][bit % 256 / 8] ^= (uint8_t)(1u << bit % 8);
        sign_refused(&scene, scene.people->li, &request, &person, CUSTODY_ERR_REFUSED, "seen");
        request.proof.hashes[bit / 256][bit % 256 / 8] ^= (uint8_t)(1u << bit % 8);
    }
    request.proof.count--;
    sign_refused(&scene, scene.people->li, &request, &person, CUSTODY_ERR_REFUSED, "seen");
    request.proof.count++;
    assert_int_equal(person.asked, 0);
    sign_ok(scene.people->li, &request, &person);
    request_clear(&request);

    /* size 0 is no head */
    request = make_act(&scene, &scene.tree, "li", NULL, 3, 0, 0, "x");
    sign_refused(&scene, scene.people->li, &request, &person, CUSTODY_ERR_REFUSED, "seen");
    request_clear(&request);
}

/* ---- the running number ---- */

static void credential_sign_counts_own_acts(void **state)
{
    struct scene scene = make_scene(state, 8);
    struct person person = {.says_yes = true};

    li_signs(&scene, 5, 4, 0);
    static const int64_t BELOW[] = {1, 4};
    for (size_t i = 0; i < COUNT_OF(BELOW); i++) {
        struct request request = make_act(&scene, &scene.tree, "li", NULL, BELOW[i], 4, 0, "x");
        sign_refused(&scene, scene.people->li, &request, &person, CUSTODY_ERR_REFUSED,
                     "sequence");
        request_clear(&request);
    }
    assert_int_equal(person.asked, 0);
    struct request next = make_act(&scene, &scene.tree, "li", NULL, 6, 4, 0, "x");
    sign_ok(scene.people->li, &next, &person);
    assert_int_equal(person.skipped_acts, 0);
    struct request later = make_act(&scene, &scene.tree, "li", NULL, 10, 4, 0, "x");
    sign_ok(scene.people->li, &later, &person);
    assert_int_equal(person.skipped_acts, 3);
    /* another's act, whatever its number, does not count */
    struct request other = make_act(&scene, &scene.tree, "wang", "li", 2, 4, 0, "x");
    sign_ok(scene.people->li, &other, &person);
    assert_int_equal(person.skipped_acts, 0);
    assert_false(person.has_replaced);
    assert_seen(&scene, scene.people->li, 4, 10);
    request_clear(&next);
    request_clear(&later);
    request_clear(&other);
}

static void credential_sign_shows_the_act_it_replaces(void **state)
{
    struct scene scene = make_scene(state, 9);
    struct person person = {.says_yes = true};
    struct request first = make_act(&scene, &scene.tree, "li", NULL, 3, 4, 0, "first");
    struct request second = make_act(&scene, &scene.tree, "li", NULL, 3, 6, 4, "second");

    sign_ok(scene.people->li, &first, &person);
    assert_int_equal(person.skipped_acts, 2);
    person.says_yes = false;
    sign_refused(&scene, scene.people->li, &second, &person, CUSTODY_ERR_REFUSED, "declined");
    assert_true(person.has_replaced);
    assert_string_equal(person.replaced_word, "first");
    person.says_yes = true;
    sign_ok(scene.people->li, &second, &person);
    assert_int_equal(person.skipped_acts, 0);
    assert_seen(&scene, scene.people->li, 6, 3);

    /* and the other way round the second is what gets replaced */
    first.signature_count = 0;
    memset(first.signatures, 0, sizeof first.signatures);
    first.from = 6;
    test_tree_prove(&scene.tree, 6, 4, &first.proof);
    sign_ok(scene.people->li, &first, &person);
    assert_string_equal(person.replaced_word, "second");
    request_clear(&first);
    request_clear(&second);
}

static void credential_sign_repeats_the_same_bytes_without_asking(void **state)
{
    struct scene scene = make_scene(state, 10);
    struct person person = {.says_yes = true};
    struct request request = make_act(&scene, &scene.tree, "li", NULL, 3, 4, 0, "first");

    sign_ok(scene.people->li, &request, &person);
    const struct signature signature = request.signatures[0];
    request.signature_count = 0;
    person.says_yes = false;
    sign_ok(scene.people->li, &request, &person);
    assert_int_equal(person.asked, 1);
    assert_memory_equal(&request.signatures[0], &signature, sizeof signature);
    request_clear(&request);
}

/* ---- several at one go ---- */

#define GROUP 3u

/* Acts of li with the numbers first.. and the words given, all at head 4. */
static void make_group(struct scene *scene, int64_t first, const char *const words[GROUP],
                       struct request requests[GROUP], struct request *pointers[GROUP])
{
    for (size_t i = 0; i < GROUP; i++) {
        requests[i] =
            make_act(scene, &scene->tree, "li", NULL, first + (int64_t)i, 4, 0, words[i]);
        pointers[i] = &requests[i];
    }
}

static void clear_group(struct request requests[GROUP])
{
    for (size_t i = 0; i < GROUP; i++) {
        request_clear(&requests[i]);
    }
}

static void group_refused(struct scene *scene, struct request *const pointers[GROUP],
                          struct person *person, enum custody_status status)
{
    static const struct signature NONE;
    struct custody_error err = {0};
    struct credential_seen before;
    struct credential_seen after;

    assert_int_equal(credential_seen(scene->people->li, scene->ledger, &before, NULL),
                     CUSTODY_OK);
    assert_int_equal(
        credential_sign_group(scene->people->li, pointers, GROUP, ask, person, &err), status);
    assert_string_not_equal(err.text, "");
    for (size_t i = 0; i < GROUP; i++) {
        assert_int_equal(pointers[i]->signature_count, 0);
        assert_memory_equal(&pointers[i]->signatures[0], &NONE, sizeof NONE);
    }
    assert_int_equal(credential_seen(scene->people->li, scene->ledger, &after, NULL),
                     CUSTODY_OK);
    assert_memory_equal(&after, &before, sizeof after);
}

static void credential_sign_group_signs_each_act_and_asks_about_each(void **state)
{
    static const char *const WORDS[GROUP] = {"a", "b", "c"};
    struct scene scene = make_scene(state, 20);
    struct person person = {.says_yes = true};
    struct request requests[GROUP];
    struct request *pointers[GROUP];
    const struct credential_info *info = credential_info(scene.people->li);

    make_group(&scene, 4, WORDS, requests, pointers);
    assert_int_equal(
        credential_sign_group(scene.people->li, pointers, GROUP, ask, &person, NULL),
        CUSTODY_OK);
    assert_int_equal(person.asked, GROUP);
    for (size_t i = 0; i < GROUP; i++) {
        struct buf pae = BUF_INIT(PAYLOAD_MAX + 256u);
        assert_int_equal(requests[i].signature_count, 1);
        assert_int_equal(
            envelope_pae(requests[i].payload.data, requests[i].payload.len, &pae, NULL),
            CUSTODY_OK);
        assert_true(
            sign_verify(info->public_key, pae.data, pae.len, requests[i].signatures[0].bytes));
        buf_clear(&pae);
    }
    assert_seen(&scene, scene.people->li, 4, 6);
    /* the next act forgets the group */
    li_signs(&scene, 7, 4, 0);
    struct request old = make_act(&scene, &scene.tree, "li", NULL, 6, 4, 0, "x");
    sign_refused(&scene, scene.people->li, &old, &person, CUSTODY_ERR_REFUSED, "sequence");
    request_clear(&old);
    clear_group(requests);
}

static void credential_sign_replaces_an_unsubmitted_group_act_by_act(void **state)
{
    static const char *const WORDS[GROUP] = {"a", "b", "c"};
    struct scene scene = make_scene(state, 21);
    struct person person = {.says_yes = true};
    struct request requests[GROUP];
    struct request *pointers[GROUP];

    make_group(&scene, 4, WORDS, requests, pointers);
    assert_int_equal(
        credential_sign_group(scene.people->li, pointers, GROUP, ask, &person, NULL),
        CUSTODY_OK);
    struct request below = make_act(&scene, &scene.tree, "li", NULL, 3, 4, 0, "x");
    sign_refused(&scene, scene.people->li, &below, &person, CUSTODY_ERR_REFUSED, "sequence");
    request_clear(&below);
    for (size_t i = 0; i < GROUP; i++) {
        struct request other =
            make_act(&scene, &scene.tree, "li", NULL, 4 + (int64_t)i, 4, 0, "other");
        person.says_yes = false;
        sign_refused(&scene, scene.people->li, &other, &person, CUSTODY_ERR_REFUSED,
                     "declined");
        assert_true(person.has_replaced);
        assert_string_equal(person.replaced_word, WORDS[i]);
        person.says_yes = true;
        sign_ok(scene.people->li, &other, &person);
        assert_string_equal(person.replaced_word, WORDS[i]);
        assert_seen(&scene, scene.people->li, 4, 6); /* the highest stays the highest */
        /* and that it was replaced is remembered */
        other.signature_count = 0;
        const size_t asked = person.asked;
        sign_ok(scene.people->li, &other, &person);
        assert_int_equal(person.asked, asked);
        request_clear(&other);
        if (i > 0) {
            struct request past =
                make_act(&scene, &scene.tree, "li", NULL, 3 + (int64_t)i, 4, 0, "x");
            sign_refused(&scene, scene.people->li, &past, &person, CUSTODY_ERR_REFUSED,
                         "sequence");
            request_clear(&past);
        }
    }
    clear_group(requests);
}

static void credential_sign_group_replaces_a_group(void **state)
{
    static const char *const WORDS[GROUP] = {"a", "b", "c"};
    static const char *const OTHERS[GROUP] = {"d", "e", "f"};
    struct scene scene = make_scene(state, 22);
    struct person person = {.says_yes = true};
    struct request requests[GROUP];
    struct request others[GROUP];
    struct request *pointers[GROUP];

    make_group(&scene, 4, WORDS, requests, pointers);
    assert_int_equal(
        credential_sign_group(scene.people->li, pointers, GROUP, ask, &person, NULL),
        CUSTODY_OK);
    /* act 4 arrived after all: the new group begins behind it and reaches further */
    make_group(&scene, 5, OTHERS, others, pointers);
    assert_int_equal(
        credential_sign_group(scene.people->li, pointers, GROUP, ask, &person, NULL),
        CUSTODY_OK);
    assert_int_equal(person.asked, 2 * GROUP);
    assert_false(person.has_replaced); /* number 7 is new */
    assert_seen(&scene, scene.people->li, 4, 7);
    struct request again = make_act(&scene, &scene.tree, "li", NULL, 6, 4, 0, "x");
    sign_ok(scene.people->li, &again, &person);
    assert_string_equal(person.replaced_word, "e");
    request_clear(&again);
    clear_group(requests);
    clear_group(others);
}

static void credential_sign_group_refuses_what_is_no_group(void **state)
{
    static const char *const WORDS[GROUP] = {"a", "b", "c"};
    struct scene scene = make_scene(state, 23);
    struct person person = {.says_yes = true};
    struct request requests[GROUP];
    struct request *pointers[GROUP];
    struct request *many[CREDENTIAL_GROUP_MAX + 1];

    make_group(&scene, 1, WORDS, requests, pointers);
    struct request good = requests[1];
    requests[1] = make_act(&scene, &scene.tree, "li", NULL, 3, 4, 0, "a number left out");
    group_refused(&scene, pointers, &person, CUSTODY_ERR_BUSY);
    request_clear(&requests[1]);
    requests[1] = make_act(&scene, &scene.tree, "li", NULL, 2, 5, 0, "another head");
    group_refused(&scene, pointers, &person, CUSTODY_ERR_BUSY);
    request_clear(&requests[1]);
    requests[1] = make_act(&scene, &scene.fork, "wang", "li", 2, 4, 0, "by another");
    group_refused(&scene, pointers, &person, CUSTODY_ERR_INVALID);
    request_clear(&requests[1]);
    requests[1] = good;
    assert_int_equal(person.asked, 0);
    person.says_yes = false;
    group_refused(&scene, pointers, &person, CUSTODY_ERR_REFUSED);
    assert_int_equal(person.asked, 1);

    for (size_t i = 0; i < COUNT_OF(many); i++) {
        many[i] = &requests[0];
    }
    assert_int_equal(
        credential_sign_group(scene.people->li, many, COUNT_OF(many), ask, &person, NULL),
        CUSTODY_ERR_LIMIT);
    assert_int_equal(credential_sign_group(scene.people->li, many, 0, ask, &person, NULL),
                     CUSTODY_ERR_LIMIT);
    assert_int_equal(requests[0].signature_count, 0);
    clear_group(requests);
}

static void credential_sign_group_releases_nothing_it_could_not_record(void **state)
{
    static const char *const WORDS[GROUP] = {"a", "b", "c"};
    struct scene scene = make_scene(state, 24);
    struct person person = {.says_yes = true};
    struct request requests[GROUP];
    struct request *pointers[GROUP];
    char *lock = seen_path(&scene, ".lock");

    make_group(&scene, 1, WORDS, requests, pointers);
    assert_int_equal(mkdir(lock, 0700), 0);
    assert_int_not_equal(
        credential_sign_group(scene.people->li, pointers, GROUP, ask, &person, NULL),
        CUSTODY_OK);
    for (size_t i = 0; i < GROUP; i++) {
        assert_int_equal(requests[i].signature_count, 0);
    }
    assert_int_equal(rmdir(lock), 0);
    assert_int_equal(
        credential_sign_group(scene.people->li, pointers, GROUP, ask, &person, NULL),
        CUSTODY_OK);
    free(lock);
    clear_group(requests);
}

/* ---- entry 0 ---- */

static void credential_sign_founds_a_ledger_without_state(void **state)
{
    static const struct {
        const char *act;
        int64_t actor_seq;
        int64_t size;
        bool is_good;
    } ROWS[] = {
        {"site.found/1", 1, 0, true},  {"ledger.succeed/1", 1, 0, true},
        {"key.lend/1", 1, 0, false}, /* no way past the witness */
        {"site.found/1", 2, 0, false}, {"site.found/1", 1, 3, false},
    };
    struct scene scene = make_scene(state, 0);
    struct credential_seen seen;

    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        struct person person = {.says_yes = true};
        struct request request = {.payload = {.max = PAYLOAD_MAX}};
        const struct test_act act = {.act = ROWS[i].act,
                                     .by = "li",
                                     .other = "wang",
                                     .actor_seq = ROWS[i].actor_seq,
                                     .body = json_pack("{s:s}", "word", "x"),
                                     .seen_size = ROWS[i].size,
                                     .seen_root = scene.tree.roots[ROWS[i].size]};
        test_payload(&act, &request.payload);
        if (ROWS[i].is_good) {
            sign_ok(scene.people->li, &request, &person);
            assert_int_equal(person.asked, 1);
            request.signature_count = 0;
            memset(request.signatures, 0, sizeof request.signatures);
            person.says_yes = false;
            sign_refused(&scene, scene.people->li, &request, &person, CUSTODY_ERR_REFUSED,
                         "declined");
        } else {
            sign_refused(&scene, scene.people->li, &request, &person, CUSTODY_ERR_REFUSED,
                         "seen");
            assert_int_equal(person.asked, 0);
        }
        request_clear(&request);
    }
    assert_int_equal(credential_seen(scene.people->li, scene.ledger, &seen, NULL), CUSTODY_OK);
    assert_int_equal(seen.size, 0);
}

/* ---- damage, and two processes ---- */

/* What the record holds of which every byte counts: one act, or a group. */
static void refuse_damage(void **state, uint8_t ledger, bool is_group)
{
    static const char *const WORDS[GROUP] = {"a", "b", "c"};
    struct scene scene = make_scene(state, ledger);
    struct person person = {.says_yes = true};
    struct request request =
        make_act(&scene, &scene.tree, "li", NULL, is_group ? 4 : 2, 9, 4, "next");
    struct request requests[GROUP];
    struct request *pointers[GROUP];
    char *path = seen_path(&scene, ".seen");
    struct buf good = BUF_INIT(64u << 10);
    struct credential_seen seen = {.size = 77};
    struct custody_error err = {0};

    make_group(&scene, 1, WORDS, requests, pointers);
    if (is_group) {
        assert_int_equal(
            credential_sign_group(scene.people->li, pointers, GROUP, ask, &person, NULL),
            CUSTODY_OK);
        person.asked = 0;
    } else {
        li_signs(&scene, 1, 4, 0);
    }
    clear_group(requests);
    assert_int_equal(file_read(path, good.max, &good, NULL), CUSTODY_OK);
    for (size_t len = 0; len < good.len; len += 5) {
        assert_int_equal(file_write_durable(path, good.data, len, 0600, NULL), CUSTODY_OK);
        assert_int_equal(credential_seen(scene.people->li, scene.ledger, &seen, &err),
                         CUSTODY_ERR_INVALID);
        assert_string_equal(err.rule, "seen");
        assert_int_equal(seen.size, 77);
        assert_int_equal(credential_sign(scene.people->li, &request, ask, &person, &err),
                         CUSTODY_ERR_INVALID);
    }
    /* any changed byte: not this record, or not consistent with the ledger */
    for (size_t i = 0; i < good.len; i++) {
        good.data[i] ^= 1;
        assert_int_equal(file_write_durable(path, good.data, good.len, 0600, NULL), CUSTODY_OK);
        good.data[i] ^= 1;
        enum custody_status rc =
            credential_sign(scene.people->li, &request, ask, &person, &err);
        if (rc == CUSTODY_OK) {
            fail_msg("signed with byte %zu changed", i);
        }
    }
    assert_int_equal(person.asked, 0);
    assert_int_equal(request.signature_count, 0);
    assert_int_equal(file_write_durable(path, good.data, good.len, 0600, NULL), CUSTODY_OK);
    sign_ok(scene.people->li, &request, &person);
    buf_clear(&good);
    free(path);
    request_clear(&request);
}

static void credential_sign_refuses_a_damaged_record(void **state)
{
    refuse_damage(state, 11, false);
}

static void credential_sign_refuses_a_damaged_record_of_a_group(void **state)
{
    refuse_damage(state, 25, true);
}

static void credential_sign_releases_nothing_it_could_not_record(void **state)
{
    struct scene scene = make_scene(state, 12);
    struct person person = {.says_yes = true};
    struct request request = make_act(&scene, &scene.tree, "li", NULL, 1, 4, 0, "x");
    char *seen = seen_path(&scene, ".seen");
    char *lock = seen_path(&scene, ".lock");
    struct custody_error err = {0};

    /* a folder stands where the lock should be, so the record cannot be written */
    assert_int_equal(mkdir(lock, 0700), 0);
    assert_int_not_equal(credential_sign(scene.people->li, &request, ask, &person, &err),
                         CUSTODY_OK);
    assert_int_equal(request.signature_count, 0);
    assert_false(file_exists(seen));
    assert_int_equal(rmdir(lock), 0);

    /* and where the record should be: unreadable is not the same as absent */
    assert_int_equal(mkdir(seen, 0700), 0);
    assert_int_not_equal(credential_sign(scene.people->li, &request, ask, &person, &err),
                         CUSTODY_OK);
    assert_int_equal(request.signature_count, 0);
    assert_int_equal(person.asked, 1);
    assert_int_equal(rmdir(seen), 0);
    sign_ok(scene.people->li, &request, &person);
    free(seen);
    free(lock);
    request_clear(&request);
}

struct elsewhere {
    struct scene *scene;
    struct credential *credential;
    struct request request;
};

static void sign_elsewhere(void *arg)
{
    struct elsewhere *elsewhere = arg;
    struct person person = {.says_yes = true};

    sign_ok(elsewhere->credential, &elsewhere->request, &person);
}

static void credential_sign_lets_one_of_two_processes_win(void **state)
{
    struct scene scene = make_scene(state, 13);
    struct elsewhere elsewhere = {.scene = &scene};
    struct person person = {.says_yes = true, .meanwhile = sign_elsewhere};
    struct request request = make_act(&scene, &scene.tree, "li", NULL, 2, 9, 4, "here");
    struct custody_error err = {0};

    li_signs(&scene, 1, 4, 0);
    assert_int_equal(credential_unlock(scene.people->li_path, &scene.people->passphrase,
                                       &elsewhere.credential, NULL),
                     CUSTODY_OK);
    elsewhere.request = make_act(&scene, &scene.tree, "li", NULL, 2, 6, 4, "elsewhere");
    person.meanwhile_arg = &elsewhere;
    assert_int_equal(credential_sign(scene.people->li, &request, ask, &person, &err),
                     CUSTODY_ERR_BUSY);
    assert_int_equal(request.signature_count, 0);
    assert_int_equal(elsewhere.request.signature_count, 1);
    assert_seen(&scene, scene.people->li, 6, 2);
    credential_close(elsewhere.credential);
    request_clear(&elsewhere.request);
    request_clear(&request);
}

static void credential_remember_follows_the_same_rule(void **state)
{
    struct scene scene = make_scene(state, 14);
    struct tree_proof proof;
    struct custody_error err = {0};
    struct credential *li = scene.people->li;

    assert_int_equal(
        credential_remember(li, scene.ledger, 4, scene.tree.roots[4], 0, NULL, NULL),
        CUSTODY_OK);
    assert_seen(&scene, li, 4, 0);
    assert_int_equal(
        credential_remember(li, scene.ledger, 9, scene.tree.roots[9], 4, NULL, &err),
        CUSTODY_ERR_NOT_FOUND);
    test_tree_prove(&scene.fork, 4, 9, &proof);
    assert_int_equal(
        credential_remember(li, scene.ledger, 9, scene.tree.roots[9], 4, &proof, &err),
        CUSTODY_ERR_REFUSED);
    assert_string_equal(err.rule, "seen");
    assert_seen(&scene, li, 4, 0);
    test_tree_prove(&scene.tree, 4, 9, &proof);
    assert_int_equal(
        credential_remember(li, scene.ledger, 9, scene.tree.roots[9], 4, &proof, NULL),
        CUSTODY_OK);
    assert_seen(&scene, li, 9, 0);
    assert_int_equal(
        credential_remember(li, scene.ledger, 0, scene.tree.roots[0], 9, &proof, &err),
        CUSTODY_ERR_REFUSED);
    /* an own act after that keeps its number and head */
    li_signs(&scene, 1, 12, 9);
    test_tree_prove(&scene.tree, 12, 16, &proof);
    assert_int_equal(
        credential_remember(li, scene.ledger, 16, scene.tree.roots[16], 12, &proof, NULL),
        CUSTODY_OK);
    assert_seen(&scene, li, 16, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(credential_sign_remembers_before_it_signs),
        cmocka_unit_test(credential_sign_refuses_who_is_not_to_sign),
        cmocka_unit_test(credential_sign_does_nothing_when_declined),
        cmocka_unit_test(credential_sign_refuses_what_request_check_refuses),
        cmocka_unit_test(credential_sign_keeps_the_larger_consistent_head),
        cmocka_unit_test(credential_sign_refuses_a_fork),
        cmocka_unit_test(credential_sign_wants_a_proof_from_its_own_head),
        cmocka_unit_test(credential_sign_counts_own_acts),
        cmocka_unit_test(credential_sign_shows_the_act_it_replaces),
        cmocka_unit_test(credential_sign_repeats_the_same_bytes_without_asking),
        cmocka_unit_test(credential_sign_founds_a_ledger_without_state),
        cmocka_unit_test(credential_sign_group_signs_each_act_and_asks_about_each),
        cmocka_unit_test(credential_sign_replaces_an_unsubmitted_group_act_by_act),
        cmocka_unit_test(credential_sign_group_replaces_a_group),
        cmocka_unit_test(credential_sign_group_refuses_what_is_no_group),
        cmocka_unit_test(credential_sign_group_releases_nothing_it_could_not_record),
        cmocka_unit_test(credential_sign_refuses_a_damaged_record),
        cmocka_unit_test(credential_sign_refuses_a_damaged_record_of_a_group),
        cmocka_unit_test(credential_sign_releases_nothing_it_could_not_record),
        cmocka_unit_test(credential_sign_lets_one_of_two_processes_win),
        cmocka_unit_test(credential_remember_follows_the_same_rule),
    };

    return cmocka_run_group_tests_name("credstore_sign", tests, people_setup, people_teardown);
}
