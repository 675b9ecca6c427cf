/* A reader comes to its end, tells lines in order, and keeps its limits. */
#include "csv.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct custody_error err = {0};
    struct csv *csv = NULL;
    size_t last_line = 0;
    enum custody_status rc = csv_open_memory(data, size, &csv, &err);

    if (rc != CUSTODY_OK) {
        claim_told(rc, &err);
        CLAIM(csv == NULL);
        return 0;
    }
    for (size_t turn = 0;; turn++) {
        const char *const *fields = NULL;
        size_t count = 0;
        size_t line = 0;
        CLAIM(turn <= size + 1);
        rc = csv_next(csv, &fields, &count, &line, &err);
        if (rc != CUSTODY_OK) {
            claim_told(rc, &err);
            continue;
        }
        if (count == 0) {
            break;
        }
        CLAIM(count <= CSV_COLUMN_MAX && line > last_line);
        last_line = line;
        bool has_text = false;
        for (size_t i = 0; i < count; i++) {
            CLAIM(strlen(fields[i]) <= CSV_FIELD_MAX);
            has_text = has_text || fields[i][0] != '\0';
        }
        CLAIM(has_text);
    }
    csv_close(csv);
    return 0;
}
