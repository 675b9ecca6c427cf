/* What the acts that use folders and papers share (FORMATS.md §19.4). */
#ifndef CUSTODY_CORE_FOLDER_USE_H
#define CUSTODY_CORE_FOLDER_USE_H

#include "folder.h"
#include "issue.h"

/* NEEDs the folder; judges that it was not destroyed ("state"). */
enum custody_status use_need_folder(struct apply *a, const json_t *named,
                                    struct folder_state *ret_folder,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;
/* NEEDs the paper of that folder; judges that it is `filed` ("state"). */
enum custody_status use_need_filed(struct apply *a, const struct folder_state *folder,
                                   const json_t *named, struct paper_state *ret_paper,
                                   struct custody_error *err) CUSTODY_MUST_CHECK;
/* Judges body member pages against the register's ("count"). */
enum custody_status use_count_pages(struct apply *a, const struct paper_state *paper,
                                    const json_t *named,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;
/* The archive custodian, or who serves the residents, signs alone; else `check`. */
enum custody_status use_signs_front(struct apply *a, const char *check, const char *sentence,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;
/* The archive custodian signs alone; else `check`. */
enum custody_status use_signs_custodian(struct apply *a, const char *check,
                                        const char *sentence,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;

/* A row of folder_loan of this act, as FORMATS.md names its members; NULL and 0: null. */
struct folder_loan {
    const char *kind; /* lend produce */
    const char *receiver, *purpose, *on_behalf, *receipt, *slip, *document, *how;
    int64_t due, event_at;
};
enum custody_status folder_loan_add(struct apply *a, const struct folder_loan *loan,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;
enum custody_status folder_loan_add_line(struct apply *a, const char *item, bool is_withheld,
                                         const json_t *named,
                                         struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
