/* The lines over a form: see form_cover.h. */
#include "form_cover.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Halves of a Chinese character that a line takes before the next entry begins another. */
#define WIDTH_LANDSCAPE 170
#define WIDTH_PORTRAIT  112
#define GAP             "      "

static size_t width_of(const char *text)
{
    size_t width = 0;
    for (; *text != '\0'; text++) {
        const unsigned char byte = (unsigned char)*text;
        if ((byte & 0xC0U) != 0x80U) {
            width += byte < 0x80U ? 1 : 2;
        }
    }
    return width;
}

/* Beside the entries before it, or on a line of its own where there is no room. */
static void put(struct form_cover *cover, size_t room, const char *entry)
{
    const char *line = cover->count > 0 ? cover->lines[cover->count - 1] : "";
    const bool fits = cover->count > 0 &&
                      width_of(line) + sizeof GAP - 1 + width_of(entry) <= room &&
                      strlen(line) + sizeof GAP + strlen(entry) <= FORM_COVER_SIZE;
    if (!fits && cover->count == FORM_COVER_LINES) {
        return; /* more than a page has over its table */
    }
    cover->count += fits ? 0 : 1;
    char *to = cover->lines[cover->count - 1];
    const size_t len = strlen(to);
    (void)snprintf(to + len, FORM_COVER_SIZE - len, "%s%s", len > 0 ? GAP : "", entry);
}

enum custody_status form_cover_make(struct form_cells *cells, struct form_cover *ret_cover,
                                    struct custody_error *err)
{
    const struct custody_form *form = cells->form;
    const char *colon = cells->session->lang == CUSTODY_ZH ? "：" : ": ";
    *ret_cover = (struct form_cover){.count = 0};
    for (size_t i = 0; i < form->cover_count; i++) {
        const struct custody_form_cover *cover = &form->covers[i];
        char entry[FORM_COVER_SIZE];
        char *text = NULL;
        if (cover->member[0] == '\0') {
            put(ret_cover, form->is_landscape ? WIDTH_LANDSCAPE : WIDTH_PORTRAIT,
                cover->caption);
            continue;
        }
        const enum custody_status rc = form_cells_shared(cells, cover->member, &text, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        if (text[0] != '\0') {
            (void)snprintf(entry, sizeof entry, "%s%s%.800s", cover->caption, colon, text);
            put(ret_cover, form->is_landscape ? WIDTH_LANDSCAPE : WIDTH_PORTRAIT, entry);
        }
        free(text);
    }
    return CUSTODY_OK;
}
