/*
 * Addresses: whatever the text, one place of the book or none; what is found is found again by
 * its own label, and the label of every place of the book finds it.
 */
#include <stdlib.h>
#include <string.h>

#include "address.h"
#include "fuzz.h"

static const char *const PLACES[][3] = {
    {"0", "桂园", "area"},
    {"3", "3栋", "building"},
    {"3-2-12-1201", "3栋-2单元-1201", "home"},
    {"3-1-1-101", "3栋-1单元-101", "home"},
    {"12-1-1-101", "12栋-1单元-101", "home"},
    {"3-DT", "3栋-电梯机房", "room"},
    {"B2-1201", "B2-1201", "home"},
    {"P1", "一期1栋-1单元-101", "home"},
};

static struct address_book *book;

static void make_book(void)
{
    CLAIM(address_book_new(&book, NULL) == CUSTODY_OK);
    for (size_t i = 0; i < sizeof PLACES / sizeof PLACES[0]; i++) {
        CLAIM(address_book_add(book, PLACES[i][0], PLACES[i][1], PLACES[i][2],
                               i == 0 ? NULL : PLACES[i > 1 ? 1 : 0][0], NULL) == CUSTODY_OK);
    }
    CLAIM(address_book_finish(book, NULL) == CUSTODY_OK);
    for (size_t i = 0; i < sizeof PLACES / sizeof PLACES[0]; i++) {
        struct address_match match;
        CLAIM(address_find(book, PLACES[i][1], &match) == ADDRESS_FOUND);
        CLAIM(strcmp(match.code, PLACES[i][0]) == 0 && match.is_as_written);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct address_match match = {.code = NULL};
    struct address_match again;
    unsigned number = 0;

    if (book == NULL) {
        make_book();
    }
    char *text = malloc(size + 1);
    CLAIM(text != NULL);
    for (size_t i = 0; i < size; i++) {
        text[i] = (char)(data[i] == 0 ? '|' : data[i]);
    }
    text[size] = 0;
    enum address_result result = address_find(book, text, &match);
    CLAIM((match.code != NULL) == (result == ADDRESS_FOUND || result == ADDRESS_AMBIGUOUS));
    if (result == ADDRESS_FOUND) {
        CLAIM(address_find(book, match.label, &again) == ADDRESS_FOUND);
        CLAIM(again.code == match.code);
    } else if (result == ADDRESS_AMBIGUOUS) {
        CLAIM(strcmp(match.label, match.other) != 0);
    }
    char *bar = strchr(text, '|');
    if (bar != NULL) {
        *bar = 0;
        char *second = strchr(bar + 1, '|');
        if (second != NULL) {
            *second = 0;
        }
        (void)address_find_parts(book, text, second != NULL ? bar + 1 : "",
                                 second != NULL ? second + 1 : bar + 1, &again);
    }
    if (address_numeral(text, strlen(text), &number)) {
        CLAIM(number >= 1 && number <= 99);
    }
    free(text);
    return 0;
}
