#include "estate.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/ledger/internal.h" /* src/store has one of this name */
#include "canon.h"
#include "file.h"
#include "instant.h"
#include "site_impl.h"
#include "text.h"

#define STAFF         40u
#define CONTRACTORS   20u
#define CLERKS        3u
#define OUT_USUAL     500u
#define BUILDINGS     10u
#define PER_PLACE_ACT 200u
#define PER_KEY_ACT   250u
#define STEP_S        60
#define YEARS_BACK_S  INT64_C(66600000) /* room for 1,100,000 acts, one a minute */

enum { ADMIN, MANAGER, HEAD_OFFICE, SUPERVISOR, FIRST_CLERK };
#define FIRST_STAFF      (FIRST_CLERK + CLERKS)
#define FIRST_CONTRACTOR (FIRST_STAFF + STAFF)
#define PEOPLE           (FIRST_CONTRACTOR + CONTRACTORS)

void die(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    (void)fprintf(stderr, "bench: ");
    (void)vfprintf(stderr, format, args);
    (void)fprintf(stderr, "\n");
    va_end(args);
    exit(1);
}

static void must(enum custody_status rc, const struct custody_error *err, const char *what)
{
    if (rc != CUSTODY_OK) {
        die("%s: %s %s", what, err->rule, err->text);
    }
}

static json_t *need(json_t *value)
{
    if (value == NULL) {
        die("out of memory");
    }
    return value;
}

uint64_t estate_random(struct estate *estate)
{
    uint64_t z = estate->random += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static size_t below(struct estate *estate, size_t count)
{
    return (size_t)(estate_random(estate) % count);
}

/* ---- names ---- */

void estate_item(char item_class, uint64_t number, char out[ESTATE_ITEM_SIZE])
{
    /* An odd factor: a permutation of 40-bit numbers, so ids look as random ones do. */
    uint64_t mixed = (number * 2 + (item_class == 'R')) * UINT64_C(0x9E3779B97F4A7C15);

    out[0] = item_class;
    for (size_t i = 1; i < ESTATE_ITEM_SIZE - 1; i++) {
        out[i] = TEXT_ALPHABET[mixed & 31];
        mixed >>= 5;
    }
    out[ESTATE_ITEM_SIZE - 1] = '\0';
}

static void home_code(size_t home, char out[32])
{
    (void)snprintf(out, 32, "%zu-%zu-%04zu", home % BUILDINGS + 1, home / BUILDINGS % 4 + 1,
                   home);
}

static void home_label(size_t home, char out[ESTATE_LABEL_SIZE])
{
    (void)snprintf(out, ESTATE_LABEL_SIZE, "%zu栋-%zu单元-%04zu", home % BUILDINGS + 1,
                   home / BUILDINGS % 4 + 1, home);
}

void estate_key_label(size_t key, char out[ESTATE_LABEL_SIZE])
{
    char home[ESTATE_LABEL_SIZE];

    home_label(key / ESTATE_KEYS_PER_HOME, home);
    (void)snprintf(out, ESTATE_LABEL_SIZE, "%.60s %s", home,
                   key % ESTATE_KEYS_PER_HOME < 5 ? "大门" : "边门");
}

static void key_lock(size_t key, char out[40])
{
    char home[32];

    home_code(key / ESTATE_KEYS_PER_HOME, home);
    (void)snprintf(out, 40, "%s-%c", home, key % ESTATE_KEYS_PER_HOME < 5 ? 'M' : 'S');
}

/* The keys of every fifth home hang on a ring. */
static bool has_ring(size_t home)
{
    return home % 5 == 0;
}

static size_t key_count(const struct estate *estate)
{
    return estate->homes * ESTATE_KEYS_PER_HOME;
}

/* ---- people ---- */

static void make_person(struct estate_person *person, const char *handle, const char *role,
                        bool has_credential)
{
    struct custody_error err = {0};
    uint8_t seed[SIGN_SEED_LEN];

    (void)snprintf(person->handle, sizeof person->handle, "%s", handle);
    person->role = role;
    person->has_credential = has_credential;
    hash_sha256(handle, strlen(handle), seed);
    must(sign_key_from_seed(seed, &person->key, &err), &err, "keys");
    sign_keyid(person->key.public_key, person->keyid);
}

static void make_people(struct estate *estate)
{
    estate->people_count = PEOPLE;
    estate->people = calloc(PEOPLE, sizeof *estate->people);
    if (estate->people == NULL) {
        die("out of memory");
    }
    make_person(&estate->people[ADMIN], "admin", "administrator", true);
    make_person(&estate->people[MANAGER], "mgr", "centre_manager", true);
    make_person(&estate->people[HEAD_OFFICE], "hq", "administrator", true);
    make_person(&estate->people[SUPERVISOR], "chen", "supervisor", true);
    for (size_t i = FIRST_CLERK; i < PEOPLE; i++) {
        char handle[HANDLE_SIZE];
        bool is_clerk = i < FIRST_STAFF;
        bool is_staff = i < FIRST_CONTRACTOR;
        (void)snprintf(handle, sizeof handle, "%s%zu",
                       is_clerk   ? "clerk"
                       : is_staff ? "staff"
                                  : "worker",
                       i);
        make_person(&estate->people[i], handle,
                    is_clerk   ? "key_custodian"
                    : is_staff ? "service_staff"
                               : "staff",
                    is_staff);
    }
}

static json_t *public_json(const struct estate_person *person)
{
    char hex[65];

    text_hex(person->key.public_key, SIGN_PUBLIC_LEN, hex);
    return need(json_string(hex));
}

static json_t *proof_json(const struct estate *estate, const struct estate_person *person)
{
    struct custody_error err = {0};
    struct buf text = BUF_INIT(128);
    uint8_t proof[SIGN_LEN];

    credential_prove_key(&person->key, estate->site->origin, person->handle, proof);
    must(text_put_base64(&text, proof, sizeof proof, &err), &err, "proof");
    json_t *value = need(json_string((const char *)text.data));
    buf_clear(&text);
    return value;
}

/* ---- acts ---- */

int64_t estate_size(struct estate *estate)
{
    struct custody_error err = {0};
    int64_t size = 0;

    must(ledger_size(estate->site->ledger, &size, &err), &err, "size");
    return size;
}

static int compare_handles(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Takes the body. extra: acts by the same person built but not yet appended. */
static void build(struct estate *estate, const char *act, json_t *body, int64_t extra,
                  const size_t *signers, size_t count, struct buf *payload)
{
    const struct chain *chain = &estate->site->ledger->chain;
    const char *handles[SIGNERS_MAX];
    char at[INSTANT_TEXT_SIZE];
    char id[65];
    char root[65];
    char nonce[33];
    uint8_t bytes[HASH_LEN];
    struct custody_error err = {0};
    json_t *names = need(json_array());

    instant_format(estate->at, at);
    text_hex(chain->id, HASH_LEN, id);
    crypt_random(bytes, 16);
    text_hex(bytes, 16, nonce);
    tree_root(&chain->frontier, bytes);
    text_hex(bytes, HASH_LEN, root);
    for (size_t i = 0; i < count; i++) {
        handles[i] = estate->people[signers[i]].handle;
    }
    qsort(handles, count, sizeof handles[0], compare_handles);
    for (size_t i = 0; i < count; i++) {
        (void)json_array_append_new(names, json_string(handles[i]));
    }
    json_t *value = need(
        json_pack("{s:s,s:I,s:s,s:o,s:s,s:s,s:{s:s,s:I},s:o}", "act", act, "actor_seq",
                  (json_int_t)(estate->people[signers[0]].seq + 1 + extra), "at", at, "body",
                  body, "by", estate->people[signers[0]].handle, "nonce", nonce, "seen", "root",
                  root, "size", (json_int_t)chain->size, "signers", names));
    if (chain->size > 0) {
        (void)json_object_set_new(value, "ledger", json_string(id));
    }
    must(canon_write(payload, value, CANON_SIGNED, &err), &err, act);
    json_decref(value);
}

void estate_sign(const struct estate *estate, const struct buf *payload, const size_t *signers,
                 size_t count, struct signature *signatures)
{
    struct custody_error err = {0};
    struct buf pae = BUF_INIT(PAYLOAD_MAX + 128);

    must(envelope_pae(payload->data, payload->len, &pae, &err), &err, "signing");
    for (size_t i = 0; i < count; i++) {
        const struct estate_person *person = &estate->people[signers[i]];
        memcpy(signatures[i].keyid, person->keyid, HASH_LEN);
        sign_detached(&person->key, pae.data, pae.len, signatures[i].bytes);
    }
    buf_clear(&pae);
}

static void append(struct estate *estate, const char *act, json_t *body, const size_t *signers,
                   size_t count)
{
    struct custody_error err = {0};
    struct buf payload = BUF_INIT(PAYLOAD_MAX);
    struct buf envelope = BUF_INIT(ENVELOPE_MAX);
    struct signature signatures[SIGNERS_MAX];
    struct ledger_appended appended;
    struct judge judge;

    estate->at += STEP_S;
    build(estate, act, body, 0, signers, count, &payload);
    estate_sign(estate, &payload, signers, count, signatures);
    must(envelope_write(payload.data, payload.len, signatures, count, &envelope, &err), &err,
         act);
    judge_init(&judge, false, 16);
    must(ledger_append(estate->site->ledger, envelope.data, envelope.len, estate->at, &judge,
                       &appended, &err),
         &err, act);
    judge_clear(&judge);
    estate->people[signers[0]].seq++;
    estate->act_count++;
    estate->signature_count += (int64_t)count;
    buf_clear(&envelope);
    buf_clear(&payload);
}

/* ---- founding and register ---- */

static void found(struct estate *estate, const char *policy_path)
{
    static const size_t founders[] = {ADMIN, HEAD_OFFICE, MANAGER};
    struct custody_error err = {0};
    json_t *policy = json_load_file(policy_path, 0, NULL);
    json_t *list = need(json_array());
    json_t *body = NULL;

    if (policy == NULL) {
        die("cannot read the policy %s", policy_path);
    }
    (void)json_object_set_new(policy, "high_risk", json_array());
    for (size_t i = 0; i < 3; i++) {
        const struct estate_person *person = &estate->people[founders[i]];
        char staff_no[16];
        (void)snprintf(staff_no, sizeof staff_no, "A-%zu", i);
        (void)json_array_append_new(
            list, need(json_pack("{s:o,s:s,s:o,s:[s],s:s}", "credential", public_json(person),
                                 "handle", person->handle, "proof", proof_json(estate, person),
                                 "roles", person->role, "staff_no", staff_no)));
    }
    must(custody_site_found_body(estate->site, "翠湖花园", 480, policy, list, &body, &err),
         &err, "founding");
    append(estate, "site.found/1", body, founders, 3);
    must(site_settle(estate->site, &err), &err, "founding");
    must(site_refresh(estate->site, &err), &err, "founding");
    json_decref(list);
    json_decref(policy);
}

static void enrol(struct estate *estate)
{
    static const size_t officers[] = {ADMIN, MANAGER};

    for (size_t i = SUPERVISOR; i < PEOPLE; i++) {
        const struct estate_person *person = &estate->people[i];
        char staff_no[16];
        (void)snprintf(staff_no, sizeof staff_no, "B-%zu", i);
        json_t *credential = person->has_credential ? public_json(person) : json_null();
        json_t *proof = person->has_credential ? proof_json(estate, person) : json_null();
        append(estate, "person.enrol/1",
               need(json_pack("{s:o,s:s,s:n,s:o,s:[s],s:n,s:s,s:i}", "credential", credential,
                              "handle", person->handle, "name", "proof", proof, "roles",
                              person->role, "sheet", "staff_no", staff_no, "terminals", 2)),
               officers, 2);
    }
}

/* {member: list, sheet, terminals}, the list emptied into it; signed by clerk and supervisor.
 */
static void append_list(struct estate *estate, const char *act, const char *member,
                        json_t **list)
{
    static const size_t signers[] = {FIRST_CLERK, SUPERVISOR};

    if (json_array_size(*list) > 0) {
        json_t *body = need(json_pack("{s:O,s:n,s:i}", member, *list, "sheet", "terminals", 1));
        if (strcmp(member, "keys") == 0) {
            (void)json_object_set_new(body, "desk", json_string("front"));
        }
        append(estate, act, body, signers, 2);
    }
    json_decref(*list);
    *list = need(json_array());
}

static void add_places(struct estate *estate)
{
    json_t *list = need(json_array());

    (void)json_array_append_new(list, json_pack("{s:s,s:s,s:s,s:n}", "code", "0", "kind",
                                                "area", "label", "翠湖花园", "parent"));
    append_list(estate, "place.add/1", "places", &list);
    for (size_t b = 0; b < BUILDINGS; b++) {
        char code[32];
        char label[ESTATE_LABEL_SIZE];
        /* In byte order, "10" stands before "2": one act each. */
        (void)snprintf(code, sizeof code, "%zu", b + 1);
        (void)snprintf(label, sizeof label, "%zu栋", b + 1);
        (void)json_array_append_new(list, json_pack("{s:s,s:s,s:s,s:s}", "code", code, "kind",
                                                    "building", "label", label, "parent", "0"));
        append_list(estate, "place.add/1", "places", &list);
    }
    for (size_t b = 0; b < BUILDINGS; b++) {
        for (size_t unit = 0; unit < 4; unit++) {
            for (size_t home = 0; home < estate->homes; home++) {
                char code[32];
                char label[ESTATE_LABEL_SIZE];
                char parent[32];
                if (home % BUILDINGS != b || home / BUILDINGS % 4 != unit) {
                    continue;
                }
                home_code(home, code);
                home_label(home, label);
                (void)snprintf(parent, sizeof parent, "%zu", b + 1);
                (void)json_array_append_new(list, json_pack("{s:s,s:s,s:s,s:s}", "code", code,
                                                            "kind", "home", "label", label,
                                                            "parent", parent));
                if (json_array_size(list) == PER_PLACE_ACT) {
                    append_list(estate, "place.add/1", "places", &list);
                }
            }
            append_list(estate, "place.add/1", "places", &list);
        }
    }
    json_decref(list);
}

static void add_locks(struct estate *estate)
{
    json_t *list = need(json_array());

    for (size_t b = 0; b < BUILDINGS; b++) {
        for (size_t unit = 0; unit < 4; unit++) {
            for (size_t home = 0; home < estate->homes; home++) {
                if (home % BUILDINGS != b || home / BUILDINGS % 4 != unit) {
                    continue;
                }
                for (size_t key = home * ESTATE_KEYS_PER_HOME;
                     key < (home + 1) * ESTATE_KEYS_PER_HOME; key += 5) {
                    char place[32];
                    char code[40];
                    char label[ESTATE_LABEL_SIZE];
                    home_code(home, place);
                    key_lock(key, code);
                    estate_key_label(key, label);
                    (void)json_array_append_new(
                        list, json_pack("{s:s,s:s,s:s,s:s}", "code", code, "kind", "publicdoor",
                                        "label", label, "place", place));
                }
                if (json_array_size(list) >= PER_PLACE_ACT) {
                    append_list(estate, "lock.add/1", "locks", &list);
                }
            }
            append_list(estate, "lock.add/1", "locks", &list);
        }
    }
    json_decref(list);
}

struct numbered_item {
    char item[ESTATE_ITEM_SIZE];
    size_t key;
};

static int compare_items(const void *a, const void *b)
{
    const struct numbered_item *x = a;
    const struct numbered_item *y = b;

    return strcmp(x->item, y->item);
}

static void add_keys(struct estate *estate)
{
    struct numbered_item batch[PER_KEY_ACT];
    json_t *list = need(json_array());
    size_t all = key_count(estate);

    for (size_t from = 0; from < all; from += PER_KEY_ACT) {
        size_t count = all - from < PER_KEY_ACT ? all - from : PER_KEY_ACT;
        for (size_t i = 0; i < count; i++) {
            batch[i].key = from + i;
            estate_item('K', batch[i].key, batch[i].item);
        }
        qsort(batch, count, sizeof batch[0], compare_items);
        for (size_t i = 0; i < count; i++) {
            size_t key = batch[i].key;
            size_t home = key / ESTATE_KEYS_PER_HOME;
            char label[ESTATE_LABEL_SIZE];
            char lock[40];
            json_t *ring = json_null();
            estate_key_label(key, label);
            key_lock(key, lock);
            if (has_ring(home)) {
                char item[ESTATE_ITEM_SIZE];
                char ring_label[ESTATE_LABEL_SIZE];
                estate_item('R', home, item);
                home_label(home, ring_label);
                ring = need(json_pack("{s:s,s:s}", "item", item, "label", ring_label));
            }
            (void)json_array_append_new(
                list, json_pack("{s:i,s:s,s:s,s:[s],s:o}", "copy", (int)(key % 5) + 1, "item",
                                batch[i].item, "label", label, "locks", lock, "ring", ring));
        }
        append_list(estate, "key.add/1", "keys", &list);
    }
    json_decref(list);
}

/* ---- the day's acts ---- */

static json_t *items_json(const char *item, const char *label)
{
    return need(json_pack("[{s:s,s:s}]", "item", item, "label", label));
}

static json_t *receipt_json(const char *kind, const char *slip)
{
    return need(json_pack("{s:n,s:s,s:s?,s:n}", "image", "kind", kind, "slip", slip,
                          "unsigned_reason"));
}

static size_t any_clerk(struct estate *estate)
{
    return FIRST_CLERK + below(estate, CLERKS);
}

/* A key or, now and then, a ring that stands at the desk. */
static void choose_item(struct estate *estate, bool may_be_ring, char item[ESTATE_ITEM_SIZE],
                        char label[ESTATE_LABEL_SIZE])
{
    bool is_ring = may_be_ring && below(estate, 50) == 0;

    for (;;) {
        size_t home = below(estate, estate->homes);
        size_t key = home * ESTATE_KEYS_PER_HOME;
        if (has_ring(home) != is_ring) {
            continue;
        }
        key += is_ring ? 0 : below(estate, ESTATE_KEYS_PER_HOME);
        if (estate->is_out[key]) {
            continue;
        }
        if (is_ring) {
            estate_item('R', home, item);
            home_label(home, label);
        } else {
            estate_item('K', key, item);
            estate_key_label(key, label);
        }
        estate->is_out[key] = true;
        return;
    }
}

static json_t *lend_body(struct estate *estate, const char *item, const char *label,
                         size_t receiver, bool is_cosigned, const char *approval)
{
    char due[INSTANT_TEXT_SIZE];

    instant_format(estate->at + STEP_S + 8 * 3600, due);
    return need(json_pack(
        "{s:s?,s:s,s:s,s:n,s:o,s:n,s:s,s:s,s:o,s:s,s:n,s:i}", "approval", approval, "desk",
        "front", "due", due, "event_at", "items", items_json(item, label), "late", "on_behalf",
        "工程部 维修工单", "purpose", "repair", "receipt",
        is_cosigned ? receipt_json("credential", NULL) : receipt_json("paper", "S-2026-0412"),
        "receiver", estate->people[receiver].handle, "sheet", "terminals", 1));
}

static void push_out(struct estate *estate, const char *item, const char *label,
                     size_t receiver)
{
    struct estate_loan *loan =
        &estate->out[(estate->out_from + estate->out_count) % ESTATE_OUT_MAX];

    if (estate->out_count == ESTATE_OUT_MAX) {
        die("too many keys out");
    }
    (void)snprintf(loan->item, sizeof loan->item, "%s", item);
    (void)snprintf(loan->label, sizeof loan->label, "%s", label);
    loan->receiver = receiver;
    estate->out_count++;
}

static void lend(struct estate *estate)
{
    char item[ESTATE_ITEM_SIZE];
    char label[ESTATE_LABEL_SIZE];
    bool is_cosigned = below(estate, 100) < 65;
    size_t receiver = is_cosigned ? FIRST_STAFF + below(estate, STAFF)
                                  : FIRST_CONTRACTOR + below(estate, CONTRACTORS);
    size_t signers[2] = {any_clerk(estate), receiver};

    choose_item(estate, true, item, label);
    append(estate, "key.lend/1", lend_body(estate, item, label, receiver, is_cosigned, NULL),
           signers, is_cosigned ? 2 : 1);
    push_out(estate, item, label, receiver);
}

/* Number of a key's or ring's first key, found again from its label's home. */
static size_t key_of_item(const struct estate *estate, const char *item, const char *label)
{
    size_t home = strtoul(strrchr(label, '-') + 1, NULL, 10);
    char candidate[ESTATE_ITEM_SIZE];

    if (item[0] == 'R') {
        return home * ESTATE_KEYS_PER_HOME;
    }
    for (size_t i = 0; i < ESTATE_KEYS_PER_HOME && home < estate->homes; i++) {
        estate_item('K', home * ESTATE_KEYS_PER_HOME + i, candidate);
        if (strcmp(candidate, item) == 0) {
            return home * ESTATE_KEYS_PER_HOME + i;
        }
    }
    die("an item of another register: %s", item);
}

static void take_back(struct estate *estate)
{
    struct estate_loan loan = estate->out[estate->out_from];
    bool is_cosigned = estate->people[loan.receiver].has_credential && below(estate, 100) < 30;
    size_t signers[2] = {any_clerk(estate), loan.receiver};

    estate->out_from = (estate->out_from + 1) % ESTATE_OUT_MAX;
    estate->out_count--;
    estate->is_out[key_of_item(estate, loan.item, loan.label)] = false;
    append(estate, "key.return/1",
           need(json_pack("{s:s?,s:s,s:s,s:n,s:o,s:n,s:o,s:n,s:i}", "by_whom",
                          is_cosigned ? estate->people[loan.receiver].handle : NULL,
                          "condition", "ok", "desk", "front", "event_at", "items",
                          items_json(loan.item, loan.label), "late", "receipt",
                          is_cosigned ? receipt_json("credential", NULL) : json_null(), "sheet",
                          "terminals", 1)),
           signers, is_cosigned ? 2 : 1);
}

static void last_act_id(struct estate *estate, char out[65])
{
    struct custody_error err = {0};
    struct envelope envelope = {0};

    must(site_entry(estate->site, estate_size(estate) - 1, &envelope, &err), &err, "entry");
    text_hex(envelope.act_id, HASH_LEN, out);
    envelope_clear(&envelope);
}

static void lend_on_approval(struct estate *estate)
{
    size_t receiver = FIRST_STAFF + below(estate, STAFF);
    size_t supervisor[1] = {SUPERVISOR};
    size_t signers[2] = {any_clerk(estate), receiver};
    char item[ESTATE_ITEM_SIZE];
    char label[ESTATE_LABEL_SIZE];
    char start[INSTANT_TEXT_SIZE];
    char end[INSTANT_TEXT_SIZE];
    char id[65];

    choose_item(estate, false, item, label);
    instant_format(estate->at, start);
    instant_format(estate->at + 86400, end);
    append(estate, "request.open/1",
           need(json_pack("{s:s,s:o,s:n,s:s,s:{s:s,s:s}}", "for", "key.lend", "items",
                          items_json(item, label), "party", "purpose", "repair", "window",
                          "end", end, "start", start)),
           &signers[1], 1);
    last_act_id(estate, id);
    append(
        estate, "request.approve/1",
        need(json_pack("{s:{s:i,s:s},s:s}", "limits", "count", 1, "until", end, "request", id)),
        supervisor, 1);
    last_act_id(estate, id);
    append(estate, "key.lend/1", lend_body(estate, item, label, receiver, true, id), signers,
           2);
    push_out(estate, item, label, receiver);
}

static void refuse(struct estate *estate)
{
    size_t key = below(estate, key_count(estate));
    size_t clerk[1] = {any_clerk(estate)};
    char item[ESTATE_ITEM_SIZE];
    char label[ESTATE_LABEL_SIZE];

    estate_item('K', key, item);
    estate_key_label(key, label);
    append(estate, "key.refuse/1",
           need(json_pack("{s:{s:o,s:s,s:s},s:s}", "asked", "items", items_json(item, label),
                          "purpose", "private", "receiver", estate->people[FIRST_STAFF].handle,
                          "rule", "K3")),
           clerk, 1);
}

void estate_grow(struct estate *estate, int64_t size)
{
    while (estate_size(estate) < size) {
        size_t chance = below(estate, 100);
        if (chance == 0) {
            refuse(estate);
        } else if (chance == 1) {
            lend_on_approval(estate);
        } else if (estate->out_count < OUT_USUAL || below(estate, 2) == 0) {
            lend(estate);
        } else {
            take_back(estate);
        }
        while (estate->out_count > OUT_USUAL * 2) {
            take_back(estate);
        }
    }
}

void estate_build_loan(struct estate *estate, int64_t extra, bool is_cosigned,
                       struct buf *payload, size_t signers[2], size_t *ret_count)
{
    char item[ESTATE_ITEM_SIZE];
    char label[ESTATE_LABEL_SIZE];
    size_t receiver = is_cosigned ? FIRST_STAFF : FIRST_CONTRACTOR;

    choose_item(estate, false, item, label);
    estate->at += 1;
    signers[0] = FIRST_CLERK;
    signers[1] = receiver;
    *ret_count = is_cosigned ? 2 : 1;
    build(estate, "key.lend/1", lend_body(estate, item, label, receiver, is_cosigned, NULL),
          extra, signers, *ret_count, payload);
}

/* ---- open and close ---- */

/* What a run before this one left: sequence numbers and what is out. */
static void resume(struct estate *estate)
{
    struct custody_error err = {0};
    struct store_query query = {0};
    struct ledger *ledger = estate->site->ledger;

    must(ledger_time(ledger, &estate->at, &err), &err, "time");
    for (size_t i = 0; i < PEOPLE; i++) {
        int64_t next = 1;
        must(ledger_next_seq(ledger, estate->people[i].handle, &next, &err), &err, "sequence");
        estate->people[i].seq = next - 1;
    }
    must(store_query(estate->site->store, &query, &err,
                     "SELECT item, label, holder, ring FROM item WHERE holder_kind = 'person'"
                     " ORDER BY since_idx, item",
                     ""),
         &err, "what is out");
    while (query.has_row) {
        const char *item = store_text(&query, 0);
        const char *holder = store_text(&query, 2);
        size_t receiver = 0;
        while (receiver < PEOPLE && strcmp(estate->people[receiver].handle, holder) != 0) {
            receiver++;
        }
        if (store_is_null(&query, 3)) { /* the keys of a ring come back with it */
            estate->is_out[key_of_item(estate, item, store_text(&query, 1))] = true;
            push_out(estate, item, store_text(&query, 1), receiver);
        }
        must(store_next(&query, &err), &err, "what is out");
    }
    store_end(&query);
}

void estate_open(struct estate *estate, const char *dir, const char *policy_path, size_t keys)
{
    struct custody_error err = {0};

    memset(estate, 0, sizeof *estate);
    estate->homes = keys / ESTATE_KEYS_PER_HOME;
    estate->is_out = calloc(keys + 1, sizeof *estate->is_out);
    if (estate->is_out == NULL) {
        die("out of memory");
    }
    make_people(estate);
    if (custody_site_open(dir, true, &estate->site, &err) != CUSTODY_OK) {
        must(custody_site_create(dir, "bench.example/custody", &err), &err, "creating");
        must(custody_site_open(dir, true, &estate->site, &err), &err, "opening");
    }
    estate->random = (uint64_t)estate_size(estate);
    if (estate_size(estate) > 0) {
        resume(estate);
        return;
    }
    must(store_run(estate->site->store, &err, "PRAGMA synchronous=OFF", ""), &err, "pragma");
    estate->at = instant_now() - YEARS_BACK_S;
    found(estate, policy_path);
    enrol(estate);
    add_places(estate);
    add_locks(estate);
    add_keys(estate);
}

void estate_close(struct estate *estate)
{
    custody_site_close(estate->site);
    for (size_t i = 0; i < estate->people_count; i++) {
        sign_key_clear(&estate->people[i].key);
    }
    free(estate->people);
    free(estate->is_out);
    memset(estate, 0, sizeof *estate);
}

/* ---- files to import ---- */

static FILE *open_csv(const char *dir, const char *name, const char *headings)
{
    char *path = file_join(dir, name);
    FILE *file = path != NULL ? fopen(path, "w") : NULL;

    if (file == NULL) {
        die("cannot write %s in %s", name, dir);
    }
    free(path);
    (void)fprintf(file, "%s\n", headings);
    return file;
}

void estate_write_csv(const char *dir, size_t keys)
{
    FILE *places = open_csv(dir, "places.csv", "code,label,kind,parent");
    FILE *locks = open_csv(dir, "locks.csv", "code,label,kind,place");
    FILE *file = open_csv(dir, "keys.csv", "label,copy,locks,ring,desk");
    int bad = 0;

    (void)fprintf(places, "0,翠湖花园,area,\n");
    for (size_t b = 0; b < BUILDINGS; b++) {
        (void)fprintf(places, "%zu,%zu栋,building,0\n", b + 1, b + 1);
    }
    for (size_t key = 0; key < keys; key++) {
        size_t home = key / ESTATE_KEYS_PER_HOME;
        char code[32];
        char lock[40];
        char label[ESTATE_LABEL_SIZE];
        char ring[ESTATE_LABEL_SIZE] = "";
        home_code(home, code);
        key_lock(key, lock);
        estate_key_label(key, label);
        if (key % ESTATE_KEYS_PER_HOME == 0) {
            home_label(home, ring);
            (void)fprintf(places, "%s,%s,home,%zu\n", code, ring, home % BUILDINGS + 1);
        }
        if (key % 5 == 0) {
            (void)fprintf(locks, "%s,%s,publicdoor,%s\n", lock, label, code);
        }
        ring[0] = '\0';
        if (has_ring(home)) {
            home_label(home, ring);
        }
        (void)fprintf(file, "%s,%zu,%s,%s,front\n", label, key % 5 + 1, lock, ring);
    }
    bad |= fclose(places);
    bad |= fclose(locks);
    bad |= fclose(file);
    if (bad != 0) {
        die("the files to import could not be written");
    }
}
