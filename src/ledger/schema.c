/*
 * Tables of the ledger (FORMATS.md §2). Permanent ones hold what cannot be recomputed and take
 * rows only at their end; rebuildable ones follow from the entries.
 */
#include "ledger.h"

/*
 * The insert triggers also refuse a row whose key is there already: REPLACE would delete the
 * old row without waking a DELETE trigger. max() + 1 and not count(*), which reads the table.
 */
const char LEDGER_SCHEMA_PERMANENT[] =
    "CREATE TABLE ledger_entry (idx INTEGER PRIMARY KEY, act_id BLOB NOT NULL UNIQUE,"
    " leaf_hash BLOB NOT NULL, envelope BLOB NOT NULL) STRICT;\n"
    "CREATE TRIGGER ledger_entry_insert BEFORE INSERT ON ledger_entry\n"
    "WHEN NEW.idx IS NOT (SELECT coalesce(max(idx) + 1, 0) FROM ledger_entry)\n"
    " OR EXISTS (SELECT 1 FROM ledger_entry WHERE act_id = NEW.act_id)\n"
    "BEGIN SELECT RAISE(ABORT, 'the ledger takes entries only at its end'); END;\n"
    "CREATE TRIGGER ledger_entry_update BEFORE UPDATE ON ledger_entry\n"
    "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;\n"
    "CREATE TRIGGER ledger_entry_delete BEFORE DELETE ON ledger_entry\n"
    "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;\n"
    /* Every checkpoint that was issued: the size, the whole note, and when. */
    "CREATE TABLE ledger_checkpoint (size INTEGER NOT NULL, note BLOB NOT NULL,"
    " at INTEGER NOT NULL, PRIMARY KEY (size, note)) WITHOUT ROWID, STRICT;\n"
    "CREATE TRIGGER ledger_checkpoint_insert BEFORE INSERT ON ledger_checkpoint\n"
    "WHEN EXISTS (SELECT 1 FROM ledger_checkpoint WHERE size = NEW.size AND note = NEW.note)\n"
    "BEGIN SELECT RAISE(ABORT, 'checkpoints are kept as they were issued'); END;\n"
    "CREATE TRIGGER ledger_checkpoint_update BEFORE UPDATE ON ledger_checkpoint\n"
    "BEGIN SELECT RAISE(ABORT, 'checkpoints are kept as they were issued'); END;\n"
    "CREATE TRIGGER ledger_checkpoint_delete BEFORE DELETE ON ledger_checkpoint\n"
    "BEGIN SELECT RAISE(ABORT, 'checkpoints are kept as they were issued'); END;\n"
    /* Signature lines of witnesses under the checkpoint of that size. */
    "CREATE TABLE ledger_cosignature (size INTEGER NOT NULL, line BLOB NOT NULL,"
    " PRIMARY KEY (size, line)) WITHOUT ROWID, STRICT;\n"
    "CREATE TRIGGER ledger_cosignature_insert BEFORE INSERT ON ledger_cosignature\n"
    "WHEN EXISTS (SELECT 1 FROM ledger_cosignature WHERE size = NEW.size AND line = NEW.line)\n"
    "BEGIN SELECT RAISE(ABORT, 'cosignatures are kept as they came'); END;\n"
    "CREATE TRIGGER ledger_cosignature_update BEFORE UPDATE ON ledger_cosignature\n"
    "BEGIN SELECT RAISE(ABORT, 'cosignatures are kept as they came'); END;\n"
    "CREATE TRIGGER ledger_cosignature_delete BEFORE DELETE ON ledger_cosignature\n"
    "BEGIN SELECT RAISE(ABORT, 'cosignatures are kept as they came'); END;\n"
    /* Entries of the ledgers before this one, oldest generation 0. */
    "CREATE TABLE ledger_old_entry (generation INTEGER NOT NULL, idx INTEGER NOT NULL,"
    " act_id BLOB NOT NULL, leaf_hash BLOB NOT NULL, envelope BLOB NOT NULL,"
    " PRIMARY KEY (generation, idx)) WITHOUT ROWID, STRICT;\n"
    "CREATE TRIGGER ledger_old_entry_insert BEFORE INSERT ON ledger_old_entry\n"
    "WHEN NEW.idx IS NOT (SELECT coalesce(max(idx) + 1, 0) FROM ledger_old_entry"
    " WHERE generation = NEW.generation)\n"
    "BEGIN SELECT RAISE(ABORT, 'the ledger takes entries only at its end'); END;\n"
    "CREATE TRIGGER ledger_old_entry_update BEFORE UPDATE ON ledger_old_entry\n"
    "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;\n"
    "CREATE TRIGGER ledger_old_entry_delete BEFORE DELETE ON ledger_old_entry\n"
    "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;\n";

const char LEDGER_SCHEMA_REBUILDABLE[] =
    /* Perfect subtrees from level 1; level 0 is ledger_entry.leaf_hash. */
    "CREATE TABLE ledger_node (level INTEGER NOT NULL, position INTEGER NOT NULL,"
    " hash BLOB NOT NULL, PRIMARY KEY (level, position)) WITHOUT ROWID, STRICT;\n"
    /* at of the act, T of the index; the row -1 carries a predecessor's T on. */
    "CREATE TABLE ledger_time (idx INTEGER PRIMARY KEY, at INTEGER NOT NULL,"
    " t INTEGER NOT NULL) STRICT;\n"
    /* Highest actor_seq of each person. */
    "CREATE TABLE ledger_actor (handle TEXT NOT NULL PRIMARY KEY, seq INTEGER NOT NULL)"
    " WITHOUT ROWID, STRICT;\n"
    /* Largest seen.size that a credential signed as `by`, and at all. */
    "CREATE TABLE ledger_sight (keyid BLOB NOT NULL PRIMARY KEY, by_size INTEGER NOT NULL,"
    " any_size INTEGER NOT NULL) WITHOUT ROWID, STRICT;\n";

const char *const LEDGER_TABLES_PERMANENT[] = {
    "ledger_entry", "ledger_checkpoint", "ledger_cosignature", "ledger_old_entry", NULL,
};
const char *const LEDGER_TABLES_REBUILDABLE[] = {
    "ledger_node", "ledger_time", "ledger_actor", "ledger_sight", NULL,
};
