/*
 * Names people give to things: scanned tags, short codes, addresses, labels, handles, act ids
 * and their first characters (custody_resolve). One name must mean one thing: where it fits
 * several, the candidates are named and nothing is done.
 */
#ifndef CUSTODY_CLI_NAME_H
#define CUSTODY_CLI_NAME_H

#include "session.h"

#define NAME_ID_SIZE    96
#define NAME_LABEL_SIZE 400 /* 80 characters of UTF-8 and 0 */

struct name_match {
    char kind;          /* one of "KRPHLDUNFTBS" */
    char superseded_by; /* newest generation, where an older tag was scanned; else 0 */
    char id[NAME_ID_SIZE];
    char label[NAME_LABEL_SIZE];
};

/* What text names among kinds. ERR_NOT_FOUND: nothing, or several things (they are listed);
 * ERR_REFUSED "superseded": an older tag than the newest printed, and the command gives nothing
 * back (where it does, or only reads, a note says so); else as custody_resolve. Site open. */
enum custody_status name_resolve(struct session *session, const char *text, const char *kinds,
                                 struct name_match *ret_match,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;
/* The same, but where kinds differ, the first in the order of kinds wins: the home
 * "3栋-2单元-1201" rather than the ring of that label. */
enum custody_status name_resolve_first(struct session *session, const char *text,
                                       const char *kinds, struct name_match *ret_match,
                                       struct custody_error *err) CUSTODY_MUST_CHECK;
/* As name_resolve_first, and an older tag is the caller's to judge. */
enum custody_status name_resolve_scan(struct session *session, const char *text,
                                      const char *kinds, struct name_match *ret_match,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;
/* ERR_REFUSED "superseded" when the match is by an older tag. */
enum custody_status name_check_newest(const struct name_match *match,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;
/* Item of a thing to be registered: that of the blank tag text (scanned or typed), or a fresh
 * one where text is NULL. out: 10 bytes. ERR_NOT_FOUND: no such blank; ERR_USAGE: of another
 * class, or registered already. */
enum custody_status name_new_item(struct session *session, const char *text, char item_class,
                                  char out[10], struct custody_error *err) CUSTODY_MUST_CHECK;
/* What words name (keys and rings, folders and papers …) -> [{"item","label"}] sorted by item.
 * ERR_USAGE: one twice. */
enum custody_status name_items(struct session *session, const char *const *words, size_t count,
                               const char *kinds, json_t **ret_items,
                               struct custody_error *err) CUSTODY_MUST_CHECK;
/* An act id or its first 8 or more hex digits, looked for in the rows of a read ("request.list"
 * or "ledger.log"); or "@key.lend", "@last": the last such act of this batch. ERR_NOT_FOUND:
 * none, or several. */
enum custody_status name_act(struct session *session, const char *text, const char *read,
                             char out[SESSION_ID_SIZE],
                             struct custody_error *err) CUSTODY_MUST_CHECK;
/* Index of an entry given as a number or as an act id. */
enum custody_status name_entry(struct session *session, const char *text, int64_t *ret_idx,
                               struct custody_error *err) CUSTODY_MUST_CHECK;
/* An option's place, party, desk ...: its id or JSON null when not given. */
enum custody_status name_option(struct session *session, const char *option, const char *kinds,
                                json_t **ret_id, struct custody_error *err) CUSTODY_MUST_CHECK;
/* Texts of an option as a set: sorted by byte, each once. */
enum custody_status name_set(const char *const *texts, size_t count, json_t **ret_set,
                             struct custody_error *err) CUSTODY_MUST_CHECK;
/* The same of all values of a repeatable option ("a+b" and "a,b" count as two). */
enum custody_status name_set_option(const struct session *session, const char *option,
                                    json_t **ret_set,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;
/* "a+b,c" -> its parts as a set. */
enum custody_status name_set_text(const char *text, json_t **ret_set,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
