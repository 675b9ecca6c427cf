/* The trust file: two lines of ours, then a C2SP tlog-policy (FORMATS.md §4). */
#include "trust.h"

#include <string.h>

#include "hash.h"
#include "text.h"

#define TRUST_MAX  65536U
#define WORDS_MAX  (3U + TRUST_WITNESSES_MAX + TRUST_GROUPS_MAX)
#define WORD_SIZE  320U
#define FIRST_LINE "custody-trust/v1"
#define GENESIS    "genesis "

/* One line split at spaces and tabs. */
struct words {
    size_t count;
    char text[WORDS_MAX][WORD_SIZE];
};

struct reader {
    struct trust trust;
    struct words words; /* of the line at hand */
    bool has_log;
    bool has_quorum_line;
    size_t line;
};

static enum custody_status fail_line(const struct reader *reader, struct custody_error *err,
                                     const char *what)
{
    return custody_fail(err, CUSTODY_ERR_INVALID, "line %zu of the trust file: %s",
                        reader->line, what);
}

static bool split_words(const char *line, size_t len, struct words *words)
{
    size_t pos = 0;

    words->count = 0;
    while (pos < len) {
        size_t start = pos;
        while (pos < len && line[pos] != ' ' && line[pos] != '\t' && line[pos] != '\r') {
            pos++;
        }
        if (pos > start) {
            if (words->count == WORDS_MAX || pos - start >= WORD_SIZE) {
                return false;
            }
            memcpy(words->text[words->count], line + start, pos - start);
            words->text[words->count][pos - start] = 0;
            words->count++;
        }
        pos++;
    }
    return true;
}

/* ---- names ---- */

static int find_witness(const struct trust *trust, const char *name)
{
    for (size_t i = 0; i < trust->witness_count; i++) {
        if (strcmp(trust->witness_names[i], name) == 0) {
            return (int)i;
        }
    }
    return -1;
}

static int find_group(const struct trust *trust, const char *name)
{
    for (size_t i = 0; i < trust->group_count; i++) {
        if (strcmp(trust->groups[i].name, name) == 0) {
            return (int)i;
        }
    }
    return -1;
}

static bool is_new_name(const struct trust *trust, const char *name)
{
    return strcmp(name, "none") != 0 && strlen(name) < sizeof trust->witness_names[0] &&
           find_witness(trust, name) < 0 && find_group(trust, name) < 0;
}

/* ---- lines ---- */

static enum custody_status read_log(struct reader *reader, struct custody_error *err)
{
    const struct words *words = &reader->words;
    struct custody_error inner = {0};

    if (reader->has_log || words->count < 2 || words->count > 3) {
        return fail_line(reader, err, "there is just one log line: log, its key, an address");
    }
    enum custody_status rc = note_key_parse(words->text[1], &reader->trust.log, &inner);
    if (rc != CUSTODY_OK) {
        return rc == CUSTODY_ERR_NOMEM ? custody_fail(err, rc, "%s", inner.text)
                                       : fail_line(reader, err, inner.text);
    }
    if (reader->trust.log.algorithm != NOTE_ED25519) {
        return fail_line(reader, err, "this is a witness's key, not a log's");
    }
    reader->has_log = true;
    return CUSTODY_OK;
}

static enum custody_status read_witness(struct reader *reader, struct custody_error *err)
{
    const struct words *words = &reader->words;
    struct trust *trust = &reader->trust;
    struct custody_error inner = {0};
    struct note_key key;

    if (words->count < 3 || words->count > 4 || trust->witness_count == TRUST_WITNESSES_MAX) {
        return fail_line(reader, err, "a witness line is: witness, name, key, an address");
    }
    if (!is_new_name(trust, words->text[1])) {
        return fail_line(reader, err, "this name is taken or too long");
    }
    enum custody_status rc = note_key_parse(words->text[2], &key, &inner);
    if (rc != CUSTODY_OK) {
        return rc == CUSTODY_ERR_NOMEM ? custody_fail(err, rc, "%s", inner.text)
                                       : fail_line(reader, err, inner.text);
    }
    if (key.algorithm != NOTE_COSIGNATURE_V1) {
        return fail_line(reader, err, "this is a log's key, not a witness's");
    }
    /* One key under two names would count twice towards a quorum. */
    for (size_t i = 0; i < trust->witness_count; i++) {
        if (memcmp(trust->witnesses[i].public_key, key.public_key, SIGN_PUBLIC_LEN) == 0) {
            return fail_line(reader, err, "this witness's key stands in the file already");
        }
    }
    trust->witnesses[trust->witness_count] = key;
    memcpy(trust->witness_names[trust->witness_count], words->text[1],
           strlen(words->text[1]) + 1); /* is_new_name: short enough */
    trust->witness_count++;
    return CUSTODY_OK;
}

static enum custody_status read_group(struct reader *reader, struct custody_error *err)
{
    const struct words *words = &reader->words;
    struct trust *trust = &reader->trust;
    struct trust_group group = {0};
    size_t members = words->count - 3;
    uint64_t needed = 0;

    if (words->count < 4 || trust->group_count == TRUST_GROUPS_MAX) {
        return fail_line(reader, err, "a group line is: group, name, number, members");
    }
    if (!is_new_name(trust, words->text[1])) {
        return fail_line(reader, err, "this name is taken or too long");
    }
    if (strcmp(words->text[2], "any") == 0) {
        needed = 1;
    } else if (strcmp(words->text[2], "all") == 0) {
        needed = members;
    } else if (!text_parse_u64(words->text[2], strlen(words->text[2]), members, &needed) ||
               needed == 0) {
        return fail_line(reader, err, "a group needs any, all, or a number of its members");
    }
    for (size_t i = 3; i < words->count; i++) {
        int witness = find_witness(trust, words->text[i]);
        int inner = find_group(trust, words->text[i]);
        if (witness < 0 && inner < 0) {
            return fail_line(reader, err, "a member of the group is not defined above");
        }
        uint64_t bit = UINT64_C(1) << (witness >= 0 ? witness : inner);
        uint64_t *set = witness >= 0 ? &group.witness_members : &group.group_members;
        if ((*set & bit) != 0) {
            return fail_line(reader, err, "a member stands in the group twice");
        }
        /* Each name in one group only, else one witness could count for two. */
        for (size_t g = 0; g < trust->group_count; g++) {
            uint64_t other = witness >= 0 ? trust->groups[g].witness_members
                                          : trust->groups[g].group_members;
            if ((other & bit) != 0) {
                return fail_line(reader, err, "a member stands in another group already");
            }
        }
        *set |= bit;
    }
    group.needed = (unsigned)needed;
    memcpy(group.name, words->text[1], strlen(words->text[1]) + 1);
    trust->groups[trust->group_count++] = group;
    return CUSTODY_OK;
}

static enum custody_status read_quorum(struct reader *reader, struct custody_error *err)
{
    const struct words *words = &reader->words;
    struct trust *trust = &reader->trust;

    if (words->count != 2 || reader->has_quorum_line) {
        return fail_line(reader, err, "there is just one quorum line: quorum and a name");
    }
    reader->has_quorum_line = true;
    if (strcmp(words->text[1], "none") == 0) {
        return CUSTODY_OK;
    }
    int witness = find_witness(trust, words->text[1]);
    int group = find_group(trust, words->text[1]);
    if (witness < 0 && group < 0) {
        return fail_line(reader, err, "the quorum is not defined above");
    }
    trust->has_quorum = true;
    trust->quorum_is_group = group >= 0;
    trust->quorum_index = (size_t)(group >= 0 ? group : witness);
    return CUSTODY_OK;
}

static enum custody_status read_line(struct reader *reader, const char *line, size_t len,
                                     struct custody_error *err)
{
    struct words *words = &reader->words;

    if (reader->line == 1) {
        return len == sizeof FIRST_LINE - 1 && memcmp(line, FIRST_LINE, len) == 0
                   ? CUSTODY_OK
                   : fail_line(reader, err, "it must be \"" FIRST_LINE "\"");
    }
    if (reader->line == 2) {
        size_t head = sizeof GENESIS - 1;
        return len == head + 2 * HASH_LEN && memcmp(line, GENESIS, head) == 0 &&
                       text_unhex(line + head, len - head, reader->trust.genesis, HASH_LEN)
                   ? CUSTODY_OK
                   : fail_line(reader, err, "it must be genesis and 64 hex digits");
    }
    if (!split_words(line, len, words)) {
        return fail_line(reader, err, "it is too long");
    }
    if (words->count == 0 || words->text[0][0] == '#') {
        return CUSTODY_OK;
    }
    if (strcmp(words->text[0], "log") == 0) {
        return read_log(reader, err);
    }
    if (strcmp(words->text[0], "witness") == 0) {
        return read_witness(reader, err);
    }
    if (strcmp(words->text[0], "group") == 0) {
        return read_group(reader, err);
    }
    if (strcmp(words->text[0], "quorum") == 0) {
        return read_quorum(reader, err);
    }
    return fail_line(reader, err, "it begins with none of log, witness, group, quorum");
}

/* ---- face ---- */

static enum custody_status read_all(struct reader *reader, const char *data, size_t len,
                                    struct custody_error *err)
{
    size_t start = 0;

    while (start < len) {
        const char *end = memchr(data + start, '\n', len - start);
        size_t line_len = end != NULL ? (size_t)(end - data) - start : len - start;
        reader->line++;
        enum custody_status rc = read_line(reader, data + start, line_len, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        start += line_len + 1;
    }
    if (reader->line < 2 || !reader->has_log || !reader->has_quorum_line) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "the trust file needs \"" FIRST_LINE
                            "\", a genesis line, a log line and a quorum line");
    }
    for (size_t i = 0; i < reader->trust.witness_count; i++) {
        if (memcmp(reader->trust.witnesses[i].public_key, reader->trust.log.public_key,
                   SIGN_PUBLIC_LEN) == 0) {
            return custody_fail(err, CUSTODY_ERR_INVALID,
                                "the trust file names the log's own key as a witness");
        }
    }
    return CUSTODY_OK;
}

enum custody_status trust_parse(const void *data, size_t len, struct trust *ret_trust,
                                struct custody_error *err)
{
    struct reader reader = {0};

    if (len > TRUST_MAX) {
        return custody_fail(err, CUSTODY_ERR_INVALID, "the trust file is too long to be one");
    }
    if (len > 0 && memchr(data, 0, len) != NULL) { /* an empty file has no bytes to point at */
        return custody_fail(err, CUSTODY_ERR_INVALID, "the trust file is not text");
    }
    enum custody_status rc = read_all(&reader, data, len, err);
    if (rc == CUSTODY_OK) {
        *ret_trust = reader.trust;
    }
    return rc;
}

enum custody_status trust_write(const uint8_t genesis[32], const struct note_key *log,
                                struct buf *out, struct custody_error *err)
{
    char hex[2 * HASH_LEN + 1];

    text_hex(genesis, HASH_LEN, hex);
    enum custody_status rc = buf_printf(out, err, FIRST_LINE "\n" GENESIS "%s\nlog ", hex);
    if (rc == CUSTODY_OK) {
        rc = note_key_write(log, out, err);
    }
    return rc == CUSTODY_OK ? buf_put_text(out, "\nquorum none\n", err) : rc;
}

bool trust_quorum_met(const struct trust *trust, uint64_t good_witnesses)
{
    uint64_t good_groups = 0;

    if (!trust->has_quorum) {
        return true;
    }
    /* A group names only what stands above it, so one pass settles all. */
    for (size_t i = 0; i < trust->group_count; i++) {
        const struct trust_group *group = &trust->groups[i];
        unsigned have =
            (unsigned)__builtin_popcountll(group->witness_members & good_witnesses) +
            (unsigned)__builtin_popcountll(group->group_members & good_groups);
        if (have >= group->needed) {
            good_groups |= UINT64_C(1) << i;
        }
    }
    uint64_t good = trust->quorum_is_group ? good_groups : good_witnesses;
    return (good >> trust->quorum_index & 1) != 0;
}
