/* SQL of the read model. Times are seconds since 1970; idx is a ledger index. */
#include "schema.h"

#include <stddef.h>

const char READ_MODEL_SCHEMA[] =
    /* one line per act, for lists and histories */
    "CREATE TABLE act_log (idx INTEGER PRIMARY KEY, act_id BLOB NOT NULL UNIQUE,"
    " act TEXT NOT NULL, by_handle TEXT NOT NULL, at INTEGER NOT NULL, t INTEGER NOT NULL,"
    " event_at INTEGER NOT NULL, desk TEXT, signers INTEGER NOT NULL,"
    " terminals INTEGER) STRICT;"
    "CREATE INDEX act_log_at ON act_log (at);"
    "CREATE TABLE act_signer (handle TEXT NOT NULL, idx INTEGER NOT NULL,"
    " PRIMARY KEY (idx, handle)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX act_signer_handle ON act_signer (handle);"
    "CREATE TABLE act_item (item TEXT NOT NULL, idx INTEGER NOT NULL,"
    " PRIMARY KEY (item, idx)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX act_item_idx ON act_item (idx);"
    /* things to list that break nothing (FORMATS.md 12, flags) */
    "CREATE TABLE flag (idx INTEGER NOT NULL, n INTEGER NOT NULL, code TEXT NOT NULL,"
    " text TEXT NOT NULL, PRIMARY KEY (idx, n)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE site (id INTEGER PRIMARY KEY CHECK (id = 1), name TEXT NOT NULL,"
    " origin TEXT NOT NULL, utc_offset_min INTEGER NOT NULL) STRICT;"
    "CREATE TABLE log_key (idx INTEGER PRIMARY KEY, vkey TEXT NOT NULL) STRICT;"
    "CREATE TABLE policy (idx INTEGER PRIMARY KEY, start INTEGER NOT NULL,"
    " body TEXT NOT NULL) STRICT;"
    /* people */
    "CREATE TABLE person (handle TEXT PRIMARY KEY, staff_no TEXT NOT NULL UNIQUE,"
    " name_idx INTEGER, name_pointer TEXT, enrolled_idx INTEGER NOT NULL,"
    " is_suspended INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE role (handle TEXT NOT NULL, role TEXT NOT NULL,"
    " PRIMARY KEY (handle, role)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE credential (keyid BLOB PRIMARY KEY, handle TEXT NOT NULL,"
    " public_key BLOB NOT NULL UNIQUE, enrolled_idx INTEGER NOT NULL, revoked_idx INTEGER,"
    " reason TEXT, suspect_from INTEGER) STRICT, WITHOUT ROWID;"
    "CREATE INDEX credential_handle ON credential (handle);"
    "CREATE TABLE delegation (idx INTEGER NOT NULL, role TEXT NOT NULL, giver TEXT NOT NULL,"
    " taker TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,"
    " PRIMARY KEY (idx, role)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX delegation_taker ON delegation (taker, role);"
    "CREATE TABLE party (party TEXT PRIMARY KEY, relation TEXT NOT NULL, unit TEXT,"
    " name_pointer TEXT NOT NULL, phone_pointer TEXT, idx INTEGER NOT NULL,"
    " void_idx INTEGER) STRICT, WITHOUT ROWID;";

const char READ_MODEL_SCHEMA_MORE[] =
    /* places, locks, keys */
    "CREATE TABLE place (code TEXT PRIMARY KEY, kind TEXT NOT NULL, label TEXT NOT NULL UNIQUE,"
    " parent TEXT, idx INTEGER NOT NULL, void_idx INTEGER) STRICT, WITHOUT ROWID;"
    "CREATE INDEX place_parent ON place (parent);"
    "CREATE TABLE lock (code TEXT PRIMARY KEY, kind TEXT NOT NULL, label TEXT NOT NULL,"
    " place TEXT NOT NULL, idx INTEGER NOT NULL, void_idx INTEGER) STRICT, WITHOUT ROWID;"
    "CREATE INDEX lock_place ON lock (place);"
    /* K and R items and where they are now; id is the eight symbols, unique over classes */
    "CREATE TABLE item (item TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE, label TEXT NOT NULL,"
    " desk TEXT NOT NULL, class TEXT, copy INTEGER, ring TEXT, idx INTEGER NOT NULL,"
    " holder_kind TEXT NOT NULL, holder TEXT NOT NULL, since_idx INTEGER NOT NULL,"
    " event_at INTEGER NOT NULL, due INTEGER) STRICT, WITHOUT ROWID;"
    "CREATE INDEX item_ring ON item (ring, holder_kind, holder) WHERE ring IS NOT NULL;"
    "CREATE INDEX item_out ON item (item) WHERE holder_kind IN ('person', 'party');"
    "CREATE INDEX item_holder ON item (holder_kind, holder);"
    "CREATE INDEX item_label ON item (label);"
    "CREATE INDEX item_due ON item (due) WHERE due IS NOT NULL;"
    "CREATE TABLE key_lock (item TEXT NOT NULL, n INTEGER NOT NULL, lock TEXT NOT NULL,"
    " PRIMARY KEY (item, n)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX key_lock_lock ON key_lock (lock);"
    /* every change of holder, for ever; a corrected one is void from void_t on, and gives the
       item was_due back. ended_at, ended_t: event time and T of the next one of the item that
       is not void; node orders the ended ones by the time they cover (item_state.c) */
    "CREATE TABLE movement (item TEXT NOT NULL, idx INTEGER NOT NULL,"
    " event_at INTEGER NOT NULL, known_at INTEGER NOT NULL, kind TEXT NOT NULL,"
    " holder_kind TEXT NOT NULL, holder TEXT NOT NULL, due INTEGER, void_idx INTEGER,"
    " void_t INTEGER, was_due INTEGER, ended_at INTEGER, ended_t INTEGER, node INTEGER,"
    " PRIMARY KEY (item, idx)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX movement_holder ON movement (holder, node, event_at, ended_at, ended_t)"
    " WHERE node IS NOT NULL;"
    "CREATE TABLE loan (idx INTEGER PRIMARY KEY, desk TEXT NOT NULL, clerk TEXT NOT NULL,"
    " receiver TEXT NOT NULL, purpose TEXT NOT NULL, on_behalf TEXT NOT NULL,"
    " due INTEGER NOT NULL, receipt TEXT NOT NULL, slip TEXT, approval BLOB) STRICT;"
    "CREATE TABLE refusal (idx INTEGER PRIMARY KEY, clerk TEXT NOT NULL, rule TEXT NOT NULL,"
    " purpose TEXT NOT NULL, receiver TEXT) STRICT;"
    "CREATE TABLE handback (idx INTEGER PRIMARY KEY, by_whom TEXT NOT NULL) STRICT;"
    /* requests and approvals */
    "CREATE TABLE request (act_id BLOB PRIMARY KEY, idx INTEGER NOT NULL UNIQUE,"
    " requester TEXT NOT NULL, act TEXT NOT NULL, receiver TEXT NOT NULL,"
    " purpose TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,"
    " state TEXT NOT NULL, decided_idx INTEGER) STRICT, WITHOUT ROWID;"
    "CREATE INDEX request_state ON request (state, idx);"
    "CREATE TABLE request_item (request BLOB NOT NULL, item TEXT NOT NULL,"
    " PRIMARY KEY (request, item)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE approval (act_id BLOB PRIMARY KEY, idx INTEGER NOT NULL UNIQUE,"
    " request BLOB NOT NULL, approver TEXT NOT NULL, t INTEGER NOT NULL,"
    " until INTEGER NOT NULL, uses_left INTEGER NOT NULL, ended_idx INTEGER)"
    " STRICT, WITHOUT ROWID;"
    "CREATE INDEX approval_approver ON approval (approver);"
    /* by which role, and whose, an approval was given */
    "CREATE TABLE approval_role (approval BLOB NOT NULL, role TEXT NOT NULL, giver TEXT,"
    " PRIMARY KEY (approval, role)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE approval_use (approval BLOB NOT NULL, idx INTEGER NOT NULL,"
    " PRIMARY KEY (approval, idx)) STRICT, WITHOUT ROWID;"
    /* lines of imports, corrections, ratifications */
    "CREATE TABLE line (act_id BLOB PRIMARY KEY, idx INTEGER NOT NULL, by_handle TEXT NOT NULL,"
    " act TEXT NOT NULL, body TEXT, closed_idx INTEGER) STRICT, WITHOUT ROWID;"
    "CREATE TABLE correction (target INTEGER PRIMARY KEY, idx INTEGER NOT NULL) STRICT;"
    "CREATE TABLE ratification (target INTEGER PRIMARY KEY, subject TEXT NOT NULL,"
    " idx INTEGER) STRICT;";

/* For reads alone: no apply asks by them, so a replay goes without. (One does, by a person's
 * handle: how many acts of a suspect credential there are. It is rare, and reads one table.) */
const char READ_MODEL_DROP_INDEXES[] =
    "DROP INDEX act_log_at; DROP INDEX act_signer_handle; DROP INDEX item_out;"
    "DROP INDEX item_label; DROP INDEX item_due; DROP INDEX movement_holder;";

#define TABLES                                                                                 \
    "act_log", "act_signer", "act_item", "flag", "site", "log_key", "policy", "person",        \
        "role", "credential", "delegation", "party", "place", "lock", "item", "key_lock",      \
        "movement", "loan", "handback", "refusal", "request", "request_item", "approval",      \
        "approval_role", "approval_use", "line", "correction", "ratification", "authority",    \
        "authority_scope", "key_copy", "oral", "warning", "escort", "extension", "chase",      \
        "rehome", "handover", "loss", "damage", "rekey", "seal", "unsealed", "emergency",      \
        "board", "person_tag", "roster", "takeover", "takeover_count", "opening",              \
        "custodian_change", "unit_transfer", "unit_transfer_item", "shift", "stocktake",       \
        "stocktake_line", "stocktake_extra", "stocktake_repeat", "slip", "slip_act",           \
        "tag_print", "tag_blank", "storage", "folder", "paper", "inventory", "paper_event",    \
        "folder_event", "folder_loan", "folder_loan_line", "folder_return_line",               \
        "folder_consult", "folder_consult_line", "folder_refusal", "folder_refusal_line",      \
        "folder_extension", "folder_recall", "folder_removal", "hold", "appraisal",            \
        "storeroom_check", "walk", "walk_line", "batch", "batch_line", "batch_witness",        \
        "commitment", "subject", "erasure", "erased", "erase_request", "incident",             \
        "incident_item", "incident_step", "privacy_read"

const char *const READ_MODEL_TABLES[] = {TABLES, NULL};

const char *const SITE_TABLES[] = {
    TABLES,
    "ledger_entry",
    "ledger_checkpoint",
    "ledger_cosignature",
    "ledger_old_entry",
    "ledger_node",
    "ledger_time",
    "ledger_actor",
    "ledger_sight",
    NULL,
};
