/*
 * Folders and papers that a line names, as acts list them (FORMATS.md §19). A clerk names a
 * folder and means its papers; the register says which and how many pages.
 */
#ifndef CUSTODY_CLI_FOLDER_PICK_H
#define CUSTODY_CLI_FOLDER_PICK_H

#include "session.h"

/* Which papers a folder named as a whole stands for, and what is said of each. */
struct folder_wish {
    const char *list;      /* member of the folder's element: "papers", "lent" */
    const char *states;    /* of the papers taken: "filed", "lent missing" */
    bool has_version;      /* the inventory's next version stands in the element */
    bool has_pages;        /* pages: the register's, or as --pages N=COUNT counted them */
    const char *condition; /* of each paper, unless --condition says; NULL: no such member */
    bool leaves_withheld;  /* without personal papers, which go to the member withheld (A7) */
};

/*
 * The words and --paper N of the line -> [{item,label,…}] by item, each with its papers by n. A
 * word is a folder, or one paper of it ("3栋-2单元-1201#3"); --paper stands beside one folder.
 * ERR_NOT_FOUND: a folder has no such papers; ERR_REFUSED "A7": it has withheld ones alone.
 */
enum custody_status folder_pick_folders(struct session *session, const struct folder_wish *wish,
                                        json_t **ret_folders,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;
/*
 * The same as things: [{item,label}] by item. states NULL: a folder is one of them; else its
 * papers in these states are.
 */
enum custody_status folder_pick_things(struct session *session, const char *states,
                                       json_t **ret_things,
                                       struct custody_error *err) CUSTODY_MUST_CHECK;

/* The folder's row (folder.show), and its papers' (folder.papers), from the register. */
enum custody_status folder_read(struct session *session, const char *item, json_t **ret_folder,
                                struct custody_error *err) CUSTODY_MUST_CHECK;
enum custody_status folder_read_papers(struct session *session, const char *item,
                                       json_t **ret_papers,
                                       struct custody_error *err) CUSTODY_MUST_CHECK;
/* Put an element into a list sorted by its member item or n; takes over its reference. *ret_new
 * false: there was one of that name, and nothing was put in. */
enum custody_status folder_put_sorted(json_t *list, const char *member, json_t *element,
                                      bool *ret_new,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;
/* The element whose member is value, NULL: none. Borrowed. */
json_t *folder_find(const json_t *list, const char *member, const json_t *value);
/* Code of an element of a policy list by code, label or alias; NULL: none. Borrowed. */
const char *folder_policy_code(const json_t *policy, const char *list, const char *text);
/* A time option where a day alone means its end: "2026-12-01" is 23:59 of it. "" when it is not
 * given. */
enum custody_status folder_time(const struct session *session, const char *option,
                                char out[SESSION_TIME_SIZE],
                                struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
