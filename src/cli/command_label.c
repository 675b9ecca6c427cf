/* label print: tags for keys and rings on a sheet. */
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "custody/label.h"
#include "custody/tag.h"
#include "name.h"

#define PAGE       500
#define PLACES_MAX 1000000

/* What goes on the labels: {"copy","item","label"} in the order of printing. */
struct tags {
    json_t *list;
    json_t *seen; /* items, so that none is printed twice */
};

static enum custody_status add_tag(struct tags *tags, const json_t *row,
                                   struct custody_error *err)
{
    const char *item = json_string_value(json_object_get(row, "item"));
    json_t *label = json_object_get(row, "label");
    json_t *copy = json_object_get(row, "copy");
    if (item == NULL || json_object_get(tags->seen, item) != NULL) {
        return CUSTODY_OK;
    }
    json_t *tag = json_pack("{s:O?,s:s,s:O?}", "copy", copy, "item", item, "label", label);
    if (json_object_set_new(tags->seen, item, json_true()) != 0 ||
        json_array_append_new(tags->list, tag) != 0) {
        return session_packed(NULL, err);
    }
    return CUSTODY_OK;
}

/* All rows of a list that is read in pages, each starting after the last item of the one
 * before. */
static enum custody_status add_pages(struct session *session, struct tags *tags,
                                     const char *read, const char *member, const char *value,
                                     struct custody_error *err)
{
    char after[CUSTODY_ITEM_LEN + 1] = "";
    for (;;) {
        json_t *rows = NULL;
        json_t *params = json_pack("{s:i,s:s*,s:s*}", "limit", PAGE, "after",
                                   after[0] == '\0' ? NULL : after, member, value);
        enum custody_status rc = session_read(session, read, params, &rows, err);
        const size_t count = json_array_size(rows);
        for (size_t i = 0; rc == CUSTODY_OK && i < count; i++) {
            rc = add_tag(tags, json_array_get(rows, i), err);
        }
        const char *last =
            json_string_value(json_object_get(json_array_get(rows, count - 1), "item"));
        const bool is_done = rc != CUSTODY_OK || count < PAGE || last == NULL ||
                             strlen(last) != CUSTODY_ITEM_LEN || strcmp(last, after) <= 0;
        if (!is_done) {
            memcpy(after, last, sizeof after);
        }
        json_decref(rows);
        if (is_done) {
            return rc;
        }
    }
}

/* A ring: its own tag, then those of its keys. */
static enum custody_status add_ring(struct session *session, struct tags *tags,
                                    const char *text, struct custody_error *err)
{
    struct name_match ring;
    json_t *rows = NULL;
    json_t *own = NULL;
    enum custody_status rc = name_resolve(session, text, "R", &ring, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    rc = session_read(session, "ring.show", json_pack("{s:s}", "item", ring.id), &rows, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    own = json_pack("{s:s,s:s}", "item", ring.id, "label", ring.label);
    rc = session_packed(own, err);
    if (rc == CUSTODY_OK) {
        rc = add_tag(tags, own, err);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < json_array_size(rows); i++) {
        rc = add_tag(tags, json_array_get(rows, i), err);
    }
    json_decref(own);
    json_decref(rows);
    return rc;
}

/* A place and all beneath it, floor by floor: a queue of codes, no recursion. */
static enum custody_status add_place(struct session *session, struct tags *tags,
                                     const char *text, struct custody_error *err)
{
    struct name_match place;
    json_t *queue = json_array();
    enum custody_status rc = name_resolve(session, text, "L", &place, err);
    if (rc == CUSTODY_OK && json_array_append_new(queue, json_string(place.id)) != 0) {
        rc = session_packed(NULL, err);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < json_array_size(queue); i++) {
        const char *code = json_string_value(json_array_get(queue, i));
        json_t *rows = NULL;
        rc = add_pages(session, tags, "ring.list", "place", code, err);
        if (rc == CUSTODY_OK) {
            rc = add_pages(session, tags, "key.list", "place", code, err);
        }
        if (rc == CUSTODY_OK) {
            rc = session_read(session, "place.list",
                              json_pack("{s:i,s:s}", "limit", PLACES_MAX, "parent", code),
                              &rows, err);
        }
        for (size_t k = 0; rc == CUSTODY_OK && k < json_array_size(rows); k++) {
            json_t *below = json_object_get(json_array_get(rows, k), "code");
            if (json_array_append(queue, below) != 0) {
                rc = session_packed(NULL, err);
            }
        }
        json_decref(rows);
    }
    json_decref(queue);
    return rc;
}

static enum custody_status add_item(struct session *session, struct tags *tags,
                                    const char *text, struct custody_error *err)
{
    struct name_match match;
    json_t *rows = NULL;
    enum custody_status rc = name_resolve(session, text, "KR", &match, err);
    if (rc == CUSTODY_OK) {
        rc =
            session_read(session, "key.show", json_pack("{s:s}", "item", match.id), &rows, err);
    }
    if (rc == CUSTODY_OK) {
        rc = add_tag(tags, json_array_get(rows, 0), err);
    }
    json_decref(rows);
    return rc;
}

static enum custody_status collect(struct session *session, struct tags *tags,
                                   struct custody_error *err)
{
    const struct arguments *args = session->args;
    enum custody_status rc = CUSTODY_OK;
    if (option_has(args, "all")) {
        rc = add_pages(session, tags, "ring.list", "place", NULL, err);
        if (rc == CUSTODY_OK) {
            rc = add_pages(session, tags, "key.list", "place", NULL, err);
        }
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < option_count(args, "place"); i++) {
        rc = add_place(session, tags, option_at(args, "place", i), err);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < option_count(args, "ring"); i++) {
        rc = add_ring(session, tags, option_at(args, "ring", i), err);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < option_count(args, "key"); i++) {
        rc = add_item(session, tags, option_at(args, "key", i), err);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < args->word_count; i++) {
        rc = add_item(session, tags, args->words[i], err);
    }
    if (rc == CUSTODY_OK && json_array_size(tags->list) == 0) {
        rc = custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                          "there is nothing to label; name keys, --ring, --place or --all");
    }
    return rc;
}

/* Texts that the labels borrow, one block for all of them. */
#define NOTE_SIZE   24
#define RECORD_SIZE (CUSTODY_ITEM_LEN + 1)
#define PLACE_SIZE  321 /* a label is at most 80 characters */
struct label_text {
    char note[NOTE_SIZE];
    char record[RECORD_SIZE];
    char place[PLACE_SIZE];
};

/* The lines of one tag: "3栋-2单元-1201 信报箱" takes two, where the stock has them, and the
 * number of the copy comes last. */
static void set_lines(struct custody_label *label, struct label_text *text, const char *words,
                      const json_t *copy, size_t line_count)
{
    const char *gap = words != NULL ? strrchr(words, ' ') : NULL;
    size_t used = 1;
    label->lines[0] = words;
    if (gap != NULL && gap != words && line_count > 1 &&
        (size_t)(gap - words) < sizeof text->place) {
        memcpy(text->place, words, (size_t)(gap - words)); /* the rest of it is zero */
        label->lines[0] = text->place;
        label->lines[used++] = gap + 1;
    }
    if (json_is_integer(copy) && line_count > used) {
        (void)snprintf(text->note, sizeof text->note, "%lld",
                       (long long)json_integer_value(copy));
        label->lines[used] = text->note;
    }
}

static enum custody_status print_tags(struct session *session, const json_t *list,
                                      struct custody_error *err)
{
    const char *stock_path = option_get(session->args, "stock");
    const char *out = option_get(session->args, "out");
    const size_t count = json_array_size(list);
    struct custody_label_stock stock;
    char site[CUSTODY_SITE_LEN + 1];
    int64_t start = 1;
    struct custody_label *labels = calloc(count, sizeof *labels);
    struct label_text *texts = calloc(count, sizeof *texts);
    enum custody_status rc = CUSTODY_OK;
    if (labels == NULL || texts == NULL) {
        rc = custody_fail(err, CUSTODY_ERR_NOMEM, "not enough memory; print fewer labels");
    }
    if (rc == CUSTODY_OK) {
        rc = custody_label_stock_read(stock_path, &stock, err);
    }
    if (rc == CUSTODY_OK) {
        rc = option_int(session->args, "start", 1, 1, (int64_t)stock.per_page, &start, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_site_text(session, "site_code", site, sizeof site, err);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < count; i++) {
        const json_t *tag = json_array_get(list, i);
        const char *item = json_string_value(json_object_get(tag, "item"));
        const json_t *copy = json_object_get(tag, "copy");
        if (item == NULL || !custody_item_is_valid(item)) {
            rc = custody_fail(err, CUSTODY_ERR_TAMPERED,
                              "%.20s in the register is no item; verify the ledger",
                              item != NULL ? item : "a row");
            break;
        }
        memcpy(texts[i].record, item, RECORD_SIZE);
        custody_tag_print(item, '1', site, labels[i].code);
        labels[i].record = texts[i].record;
        set_lines(&labels[i], &texts[i], json_string_value(json_object_get(tag, "label")), copy,
                  stock.lines);
    }
    if (rc == CUSTODY_OK) {
        rc = custody_label_print(stock_path, labels, count, (size_t)start, out, err);
    }
    free(labels);
    free(texts);
    if (rc == CUSTODY_OK) {
        (void)fprintf(session->out,
                      "%s: %zu, %s: ", text_of(session->lang, TEXT_LABELS_PRINTED), count,
                      text_of(session->lang, TEXT_WRITTEN));
        (void)fprintf(session->out, "%s\n", out);
    }
    return rc;
}

/* Labels as people file them: runs of digits compare as numbers, 2栋 before 10栋. */
static int compare_natural(const char *a, const char *b)
{
    while (*a != '\0' && *b != '\0') {
        const size_t digits_a = strspn(a, "0123456789");
        const size_t digits_b = strspn(b, "0123456789");
        if (digits_a > 0 && digits_b > 0) {
            if (digits_a != digits_b) {
                return digits_a < digits_b ? -1 : 1;
            }
            const int order = strncmp(a, b, digits_a);
            if (order != 0) {
                return order;
            }
            a += digits_a;
            b += digits_b;
            continue;
        }
        if (*a != *b) {
            return (unsigned char)*a < (unsigned char)*b ? -1 : 1;
        }
        a++;
        b++;
    }
    return *a == *b ? 0 : (*a == '\0' ? -1 : 1);
}

static int compare_tags(const void *left, const void *right)
{
    const json_t *a = *(const json_t *const *)left;
    const json_t *b = *(const json_t *const *)right;
    const char *label_a = json_string_value(json_object_get(a, "label"));
    const char *label_b = json_string_value(json_object_get(b, "label"));
    const int order =
        compare_natural(label_a != NULL ? label_a : "", label_b != NULL ? label_b : "");
    if (order != 0) {
        return order;
    }
    const json_int_t copy_a = json_integer_value(json_object_get(a, "copy"));
    const json_int_t copy_b = json_integer_value(json_object_get(b, "copy"));
    return (copy_a > copy_b) - (copy_a < copy_b);
}

/* A home's bag before its keys, home by home: the order in which tags are tied on. */
static enum custody_status sort_tags(struct tags *tags, struct custody_error *err)
{
    const size_t count = json_array_size(tags->list);
    json_t **order = calloc(count > 0 ? count : 1, sizeof(json_t *));
    json_t *sorted = json_array();
    enum custody_status rc = session_packed(order != NULL ? sorted : NULL, err);
    for (size_t i = 0; rc == CUSTODY_OK && i < count; i++) {
        order[i] = json_array_get(tags->list, i);
    }
    if (rc == CUSTODY_OK) {
        qsort(order, count, sizeof(json_t *), compare_tags);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < count; i++) {
        if (json_array_append(sorted, order[i]) != 0) {
            rc = session_packed(NULL, err);
        }
    }
    free(order);
    if (rc == CUSTODY_OK) {
        json_decref(tags->list);
        tags->list = sorted;
        sorted = NULL;
    }
    json_decref(sorted);
    return rc;
}

static enum custody_status run_print(struct session *session, const struct command *command,
                                     struct custody_error *err)
{
    (void)command;
    struct tags tags = {.list = json_array(), .seen = json_object()};
    enum custody_status rc = session_packed(tags.list != NULL ? tags.seen : NULL, err);
    if (rc == CUSTODY_OK) {
        rc = collect(session, &tags, err);
    }
    if (rc == CUSTODY_OK) {
        rc = sort_tags(&tags, err);
    }
    if (rc == CUSTODY_OK) {
        rc = print_tags(session, tags.list, err);
    }
    json_decref(tags.list);
    json_decref(tags.seen);
    return rc;
}

static const struct option_spec print_options[] = {
    OPT("stock", "FILE", OPTION_REQUIRED, "标签纸文件", "stock file of the sheet"),
    OPT("out", "FILE.pdf", OPTION_REQUIRED, "写入的 PDF", "the PDF to write"),
    OPT("start", "N", 0, "首页从第几格开始(默认 1)", "first free cell of the first sheet"),
    OPT("place", "PLACE", OPTION_REPEAT, "此位置的钥匙", "keys and rings of this place"),
    OPT("ring", "RING", OPTION_REPEAT, "此钥匙袋及其钥匙", "this ring and its keys"),
    OPT("key", "KEY", OPTION_REPEAT, "此钥匙", "this key"),
    OPT_FLAG("all", "全部", "everything"),
};

static const struct command rows[] = {
    {.name = "label print",
     .words = "[KEY...]",
     .words_max = COMMAND_MANY,
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(print_options),
     .zh = "打印标签",
     .en = "print tags on a sheet of labels",
     .run = run_print},
};

const struct command_group command_group_label = COMMAND_GROUP(rows);
