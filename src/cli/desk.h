/*
 * desk: what the counter knows between two lines, and what its parts do for one another:
 * desk_answer.c answers, desk_act.c does the acts, desk_line.c understands a line,
 * command_desk.c waits for the next.
 */
#ifndef CUSTODY_CLI_DESK_H
#define CUSTODY_CLI_DESK_H

#include "name.h"
#include "session.h"

#define DESK_NOTE_SIZE    1024
#define DESK_ACCEPTED_MAX 4
#define DESK_SETTING_SIZE 64

struct desk {
    struct session *session;
    const char *clerk;
    char desk[NAME_ID_SIZE];
    char purpose[DESK_SETTING_SIZE], on_behalf[300],
        due[DESK_SETTING_SIZE]; /* as typed; due "": end of the shift */
    char accepted[DESK_ACCEPTED_MAX + 1][DESK_SETTING_SIZE]; /* "last-spare=urgent" */
    size_t accepted_count;
    bool has_receiver;
    struct name_match receiver;
    json_t *items; /* {item,label} in the order of scanning */
    char last_id[SESSION_ID_SIZE];
    char *last_text;
    bool is_locked, is_terminal;
    int64_t begin_ns;
};
/* ---- answers ---- */

int64_t desk_now_ns(void);
const char *desk_words(const struct desk *desk, const char *zh, const char *en);
/* One answer. kind: "issued", "returned", "error", "info", ... */
void desk_answer(struct desk *desk, const char *kind, const char *head, const char *text);
void desk_answer_error(struct desk *desk, const struct custody_error *error);
/* "3栋-2单元-1201 (K00000001)" of each; no personal names. */
void desk_list_items(const json_t *items, char *out, size_t size);
void desk_forget_basket(struct desk *desk);

/* ---- acts: done, answered and remembered ---- */

/* Lend the basket to its receiver. ERR_USAGE when the line cannot say it; else as the act. */
enum custody_status desk_issue(struct desk *desk, struct custody_error *err) CUSTODY_MUST_CHECK;
enum custody_status desk_take_back(struct desk *desk, const struct name_match *key,
                                   struct custody_error *err) CUSTODY_MUST_CHECK;
/* The last act undone by a correction; the supervisor signs too. */
enum custody_status desk_undo(struct desk *desk, struct custody_error *err) CUSTODY_MUST_CHECK;

/* ---- lines ---- */

/* Do what a line says; *ret_end when it ends the loop, else untouched. */
enum custody_status desk_take_line(struct desk *desk, const char *line, bool *ret_end,
                                   struct custody_error *err) CUSTODY_MUST_CHECK;
/* What the lines are, in the session's language. */
const char *desk_help(const struct desk *desk);

#endif
