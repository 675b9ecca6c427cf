/* A time that people type becomes one that can be signed, and reads back. */
#include "custody/site.h"
#include "fuzz.h"
#include "instant.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct custody_error err = {0};
    char text[21] = "untouched";
    char local[21];
    int64_t seconds = 0;
    char *typed = fuzz_text(data, size);
    enum custody_status rc = custody_time_parse(typed, 480, text, &err);

    if (rc == CUSTODY_OK) {
        CLAIM(strlen(text) == 20 && instant_parse(text, 20, &seconds));
        CLAIM(seconds >= INSTANT_MIN && seconds <= INSTANT_MAX);
    } else {
        claim_told(rc, &err);
        CLAIM(strcmp(text, "untouched") == 0);
    }
    custody_time_local(typed, 480, local);
    CLAIM(strlen(local) < sizeof local);
    free(typed);
    return 0;
}
