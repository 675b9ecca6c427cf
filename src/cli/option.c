/* Options of a command line, parsed from tables. */
#include "option.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct option_spec global_specs[] = {
    OPT("site", "DIR", 0, "站点目录(默认 $CUSTODY_SITE 或当前目录)",
        "directory of the site (default: $CUSTODY_SITE, else the current one)"),
    OPT("as", "HANDLE", 0, "经办人(默认 $CUSTODY_AS)", "who acts (default: $CUSTODY_AS)"),
    OPT("with", "HANDLE", OPTION_REPEAT, "在本机同签的人", "who also signs on this terminal"),
    OPT("sign-by", "HANDLE", OPTION_REPEAT, "在别处签名的人(需 --prepare)",
        "who signs elsewhere (wants --prepare)"),
    OPT("credentials", "DIR", 0, "电子签名目录(默认 $CUSTODY_CREDENTIALS 或个人目录)",
        "directory of credentials (default: $CUSTODY_CREDENTIALS, else your own)"),
    OPT("passphrase-file", "[HANDLE=]FILE", OPTION_REPEAT, "口令在此文件的第一行",
        "the passphrase is the first line of this file"),
    OPT("prepare", "FILE", 0, "不提交,写成待签文件",
        "write a request file for the missing signers instead of submitting"),
    OPT_FLAG("no-sign", "与 --prepare 同用:本机暂不签名", "with --prepare: do not sign yet"),
    OPT("from", "SIZE", 0, "与 --prepare 同用:对方最后见到的账本条数",
        "with --prepare: ledger size the awaited signer has last seen"),
    OPT("sheet", "NO", 0, "纸质签字单编号", "number of the signed paper sheet"),
    OPT("terminals", "N", 0, "签名用了几台终端", "on how many terminals it is signed"),
    OPT("event-at", "TIME", 0, "事情发生的时间(补登)", "when it happened (late entry)"),
    OPT("late", "CODE", 0, "补登原因代码", "reason code of a late entry"),
    OPT_FLAG("yes", "签名前不再询问", "do not ask before signing"),
    OPT_FLAG("dry-run", "只检查,不登记", "check only, record nothing"),
    OPT_FLAG("json", "输出 JSON", "print JSON"),
    OPT("lang", "zh|en", 0, "语言", "language"),
    OPT_FLAG("help", "显示说明", "show help"),
};

const struct option_table option_globals = OPTION_TABLE(global_specs);

static const struct option_spec *find(const struct option_table *table, const char *name,
                                      size_t len)
{
    if (table == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < table->count; i++) {
        const char *known = table->specs[i].name;
        if (strlen(known) == len && memcmp(known, name, len) == 0) {
            return &table->specs[i];
        }
    }
    return NULL;
}

static bool is_option(const char *word)
{
    return word[0] == '-' && word[1] != '\0';
}

size_t option_leading_words(int argc, const char *const *argv, const char **words, size_t max)
{
    size_t count = 0;
    for (int i = 0; i < argc && count < max; i++) {
        const char *word = argv[i];
        if (!is_option(word)) {
            words[count++] = word;
            continue;
        }
        if (strncmp(word, "--", 2) != 0) {
            break;
        }
        const size_t len = strcspn(word + 2, "=");
        const struct option_spec *spec = find(&option_globals, word + 2, len);
        if (spec == NULL) {
            break;
        }
        if (spec->type != OPTION_FLAG && word[2 + len] == '\0') {
            i++;
        }
    }
    return count;
}

static bool has_own(const struct arguments *arguments, const char *name)
{
    for (size_t i = 0; i < arguments->pair_count; i++) {
        if (strcmp(arguments->pairs[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

/* One option at argv[*index]; steps over its value. */
static enum custody_status parse_option(int argc, const char *const *argv, int *index,
                                        const struct option_table *table,
                                        struct arguments *line, struct custody_error *err)
{
    const char *word = argv[*index];
    if (strcmp(word, "-h") == 0) {
        word = "--help";
    }
    if (strncmp(word, "--", 2) != 0) {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "\"%.60s\" is no option; options start with two dashes", word);
    }
    const size_t len = strcspn(word + 2, "=");
    const struct option_spec *spec = find(table, word + 2, len);
    if (spec == NULL) {
        spec = find(&option_globals, word + 2, len);
    }
    if (spec == NULL) {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "there is no option --%.*s here; add --help to see those there are",
                            len > 60 ? 60 : (int)len, word + 2);
    }
    const char *value = "";
    if (spec->type == OPTION_FLAG) {
        if (word[2 + len] == '=') {
            return custody_fail(err, CUSTODY_ERR_USAGE,
                                "--%s takes no value; leave out what follows it", spec->name);
        }
    } else if (word[2 + len] == '=') {
        value = word + 2 + len + 1;
    } else if (*index + 1 < argc) {
        (*index)++;
        value = argv[*index];
    } else {
        return custody_fail(err, CUSTODY_ERR_USAGE, "--%s needs a value: %s", spec->name,
                            spec->meta);
    }
    if (spec->type != OPTION_FLAG && value[0] == '\0') {
        return custody_fail(err, CUSTODY_ERR_USAGE, "--%s needs a value that is not empty",
                            spec->name);
    }
    if ((spec->flags & OPTION_REPEAT) == 0 && spec->type != OPTION_FLAG &&
        has_own(line, spec->name)) {
        return custody_fail(err, CUSTODY_ERR_USAGE, "--%s is given twice; give it once",
                            spec->name);
    }
    line->pairs[line->pair_count++] = (struct option_pair){spec->name, value};
    return CUSTODY_OK;
}

enum custody_status option_parse(int argc, const char *const *argv,
                                 const struct option_table *table,
                                 const struct arguments *parent,
                                 struct arguments *ret_arguments, struct custody_error *err)
{
    enum custody_status rc = CUSTODY_OK;
    struct arguments line = {.parent = parent};
    bool is_rest = false;
    const size_t room = (size_t)argc + 1;
    line.pairs = calloc(room, sizeof *line.pairs);
    line.words = calloc(room, sizeof *line.words);
    if (line.pairs == NULL || line.words == NULL) {
        rc = custody_fail(err, CUSTODY_ERR_NOMEM,
                          "not enough memory to read the command line; close something");
        goto out;
    }
    for (int i = 0; i < argc; i++) {
        if (argv[i][0] == '\0') {
            rc = custody_fail(err, CUSTODY_ERR_USAGE,
                              "a word of the command is empty; say what is meant, or leave it "
                              "out");
            goto out;
        }
        if (is_rest || !is_option(argv[i])) {
            line.words[line.word_count++] = argv[i];
        } else if (strcmp(argv[i], "--") == 0) {
            is_rest = true;
        } else {
            rc = parse_option(argc, argv, &i, table, &line, err);
            if (rc != CUSTODY_OK) {
                goto out;
            }
        }
    }
    *ret_arguments = line;
    line = (struct arguments){0};
out:
    option_clear(&line);
    return rc;
}

enum custody_status option_check_required(const struct arguments *arguments,
                                          const struct option_table *table,
                                          struct custody_error *err)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct option_spec *spec = &table->specs[i];
        if ((spec->flags & OPTION_REQUIRED) != 0 && !option_has(arguments, spec->name)) {
            return custody_fail(err, CUSTODY_ERR_USAGE, "--%s %s is missing; %s", spec->name,
                                spec->meta, "add it, or --help for an explanation");
        }
    }
    return CUSTODY_OK;
}

void option_clear(struct arguments *arguments)
{
    free(arguments->pairs);
    free(arguments->words);
    *arguments = (struct arguments){0};
}

const char *option_at(const struct arguments *arguments, const char *name, size_t n)
{
    for (const struct arguments *a = arguments; a != NULL; a = a->parent) {
        if (!has_own(a, name)) {
            continue;
        }
        for (size_t i = 0; i < a->pair_count; i++) {
            if (strcmp(a->pairs[i].name, name) == 0) {
                if (n == 0) {
                    return a->pairs[i].value;
                }
                n--;
            }
        }
        return NULL;
    }
    return NULL;
}

const char *option_get(const struct arguments *arguments, const char *name)
{
    return option_at(arguments, name, 0);
}

bool option_has(const struct arguments *arguments, const char *name)
{
    return option_get(arguments, name) != NULL;
}

size_t option_count(const struct arguments *arguments, const char *name)
{
    size_t count = 0;
    while (option_at(arguments, name, count) != NULL) {
        count++;
    }
    return count;
}

enum custody_status option_int_of(const char *text, const char *what, int64_t min, int64_t max,
                                  int64_t *ret_value, struct custody_error *err)
{
    char *end = NULL;
    errno = 0;
    const long long value = strtoll(text, &end, 10);
    const bool is_number =
        text[0] == '-' ? text[1] >= '0' && text[1] <= '9' : text[0] >= '0' && text[0] <= '9';
    if (!is_number || *end != '\0' || errno != 0 || value < min || value > max) {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "%s must be a whole number from %lld to %lld", what, (long long)min,
                            (long long)max);
    }
    *ret_value = value;
    return CUSTODY_OK;
}

enum custody_status option_int(const struct arguments *arguments, const char *name,
                               int64_t fallback, int64_t min, int64_t max, int64_t *ret_value,
                               struct custody_error *err)
{
    const char *text = option_get(arguments, name);
    if (text == NULL) {
        *ret_value = fallback;
        return CUSTODY_OK;
    }
    char what[48] = "--";
    const size_t len = strlen(name);
    memcpy(what + 2, name, len < 45 ? len : 45);
    return option_int_of(text, what, min, max, ret_value, err);
}
