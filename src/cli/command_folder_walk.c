/*
 * folder walk: along a box, front to back, one scan a line. What stands wrong is said at once,
 * while the hand is still on it; the act counts it as FORMATS.md §19.3 does.
 */
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "folder_pick.h"
#include "name.h"
#include "print.h"
#include "scan.h"
#include "session_act.h"

#define SCAN_LINE_MAX 512
#define SEEN_MAX      1024
#define TEXT_MAX      200 /* characters of an unknown scan */

struct walk {
    struct session *session;
    const struct name_match *box;
    json_t *shelf;   /* rows of folder.shelf, in their order */
    json_t *seen;    /* {item,n} by n */
    json_t *unknown; /* {text} by text */
    json_t *places;  /* item -> place in the order of those expected, from 1 */
    json_int_t greatest;
    json_int_t misfiled, out_of_order;
    size_t expected, found;
};

static const char *text_member(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text != NULL ? text : "";
}

static void say(const struct walk *walk, enum text_id what, const char *item, const char *label,
                const char *more)
{
    const struct session *session = walk->session;
    if (session->is_json) {
        return; /* the counts are in the act */
    }
    (void)fprintf(session->out, "%s: ", text_of(session->lang, what));
    print_text(session->out, item); /* or what was scanned */
    if (label[0] != '\0') {
        (void)fputc(' ', session->out);
        print_text(session->out, label);
    }
    if (more[0] != '\0') {
        (void)fputs(" — ", session->out);
        print_text(session->out, more);
    }
    (void)fputc('\n', session->out);
    (void)fflush(session->out);
}

/* Where a folder belongs that does not belong here. */
static enum custody_status say_misfiled(const struct walk *walk,
                                        const struct name_match *folder,
                                        struct custody_error *err)
{
    char more[NAME_LABEL_SIZE + 100];
    json_t *row = NULL;
    const enum custody_lang lang = walk->session->lang;
    const enum custody_status rc = folder_read(walk->session, folder->id, &row, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    const char *at = text_member(row, "at");
    const char *box = text_member(row, "box_label");
    if (at[0] != '\0') {
        (void)snprintf(more, sizeof more, "%s %s", text_of(lang, TEXT_FOR_NOW_AT), at);
    } else {
        (void)snprintf(more, sizeof more, "%s %s", text_of(lang, TEXT_BELONGS_IN),
                       box[0] != '\0' ? box : text_of(lang, TEXT_NOWHERE));
    }
    say(walk, TEXT_MISFILED, folder->id, folder->label, more);
    json_decref(row);
    return CUSTODY_OK;
}

static enum custody_status judge(struct walk *walk, const struct name_match *folder,
                                 struct custody_error *err)
{
    const json_t *place = json_object_get(walk->places, folder->id);
    if (place == NULL) {
        walk->misfiled++;
        return say_misfiled(walk, folder, err);
    }
    walk->found++;
    if (json_integer_value(place) < walk->greatest) {
        walk->out_of_order++;
        say(walk, TEXT_OUT_OF_ORDER, folder->id, folder->label, "");
    } else {
        walk->greatest = json_integer_value(place);
    }
    return CUSTODY_OK;
}

static bool is_seen(const struct walk *walk, const char *item)
{
    size_t i = 0;
    const json_t *row = NULL;
    json_array_foreach(walk->seen, i, row)
    {
        if (strcmp(text_member(row, "item"), item) == 0) {
            return true;
        }
    }
    return false;
}

static enum custody_status add_unknown(struct walk *walk, const char *text, const char *why,
                                       struct custody_error *err)
{
    bool is_new = false;
    size_t chars = 0;
    for (const char *at = text; *at != '\0'; at++) {
        chars += ((unsigned char)*at & 0xC0) != 0x80 ? 1 : 0;
    }
    if (chars > TEXT_MAX) {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "a scan of more than %d characters; one tag or name a line",
                            TEXT_MAX);
    }
    say(walk, TEXT_UNKNOWN_SCAN, text, "", why);
    return folder_put_sorted(walk->unknown, "text", json_pack("{s:s}", "text", text), &is_new,
                             err);
}

static enum custody_status add_scan(struct walk *walk, const char *text,
                                    struct custody_error *err)
{
    struct name_match match;
    struct custody_error inner = {0};
    const enum custody_status rc = name_resolve(walk->session, text, "F", &match, &inner);
    if (rc == CUSTODY_ERR_NOT_FOUND || rc == CUSTODY_ERR_INVALID || rc == CUSTODY_ERR_REFUSED) {
        return add_unknown(walk, text, inner.text, err);
    }
    if (rc != CUSTODY_OK) {
        if (err != NULL) {
            *err = inner;
        }
        return rc;
    }
    if (is_seen(walk, match.id)) {
        say(walk, TEXT_SCANNED_TWICE, match.id, match.label, "");
        return CUSTODY_OK;
    }
    if (json_array_size(walk->seen) == SEEN_MAX) {
        return custody_fail(err, CUSTODY_ERR_USAGE, "more than %d folders are no one box",
                            SEEN_MAX);
    }
    if (json_array_append_new(walk->seen,
                              json_pack("{s:s,s:I}", "item", match.id, "n",
                                        (json_int_t)json_array_size(walk->seen) + 1)) != 0) {
        return session_packed(NULL, err);
    }
    return judge(walk, &match, err);
}

static enum custody_status scan_lines(struct walk *walk, struct custody_error *err)
{
    char line[SCAN_LINE_MAX];
    enum custody_status rc = CUSTODY_OK;
    while (rc == CUSTODY_OK && fgets(line, sizeof line, stdin) != NULL) {
        const size_t len = strcspn(line, "\r\n");
        if (line[len] == '\0' && !feof(stdin)) {
            return custody_fail(err, CUSTODY_ERR_USAGE,
                                "a line of standard input is no scan; one tag or name a line");
        }
        line[len] = '\0';
        scan_make_plain(line);
        if (line[0] != '\0') {
            rc = add_scan(walk, line, err);
        }
    }
    if (rc == CUSTODY_OK && ferror(stdin) != 0) {
        rc = custody_fail(err, CUSTODY_ERR_IO, "standard input could not be read; scan again");
    }
    return rc;
}

/* Those that belong in the box and are not elsewhere for now, in their order. */
static enum custody_status read_shelf(struct walk *walk, struct custody_error *err)
{
    size_t i = 0;
    const json_t *row = NULL;
    enum custody_status rc =
        session_read(walk->session, "folder.shelf", json_pack("{s:s}", "box", walk->box->id),
                     &walk->shelf, err);
    json_array_foreach(walk->shelf, i, row)
    {
        if (rc == CUSTODY_OK && json_is_null(json_object_get(row, "at"))) {
            walk->expected++;
            if (json_object_set_new(walk->places, text_member(row, "item"),
                                    json_integer((json_int_t)walk->expected)) != 0) {
                rc = session_packed(NULL, err);
            }
        }
    }
    return rc;
}

static void say_missing(const struct walk *walk)
{
    size_t i = 0;
    const json_t *row = NULL;
    json_array_foreach(walk->shelf, i, row)
    {
        if (json_is_null(json_object_get(row, "at")) &&
            !is_seen(walk, text_member(row, "item"))) {
            say(walk, TEXT_NOT_SEEN, text_member(row, "item"), text_member(row, "label"), "");
        }
    }
}

static enum custody_status run_walk(struct session *session, const struct command *command,
                                    struct custody_error *err)
{
    (void)command;
    const struct arguments *args = session->args;
    struct name_match box;
    struct walk walk = {.session = session,
                        .box = &box,
                        .seen = json_array(),
                        .unknown = json_array(),
                        .places = json_object()};
    const bool is_made = walk.seen != NULL && walk.unknown != NULL && walk.places != NULL;
    enum custody_status rc = is_made ? CUSTODY_OK : session_packed(NULL, err);
    if (rc == CUSTODY_OK) {
        rc = name_resolve(session, args->words[0], "B", &box, err);
    }
    if (rc == CUSTODY_OK) {
        rc = read_shelf(&walk, err);
    }
    for (size_t i = 1; rc == CUSTODY_OK && i < args->word_count; i++) {
        rc = add_scan(&walk, args->words[i], err);
    }
    if (rc == CUSTODY_OK && args->word_count == 1) {
        rc = scan_lines(&walk, err);
    }
    if (rc == CUSTODY_OK) {
        say_missing(&walk);
        rc = session_act(
            session, "folder.walk/1",
            json_pack("{s:{s:I,s:I,s:I,s:I},s:s,s:s,s:O,s:O}", "counts", "misfiled",
                      walk.misfiled, "missing", (json_int_t)(walk.expected - walk.found),
                      "out_of_order", walk.out_of_order, "unknown",
                      (json_int_t)json_array_size(walk.unknown), "item", box.id, "label",
                      box.label, "seen", walk.seen, "unknown", walk.unknown),
            err);
    }
    json_decref(walk.shelf);
    json_decref(walk.seen);
    json_decref(walk.unknown);
    json_decref(walk.places);
    return rc;
}

static const struct command rows[] = {
    {.name = "folder walk",
     .words = "BOX [FOLDER...]",
     .words_min = 1,
     .words_max = COMMAND_MANY,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED | COMMAND_OLD_TAG,
     .zh = "沿盒清点:从前到后扫码(不给档案时从标准输入逐行读取)",
     .en = "walk along a box, front to back (without folders: one scan a line of standard "
           "input)",
     .run = run_walk},
};

const struct command_group command_group_folder_walk = COMMAND_GROUP(rows);
