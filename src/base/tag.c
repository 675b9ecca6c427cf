/*
 * Tags (FORMATS.md §6): the 20 characters of a QR code and what people type.
 *
 * The two check symbols are a Reed-Solomon code of distance 3 over GF(32): every single wrong
 * symbol and every swap of two neighbours is noticed.
 */
#include "custody/tag.h"

#include <assert.h>
#include <string.h>

#include "text.h"

#define CHECK_LEN 2
#define SHORT_LEN (CUSTODY_ITEM_LEN + CHECK_LEN)
#define PREFIX    "C1"

static const char CLASSES[] = "KRHFBSPV";

/* Value 0..31 of a symbol of the alphabet, -1 for anything else. */
static int symbol_value(char symbol)
{
    const char *at = symbol == 0 ? NULL : strchr(TEXT_ALPHABET, symbol);

    return at == NULL ? -1 : (int)(at - TEXT_ALPHABET);
}

static bool is_class(char symbol)
{
    return symbol != 0 && strchr(CLASSES, symbol) != NULL;
}

bool custody_item_is_valid(const char *text)
{
    if (text == NULL || !is_class(text[0])) {
        return false;
    }
    for (size_t i = 1; i < CUSTODY_ITEM_LEN; i++) {
        if (symbol_value(text[i]) < 0) {
            return false;
        }
    }
    return text[CUSTODY_ITEM_LEN] == 0;
}

/* Product in GF(32) with x^5 + x^2 + 1. */
static unsigned field_multiply(unsigned a, unsigned b)
{
    unsigned product = 0;

    for (; b > 0; b >>= 1) {
        if ((b & 1U) != 0) {
            product ^= a;
        }
        a <<= 1;
        if ((a & 32U) != 0) {
            a ^= 0x25U;
        }
    }
    return product;
}

void custody_item_check(const char *item, char out[3])
{
    /* g = (x - 2)(x - 4) = x^2 + 6x + 8: 2 + 4 is 6 and 2 * 4 is 8 in this field */
    unsigned high = 0;
    unsigned low = 0;

    assert(custody_item_is_valid(item));
    for (size_t i = 0; i < CUSTODY_ITEM_LEN; i++) {
        unsigned feedback = high ^ (unsigned)symbol_value(item[i]);
        high = low ^ field_multiply(feedback, 6);
        low = field_multiply(feedback, 8);
    }
    out[0] = TEXT_ALPHABET[high];
    out[1] = TEXT_ALPHABET[low];
    out[2] = 0;
}

void custody_item_print(const char *item, char out[15])
{
    char check[CHECK_LEN + 1];

    custody_item_check(item, check);
    out[0] = item[0];
    out[1] = '-';
    memcpy(out + 2, item + 1, 4);
    out[6] = '-';
    memcpy(out + 7, item + 5, 4);
    out[11] = '-';
    memcpy(out + 12, check, sizeof check);
}

void custody_site_code(const uint8_t ledger_id[32], char out[CUSTODY_SITE_LEN + 1])
{
    uint32_t bits = (uint32_t)ledger_id[0] << 24 | (uint32_t)ledger_id[1] << 16 |
                    (uint32_t)ledger_id[2] << 8 | ledger_id[3];

    for (unsigned i = 0; i < CUSTODY_SITE_LEN; i++) {
        out[i] = TEXT_ALPHABET[bits >> (27 - 5 * i) & 31U];
    }
    out[CUSTODY_SITE_LEN] = 0;
}

void custody_tag_print(const char *item, char generation, const char *site,
                       char out[CUSTODY_TAG_LEN + 1])
{
    assert(symbol_value(generation) > 0);
    assert(strlen(site) == CUSTODY_SITE_LEN);
    out[0] = PREFIX[0];
    out[1] = PREFIX[1];
    out[2] = item[0];
    out[3] = generation;
    memcpy(out + 4, item + 1, CUSTODY_ITEM_LEN - 1);
    memcpy(out + 12, site, CUSTODY_SITE_LEN);
    custody_item_check(item, out + 18); /* asserts the item and closes the text */
}

/* The symbol a character stands for, 0 for one to be passed over, -1 for a foreign one. */
static int read_symbol(int32_t code_point)
{
    if (code_point == 0x3000) { /* ideographic space */
        return 0;
    }
    if (code_point >= 0xFF01 && code_point <= 0xFF5E) { /* full width forms of ASCII */
        code_point -= 0xFEE0;
    }
    if (code_point >= 'a' && code_point <= 'z') {
        code_point -= 'a' - 'A';
    }
    if (code_point == ' ' || code_point == '-') {
        return 0;
    }
    if (code_point == 'I' || code_point == 'L') {
        return '1';
    }
    if (code_point == 'O') {
        return '0';
    }
    return code_point > 0 && code_point < 128 && symbol_value((char)code_point) >= 0
               ? (int)code_point
               : -1;
}

/* The symbols of text, at most CUSTODY_TAG_LEN. False: foreign character or too many. */
static bool read_symbols(const char *text, char out[CUSTODY_TAG_LEN + 1], size_t *ret_count)
{
    size_t len = strlen(text);
    size_t pos = 0;
    size_t count = 0;

    while (pos < len) {
        int symbol = read_symbol(text_next(text, len, &pos));
        if (symbol < 0 || (symbol > 0 && count == CUSTODY_TAG_LEN)) {
            return false;
        }
        if (symbol > 0) {
            out[count++] = (char)symbol;
        }
    }
    out[count] = 0;
    *ret_count = count;
    return true;
}

static enum custody_status no_tag(struct custody_error *err)
{
    return custody_fail(err, CUSTODY_ERR_INVALID,
                        "not a tag: scan the label again, or type its 11 characters like "
                        "K-4F7Q-2M9X-88");
}

enum custody_status custody_tag_parse(const char *text, struct custody_tag *ret_tag,
                                      struct custody_error *err)
{
    struct custody_tag tag = {.generation = 0};
    char symbols[CUSTODY_TAG_LEN + 1];
    char check[CHECK_LEN + 1];
    size_t count = 0;

    if (text == NULL || !read_symbols(text, symbols, &count)) {
        return no_tag(err);
    }
    if (count == SHORT_LEN) {
        memcpy(tag.item, symbols, CUSTODY_ITEM_LEN);
    } else if (count == CUSTODY_TAG_LEN && memcmp(symbols, PREFIX, 2) == 0 &&
               symbols[3] != '0') {
        tag.item[0] = symbols[2];
        tag.generation = symbols[3];
        memcpy(tag.item + 1, symbols + 4, CUSTODY_ITEM_LEN - 1);
        memcpy(tag.site, symbols + 12, CUSTODY_SITE_LEN);
    } else {
        return no_tag(err);
    }
    if (!is_class(tag.item[0])) {
        return no_tag(err);
    }
    custody_item_check(tag.item, check);
    if (memcmp(check, symbols + count - CHECK_LEN, CHECK_LEN) != 0) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "mistyped: the last two characters do not fit the others; compare "
                            "with the label and type it again");
    }
    *ret_tag = tag;
    return CUSTODY_OK;
}
