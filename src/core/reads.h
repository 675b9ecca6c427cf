/*
 * The table of reads: a question, its parameters, its columns and its SQL. The command line's
 * lists, --json shapes and schema/reads.json all come from here.
 */
#ifndef CUSTODY_CORE_READS_H
#define CUSTODY_CORE_READS_H

#include "custody/site.h"
#include "store.h"

#define READ_PARAMS_MAX   6
#define READ_VARIANTS_MAX 8
#define READ_NOW          "?7" /* seconds, bound after the READ_PARAMS_MAX parameters */

/* type: 't' text, 'i' integer, 'T' time text bound as seconds, 'x' hex id bound as blob */
struct read_param {
    const char *name;
    char type;
    bool is_required;
    int64_t fallback; /* 'i', 'T' when not given and has_fallback */
    bool has_fallback;
};

/* The first variant whose `needs` parameter is given (NULL: always) runs. */
struct read_variant {
    const char *needs;
    const char *value; /* and has this value; NULL: any */
    const char *sql;   /* parameters bound as ?1.. in table order; READ_NOW is the clock */
};

struct read_row {
    struct custody_read face; /* name, texts, columns */
    struct read_param params[READ_PARAMS_MAX];
    struct read_variant variants[READ_VARIANTS_MAX];
    const char
        *missing; /* sentence when there is no row (ERR_NOT_FOUND); NULL: empty is fine */
};

/* read_table_desk.c */
extern const struct read_row READ_AUTHORITY_LIST, READ_BOARD_LIST, READ_CHASE_LIST,
    READ_CORRECTION_LIST, READ_DESK_NUMBERS, READ_EMERGENCY_LIST, READ_HOLDING_LIST,
    READ_KEY_SISTERS, READ_LATE_LIST, READ_LOAN_DEPARTMENTS, READ_LOSS_LIST, READ_MOVEMENT_LIST,
    READ_PROOF_LIST, READ_ROSTER_LIST, READ_SEAL_LIST, READ_SHIFT_LIST, READ_SLIP_LIST,
    READ_STALE_LIST, READ_STOCKTAKE_COUNTS, READ_STOCKTAKE_LINES, READ_STOCKTAKE_LIST,
    READ_STOCKTAKE_MISSING, READ_TAKEOVER_LIST, READ_UNIT_ITEMS, READ_UNRATIFIED_LIST,
    READ_UNSETTLED_LIST;

/* read_table_form.c and what follows it: one for each form of the regulation */
extern const struct read_row READ_FORM_CHASES, READ_FORM_COPIES, READ_FORM_CUSTODIANS,
    READ_FORM_DEPOSITS, READ_FORM_EMERGENCIES, READ_FORM_HANDOVERS, READ_FORM_LOANS,
    READ_FORM_LOSSES, READ_FORM_MOVES, READ_FORM_OPENINGS, READ_FORM_REGISTER, READ_FORM_SEALS,
    READ_FORM_SHIFTS, READ_FORM_SLIPS, READ_FORM_STOCKTAKES, READ_FORM_TAKEOVERS;

/* read_table_folder.c, read_table_folder_use.c, read_table_destruction.c */
extern const struct read_row READ_FOLDER_LIST, READ_FOLDER_SHOW, READ_FOLDER_PAPERS,
    READ_FOLDER_INVENTORY, READ_FOLDER_GAPS, READ_FOLDER_MISSING, READ_FOLDER_SHELF,
    READ_FOLDER_HISTORY, READ_STORAGE_LIST, READ_STORAGE_SHOW, READ_WALK_SHOW,
    READ_STOREROOM_LIST;
extern const struct read_row READ_FOLDER_LOANS, READ_FOLDER_OVERDUE, READ_FOLDER_WAITING,
    READ_FOLDER_CONSULTS, READ_FOLDER_LENDINGS, READ_FOLDER_REFUSALS, READ_PRIVACY_LIST,
    READ_INCIDENT_LIST, READ_INCIDENT_SHOW;
extern const struct read_row READ_FOLDER_HOLDS, READ_FOLDER_DUE, READ_DESTRUCTION_LIST,
    READ_DESTRUCTION_SHOW, READ_DESTRUCTION_LINES, READ_ERASE_LIST;

/* read_table_form_folder.c, read_table_form_destruction.c */
extern const struct read_row READ_FORM_FOLDER_PAPERS, READ_FORM_INVENTORIES, READ_FORM_BOXES,
    READ_FORM_CONSULTS, READ_FORM_LENDINGS, READ_FORM_DISPOSALS, READ_FORM_RETENTION,
    READ_FORM_INCIDENTS;

/* read_table_tags.c */
extern const struct read_row READ_BLANK_LIST, READ_TAG_LIST, READ_TAG_PRINTS;

/* ---- parts of a row of these tables ---- */

#define READ_COLUMNS(array)                                                                    \
    .columns = (array), .column_count = sizeof(array) / sizeof((array)[0])
/* With private columns: the members that say whose the texts of a row are. */
#define READ_PRIVATE(array, members) READ_COLUMNS(array), .owners = (members)
#define READ_LIMIT(n)                                                                          \
    {                                                                                          \
        .name = "limit", .type = 'i', .fallback = (n), .has_fallback = true                    \
    }
#define READ_TIME_MAX INT64_C(9000000000000) /* after every time there is */

extern const struct read_row *const READ_TABLE[]; /* NULL-terminated */
/* audit_table.c: questions without parameters, asked over a replayed read model. */
extern const struct read_row *const AUDIT_TABLE[]; /* NULL-terminated */

struct custody_site;
/* Rows of a read over any store with a read model; site NULL: personal columns are null.
 * reveal: of custody_read_private. */
enum custody_status read_rows(struct store *store, struct custody_site *site,
                              const struct read_row *row, const json_t *params,
                              const struct custody_reveal *reveal, json_t **ret_rows,
                              struct custody_error *err) CUSTODY_MUST_CHECK;
/* All of AUDIT_TABLE as custody_verify gives it. */
enum custody_status audit_tables(struct store *store, json_t **ret_tables,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
