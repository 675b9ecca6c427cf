/*
 * Text: hex, base64, UTF-8, the character list of FORMATS.md §1, the small grammars.
 *
 * Everything is strict: of two spellings of the same value at most one is accepted, because
 * these functions guard bytes that are signed.
 */
#include "text.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

const char TEXT_ALPHABET[33] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* ---- hex ---- */

void text_hex(const uint8_t *data, size_t len, char *out)
{
    static const char DIGITS[] = "0123456789abcdef";

    for (size_t i = 0; i < len; i++) {
        out[2 * i] = DIGITS[data[i] >> 4];
        out[2 * i + 1] = DIGITS[data[i] & 15];
    }
    out[2 * len] = 0;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool text_unhex(const char *text, size_t text_len, uint8_t *out, size_t len)
{
    if (len > SIZE_MAX / 2 || text_len != 2 * len) {
        return false;
    }
    for (size_t i = 0; i < text_len; i++) {
        if (hex_value(text[i]) < 0) {
            return false;
        }
    }
    for (size_t i = 0; i < len; i++) {
        out[i] = (uint8_t)(hex_value(text[2 * i]) * 16 + hex_value(text[2 * i + 1]));
    }
    return true;
}

/* ---- base64 ---- */

static const char BASE64_SYMBOLS[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* Work is done in pieces of this many quads, so that nothing is allocated but the output. */
#define QUADS_PER_PIECE 256U

static void undo_put(struct buf *out, size_t len)
{
    if (out->data != NULL) {
        out->len = len;
        out->data[len] = 0;
    }
}

static void encode_quad(const uint8_t *in, size_t in_len, char out[4])
{
    uint32_t bits = (uint32_t)in[0] << 16;

    bits |= in_len > 1 ? (uint32_t)in[1] << 8 : 0;
    bits |= in_len > 2 ? in[2] : 0U;
    out[0] = BASE64_SYMBOLS[bits >> 18];
    out[1] = BASE64_SYMBOLS[bits >> 12 & 63];
    out[2] = '=';
    out[3] = '=';
    if (in_len > 1) {
        out[2] = BASE64_SYMBOLS[bits >> 6 & 63];
    }
    if (in_len > 2) {
        out[3] = BASE64_SYMBOLS[bits & 63];
    }
}

enum custody_status text_put_base64(struct buf *out, const uint8_t *data, size_t len,
                                    struct custody_error *err)
{
    size_t before = out->len;
    size_t pos = 0;
    enum custody_status rc = len / 3 < SIZE_MAX / 4 - 1 && len > 0
                                 ? buf_reserve(out, (len + 2) / 3 * 4, err)
                                 : CUSTODY_OK;

    while (rc == CUSTODY_OK && pos < len) {
        char piece[4 * QUADS_PER_PIECE];
        size_t used = 0;
        while (pos < len && used < sizeof piece) {
            size_t take = len - pos < 3 ? len - pos : 3;
            encode_quad(data + pos, take, piece + used);
            pos += take;
            used += 4;
        }
        rc = buf_put(out, piece, used, err);
    }
    if (rc != CUSTODY_OK) {
        undo_put(out, before);
    }
    return rc;
}

/* Values of '+' to 'z'; -1: not in the alphabet. */
static const int8_t BASE64_VALUES['z' - '+' + 1] = {
    62, -1, -1, -1, 63, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, -1, -1, -1, -1, -1,
    -1, -1, 0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17,
    18, 19, 20, 21, 22, 23, 24, 25, -1, -1, -1, -1, -1, -1, 26, 27, 28, 29, 30, 31,
    32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51,
};

static int base64_value(char c)
{
    return c >= '+' && c <= 'z' ? BASE64_VALUES[c - '+'] : -1;
}

/* Quads without padding, as nearly all are: how many of count are good. */
static size_t decode_quads(const char *in, size_t count, uint8_t *out)
{
    for (size_t i = 0; i < count; i++, in += 4, out += 3) {
        int a = base64_value(in[0]);
        int b = base64_value(in[1]);
        int c = base64_value(in[2]);
        int d = base64_value(in[3]);
        if ((a | b | c | d) < 0) {
            return i;
        }
        out[0] = (uint8_t)(a << 2 | b >> 4);
        out[1] = (uint8_t)((b & 15) << 4 | c >> 2);
        out[2] = (uint8_t)((c & 3) << 6 | d);
    }
    return count;
}

/* Bytes that a quad says (1..3), 0 when it is none. Only the last quad may be padded, and the
 * bits that padding drops must be zero: else two texts would stand for the same bytes. */
static size_t decode_quad(const char in[4], bool is_last, uint8_t out[3])
{
    size_t symbols = 4;

    if (is_last && in[3] == '=') {
        symbols = in[2] == '=' ? 2 : 3;
    }
    uint32_t bits = 0;
    for (size_t i = 0; i < 4; i++) {
        int value = i < symbols ? base64_value(in[i]) : 0;
        if (value < 0) {
            return 0;
        }
        bits = bits << 6 | (uint32_t)value;
    }
    if ((symbols == 3 && (bits & 0xFFU) != 0) || (symbols == 2 && (bits & 0xFFFFU) != 0)) {
        return 0;
    }
    out[0] = (uint8_t)(bits >> 16);
    out[1] = (uint8_t)(bits >> 8 & 0xFFU);
    out[2] = (uint8_t)(bits & 0xFFU);
    return symbols - 1;
}

enum custody_status text_put_unbase64(struct buf *out, const char *text, size_t text_len,
                                      struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    size_t before = out->len;
    size_t pos = 0;

    if (text_len % 4 != 0) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "base64 of %zu characters, not a multiple of four; ask for it anew",
                            text_len);
    }
    if (text_len > 0) {
        /* A ceiling between this and the true length is met when the bytes are put. */
        size_t room = out->max - out->len;
        rc = buf_reserve(out, text_len / 4 * 3 < room ? text_len / 4 * 3 : room, err);
    }
    while (pos < text_len && rc == CUSTODY_OK) {
        uint8_t piece[3 * QUADS_PER_PIECE];
        size_t plain = (text_len - pos) / 4 - 1; /* the last one may be padded */
        plain =
            decode_quads(text + pos, plain < QUADS_PER_PIECE ? plain : QUADS_PER_PIECE, piece);
        pos += 4 * plain;
        size_t used = 3 * plain;
        while (pos < text_len && used < sizeof piece) {
            size_t got = decode_quad(text + pos, pos + 4 == text_len, piece + used);
            if (got == 0) {
                rc = custody_fail(err, CUSTODY_ERR_INVALID,
                                  "not strict base64 at character %zu; ask for it anew",
                                  pos + 1);
                goto out;
            }
            pos += 4;
            used += got;
        }
        rc = buf_put(out, piece, used, err);
    }
out:
    if (rc != CUSTODY_OK) {
        undo_put(out, before);
    }
    return rc;
}

bool text_unbase64(const char *text, size_t text_len, uint8_t *out, size_t len)
{
    size_t done = 0;

    if (text_len % 4 != 0) {
        return false;
    }
    for (size_t pos = 0; pos < text_len; pos += 4) {
        uint8_t piece[3];
        size_t got = decode_quad(text + pos, pos + 4 == text_len, piece);
        if (got == 0 || got > len - done) {
            return false;
        }
        memcpy(out + done, piece, got);
        done += got;
    }
    return done == len;
}

/* ---- UTF-8 and the character list ---- */

int32_t text_next(const char *text, size_t len, size_t *pos)
{
    static const int32_t SMALLEST[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t at = *pos;

    if (at >= len) {
        return -1;
    }
    unsigned char lead = (unsigned char)text[at];
    if (lead < 0x80) {
        *pos = at + 1;
        return lead;
    }
    if (lead < 0xC2 || lead > 0xF4) {
        return -1;
    }
    size_t size = lead < 0xE0 ? 2 : (lead < 0xF0 ? 3 : 4);
    if (size > len - at) {
        return -1;
    }
    int32_t code_point = lead & (0xFF >> (size + 1));
    for (size_t i = 1; i < size; i++) {
        unsigned char byte = (unsigned char)text[at + i];
        if ((byte & 0xC0) != 0x80) {
            return -1;
        }
        code_point = code_point * 64 + (byte & 0x3F);
    }
    if (code_point < SMALLEST[size] || code_point > 0x10FFFF ||
        (code_point >= 0xD800 && code_point <= 0xDFFF)) {
        return -1;
    }
    *pos = at + size;
    return code_point;
}

/* FORMATS.md §1, in ascending order. */
static const struct {
    int32_t first;
    int32_t last;
} ALLOWED[] = {
    {0x0020, 0x007E},   {0x00A1, 0x00AC}, {0x00AE, 0x017F}, {0x2013, 0x2014},
    {0x2018, 0x2019},   {0x201C, 0x201D}, {0x2026, 0x2026}, {0x2103, 0x2103},
    {0x2116, 0x2116},   {0x2160, 0x216B}, {0x2460, 0x2473}, {0x3001, 0x3003},
    {0x3007, 0x3011},   {0x3014, 0x3015}, {0x33A1, 0x33A1}, {0x3400, 0x4DBF},
    {0x4E00, 0x9FFF},   {0xFF01, 0xFF5E}, {0xFFE5, 0xFFE5}, {0x20000, 0x2F7FF},
    {0x30000, 0x3134F},
};

void text_make_utf8(char *text)
{
    const size_t len = strlen(text);
    size_t pos = 0;
    while (pos < len) {
        size_t next = pos;
        if (text_next(text, len, &next) >= 0) {
            pos = next;
            continue;
        }
        const unsigned char lead = (unsigned char)text[pos];
        const size_t wanted = lead < 0xC2 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        size_t have = 1;
        while (pos + have < len && ((unsigned char)text[pos + have] & 0xC0U) == 0x80) {
            have++;
        }
        if (lead >= 0xC2 && lead < 0xF5 && have < wanted && pos + have == len) {
            text[pos] = '\0';
            return;
        }
        text[pos++] = '?';
    }
}

bool text_char_allowed(int32_t code_point)
{
    size_t low = 0;
    size_t high = sizeof ALLOWED / sizeof ALLOWED[0];

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (code_point > ALLOWED[middle].last) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < sizeof ALLOWED / sizeof ALLOWED[0] && code_point >= ALLOWED[low].first;
}

bool text_allowed(const char *text, size_t len, size_t max_chars)
{
    size_t pos = 0;
    size_t chars = 0;

    while (pos < len) {
        if (chars >= max_chars) {
            return false;
        }
        if (text[pos] >= 0x20 && text[pos] <= 0x7E) { /* nearly everything that is signed */
            pos++;
        } else if (!text_char_allowed(text_next(text, len, &pos))) {
            return false;
        }
        chars++;
    }
    return true;
}

/* ---- copies ---- */

char *text_dup_n(const char *text, size_t len)
{
    if (len == SIZE_MAX) {
        return NULL;
    }
    char *copy = malloc(len + 1);
    if (copy == NULL) {
        return NULL;
    }
    if (len > 0) {
        memcpy(copy, text, len);
    }
    copy[len] = 0;
    return copy;
}

char *text_dup(const char *text)
{
    return text_dup_n(text, strlen(text));
}

/* ---- small grammars ---- */

enum {
    SET_LOWER = 1,
    SET_UPPER = 2,
    SET_DIGIT = 4,
    SET_HYPHEN = 8,
    SET_UNDERSCORE = 16,
    SET_DOT = 32,
};

static bool in_set(char c, unsigned set)
{
    unsigned kind = 0;

    if (c >= 'a' && c <= 'z') {
        kind = SET_LOWER;
    } else if (c >= 'A' && c <= 'Z') {
        kind = SET_UPPER;
    } else if (c >= '0' && c <= '9') {
        kind = SET_DIGIT;
    } else if (c == '-') {
        kind = SET_HYPHEN;
    } else if (c == '_') {
        kind = SET_UNDERSCORE;
    } else if (c == '.') {
        kind = SET_DOT;
    }
    return (kind & set) != 0;
}

/* How many characters from text on are of the set, at most max. */
static size_t run_of(const char *text, unsigned set, size_t max)
{
    size_t len = 0;

    while (len < max && in_set(text[len], set)) {
        len++;
    }
    return len;
}

/* One character of first, then at most max - 1 of rest, then the end. */
static bool is_word(const char *text, unsigned first, unsigned rest, size_t max)
{
    if (text == NULL || !in_set(text[0], first)) {
        return false;
    }
    return text[1 + run_of(text + 1, rest, max - 1)] == 0;
}

bool text_is_handle(const char *text)
{
    return is_word(text, SET_LOWER, SET_LOWER | SET_DIGIT | SET_HYPHEN, 32);
}

bool text_is_staff_no(const char *text)
{
    return is_word(text, SET_DIGIT | SET_UPPER | SET_HYPHEN, SET_DIGIT | SET_UPPER | SET_HYPHEN,
                   16);
}

bool text_is_code(const char *text)
{
    return is_word(text, SET_LOWER, SET_LOWER | SET_DIGIT | SET_UNDERSCORE, 32);
}

bool text_is_place_code(const char *text)
{
    return is_word(text, SET_DIGIT | SET_UPPER, SET_DIGIT | SET_UPPER | SET_DOT | SET_HYPHEN,
                   32);
}

bool text_is_act_name(const char *text)
{
    if (text == NULL) {
        return false;
    }
    size_t noun = run_of(text, SET_LOWER, SIZE_MAX);
    if (noun == 0 || text[noun] != '.') {
        return false;
    }
    const char *verb = text + noun + 1;
    size_t verb_len = run_of(verb, SET_LOWER, SIZE_MAX);
    if (verb_len == 0 || verb[verb_len] != '/') {
        return false;
    }
    const char *version = verb + verb_len + 1;
    size_t digits = run_of(version, SET_DIGIT, 4);
    return digits > 0 && version[0] != '0' && version[digits] == 0;
}

void text_paper_code(const uint8_t hash[32], char out[33])
{
    size_t used = 0;

    for (size_t symbol = 0; symbol < 26; symbol++) {
        unsigned value = 0;
        for (size_t bit = 5 * symbol; bit < 5 * symbol + 5; bit++) {
            unsigned byte = bit < 128 ? hash[bit / 8] : 0;
            value = value << 1 | (byte >> (7 - bit % 8) & 1U);
        }
        if (symbol > 0 && symbol % 4 == 0) {
            out[used++] = ' ';
        }
        out[used++] = TEXT_ALPHABET[value];
    }
    out[used] = 0;
}

bool text_parse_u64(const char *text, size_t len, uint64_t max, uint64_t *ret_value)
{
    uint64_t value = 0;

    if (len == 0 || (len > 1 && text[0] == '0')) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
        uint64_t digit = (uint64_t)(text[i] - '0');
        if (value > (UINT64_MAX - digit) / 10) {
            return false;
        }
        value = value * 10 + digit;
    }
    if (value > max) {
        return false;
    }
    *ret_value = value;
    return true;
}
