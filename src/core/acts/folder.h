/* What the acts on folders and papers share (FORMATS.md §19). */
#ifndef CUSTODY_CORE_FOLDER_H
#define CUSTODY_CORE_FOLDER_H

#include "../act.h"
#include "custody/tag.h"

#define THING_SIZE 16 /* a paper: nine characters, '.', up to four digits, NUL */

/* A row of `folder`; "" where the register has null. */
struct folder_state {
    char item[CUSTODY_ITEM_LEN + 1];
    char label[400];
    char folder_class[40];
    char place[40];
    char party[CUSTODY_ITEM_LEN + 1];
    char box[CUSTODY_ITEM_LEN + 1];
    char at[40];
    char state[12]; /* open closed destroyed */
    char trigger_code[16], trigger_date[16];
    int64_t version, last_n, event_at, idx;
};
/* A row of `paper`. */
struct paper_state {
    char item[THING_SIZE];
    char folder[CUSTODY_ITEM_LEN + 1];
    int64_t n;
    char kind[40];
    char label[400];
    char original[12], original_with[40];
    int64_t copies, pages;
    char from_day[16], to_day[16];
    char state[16]; /* filed lent missing removed written_off destroyed */
    char holder_kind[12], holder[40];
    int64_t due; /* 0: none */
    int64_t event_at, since_idx;
};
/* Either of both: a paper with its folder, or the folder alone. */
struct thing {
    bool is_paper;
    struct folder_state folder;
    struct paper_state paper;
};

/* ---- loading; *ret_found false: there is none ---- */
enum custody_status folder_load(struct apply *a, const char *item,
                                struct folder_state *ret_folder, bool *ret_found,
                                struct custody_error *err) CUSTODY_MUST_CHECK;
enum custody_status paper_load(struct apply *a, const char *item, struct paper_state *ret_paper,
                               bool *ret_found, struct custody_error *err) CUSTODY_MUST_CHECK;
/* NEEDs the folder that an element {item, label, …} names ("object"), judges its label, and
 * notes it (act_item). */
enum custody_status folder_need(struct apply *a, const json_t *named,
                                struct folder_state *ret_folder,
                                struct custody_error *err) CUSTODY_MUST_CHECK;
/* NEEDs the paper {label, n, …} of that folder, judges its label, and notes it. */
enum custody_status paper_need(struct apply *a, const struct folder_state *folder,
                               const json_t *named, struct paper_state *ret_paper,
                               struct custody_error *err) CUSTODY_MUST_CHECK;
/* NEEDs what {item, label} of a list of things names; notes it, and a paper's folder too. */
enum custody_status thing_need(struct apply *a, const json_t *named, struct thing *ret_thing,
                               struct custody_error *err) CUSTODY_MUST_CHECK;
/* NEEDs the shelf or box {item, label, …} ("object"), judges its label, and notes it. */
enum custody_status storage_need(struct apply *a, const json_t *named,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;
/* The same of the box {item, label} where a folder stands. */
extern const struct field BOX_FIELDS[];
enum custody_status box_need(struct apply *a, const json_t *named,
                             struct custody_error *err) CUSTODY_MUST_CHECK;
/* "F4F7Q2M9X.3" */
void paper_name(const char *folder, int64_t n, char out[THING_SIZE]);

/* ---- judging ---- */
/* The policy has folders (version 2), else "policy" and the act cannot be applied. First line
 * of every apply of §19–§21. */
enum custody_status folder_need_policy(struct apply *a,
                                       struct custody_error *err) CUSTODY_MUST_CHECK;
/* Each element of the list {item, …} is of class F, else NEEDs ("structure"). */
enum custody_status folder_need_class(struct apply *a, const json_t *folders,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;
/* The folder is not destroyed ("state"). */
enum custody_status folder_need_whole(struct apply *a, const struct folder_state *folder,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;
/*
 * Order of folders on a shelf (FORMATS.md §19.3): by place code, part by part, then by label.
 * Less than, equal to, greater than 0.
 */
int folder_order_compare(const char *place_a, const char *label_a, const char *place_b,
                         const char *label_b);
/* Is the paper of secrecy personal under the policy in force (A7)? A kind that the policy does
 * not have is. */
bool paper_is_personal(const struct apply *a, const char *kind);
/* `by` alone, holding one of the roles (NULL-terminated, at most SEAT_ROLES_MAX), else the
 * violation `check` with the sentence. */
enum custody_status folder_signs_alone(struct apply *a, const char *const *roles,
                                       const char *check, const char *sentence,
                                       struct custody_error *err) CUSTODY_MUST_CHECK;
/* archive_custodian, and supervisor: "seats" or `check`. */
enum custody_status folder_two_sign(struct apply *a, const char *check, const char *sentence,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;
/* No hold on the thing itself, its folder, or — of a folder — any paper of it. */
enum custody_status thing_is_held(struct apply *a, const char *item, bool *ret_held,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;
/* Local day of a time, "2026-11-05". */
enum custody_status apply_local_day(struct apply *a, int64_t t, char out[11],
                                    struct custody_error *err) CUSTODY_MUST_CHECK;

/* ---- changing ---- */
/*
 * Judge element member `version` = folder's version + 1 ("version") and make that version, with
 * its line of the 备考表. kind: file amend remove receive writeoff. named NULL: the version
 * rises without being named (destroy).
 */
enum custody_status folder_next_version(struct apply *a, struct folder_state *folder,
                                        const json_t *named, const char *kind, int64_t papers,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;
/* lease_ended, moved_out, other, sold; NULL-terminated. */
extern const char *const FOLDER_TRIGGERS[];
/* folder.close, and the folders that unit.transfer closes: by what, and when, judged (A12). */
enum custody_status folder_shut(struct apply *a, const char *item, const char *trigger,
                                const char *date, struct custody_error *err) CUSTODY_MUST_CHECK;
#define FOLDER_VERSION_MAX 1000000 /* the members named version of §19 */
/* NEEDs numbers first … last that the folder never gave to a paper ("exists"), and gives them.
 */
enum custody_status folder_take_numbers(struct apply *a, struct folder_state *folder,
                                        int64_t first, int64_t last,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;
/* This act names the papers of the folder from number first on: those it has made. */
enum custody_status folder_touch_new_papers(struct apply *a, const char *folder, int64_t first,
                                            struct custody_error *err) CUSTODY_MUST_CHECK;
struct paper_move {
    const char *kind;  /* lend return produce missing found writeoff remove destroy */
    const char *state; /* what the paper becomes */
    const char *holder_kind, *holder; /* person, party, authority; NULL: none */
    int64_t due;                      /* 0: none */
    int64_t event_at;
};
/* A change of state or holder: judges the event time ("late"), writes paper_event, updates the
 * row. Twice in one act: "structure". */
enum custody_status paper_move(struct apply *a, const struct paper_state *paper,
                               const struct paper_move *move,
                               struct custody_error *err) CUSTODY_MUST_CHECK;
/* Give papers and folders back what this act changed (act.correct): "state" when one has moved
 * since. The undo of folder.move, folder.lend, folder.return. */
enum custody_status undo_papers(struct apply *a, int64_t target, const json_t *body,
                                struct custody_error *err) CUSTODY_MUST_CHECK;
/* The thing was named by this act. */
enum custody_status thing_touch(struct apply *a, const char *item,
                                struct custody_error *err) CUSTODY_MUST_CHECK;
/* The sealed field {c,k} (or null) belongs to this owner: folder or party (table subject). */
enum custody_status subject_note(struct apply *a, const json_t *sealed, const char *owner,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;
/* RFC 6901 pointer from the payload root to a member of the body; the index of its entry.
 * suffix: "/folders/0/name". In a line of an import the line's entry and its inner body. */
void body_pointer(const struct apply *a, const char *suffix, char *out, size_t size,
                  int64_t *ret_idx);

/* ---- retention (§19.5), shared by destruction and reads ---- */
/* date + months: the same day of the month, or its last. out "2036-02-29". */
void day_add_months(const char *day, int64_t months, char out[11]);

#endif
