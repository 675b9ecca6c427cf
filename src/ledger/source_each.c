/* Walking the entries of a source once more, after verification has judged the carrier. */
#include "source.h"

enum custody_status ledger_source_each(struct ledger_source *source, ledger_visit visit,
                                       void *arg, struct custody_error *err)
{
    struct judge judge;
    struct source_entry entry;
    bool is_found = false;
    /* What is wrong with the carrier was reported by the verification; here it only ends. */
    judge_init(&judge, true, 1);
    enum custody_status rc = source_open(source, source->predecessor_count, &judge, err);
    if (rc == CUSTODY_OK) {
        rc = source_next(source, &judge, &entry, &is_found, err);
    }
    while (rc == CUSTODY_OK && is_found) {
        rc = visit(arg, entry.idx, entry.envelope, entry.len, err);
        if (rc == CUSTODY_OK) {
            rc = source_next(source, &judge, &entry, &is_found, err);
        }
    }
    judge_clear(&judge);
    return rc;
}
