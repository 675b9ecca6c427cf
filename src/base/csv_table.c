/* CSV files whole, for programs outside the library. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "csv.h"
#include "custody/csv.h"

#define ROWS_MAX 200000U

struct custody_csv {
    struct custody_csv_row *rows;
    size_t count;
    size_t room;
};

/* One block a row: the pointers, then the texts they point to. */
static enum custody_status keep_row(struct custody_csv *table, const char *const *fields,
                                    size_t count, size_t line, struct custody_error *err)
{
    size_t size = count * sizeof(char *);
    for (size_t i = 0; i < count; i++) {
        size += strlen(fields[i]) + 1;
    }
    if (table->count == ROWS_MAX) {
        return custody_fail(err, CUSTODY_ERR_LIMIT,
                            "the file has more than %u rows; split it and try again", ROWS_MAX);
    }
    if (table->count == table->room) {
        const size_t room = table->room == 0 ? 64 : table->room * 2;
        struct custody_csv_row *more = realloc(table->rows, room * sizeof *more);
        if (more == NULL) {
            return custody_fail(err, CUSTODY_ERR_NOMEM, "not enough memory to read the rows");
        }
        table->rows = more;
        table->room = room;
    }
    const char **cells = malloc(size);
    if (cells == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOMEM, "not enough memory to read the rows");
    }
    char *text = (char *)(cells + count);
    for (size_t i = 0; i < count; i++) {
        const size_t len = strlen(fields[i]) + 1;
        cells[i] = memcpy(text, fields[i], len);
        text += len;
    }
    table->rows[table->count++] = (struct custody_csv_row){line, count, cells};
    return CUSTODY_OK;
}

enum custody_status custody_csv_read(const char *path, struct custody_csv **ret_csv,
                                     struct custody_error *err)
{
    struct csv *csv = NULL;
    struct custody_csv *table = calloc(1, sizeof *table);
    enum custody_status rc = table != NULL ? csv_open(path, &csv, err)
                                           : custody_fail(err, CUSTODY_ERR_NOMEM,
                                                          "not enough memory to read the rows");
    while (rc == CUSTODY_OK) {
        const char *const *fields = NULL;
        size_t count = 0;
        size_t line = 0;
        rc = csv_next(csv, &fields, &count, &line, err);
        if (rc == CUSTODY_OK && count == 0) {
            *ret_csv = table;
            table = NULL;
            break;
        }
        if (rc == CUSTODY_OK) {
            rc = keep_row(table, fields, count, line, err);
        }
    }
    csv_close(csv);
    custody_csv_free(table);
    return rc;
}

const struct custody_csv_row *custody_csv_row(const struct custody_csv *csv, size_t index)
{
    return index < csv->count ? &csv->rows[index] : NULL;
}

void custody_csv_free(struct custody_csv *csv)
{
    if (csv == NULL) {
        return;
    }
    for (size_t i = 0; i < csv->count; i++) {
        free((void *)(uintptr_t)csv->rows[i].cells); /* its pointers are const, it is ours */
    }
    free(csv->rows);
    free(csv);
}
