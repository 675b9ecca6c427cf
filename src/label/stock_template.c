/* Templates of texts: see stock.h. */
#include <string.h>

#include "stock.h"

enum piece_kind { PIECE_SIGNS, PIECE_BLANK, PIECE_NAME };

/* A run of signs, a blank, or a name (without its braces). */
struct piece {
    enum piece_kind kind;
    const char *text;
    size_t len;
};

/* False: the end, or not a template (*pos then stands before what is wrong). */
static bool next_piece(const char **pos, struct piece *ret_piece)
{
    const char *text = *pos;
    if (*text == '\0' || *text == '}') {
        return false;
    }
    if (*text == ' ') {
        *ret_piece = (struct piece){PIECE_BLANK, text, 1};
        *pos = text + 1;
        return true;
    }
    if (*text == '{') {
        size_t len = strspn(text + 1, "abcdefghijklmnopqrstuvwxyz");
        if (len == 0 || len > STOCK_NAME_LEN || text[1 + len] != '}') {
            return false;
        }
        *ret_piece = (struct piece){PIECE_NAME, text + 1, len};
        *pos = text + len + 2;
        return true;
    }
    *ret_piece = (struct piece){PIECE_SIGNS, text, strcspn(text, " {}")};
    *pos = text + ret_piece->len;
    return true;
}

static bool is_piece(const struct piece *piece, const char *name)
{
    return strlen(name) == piece->len && memcmp(name, piece->text, piece->len) == 0;
}

bool stock_template_is_valid(const char *text)
{
    struct piece piece;
    const char *pos = text;
    while (next_piece(&pos, &piece)) {
    }
    return *pos == '\0' && text[0] != '\0' && strlen(text) <= STOCK_TEMPLATE_LEN;
}

bool stock_template_has(const char *text, const char *name)
{
    struct piece piece;
    while (next_piece(&text, &piece)) {
        if (piece.kind == PIECE_NAME && is_piece(&piece, name)) {
            return true;
        }
    }
    return false;
}

static bool is_listed(const char *list, const struct piece *piece)
{
    while (*list != '\0') {
        size_t len = strcspn(list, " ");
        if (len == piece->len && memcmp(list, piece->text, len) == 0) {
            return true;
        }
        list += len;
        list += strspn(list, " ");
    }
    return false;
}

struct text_out {
    char *data;
    size_t len;
    size_t size;
    bool is_full;
};

static void put(struct text_out *out, const char *text, size_t len)
{
    if (out->is_full || len >= out->size - out->len) {
        out->is_full = true;
        return;
    }
    memcpy(out->data + out->len, text, len);
    out->len += len;
    out->data[out->len] = '\0';
}

bool stock_template_list(const char *text, char *list, size_t size)
{
    struct piece piece;
    struct text_out out = {.data = list, .len = strlen(list), .size = size};
    while (next_piece(&text, &piece)) {
        if (piece.kind != PIECE_NAME || is_piece(&piece, STOCK_HUMAN) ||
            is_listed(list, &piece)) {
            continue;
        }
        if (out.len > 0) {
            put(&out, " ", 1);
        }
        put(&out, piece.text, piece.len);
    }
    return !out.is_full;
}

static const char *words_of(const struct piece *name, const struct custody_label_field *fields,
                            size_t field_count, const char *human)
{
    if (is_piece(name, STOCK_HUMAN)) {
        return human;
    }
    for (size_t i = 0; i < field_count; i++) {
        if (is_piece(name, fields[i].name)) {
            return fields[i].text != NULL ? fields[i].text : "";
        }
    }
    return "";
}

/* A template being filled, and what is known of the word that it is in. */
struct filling {
    struct text_out out;
    size_t word_start;
    struct piece signs; /* after the last name, or before the first; len 0: none */
    bool word_has_name;
    bool word_has_words; /* some name so far */
    bool last_has_words; /* the last name */
    bool has_name;       /* the template so far */
    bool has_words;
};

static void put_in_word(struct filling *filling, const char *text, size_t len)
{
    if (filling->out.len == filling->word_start && filling->word_start > 0 && len > 0) {
        put(&filling->out, " ", 1);
    }
    put(&filling->out, text, len);
}

static void fill_name(struct filling *filling, const char *words)
{
    filling->last_has_words = words[0] != '\0';
    if (filling->last_has_words) {
        if (filling->word_has_words || !filling->word_has_name) {
            put_in_word(filling, filling->signs.text, filling->signs.len);
        }
        put_in_word(filling, words, strlen(words));
    }
    filling->word_has_name = true;
    filling->word_has_words = filling->word_has_words || filling->last_has_words;
    filling->has_name = true;
    filling->has_words = filling->has_words || filling->last_has_words;
    filling->signs.len = 0;
}

static void end_word(struct filling *filling)
{
    if (!filling->word_has_name || filling->last_has_words) {
        put_in_word(filling, filling->signs.text, filling->signs.len);
    }
    filling->signs.len = 0;
    filling->word_has_name = false;
    filling->word_has_words = false;
    filling->last_has_words = false;
    filling->word_start = filling->out.len;
}

bool stock_template_fill(const char *text, const struct custody_label_field *fields,
                         size_t field_count, const char *human, char out[STOCK_TEXT_SIZE])
{
    struct filling filling = {.out = {.data = out, .size = STOCK_TEXT_SIZE},
                              .signs = {PIECE_SIGNS, "", 0}};
    struct piece piece;
    out[0] = '\0';
    while (next_piece(&text, &piece)) {
        switch (piece.kind) {
        case PIECE_SIGNS:
            filling.signs = piece;
            break;
        case PIECE_NAME:
            fill_name(&filling, words_of(&piece, fields, field_count, human));
            break;
        case PIECE_BLANK:
            end_word(&filling);
            break;
        }
    }
    end_word(&filling);
    if (filling.has_name && !filling.has_words) {
        out[0] = '\0';
    }
    return !filling.out.is_full;
}
