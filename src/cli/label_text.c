/* Labels out of selected rows: see label_text.h. */
#include "label_text.h"

#include <stdlib.h>
#include <string.h>

#include "custody/words.h"
#include "label_archive.h"
#include "label_select.h"

#define BLOCK_SIZE 65536

static enum custody_status no_memory(struct custody_error *err)
{
    return custody_fail(err, CUSTODY_ERR_NOMEM, "not enough memory; print fewer labels");
}

/* A copy that lives as long as the labels; "" needs none. */
static enum custody_status keep(struct label_texts *texts, const char *text, const char **ret,
                                struct custody_error *err)
{
    const size_t size = strlen(text) + 1;
    if (size == 1) {
        *ret = "";
        return CUSTODY_OK;
    }
    if (texts->block_count == 0 || texts->used + size > BLOCK_SIZE) {
        char **more = realloc(texts->blocks, (texts->block_count + 1) * sizeof *more);
        if (more == NULL) {
            return no_memory(err);
        }
        texts->blocks = more;
        char *block = malloc(size > BLOCK_SIZE ? size : BLOCK_SIZE);
        if (block == NULL) {
            return no_memory(err);
        }
        texts->blocks[texts->block_count++] = block;
        texts->used = 0;
    }
    char *copy = texts->blocks[texts->block_count - 1] + texts->used;
    memcpy(copy, text, size);
    texts->used += size;
    *ret = copy;
    return CUSTODY_OK;
}

void label_texts_clear(struct label_texts *texts)
{
    for (size_t i = 0; i < texts->block_count; i++) {
        free(texts->blocks[i]);
    }
    free(texts->blocks);
    free(texts->labels);
    *texts = (struct label_texts){0};
}

/* Name is a word of the program's own. */
static enum custody_status add_field(struct label_texts *texts, struct custody_label *label,
                                     const char *name, const char *text,
                                     struct custody_error *err)
{
    const char *copy = NULL;
    if (text[0] == '\0' || label->field_count == CUSTODY_LABEL_FIELDS_MAX) {
        return CUSTODY_OK;
    }
    enum custody_status rc = keep(texts, text, &copy, err);
    if (rc == CUSTODY_OK) {
        label->fields[label->field_count++] = (struct custody_label_field){name, copy};
    }
    return rc;
}

void label_class_word(const struct label_register *reg, const char *class, char *out,
                      size_t room)
{
    static const char *const words[][2] = {
        {"owner", "业主"}, {"public", "公共"}, {"facility", "设备"}};
    const json_t *classes = json_object_get(reg->policy, "key_classes");
    const char *end = "钥匙";
    out[0] = '\0';
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(words[i][0], class) == 0) {
            (void)snprintf(out, room, "%s", words[i][1]);
            return;
        }
    }
    for (size_t i = 0; i < json_array_size(classes); i++) {
        const json_t *entry = json_array_get(classes, i);
        const char *label = label_member(entry, "label");
        size_t len = strlen(label);
        if (strcmp(label_member(entry, "code"), class) != 0) {
            continue;
        }
        if (len > strlen(end) && strcmp(label + len - strlen(end), end) == 0) {
            len -= strlen(end);
        }
        (void)snprintf(out, room, "%.*s", (int)len, label);
    }
}

bool label_class_is_known(const json_t *policy, const char *text, size_t len)
{
    static const char *const tables[] = {"key_classes", "folder_classes"};
    for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++) {
        const json_t *classes = json_object_get(policy, tables[t]);
        for (size_t i = 0; i < json_array_size(classes); i++) {
            const char *code = label_member(json_array_get(classes, i), "code");
            if (strlen(code) == len && strncmp(code, text, len) == 0) {
                return true;
            }
        }
    }
    return false;
}

/* Each --class-colour is CLASS=#rrggbb and its class the policy's. */
static enum custody_status check_colours(const struct session *session,
                                         const struct label_register *reg,
                                         struct custody_error *err)
{
    for (size_t i = 0; i < option_count(session->args, "class-colour"); i++) {
        const char *value = option_at(session->args, "class-colour", i);
        const size_t len = strcspn(value, "=");
        if (len == 0 || strncmp(value + len, "=#", 2) != 0 ||
            strspn(value + len + 2, "0123456789abcdefABCDEF") != 6 || value[len + 8] != '\0') {
            return custody_fail(err, CUSTODY_ERR_USAGE,
                                "--class-colour is CLASS=#rrggbb, like owner=#c00000");
        }
        if (!label_class_is_known(reg->policy, value, len)) {
            return custody_fail(
                err, CUSTODY_ERR_NOT_FOUND,
                "the policy has no class \"%.*s\"; see custody site policy show",
                len < 60 ? (int)len : 60, value);
        }
    }
    return CUSTODY_OK;
}

/* "#c00000", or NULL: the last that was said of a class. */
static const char *find_colour(const struct session *session, const char *class)
{
    const char *colour = NULL;
    const size_t len = strlen(class);
    for (size_t i = 0; i < option_count(session->args, "class-colour"); i++) {
        const char *value = option_at(session->args, "class-colour", i);
        if (strncmp(value, class, len) == 0 && value[len] == '=') {
            colour = value + len + 1;
        }
    }
    return colour;
}

/* "2/3", or nothing where there is one key alone. */
static void copy_words(const struct label_register *reg, const json_t *row, char *out,
                       size_t room)
{
    const json_int_t copy = json_integer_value(json_object_get(row, "copy"));
    const json_int_t all =
        json_integer_value(json_object_get(reg->copies, label_member(row, "label")));
    out[0] = '\0';
    if (copy > 0 && all > 1) {
        (void)snprintf(out, room, "%lld/%lld", (long long)copy, (long long)all);
    } else if (copy > 1) {
        (void)snprintf(out, room, "%lld", (long long)copy);
    }
}

static enum custody_status fill_key(struct session *session, const struct label_register *reg,
                                    const json_t *row, struct label_texts *texts,
                                    struct custody_label *label, struct custody_error *err)
{
    const char *class = label_member(row, "class");
    const char *phone = option_get(session->args, "phone");
    const bool is_blind = strcmp(label_member(row, "profile"), "blind") == 0;
    char word[128];
    char copy[48];
    struct label_words words;
    label_class_word(reg, class, word, sizeof word);
    copy_words(reg, row, copy, sizeof copy);
    enum custody_status rc = add_field(texts, label, "class", word, err);
    if (rc == CUSTODY_OK && is_blind) {
        /* Whoever finds it learns whom to ring up, and not which door it opens. */
        rc = add_field(texts, label, "note", phone != NULL ? phone : "", err);
    } else if (rc == CUSTODY_OK) {
        rc = label_words_make(session, reg, row, &words, err);
        /* Stocks set `room` large: a roof door or a pump room is what one looks for there. */
        const bool is_thing = words.room[0] == '\0';
        const bool is_ring = label_member(row, "item")[0] == 'R';
        const char *what = is_ring ? "钥匙袋" : (is_thing ? "" : words.what);
        const char *const fields[][2] = {{"address", words.address},
                                         {"building", words.building},
                                         {"room", is_thing ? words.what : words.room},
                                         {"what", what},
                                         {"copy", copy}};
        for (size_t i = 0; rc == CUSTODY_OK && i < sizeof fields / sizeof fields[0]; i++) {
            rc = add_field(texts, label, fields[i][0], fields[i][1], err);
        }
    }
    label->colour = find_colour(session, class);
    return rc;
}

/* A folder, box or shelf. */
static enum custody_status fill_archive(struct session *session,
                                        const struct label_register *reg, const json_t *row,
                                        struct label_texts *texts, struct custody_label *label,
                                        struct custody_error *err)
{
    const char *phone = option_get(session->args, "phone");
    const char *code = label_class_of(row);
    const char *class =
        code[0] != '\0' ? custody_word(reg->policy, CUSTODY_ZH, "folder_class", code) : "";
    struct label_words words = {0};
    if (strcmp(label_member(row, "profile"), "blind") == 0) {
        (void)snprintf(words.note, sizeof words.note, "%s", phone != NULL ? phone : "");
    } else {
        label_archive_words(reg, row, &words);
    }
    /* "3栋-2单元-1201 业主档案", "3栋-2单元-1202 租户": the class says it. */
    if (strncmp(class, words.what, strlen(words.what)) == 0) {
        words.what[0] = '\0';
    }
    const char *const fields[][2] = {
        {"class", class},     {"address", words.address}, {"building", words.building},
        {"room", words.room}, {"what", words.what},       {"number", words.number},
        {"note", words.note},
    };
    enum custody_status rc = CUSTODY_OK;
    for (size_t i = 0; rc == CUSTODY_OK && i < sizeof fields / sizeof fields[0]; i++) {
        rc = add_field(texts, label, fields[i][0], fields[i][1], err);
    }
    label->colour = find_colour(session, code);
    return rc;
}

static enum custody_status fill_card(const struct label_register *reg, const json_t *row,
                                     struct label_texts *texts, struct custody_label *label,
                                     struct custody_error *err)
{
    const char *role = custody_word(reg->policy, CUSTODY_ZH, label_member(row, "role_column"),
                                    label_member(row, "role"));
    enum custody_status rc = add_field(texts, label, "what", label_member(row, "person"), err);
    if (rc == CUSTODY_OK) {
        rc = add_field(texts, label, "class", role, err);
    }
    return rc == CUSTODY_OK
               ? add_field(texts, label, "number", label_member(row, "number"), err)
               : rc;
}

static enum custody_status fill_words(const json_t *row, struct label_texts *texts,
                                      struct custody_label *label, struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    const char *name = NULL;
    const char *kept = NULL;
    json_t *value = NULL;
    json_object_foreach(json_object_get(row, "fields"), name, value)
    {
        if (rc == CUSTODY_OK) {
            rc = keep(texts, name, &kept, err);
        }
        if (rc == CUSTODY_OK) {
            rc = add_field(texts, label, kept, json_string_value(value), err);
        }
    }
    return rc;
}

static enum custody_status fill(struct session *session, const struct label_register *reg,
                                const json_t *row, struct label_texts *texts,
                                struct custody_label *label, struct custody_error *err)
{
    const char *item = label_member(row, "item");
    const char *generation = label_member(row, "generation");
    char record[48];
    enum custody_status rc = CUSTODY_OK;
    if (item[0] == '\0') {
        (void)snprintf(record, sizeof record, "line %lld",
                       (long long)json_integer_value(json_object_get(row, "line")));
        rc = fill_words(row, texts, label, err);
        return rc == CUSTODY_OK ? keep(texts, record, &label->record, err) : rc;
    }
    if (!custody_item_is_valid(item)) {
        return custody_fail(err, CUSTODY_ERR_TAMPERED,
                            "%.20s in the register is no item; verify the ledger", item);
    }
    if (generation[0] != '\0') {
        custody_tag_print(item, generation[0], reg->site_code, label->code);
    }
    rc = keep(texts, item, &label->record, err);
    if (rc != CUSTODY_OK) {
        return rc;
    }
    if (label_is_archive(row)) {
        return fill_archive(session, reg, row, texts, label, err);
    }
    return json_object_get(row, "person") != NULL
               ? fill_card(reg, row, texts, label, err)
               : fill_key(session, reg, row, texts, label, err);
}

enum custody_status label_texts_make(struct session *session, const struct label_register *reg,
                                     const json_t *list, struct label_texts *ret_texts,
                                     struct custody_error *err)
{
    const size_t count = json_array_size(list);
    struct label_texts texts = {.labels = calloc(count + 1, sizeof *texts.labels),
                                .count = count};
    enum custody_status rc =
        texts.labels != NULL ? check_colours(session, reg, err) : no_memory(err);
    for (size_t i = 0; rc == CUSTODY_OK && i < count; i++) {
        rc = fill(session, reg, json_array_get(list, i), &texts, &texts.labels[i], err);
    }
    if (rc != CUSTODY_OK) {
        label_texts_clear(&texts);
        return rc;
    }
    *ret_texts = texts;
    return CUSTODY_OK;
}
