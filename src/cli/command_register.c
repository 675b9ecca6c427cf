/* The register: rings, the board, tags of people, rosters. */
#include <string.h>

#include "command.h"
#include "custody/tag.h"
#include "name.h"
#include "session_act.h"

/* The ring that a word names, or a new one of that label. */
static enum custody_status ring_of(struct session *session, const char *word, json_t **ret_ring,
                                   struct custody_error *err)
{
    struct name_match match;
    char item[CUSTODY_ITEM_LEN + 1];
    struct custody_error inner = {0};
    enum custody_status rc = name_resolve(session, word, "RN", &match, &inner);
    if (rc == CUSTODY_OK && match.kind == 'N') {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "%s is a blank tag: give the ring a label, and the tag with "
                            "--ring-item",
                            match.id);
    }
    if (rc == CUSTODY_OK) {
        *ret_ring = json_pack("{s:s,s:s}", "item", match.id, "label", match.label);
        return session_packed(*ret_ring, err);
    }
    if (rc != CUSTODY_ERR_NOT_FOUND && rc != CUSTODY_ERR_INVALID) {
        if (err != NULL) {
            *err = inner;
        }
        return rc;
    }
    rc = name_new_item(session, option_get(session->args, "ring-item"), 'R', item, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    *ret_ring = json_pack("{s:s,s:s}", "item", item, "label", word);
    return session_packed(*ret_ring, err);
}

static enum custody_status run_ring_make(struct session *session, const struct command *command,
                                         struct custody_error *err)
{
    static const struct body_member members[] = {
        {"ring", BODY_LITERAL, NULL, ""},
        {"items", BODY_ITEMS_WORDS, NULL, "K"},
        {"desk", BODY_DESK, "desk", NULL},
        {NULL, BODY_END, NULL, NULL},
    };
    (void)command;
    const struct arguments *args = session->args;
    struct arguments rest = *args;
    json_t *ring = NULL;
    json_t *body = NULL;
    enum custody_status rc = ring_of(session, args->words[0], &ring, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    rest.words++; /* the keys */
    rest.word_count--;
    session->args = &rest;
    rc = body_build(session, members, &body, err);
    session->args = args;
    if (rc == CUSTODY_OK && json_object_set(body, "ring", ring) != 0) {
        rc = session_packed(NULL, err);
    }
    json_decref(ring);
    if (rc != CUSTODY_OK) {
        json_decref(body);
        return rc;
    }
    return session_act(session, "ring.make/1", body, err);
}

static enum custody_status run_person_tag(struct session *session,
                                          const struct command *command,
                                          struct custody_error *err)
{
    (void)command;
    const char *tag = option_get(session->args, "tag");
    char item[CUSTODY_ITEM_LEN + 1];
    struct name_match person;
    enum custody_status rc = name_resolve(session, session->args->words[0], "H", &person, err);
    if (rc == CUSTODY_OK && tag == NULL) {
        rc = custody_item_new(session->site, 'P', item, err);
    } else if (rc == CUSTODY_OK && strlen(tag) < sizeof item) {
        memcpy(item, tag, strlen(tag) + 1);
    } else if (rc == CUSTODY_OK) {
        rc = custody_fail(err, CUSTODY_ERR_USAGE,
                          "--tag is the nine characters of a person's "
                          "tag, beginning with P");
    }
    return rc == CUSTODY_OK
               ? session_act(session, "person.tag/1",
                             json_pack("{s:s,s:s}", "handle", person.id, "tag", item), err)
               : rc;
}

/* Copies that were cut: new keys with the locks of the one they were cut from. */
static enum custody_status add_copies(struct session *session, const char *label, int64_t count,
                                      int64_t first, const json_t *ring, json_t *copies,
                                      struct custody_error *err)
{
    for (int64_t i = 0; i < count; i++) {
        char item[CUSTODY_ITEM_LEN + 1];
        /* Blank tags in the order given; what is left over gets fresh items. */
        const char *tag = i < (int64_t)option_count(session->args, "item")
                              ? option_at(session->args, "item", (size_t)i)
                              : NULL;
        enum custody_status rc = name_new_item(session, tag, 'K', item, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        /* Kept sorted by item: few copies, inserted where they belong. */
        size_t at = 0;
        while (at < json_array_size(copies) &&
               strcmp(json_string_value(json_object_get(json_array_get(copies, at), "item")),
                      item) < 0) {
            at++;
        }
        if (json_array_insert_new(copies, at,
                                  json_pack("{s:I,s:s,s:s,s:O?}", "copy",
                                            (json_int_t)(first + i), "item", item, "label",
                                            label, "ring", ring)) != 0) {
            return session_packed(NULL, err);
        }
    }
    return CUSTODY_OK;
}

static enum custody_status run_key_copy(struct session *session, const struct command *command,
                                        struct custody_error *err)
{
    static const struct body_member members[] = {
        {"of", BODY_ITEM_WORD, NULL, "K"},        {"desk", BODY_DESK, "desk", NULL},
        {"approval", BODY_ACT, "approval", NULL}, {"ring", BODY_ITEM_OPTION, "ring", "R"},
        {NULL, BODY_EVENT, NULL, NULL},           {NULL, BODY_END, NULL, NULL},
    };
    (void)command;
    int64_t count = 1;
    int64_t first = 0;
    json_t *body = NULL;
    json_t *rows = NULL;
    json_t *copies = json_array();
    enum custody_status rc = session_packed(copies, err);
    if (rc == CUSTODY_OK) {
        rc = body_build(session, members, &body, err);
    }
    if (rc == CUSTODY_OK) {
        rc = option_int(session->args, "count", 1, 1, 100, &count, err);
    }
    if (rc == CUSTODY_OK && (int64_t)option_count(session->args, "item") > count) {
        rc = custody_fail(err, CUSTODY_ERR_USAGE,
                          "more blank tags than copies: raise --count, or leave a tag out");
    }
    const json_t *of = json_object_get(body, "of");
    const json_t *ring = NULL;
    if (rc == CUSTODY_OK) {
        rc = session_read(session, "key.sisters",
                          json_pack("{s:O}", "item", json_object_get(of, "item")), &rows, err);
    }
    if (rc != CUSTODY_OK) {
        goto out;
    }
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const int64_t copy =
            json_integer_value(json_object_get(json_array_get(rows, i), "copy"));
        first = copy > first ? copy : first;
    }
    ring = json_object_get(body, "ring");
    rc = add_copies(session, json_string_value(json_object_get(of, "label")), count, first + 1,
                    json_is_null(ring) ? NULL : ring, copies, err);
    if (rc == CUSTODY_OK) {
        rc = json_object_set(body, "copies", copies) == 0 && json_object_del(body, "ring") == 0
                 ? session_act(session, "key.copy/1", json_incref(body), err)
                 : session_packed(NULL, err);
    }
out:
    json_decref(rows);
    json_decref(copies);
    json_decref(body);
    return rc;
}

static const struct option_spec ring_make_options[] = {
    OPT("ring-item", "TAG", 0, "新钥匙串所挂的空白标签", "the blank tag of a new ring"),
    BODY_OPT_DESK,
};
static const struct option_spec ring_break_options[] = {
    BODY_OPT_DESK,
};
static const struct body_member ring_break_members[] = {
    {"ring", BODY_ITEM_WORD, NULL, "R"},
    {"items", BODY_ITEMS_WORDS, NULL, "K"},
    {"desk", BODY_DESK, "desk", NULL},
    {NULL, BODY_END, NULL, NULL},
};
static const struct option_spec board_set_options[] = {
    OPT("add", "KEY", OPTION_REPEAT, "挂上", "hang up"),
    OPT("remove", "KEY", OPTION_REPEAT, "取下", "take off"),
    BODY_OPT_DESK_REQUIRED,
};
static const struct body_member board_set_members[] = {
    {"add", BODY_ITEMS, "add", NULL},
    {"desk", BODY_DESK, "desk", NULL},
    {"remove", BODY_ITEMS, "remove", NULL},
    {NULL, BODY_END, NULL, NULL},
};
static const struct option_spec person_tag_options[] = {
    OPT("tag", "TAG", 0, "已印好的人员码(默认新编)", "a printed tag (default: a new one)"),
};
static const struct option_spec key_copy_options[] = {
    OPT("approval", "ACT", OPTION_REQUIRED, "增配批准事项编号", "act id of the approval"),
    OPT("count", "N", 0, "配了几把(默认 1)", "how many were cut (default: 1)"),
    OPT("ring", "RING", 0, "挂到哪一串", "the ring they go to"),
    OPT("item", "TAG", OPTION_REPEAT, "所挂的空白标签(每把一个)", "the blank tag of a copy"),
    BODY_OPT_DESK,
};
static const struct option_spec copy_close_options[] = {
    BODY_OPT_REASON,
};
static const struct body_member copy_close_members[] = {
    {"approval", BODY_ACT_WORD, NULL, NULL},
    {"reason", BODY_TEXT, "reason", NULL},
    {NULL, BODY_END, NULL, NULL},
};

static const struct command rows[] = {
    {.name = "key copy",
     .words = "KEY",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(key_copy_options),
     .zh = "登记增配的钥匙",
     .en = "register copies that were cut",
     .run = run_key_copy},
    {.name = "copy close",
     .words = "ACT",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(copy_close_options),
     .act = "copy.close/1",
     .members = copy_close_members,
     .zh = "增配余数作废",
     .en = "give up the rest of an approval for copies",
     .run = command_run_act},
    {.name = "ring make",
     .words = "RING KEY...",
     .words_min = 2,
     .words_max = COMMAND_MANY,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(ring_make_options),
     .zh = "把钥匙拴成一串",
     .en = "tie keys to a ring",
     .run = run_ring_make},
    {.name = "ring break",
     .words = "RING KEY...",
     .words_min = 2,
     .words_max = COMMAND_MANY,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(ring_break_options),
     .act = "ring.break/1",
     .members = ring_break_members,
     .zh = "从串上取下",
     .en = "take keys off a ring",
     .run = command_run_act},
    {.name = "board set",
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(board_set_options),
     .act = "board.set/1",
     .members = board_set_members,
     .zh = "日常钥匙板",
     .en = "what hangs on the daily board",
     .run = command_run_act},
    {.name = "person tag",
     .words = "HANDLE",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(person_tag_options),
     .zh = "给员工发人员码",
     .en = "give a person a tag",
     .run = run_person_tag},
};

const struct command_group command_group_register = COMMAND_GROUP(rows);
