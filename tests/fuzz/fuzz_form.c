/* A form that loads has columns with titles that a page can have; one that does not says why.
 */
#include <string.h>

#include "form_impl.h"
#include "fuzz.h"
#include "text.h"

static void claim_words(const char *words)
{
    CLAIM(words[0] != '\0' && text_allowed(words, strlen(words), CUSTODY_FORM_TEXT_SIZE));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct custody_error err = {0};
    struct custody_form form = {.sign_count = 77};
    char *text = fuzz_text(data, size);
    enum custody_status rc = form_parse(text, size, "p.form", &form, &err);

    if (rc == CUSTODY_OK) {
        claim_words(form.title);
        CLAIM(form.rule[0] != '\0' && form.read[0] != '\0' && form.read_line > 0);
        CLAIM(form.column_count >= 1 && form.column_count <= CUSTODY_FORM_COLUMNS_MAX);
        CLAIM(form.param_count <= CUSTODY_FORM_PARAMS_MAX);
        CLAIM(form.sign_count <= CUSTODY_FORM_SIGNS_MAX);
        for (size_t i = 0; i < form.column_count; i++) {
            claim_words(form.columns[i].title);
            CLAIM(form.columns[i].share >= 1.0 && form.columns[i].line > 0);
        }
        for (size_t i = 0; i < form.sign_count; i++) {
            claim_words(form.signs[i]);
        }
        for (size_t i = 0; i < form.param_count; i++) {
            claim_words(form.params[i].value);
        }
    } else {
        claim_told(rc, &err);
        CLAIM(form.sign_count == 77);
    }
    free(text);
    return 0;
}
