/* The read model: rebuildable tables that apply writes (ledger.db beside the ledger's own). */
#ifndef CUSTODY_CORE_SCHEMA_H
#define CUSTODY_CORE_SCHEMA_H

#define SITE_APPLICATION_ID 0x43555354 /* "CUST" */

/* In parts: C compilers need not take longer literals. */
extern const char READ_MODEL_SCHEMA[], READ_MODEL_SCHEMA_MORE[];
extern const char READ_MODEL_SCHEMA_DESK[], READ_MODEL_SCHEMA_DESK_MORE[]; /* schema_desk.c */
extern const char READ_MODEL_SCHEMA_FOLDER[], READ_MODEL_SCHEMA_USE[],
    READ_MODEL_SCHEMA_DESTRUCTION[];
/* ^ schema_folder.c */
/* Indexes that the audit's replay does without as long as it meets everyday acts only, which
 * look nothing up by them: a third of its writing. */
extern const char READ_MODEL_DROP_INDEXES[];
/* Its tables, NULL-terminated, for guard and comparison. */
extern const char *const READ_MODEL_TABLES[];
/* Every table of ledger.db (ledger's and read model's), for store_guard. */
extern const char *const SITE_TABLES[];

#endif
