/*
 * label print, label blanks: tags and plain labels. What is printed is rendered first, so that
 * every mistake is found; then its act is recorded; then it is delivered. A refused act leaves
 * nothing printed, a failed rendering no act.
 */
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "label_archive.h"
#include "label_job.h"
#include "label_record.h"
#include "label_select.h"
#include "label_text.h"
#include "print.h"

#define BLANKS_MAX 1000
#define TRIES_MAX  100 /* of a random id: eight symbols hardly meet */

static bool stock_has_field(const struct custody_label_stock *stock, const char *name)
{
    const size_t len = strlen(name);
    const char *at = stock->fields;
    while ((at = strstr(at, name)) != NULL) {
        if ((at == stock->fields || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0')) {
            return true;
        }
        at += len;
    }
    return false;
}

/* Are tags of the register among the rows? Words of a CSV are none. */
static bool has_items(const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (label_member(json_array_get(list, i), "item")[0] != '\0') {
            return true;
        }
    }
    return false;
}

/* The rows, the stock for them, and all that their labels say. */
static enum custody_status select_labels(struct session *session, const char **ret_stock_name,
                                         struct custody_label_stock *stock, json_t **ret_list,
                                         struct label_texts *texts, struct custody_error *err)
{
    const char *name = option_get(session->args, "stock");
    struct label_register reg = {0};
    json_t *list = NULL;
    enum custody_status rc =
        name != NULL ? custody_label_stock_read(name, stock, err) : CUSTODY_OK;
    if (rc == CUSTODY_OK) {
        rc = label_select(session, name != NULL && !stock->needs_code, &list, err);
    }
    if (rc == CUSTODY_OK && name == NULL) {
        rc = label_default_stock(list, &name, err);
        if (rc == CUSTODY_OK) {
            rc = custody_label_stock_read(name, stock, err);
        }
    }
    if (rc == CUSTODY_OK && stock->has_code) {
        rc = label_generations_set(session, list, err);
    }
    if (rc == CUSTODY_OK) {
        rc = label_register_read(session, list, stock_has_field(stock, "copy"), &reg, err);
    }
    if (rc == CUSTODY_OK) {
        rc = label_texts_make(session, &reg, list, texts, err);
    }
    label_register_clear(&reg);
    if (rc != CUSTODY_OK) {
        json_decref(list);
        return rc;
    }
    *ret_stock_name = name;
    *ret_list = list;
    return CUSTODY_OK;
}

/* Acts for the tags of the register; words on plain paper need none. */
static enum custody_status make_acts(const json_t *list,
                                     const struct custody_label_stock *stock,
                                     struct label_acts *acts, struct custody_error *err)
{
    char name[LABEL_STOCK_SIZE];
    if (!stock->has_code || !has_items(list)) {
        return CUSTODY_OK;
    }
    label_stock_name(stock->name, name);
    const enum custody_status rc = label_act_name(list, &acts->act, err);
    return rc == CUSTODY_OK ? label_print_bodies(list, name, &acts->bodies, err) : rc;
}

static enum custody_status run_print(struct session *session, const struct command *command,
                                     struct custody_error *err)
{
    (void)command;
    struct label_texts texts = {0};
    struct label_acts acts = {.act = "tag.print/1"};
    struct custody_label_stock stock;
    const char *name = NULL;
    json_t *list = NULL;
    const bool is_preview = option_has(session->args, "preview");
    if (is_preview == option_has(session->args, "out")) {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "say where to print with --out, or --preview FILE.png");
    }
    enum custody_status rc = select_labels(session, &name, &stock, &list, &texts, err);
    if (rc == CUSTODY_OK && is_preview) {
        rc = label_job_preview(session, name, texts.labels, err);
    } else if (rc == CUSTODY_OK) {
        rc = make_acts(list, &stock, &acts, err);
        if (rc == CUSTODY_OK) {
            rc = label_job_run(session, name, &stock, texts.labels, texts.count, &acts, err);
        }
    }
    label_acts_clear(&acts);
    label_texts_clear(&texts);
    json_decref(list);
    return rc;
}

/* ---- blank tags ---- */

static int compare_texts(const void *left, const void *right)
{
    return strcmp(label_member(*(const json_t *const *)left, "item"),
                  label_member(*(const json_t *const *)right, "item"));
}

/* Fresh ids; the register looks that none is taken, this that none comes twice. */
static enum custody_status make_ids(struct session *session, char class, size_t count,
                                    json_t **ret_tags, struct custody_error *err)
{
    json_t *tags = json_array();
    json_t *seen = json_object();
    enum custody_status rc = session_packed(tags != NULL ? seen : NULL, err);
    for (size_t tries = 0;
         rc == CUSTODY_OK && json_array_size(tags) < count && tries < count + TRIES_MAX;
         tries++) {
        char item[CUSTODY_ITEM_LEN + 1];
        rc = custody_item_new(session->site, class, item, err);
        if (rc == CUSTODY_OK && json_object_get(seen, item) == NULL) {
            if (json_object_set_new(seen, item, json_true()) != 0 ||
                json_array_append_new(tags, json_pack("{s:s}", "item", item)) != 0) {
                rc = session_packed(NULL, err);
            }
        }
    }
    json_decref(seen);
    if (rc == CUSTODY_OK && json_array_size(tags) < count) {
        rc = custody_fail(err, CUSTODY_ERR_BUSY, "no fresh numbers were found; try again");
    }
    if (rc != CUSTODY_OK) {
        json_decref(tags);
        return rc;
    }
    *ret_tags = tags;
    return CUSTODY_OK;
}

/* tag.blank/1 wants its set sorted; they are printed as they came. */
static enum custody_status blank_body(const json_t *tags, const char *class, const char *stock,
                                      json_t **ret_bodies, struct custody_error *err)
{
    const size_t count = json_array_size(tags);
    json_t *sorted = json_array();
    json_t **order = calloc(count + 1, sizeof(json_t *));
    enum custody_status rc = session_packed(order != NULL ? sorted : NULL, err);
    for (size_t i = 0; rc == CUSTODY_OK && i < count; i++) {
        order[i] = json_array_get(tags, i);
    }
    if (rc == CUSTODY_OK) {
        qsort(order, count, sizeof(json_t *), compare_texts);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < count; i++) {
        if (json_array_append(sorted, order[i]) != 0) {
            rc = session_packed(NULL, err);
        }
    }
    free(order);
    if (rc == CUSTODY_OK) {
        json_t *bodies =
            json_pack("[{s:s,s:s,s:O}]", "class", class, "stock", stock, "tags", sorted);
        rc = session_packed(bodies, err);
        if (rc == CUSTODY_OK) {
            *ret_bodies = bodies;
        }
    }
    json_decref(sorted);
    return rc;
}

/* Number and record of a blank label. */
struct blank_words {
    char number[16];
    char record[16];
};

static void fill_blanks(const json_t *tags, const char *site,
                        const struct custody_label_stock *stock, int64_t first,
                        struct custody_label *labels, struct blank_words *words)
{
    /* Stocks without a place for a number have it where rooms stand. */
    const char *place = stock_has_field(stock, "number") ? "number" : "room";
    for (size_t i = 0; i < json_array_size(tags); i++) {
        const char *item = label_member(json_array_get(tags, i), "item");
        struct blank_words *word = &words[i];
        (void)snprintf(word->number, sizeof word->number, "%04lld",
                       (long long)first + (long long)i);
        (void)snprintf(word->record, sizeof word->record, "%s", item);
        custody_tag_print(item, '1', site, labels[i].code);
        labels[i].record = word->record;
        labels[i].fields[0] = (struct custody_label_field){"building", "空白标签"};
        labels[i].fields[1] = (struct custody_label_field){place, word->number};
        labels[i].field_count = 2;
    }
}

static enum custody_status run_blanks(struct session *session, const struct command *command,
                                      struct custody_error *err)
{
    (void)command;
    const char *class = option_get(session->args, "class");
    struct label_acts acts = {.act = "tag.blank/1"};
    struct custody_label_stock stock;
    char stock_name[LABEL_STOCK_SIZE];
    char site[CUSTODY_SITE_LEN + 1];
    struct custody_label *labels = NULL;
    struct blank_words *words = NULL;
    json_t *tags = NULL;
    int64_t count = 0;
    int64_t first = 1;
    enum custody_status rc = CUSTODY_OK;
    if (strcmp(class, "K") != 0 && strcmp(class, "R") != 0) {
        return custody_fail(err, CUSTODY_ERR_USAGE, "--class is K for keys or R for rings");
    }
    rc = option_int(session->args, "count", 0, 1, BLANKS_MAX, &count, err);
    if (rc == CUSTODY_OK) {
        rc = option_int(session->args, "first", 1, 1, 9999999, &first, err);
    }
    if (rc == CUSTODY_OK) {
        rc = custody_label_stock_read(option_get(session->args, "stock"), &stock, err);
    }
    if (rc == CUSTODY_OK && !stock.has_code) {
        rc = custody_fail(err, CUSTODY_ERR_INVALID,
                          "stock %.63s has no code, and a blank tag is nothing else; choose "
                          "another (custody label stocks)",
                          stock.name);
    }
    if (rc == CUSTODY_OK) {
        rc = session_site_text(session, "site_code", site, sizeof site, err);
    }
    if (rc == CUSTODY_OK) {
        rc = make_ids(session, class[0], (size_t)count, &tags, err);
    }
    if (rc == CUSTODY_OK) {
        label_stock_name(stock.name, stock_name);
        rc = blank_body(tags, class, stock_name, &acts.bodies, err);
    }
    if (rc == CUSTODY_OK) {
        labels = calloc((size_t)count, sizeof *labels);
        words = calloc((size_t)count, sizeof *words);
        if (labels == NULL || words == NULL) {
            rc = custody_fail(err, CUSTODY_ERR_NOMEM, "not enough memory; print fewer labels");
        }
    }
    if (rc == CUSTODY_OK) {
        fill_blanks(tags, site, &stock, first, labels, words);
        rc = label_job_run(session, option_get(session->args, "stock"), &stock, labels,
                           (size_t)count, &acts, err);
    }
    free(labels);
    free(words);
    label_acts_clear(&acts);
    json_decref(tags);
    return rc;
}

#define OUTPUT_OPTIONS                                                                         \
    OPT("printer", "PROFILE", 0, "打印机配置", "printer profile"),                             \
        OPT("format", "FORMAT", 0, "pdf、svg、png、pbm、tspl 或 zpl,默认依打印机或文件名",     \
            "pdf, svg, png, pbm, tspl or zpl; default: the printer's, or by the name of the "  \
            "file"),                                                                           \
        OPT("start", "N", 0, "首页从第几格开始(默认 1)",                                       \
            "first free cell of the first sheet"),                                             \
        OPT("copies", "N", 0, "每张打印几份(默认 1)", "of each label (default 1)"),            \
        OPT_FLAG("mask", "PDF:条码为位图,文件小、速度快",                                      \
                 "PDF: codes as bitmaps, smaller and faster"),                                 \
        OPT_FLAG("verify", "交付前逐格解码核对",                                               \
                 "decode every cell before anything is printed")

#define STOCK_WORDS "标签纸:名称、文件或 glabels:品牌 型号"

static const struct option_spec print_options[] = {
    OPT("stock", "STOCK", 0, STOCK_WORDS "(档案袋、盒、架有默认)",
        "stock: a name, a file or glabels:BRAND PART; folders, boxes, shelves have their own"),
    OUTPUT_OPTIONS,
    OPT("out", "FILE|-|tcp://HOST", 0, "写入的文件、标准输出或网络打印机",
        "file, standard output or network printer"),
    OPT("preview", "FILE.png", 0, "只看第一张,不登记",
        "the first label alone, nothing recorded"),
    OPT("place", "PLACE", OPTION_REPEAT, "此位置的钥匙", "keys and rings of this place"),
    OPT("ring", "RING", OPTION_REPEAT, "此钥匙袋及其钥匙", "this ring and its keys"),
    OPT("key", "KEY", OPTION_REPEAT, "此钥匙", "this key"),
    OPT("box", "BOX", OPTION_REPEAT, "此档案盒及盒内档案", "this box and its folders"),
    OPT("shelf", "SHELF", OPTION_REPEAT, "此档案架及架上的盒", "this shelf and its boxes"),
    OPT("folder", "FOLDER", OPTION_REPEAT, "此档案的档案袋", "the bag of this folder"),
    OPT_FLAG("folders", "只要档案袋(全部,或 --place、--shelf、--box 的)",
             "bags of folders alone: all, or of --place, --shelf, --box"),
    OPT_FLAG("boxes", "只要档案盒(同上)", "boxes alone, likewise"),
    OPT_FLAG("shelves", "只要档案架(同上)", "shelves alone, likewise"),
    OPT("class", "CLASS", OPTION_REPEAT, "只要此类别", "of this class alone"),
    OPT("kind", "KIND", OPTION_REPEAT, "只要此类锁的钥匙", "of this kind of lock alone"),
    OPT_FLAG("all", "全部", "everything"),
    OPT("csv", "FILE|-", 0, "表格中的钥匙或档案,或无码标签的文字",
        "keys or folders that a CSV names, or words of labels without a code"),
    OPT("person", "HANDLE", OPTION_REPEAT, "人员卡", "a person's card"),
    OPT("party", "PARTY", OPTION_REPEAT, "相关人的卡", "a party's card"),
    OPT("order", "ORDER", 0, "given 照所给、address 按地址(默认)、code 按编号",
        "given, address (default) or code"),
    OPT("profile", "PROFILE", 0, "address 印地址(默认)、blind 不印地址",
        "address (default) or blind: no address"),
    OPT("blind", "CLASS", OPTION_REPEAT, "此类别不印地址", "no address on this class"),
    OPT("phone", "PHONE", 0, "不印地址的标签上,拾到者可拨的电话",
        "on blind labels, for whoever finds them"),
    OPT("class-colour", "CLASS=#RRGGBB", OPTION_REPEAT, "类别色带的颜色",
        "colour of a class band"),
};

static const struct option_spec blank_options[] = {
    OPT("class", "K|R", OPTION_REQUIRED, "K 钥匙、R 钥匙袋", "K for keys, R for rings"),
    OPT("count", "N", OPTION_REQUIRED, "张数(至多 1000)", "how many, at most 1000"),
    OPT("first", "N", 0, "第一张的序号(默认 1)", "running number of the first (1)"),
    OPT("stock", "STOCK", OPTION_REQUIRED, STOCK_WORDS,
        "stock: a name, a file or glabels:BRAND PART"),
    OUTPUT_OPTIONS,
    OPT("out", "FILE|-|tcp://HOST", OPTION_REQUIRED, "写入的文件、标准输出或网络打印机",
        "file, standard output or network printer"),
};

static const struct command rows[] = {
    {.name = "label print",
     .words = "[KEY|FOLDER|BOX|SHELF...]",
     .words_max = COMMAND_MANY,
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(print_options),
     .zh = "打印标签(登记并签名)",
     .en = "print labels; printing tags is recorded and signed",
     .run = run_print},
    {.name = "label blanks",
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(blank_options),
     .zh = "打印空白标签,以后扫码认领(登记并签名)",
     .en = "print blank tags to be claimed later; recorded and signed",
     .run = run_blanks},
    {.name = "label unclaimed",
     .needs = COMMAND_SITE | COMMAND_FOUNDED,
     .read = "blank.list",
     .zh = "尚未认领的空白标签",
     .en = "list blank tags that nobody claimed",
     .run = command_run_read},
};

const struct command_group command_group_label = COMMAND_GROUP(rows);
