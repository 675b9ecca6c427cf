/* What is read as a tag prints and reads back as the same tag. */
#include "custody/tag.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct custody_error err = {0};
    struct custody_tag tag = {.generation = 'x'};
    struct custody_tag again = {.generation = 'x'};
    char long_form[CUSTODY_TAG_LEN + 1];
    char short_form[15];
    char *text = fuzz_text(data, size);
    enum custody_status rc = custody_tag_parse(text, &tag, &err);

    free(text);
    if (rc != CUSTODY_OK) {
        claim_told(rc, &err);
        CLAIM(tag.generation == 'x');
        return 0;
    }
    CLAIM(custody_item_is_valid(tag.item));
    custody_item_print(tag.item, short_form);
    CLAIM(custody_tag_parse(short_form, &again, &err) == CUSTODY_OK);
    CLAIM(strcmp(again.item, tag.item) == 0 && again.generation == 0 && again.site[0] == '\0');
    CLAIM((tag.generation == 0) == (tag.site[0] == '\0'));
    if (tag.generation != 0) {
        custody_tag_print(tag.item, tag.generation, tag.site, long_form);
        CLAIM(custody_tag_parse(long_form, &again, &err) == CUSTODY_OK);
        CLAIM(strcmp(again.item, tag.item) == 0 && again.generation == tag.generation &&
              strcmp(again.site, tag.site) == 0);
    }
    return 0;
}
