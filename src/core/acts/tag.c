/*
 * Tags: what a person wears (FORMATS.md §17.4), and printing as an act (§18; K5). A tag once
 * printed lies about for ever; the register knows the newest of each item, so that an older
 * one is told from it when it is scanned, and one that was never printed here is noticed.
 */
#include <stdio.h>
#include <string.h>

#include "../people.h"
#include "folder.h"
#include "register.h"
#include "rows.h"

#define TAGS_MAX         1000
#define FIRST_GENERATION "1"

/* The tag alphabet without 0, in its order; after Z none follows. */
static const char *const GENERATIONS[] = {"1", "2", "3", "4", "5", "6", "7", "8", "9", "A", "B",
                                          "C", "D", "E", "F", "G", "H", "J", "K", "M", "N", "P",
                                          "Q", "R", "S", "T", "V", "W", "X", "Y", "Z", NULL};
static const char *const PROFILES[] = {"address", "blind", NULL};
static const char *const BLANK_CLASSES[] = {"K", "R", NULL};

static const struct field PERSON_TAG[] = {
    {.name = "handle", .type = FIELD_HANDLE},
    {.name = "tag", .type = FIELD_ITEM},
    {.name = NULL},
};
static const struct field PRINTED[] = {
    {.name = "generation", .type = FIELD_ENUM, .values = GENERATIONS},
    {.name = "item", .type = FIELD_ITEM},
    {.name = "label", .type = FIELD_LABEL},
    {.name = NULL},
};
static const struct field PRINT[] = {
    {.name = "items",
     .type = FIELD_LIST,
     .min = 1,
     .max = TAGS_MAX,
     .of = PRINTED,
     .key = "item"},
    {.name = "profile", .type = FIELD_ENUM, .values = PROFILES},
    {.name = "stock", .type = FIELD_LABEL},
    {.name = NULL},
};
static const struct field BLANK_TAG[] = {
    {.name = "item", .type = FIELD_ITEM},
    {.name = NULL},
};
static const struct field BLANK[] = {
    {.name = "class", .type = FIELD_ENUM, .values = BLANK_CLASSES},
    {.name = "stock", .type = FIELD_LABEL},
    {.name = "tags",
     .type = FIELD_LIST,
     .min = 1,
     .max = TAGS_MAX,
     .of = BLANK_TAG,
     .key = "item"},
    {.name = NULL},
};

static enum custody_status tag_seats(struct apply *a, const char *sentence,
                                     struct custody_error *err)
{
    struct seating seating;
    struct seat custodian[1] = {{.kind = SEAT_ROLE}};
    struct seat officer[1] = {{.kind = SEAT_OFFICER}};
    seat_any_custodian(a, &custodian[0]);
    TRY(seats_try(a, officer, 1, &seating, err));
    if (!seating.is_filled) {
        TRY(seats_require(a, custodian, 1, "seats", sentence, &seating, err));
    }
    return CUSTODY_OK;
}

/* ---- person.tag ---- */

static enum custody_status tag_apply(struct apply *a, struct custody_error *err)
{
    const char *handle = body_text(a, "handle");
    const char *tag = body_text(a, "tag");
    struct person person;
    NEED(tag[0] == 'P', "structure", "The tag of a person begins with P.");
    TRY(tag_seats(a, "A person's tag is given by a custodian or an officer.", err));
    TRY(people_need(a, handle, &person, err));
    TRY(register_need_fresh_id(a, tag, err));
    return store_run(a->store, err,
                     "INSERT INTO person_tag (tag, id, handle, idx)"
                     " VALUES (?1, substr(?1, 2), ?2, ?3)",
                     "tti", tag, handle, a->idx);
}

const struct act ACT_PERSON_TAG = {
    .name = "person.tag/1",
    .fields = PERSON_TAG,
    .signers_max = 1,
    .rules = "",
    .signed_by = "any custodian, or an officer",
    .apply = tag_apply,
    .keeps_people = true,
    .zh = "{by} 将标签 {tag} 发给 {handle}，扫描即指本人",
    .en = "{by} gives the tag {tag} to {handle}; scanned it names that person",
};

/* ---- tag.print ---- */

/* What stands on a tag of class P: the handle of who wears it, or the party's id - never a
 * name. */
static enum custody_status need_person_or_party(struct apply *a, const char *tag,
                                                const char *label, struct custody_error *err)
{
    struct store_query query = {0};
    bool is_same = false;
    enum custody_status rc =
        store_query(a->store, &query, err,
                    "SELECT handle FROM person_tag WHERE tag = ?1"
                    " UNION ALL SELECT party FROM party WHERE party = ?1 AND void_idx IS NULL",
                    "t", tag);
    const bool is_found = rc == CUSTODY_OK && query.has_row;
    if (is_found) {
        is_same = strcmp(store_text(&query, 0), label) == 0;
    }
    store_end(&query);
    TRY(rc);
    NEED(is_found, "object", "%s is nobody's tag and no party.", tag);
    RULE(is_same, "label", "%s bears another label in the register than in this act.", tag);
    return CUSTODY_OK;
}

static enum custody_status need_item(struct apply *a, const json_t *printed,
                                     struct custody_error *err)
{
    struct item_state item;
    TRY(item_need(a, printed, &item, err));
    RULE(strcmp(item.holder_kind, "retired") != 0, "state",
         "%s is retired: no tag is printed for it.", item.item);
    return CUSTODY_OK;
}

/* The generation after that one; the first after none, NULL after the last. */
static const char *generation_after(const char *printed)
{
    size_t i = 0;
    while (printed[0] != '\0' && GENERATIONS[i] != NULL &&
           strcmp(GENERATIONS[i], printed) != 0) {
        i++;
    }
    return printed[0] == '\0' ? FIRST_GENERATION
                              : GENERATIONS[GENERATIONS[i] != NULL ? i + 1 : i];
}

static enum custody_status judge_generation(struct apply *a, const char *item,
                                            const char *generation, struct custody_error *err)
{
    struct store_query query = {0};
    char printed[2] = "";
    enum custody_status rc = store_query(
        a->store, &query, err, "SELECT generation FROM tag_print WHERE item = ?1", "t", item);
    if (rc == CUSTODY_OK && query.has_row) {
        (void)snprintf(printed, sizeof printed, "%s", store_text(&query, 0));
    }
    store_end(&query);
    TRY(rc);
    const char *next = generation_after(printed);
    RULE(next != NULL, "generation",
         "%s had its last generation, Z: register the thing anew under a fresh item.", item);
    RULE(next == NULL || strcmp(next, generation) == 0, "generation",
         "The next tag of %s is of generation %s: somebody printed one meanwhile, print again.",
         item, next != NULL ? next : "");
    return CUSTODY_OK;
}

/* Each item of the list is of one of these classes. */
static enum custody_status need_classes(struct apply *a, const char *classes,
                                        const char *sentence, struct custody_error *err)
{
    size_t i = 0;
    const json_t *printed = NULL;
    json_array_foreach(json_object_get(a->body, "items"), i, printed)
    {
        NEED(strchr(classes, body_member(printed, "item")[0]) != NULL, "structure", "%s",
             sentence);
    }
    return CUSTODY_OK;
}

/* The thing, by its class: it exists, is still there, and bears this label. */
static enum custody_status need_thing(struct apply *a, const json_t *printed,
                                      struct custody_error *err)
{
    const char *item = body_member(printed, "item");
    struct folder_state folder;
    switch (item[0]) {
    case 'P':
        return need_person_or_party(a, item, body_member(printed, "label"), err);
    case 'B':
    case 'S':
        return storage_need(a, printed, err);
    case 'F':
        TRY(folder_need(a, printed, &folder, err));
        RULE(strcmp(folder.state, "destroyed") != 0, "state",
             "%s is destroyed: no tag is printed for it.", item);
        return CUSTODY_OK;
    default:
        return need_item(a, printed, err);
    }
}

static enum custody_status print_tags(struct apply *a, struct custody_error *err)
{
    const char *profile = body_text(a, "profile");
    const char *stock = body_text(a, "stock");
    size_t i = 0;
    const json_t *printed = NULL;
    json_array_foreach(json_object_get(a->body, "items"), i, printed)
    {
        const char *item = body_member(printed, "item");
        const char *generation = body_member(printed, "generation");
        TRY(need_thing(a, printed, err));
        TRY(judge_generation(a, item, generation, err));
        TRY(store_run(a->store, err,
                      "INSERT OR REPLACE INTO tag_print (item, generation, profile, stock, idx)"
                      " VALUES (?1, ?2, ?3, ?4, ?5)",
                      "tttti", item, generation, profile, stock, a->idx));
        TRY(item_touch(a, item, err));
    }
    return CUSTODY_OK;
}

static enum custody_status print_apply(struct apply *a, struct custody_error *err)
{
    TRY(need_classes(a, "KRP",
                     "Tags are printed for keys, rings, and persons' and parties' tags.", err));
    TRY(tag_seats(a, "Tags are printed by a custodian or an officer.", err));
    return print_tags(a, err);
}

const struct act ACT_TAG_PRINT = {
    .name = "tag.print/1",
    .fields = PRINT,
    .signers_max = 1,
    .rules = "K5",
    .signed_by = "any custodian, or an officer",
    .apply = print_apply,
    .keeps_people = true,
    .zh = "{by} 打印标签（{profile}，{stock}）：{items}；此前印出的同号标签作废",
    .en = "{by} prints the tags ({profile}, on {stock}) of {items}; older tags of these are "
          "superseded",
};

/* Version 2: what stands in the archive (FORMATS.md §19.3). */
static enum custody_status print_2_apply(struct apply *a, struct custody_error *err)
{
    struct seating seating;
    struct seat officer = {.kind = SEAT_OFFICER};
    struct seat archive = {.kind = SEAT_ROLE, .roles = {"archive_custodian"}};
    TRY(folder_need_policy(a, err));
    TRY(need_classes(a, "BFS", "These tags are printed for folders, boxes and shelves.", err));
    TRY(seats_try(a, &officer, 1, &seating, err));
    if (!seating.is_filled) {
        TRY(seats_require(a, &archive, 1, "seats",
                          "Tags of the archive are printed by the archive custodian or an "
                          "officer.",
                          &seating, err));
    }
    return print_tags(a, err);
}

const struct act ACT_TAG_PRINT_2 = {
    .name = "tag.print/2",
    .fields = PRINT,
    .signers_max = 1,
    .rules = "A3",
    .signed_by = "the archive custodian, or an officer",
    .apply = print_2_apply,
    .keeps_people = true,
    .zh = "{by} 打印档案标签（{profile}，{stock}）：{items}；此前印出的同号标签作废",
    .en = "{by} prints the archive's tags ({profile}, on {stock}) of {items}; older tags of "
          "these are superseded",
};

/* ---- tag.blank ---- */

static enum custody_status blank_apply(struct apply *a, struct custody_error *err)
{
    const char *class = body_text(a, "class");
    const char *stock = body_text(a, "stock");
    size_t i = 0;
    const json_t *tag = NULL;
    json_array_foreach(json_object_get(a->body, "tags"), i, tag)
    {
        NEED(body_member(tag, "item")[0] == class[0], "structure",
             "%s is not of the class of these blanks.", body_member(tag, "item"));
    }
    TRY(tag_seats(a, "Blank tags are printed by a custodian or an officer.", err));
    json_array_foreach(json_object_get(a->body, "tags"), i, tag)
    {
        const char *item = body_member(tag, "item");
        TRY(register_need_fresh_id(a, item, err));
        TRY(store_run(a->store, err,
                      "INSERT INTO tag_blank (tag, id, stock, idx)"
                      " VALUES (?1, substr(?1, 2), ?2, ?3)",
                      "tti", item, stock, a->idx));
    }
    return CUSTODY_OK;
}

const struct act ACT_TAG_BLANK = {
    .name = "tag.blank/1",
    .fields = BLANK,
    .signers_max = 1,
    .rules = "K5",
    .signed_by = "any custodian, or an officer",
    .apply = blank_apply,
    .keeps_people = true,
    .zh = "{by} 预印 {#tags} 张空白标签（{class} 类，{stock}）：{tags}",
    .en = "{by} prints {#tags} blank tags of class {class} on {stock}: {tags}",
};

/* ---- ids: fresh, or those of a blank tag ---- */

enum custody_status register_need_fresh_id(struct apply *a, const char *item,
                                           struct custody_error *err)
{
    int64_t taken = 0;
    TRY(store_get_int(a->store, err, &taken, NULL,
                      "SELECT EXISTS (SELECT 1 FROM item WHERE id = ?1)"
                      " + EXISTS (SELECT 1 FROM party WHERE party = 'P' || ?1)"
                      " + EXISTS (SELECT 1 FROM person_tag WHERE id = ?1)"
                      " + EXISTS (SELECT 1 FROM tag_blank WHERE id = ?1)"
                      " + EXISTS (SELECT 1 FROM folder WHERE id = ?1)"
                      " + EXISTS (SELECT 1 FROM storage WHERE id = ?1)",
                      "t", item + 1));
    NEED(taken == 0, "exists", "The id of %s was given before; make a fresh one.", item);
    return CUSTODY_OK;
}

enum custody_status register_claim_id(struct apply *a, const char *item,
                                      struct custody_error *err)
{
    int64_t one = 0;
    bool is_blank = false;
    TRY(store_get_int(a->store, err, &one, &is_blank,
                      "SELECT 1 FROM tag_blank WHERE tag = ?1 AND claimed_idx IS NULL", "t",
                      item));
    if (!is_blank) {
        return register_need_fresh_id(a, item, err);
    }
    TRY(store_run(a->store, err,
                  "INSERT INTO tag_print (item, generation, profile, stock, idx)"
                  " SELECT tag, '" FIRST_GENERATION "', 'blind', stock, idx FROM tag_blank"
                  " WHERE tag = ?1",
                  "t", item));
    return store_run(a->store, err, "UPDATE tag_blank SET claimed_idx = ?2 WHERE tag = ?1",
                     "ti", item, a->idx);
}
