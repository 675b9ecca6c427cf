/*
 * Spellings of an address: building, unit, floor, room, with or without the words for them.
 *
 * A text is cut into names (numbers, letters, Chinese numerals), each with the word behind it;
 * then the words must fit one of the orders in which addresses are said. What fits none is no
 * address: guessing is left out. Must not know which places there are.
 */
#include "address_impl.h"

#include <stdio.h>
#include <string.h>

#include "text.h"

/* Characters of a text, spelt alike. */
struct plain {
    int32_t c[ADDRESS_CHARS_MAX + 1]; /* closed with a 0 */
    size_t count;
};

/* ---- one spelling ---- */

static bool is_space(int32_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xA0 || c == 0xAD || c == 0x3000 ||
           (c >= 0x2000 && c <= 0x200F) || c == 0x2060 || c == 0xFEFF;
}

static bool is_dash(int32_t c)
{
    return c == '-' || c == '_' || c == '/' || c == '\\' || c == '.' || c == '~' || c == 0xB7 ||
           (c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0xFF5E || c == 0x30FC;
}

static int32_t plain_char(int32_t c)
{
    static const int32_t TWINS[][2] = {{0x865F, 0x53F7},  /* 號 号 */
                                       {0x6A13, 0x697C},  /* 樓 楼 */
                                       {0x68DF, 0x680B},  /* 棟 栋 */
                                       {0x55AE, 0x5355},  /* 單 单 */
                                       {0x3007, 0x96F6},  /* 〇 零 */
                                       {0x5169, 0x4E24}}; /* 兩 两 */
    if (c >= 0xFF01 && c <= 0xFF5E && !is_dash(c)) {
        c = c - 0xFF01 + '!';
    }
    if (is_dash(c)) {
        return '-';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 'A';
    }
    for (size_t i = 0; i < sizeof TWINS / sizeof TWINS[0]; i++) {
        if (c == TWINS[i][0]) {
            return TWINS[i][1];
        }
    }
    return c;
}

/* Without spaces, hyphens at the ends and a hyphen after another. */
static bool read_plain(const char *text, size_t len, struct plain *ret_plain)
{
    size_t pos = 0;

    ret_plain->count = 0;
    while (pos < len) {
        int32_t c = text_next(text, len, &pos);
        if (c < 0 || ret_plain->count == ADDRESS_CHARS_MAX) {
            return false;
        }
        if (is_space(c)) {
            continue;
        }
        c = plain_char(c);
        if (c != '-' || (ret_plain->count > 0 && ret_plain->c[ret_plain->count - 1] != '-')) {
            ret_plain->c[ret_plain->count++] = c;
        }
    }
    while (ret_plain->count > 0 && ret_plain->c[ret_plain->count - 1] == '-') {
        ret_plain->count--;
    }
    ret_plain->c[ret_plain->count] = 0;
    return true;
}

/* UTF-8 of characters from..to, in out of size bytes; false: no room. */
static bool put_text(const struct plain *plain, size_t from, size_t to, char *out, size_t size)
{
    size_t len = 0;

    for (size_t i = from; i < to; i++) {
        uint32_t c = (uint32_t)plain->c[i];
        if (len + 5 > size) {
            return false;
        }
        if (c < 0x80) {
            out[len++] = (char)c;
        } else if (c < 0x800) {
            out[len++] = (char)(0xC0 | (c >> 6));
            out[len++] = (char)(0x80 | (c & 0x3F));
        } else if (c < 0x10000) {
            out[len++] = (char)(0xE0 | (c >> 12));
            out[len++] = (char)(0x80 | ((c >> 6) & 0x3F));
            out[len++] = (char)(0x80 | (c & 0x3F));
        } else {
            out[len++] = (char)(0xF0 | (c >> 18));
            out[len++] = (char)(0x80 | ((c >> 12) & 0x3F));
            out[len++] = (char)(0x80 | ((c >> 6) & 0x3F));
            out[len++] = (char)(0x80 | (c & 0x3F));
        }
    }
    out[len] = 0;
    return true;
}

/* ---- numbers ---- */

static bool is_digit(int32_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_ascii_name(int32_t c)
{
    return is_digit(c) || (c >= 'A' && c <= 'Z');
}

/* 0 to 9, 10 for 十; -1: no numeral. 两 is left out: nobody numbers houses with it. */
static int numeral_value(int32_t c)
{
    static const int32_t DIGITS[] = {0x96F6, 0x4E00, 0x4E8C, 0x4E09, 0x56DB, 0x4E94,
                                     0x516D, 0x4E03, 0x516B, 0x4E5D, 0x5341};
    for (int i = 0; i <= 10; i++) {
        if (DIGITS[i] == c) {
            return i;
        }
    }
    return -1;
}

static bool is_name(int32_t c)
{
    return is_ascii_name(c) || numeral_value(c) >= 0;
}

/* 一 to 九十九 said as a number; 0: not. */
static unsigned spoken_number(const int32_t *c, size_t count)
{
    int value[3] = {0, 0, 0};

    if (count == 0 || count > 3) {
        return 0;
    }
    for (size_t i = 0; i < count; i++) {
        value[i] = numeral_value(c[i]);
        if (value[i] <= 0) {
            return 0;
        }
    }
    if (count == 1) {
        return (unsigned)value[0];
    }
    if (value[0] == 10) { /* 十二 */
        return count == 2 && value[1] < 10 ? 10U + (unsigned)value[1] : 0;
    }
    if (value[1] != 10) {
        return 0;
    }
    if (count == 2) { /* 二十 */
        return (unsigned)value[0] * 10;
    }
    return value[2] < 10 ? (unsigned)value[0] * 10 + (unsigned)value[2] : 0;
}

bool address_numeral(const char *text, size_t len, unsigned *ret_value)
{
    struct plain plain;
    unsigned value = 0;

    if (read_plain(text, len, &plain)) {
        value = spoken_number(plain.c, plain.count);
    }
    if (value > 0) {
        *ret_value = value;
    }
    return value > 0;
}

/* 一二〇一: a room number said digit by digit. Two digits might be a number or two numbers. */
static bool spell_digits(const int32_t *c, size_t count, char *out, size_t size)
{
    if (count < 3 || count >= size) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        int value = numeral_value(c[i]);
        if (value < 0 || value > 9) {
            return false;
        }
        out[i] = (char)('0' + value);
    }
    out[count] = 0;
    return true;
}

/* A name of numbers and letters at *at; 03 is 3. */
static bool read_name(const struct plain *plain, size_t *at, char out[32])
{
    size_t start = *at;
    size_t end = start;
    bool is_number = true;

    if (is_ascii_name(plain->c[start])) {
        while (is_ascii_name(plain->c[end])) {
            is_number = is_number && is_digit(plain->c[end]);
            end++;
        }
        while (is_number && start + 1 < end && plain->c[start] == '0') {
            start++;
        }
        if (end - start > 12 || !put_text(plain, start, end, out, 32)) {
            return false;
        }
    } else {
        while (numeral_value(plain->c[end]) >= 0) {
            end++;
        }
        unsigned number = spoken_number(plain->c + start, end - start);
        if (number > 0) {
            (void)snprintf(out, 32, "%u", number);
        } else if (!spell_digits(plain->c + start, end - start, out, 32)) {
            return false;
        }
    }
    *at = end;
    return true;
}

/* ---- names and the words behind them ---- */

/* What a word says its name is. HAO (号) is a building before others and a room at the end,
 * LOU (楼) alone a floor between others; FREE: no word, the order decides. */
enum word { WORD_FREE, WORD_BUILDING, WORD_UNIT, WORD_FLOOR, WORD_ROOM, WORD_HAO, WORD_LOU };

static const struct {
    const char *text;
    enum word word;
} WORDS[] = {
    /* a longer one before the one that it begins with */
    {"号楼", WORD_BUILDING}, {"#楼", WORD_BUILDING}, {"#", WORD_BUILDING},
    {"栋楼", WORD_BUILDING}, {"栋", WORD_BUILDING},  {"幢", WORD_BUILDING},
    {"座", WORD_BUILDING},   {"单元", WORD_UNIT},    {"门", WORD_UNIT},
    {"层", WORD_FLOOR},      {"号室", WORD_ROOM},    {"号房", WORD_ROOM},
    {"室", WORD_ROOM},       {"房", WORD_ROOM},      {"户", WORD_ROOM},
    {"号", WORD_HAO},        {"楼", WORD_LOU},
};

static enum word read_word(const struct plain *plain, size_t *at)
{
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
        const char *text = WORDS[i].text;
        size_t len = strlen(text);
        size_t pos = 0;
        size_t to = *at;
        while (pos < len && text_next(text, len, &pos) == plain->c[to]) {
            to++;
            if (pos == len) {
                *at = to;
                return WORDS[i].word;
            }
        }
    }
    return WORD_FREE;
}

#define NAMES_MAX 4

struct cut {
    char name[NAMES_MAX][32];
    enum word word[NAMES_MAX];
    size_t count;
    char rest[ADDRESS_TEXT_SIZE]; /* name of a plant room, "" for none */
};

/* 甲栋 and 东座: one character before a word for buildings. */
static bool read_letter(const struct plain *plain, size_t *at, char out[32])
{
    static const char LETTERS[] = "甲乙丙丁戊己庚辛东南西北";
    size_t pos = 0;
    size_t behind = *at + 1;

    while (pos < sizeof LETTERS - 1) {
        if (text_next(LETTERS, sizeof LETTERS - 1, &pos) == plain->c[*at] &&
            read_word(plain, &behind) == WORD_BUILDING) {
            bool is_put = put_text(plain, *at, *at + 1, out, 32);
            *at += 1;
            return is_put;
        }
    }
    return false;
}

/* 3栋电梯机房: what stands behind a building or unit and holds no number. */
static bool read_rest(const struct plain *plain, size_t at, struct cut *cut)
{
    if (cut->count == 0 || (cut->word[cut->count - 1] != WORD_BUILDING &&
                            cut->word[cut->count - 1] != WORD_UNIT)) {
        return false;
    }
    size_t behind = at;
    if (plain->count - at < 2 || plain->count - at > 20 ||
        read_word(plain, &behind) != WORD_FREE) {
        return false;
    }
    for (size_t i = at; i < plain->count; i++) {
        if (is_name(plain->c[i]) || plain->c[i] < 0x80) {
            return false;
        }
    }
    return put_text(plain, at, plain->count, cut->rest, sizeof cut->rest);
}

/* Cut the text from at on to its end. */
static bool cut_names(const struct plain *plain, size_t at, struct cut *cut)
{
    memset(cut, 0, sizeof *cut);
    while (at < plain->count) {
        char name[32];
        size_t start = at;
        at += plain->c[at] == 0x7B2C ? 1 : 0; /* 第 */
        if (!(is_name(plain->c[at]) ? read_name(plain, &at, name)
                                    : read_letter(plain, &at, name))) {
            return read_rest(plain, start, cut);
        }
        if (cut->count == NAMES_MAX) {
            return false;
        }
        memcpy(cut->name[cut->count], name, sizeof name);
        enum word word = read_word(plain, &at);
        cut->word[cut->count++] = word;
        if (at < plain->count && plain->c[at] == '-') {
            at++;
        } else if (word == WORD_FREE && at < plain->count) {
            return false; /* two names with nothing between, or a word that is not known */
        }
    }
    return true;
}

/* ---- the orders in which addresses are said ---- */

static bool may_be(enum word said, enum word meant, bool is_explicit)
{
    if (said == meant) {
        return true;
    }
    switch (said) {
    case WORD_FREE:
        return !is_explicit;
    case WORD_HAO:
        return meant == WORD_BUILDING || meant == WORD_ROOM;
    case WORD_LOU:
        return meant == WORD_FLOOR;
    default:
        return false;
    }
}

/* 12层1201室 is room 1201; a floor that the room does not begin with contradicts it. */
static bool join_floor(const char *floor, const char *room, char *out, size_t size)
{
    size_t floor_len = strlen(floor);
    size_t room_len = strlen(room);
    bool is_number = strspn(floor, "0123456789") == floor_len &&
                     strspn(room, "0123456789") >= floor_len && room_len > 1;

    if (is_number && room_len == floor_len + 2 && strncmp(room, floor, floor_len) == 0) {
        (void)snprintf(out, size, "%s", room);
        return true;
    }
    return false;
}

static bool fit_names(const struct cut *cut, struct address *address)
{
    static const struct {
        enum word words[NAMES_MAX];
        size_t count;
        size_t explicit_at; /* this name must have its word; NAMES_MAX: none need it */
    } ORDERS[] = {
        {{WORD_BUILDING, WORD_UNIT, WORD_FLOOR, WORD_ROOM}, 4, NAMES_MAX},
        {{WORD_BUILDING, WORD_UNIT, WORD_ROOM}, 3, NAMES_MAX},
        {{WORD_BUILDING, WORD_FLOOR, WORD_ROOM}, 3, 1},
        {{WORD_BUILDING, WORD_ROOM}, 2, NAMES_MAX},
    };
    for (size_t i = 0; i < sizeof ORDERS / sizeof ORDERS[0]; i++) {
        const char *floor = "";
        const char *room = "";
        bool is_fit = ORDERS[i].count == cut->count;
        memset(address, 0, sizeof *address);
        for (size_t n = 0; is_fit && n < cut->count; n++) {
            enum word meant = ORDERS[i].words[n];
            is_fit = may_be(cut->word[n], meant, ORDERS[i].explicit_at == n);
            if (meant == WORD_BUILDING) {
                memcpy(address->building, cut->name[n], sizeof address->building);
            } else if (meant == WORD_UNIT) {
                memcpy(address->unit, cut->name[n], sizeof address->unit);
            } else if (meant == WORD_FLOOR) {
                floor = cut->name[n];
            } else {
                room = cut->name[n];
            }
        }
        if (is_fit && *floor != 0) {
            return join_floor(floor, room, address->room, sizeof address->room);
        }
        if (is_fit) {
            (void)snprintf(address->room, sizeof address->room, "%s", room);
            return true;
        }
    }
    return false;
}

/* A plant room lies in a building, or in a unit of it. */
static bool fit_rest(const struct cut *cut, struct address *address)
{
    memset(address, 0, sizeof *address);
    if (cut->count > 2 || !may_be(cut->word[0], WORD_BUILDING, true) ||
        (cut->count == 2 && cut->word[1] != WORD_UNIT)) {
        return false;
    }
    memcpy(address->building, cut->name[0], sizeof address->building);
    if (cut->count == 2) {
        memcpy(address->unit, cut->name[1], sizeof address->unit);
    }
    memcpy(address->room, cut->rest, sizeof address->room);
    return true;
}

bool address_parse(const char *text, struct address *ret_address)
{
    struct plain plain;
    struct cut cut;

    if (!read_plain(text, strlen(text), &plain)) {
        return false;
    }
    /* the first place from which all the rest is an address; before it stands a name */
    for (size_t at = 0; at < plain.count; at++) {
        if (at > 0 && is_name(plain.c[at - 1]) && is_name(plain.c[at])) {
            continue; /* no number is torn */
        }
        if (at > 0 && is_ascii_name(plain.c[0])) {
            return false; /* a number before the building would be left out */
        }
        if (cut_names(&plain, at, &cut) &&
            (*cut.rest != 0 ? fit_rest(&cut, ret_address) : fit_names(&cut, ret_address))) {
            size_t end = at > 0 && plain.c[at - 1] == '-' ? at - 1 : at;
            return put_text(&plain, 0, end, ret_address->prefix, sizeof ret_address->prefix);
        }
    }
    return false;
}

bool address_is_whole(const char *text)
{
    struct address address;

    return address_parse(text, &address) && *address.unit != 0;
}

bool address_squash(const char *text, char out[ADDRESS_TEXT_SIZE])
{
    struct plain plain;
    size_t to = 0;

    if (!read_plain(text, strlen(text), &plain)) {
        return false;
    }
    for (size_t i = 0; i < plain.count; i++) {
        if (plain.c[i] != '-' || (is_name(plain.c[i - 1]) && is_name(plain.c[i + 1]))) {
            plain.c[to++] = plain.c[i];
        }
    }
    plain.count = to;
    plain.c[to] = 0;
    return put_text(&plain, 0, plain.count, out, ADDRESS_TEXT_SIZE);
}

bool address_parse_name(const char *text, char out[32])
{
    struct plain plain;
    size_t at = 0;

    if (!read_plain(text, strlen(text), &plain) || plain.count == 0) {
        return false;
    }
    at += plain.c[0] == 0x7B2C ? 1 : 0; /* 第 */
    if (!(is_name(plain.c[at]) ? read_name(&plain, &at, out) : read_letter(&plain, &at, out))) {
        return false;
    }
    (void)read_word(&plain, &at);
    return at == plain.count;
}
