/* The table of commands, and the runner. */
#include "command.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "print.h"

#define NAME_WORDS_MAX 3
#define NAME_SIZE      64

static const struct command_group *const groups[] = {
    &command_group_site,        &command_group_vault,       &command_group_policy,
    &command_group_credential,  &command_group_person,      &command_group_party,
    &command_group_place,       &command_group_lend,        &command_group_keep,
    &command_group_loss,        &command_group_key,         &command_group_authority,
    &command_group_request,     &command_group_storage,     &command_group_folder,
    &command_group_folder_use,  &command_group_folder_keep, &command_group_folder_walk,
    &command_group_folder_read, &command_group_destruction, &command_group_destruction_run,
    &command_group_erase,       &command_group_incident,    &command_group_privacy,
    &command_group_register,    &command_group_shift,       &command_group_stocktake,
    &command_group_correct,     &command_group_import,      &command_group_who,
    &command_group_desk,        &command_group_report,      &command_group_form,
    &command_group_label,       &command_group_stock,       &command_group_slip,
    &command_group_ledger,      &command_group_witness,     &command_group_verify,
    &command_group_sign,        &command_group_batch,       &command_group_help,
};

const struct command *command_at(size_t index)
{
    for (size_t g = 0; g < sizeof groups / sizeof groups[0]; g++) {
        if (index < groups[g]->count) {
            return &groups[g]->rows[index];
        }
        index -= groups[g]->count;
    }
    return NULL;
}

/* Join the first count words; "" when they are too long for any name. */
static void join_words(const char *const *words, size_t count, char out[NAME_SIZE])
{
    size_t len = 0;
    out[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        const int n = snprintf(out + len, NAME_SIZE - len, "%s%s", i == 0 ? "" : " ", words[i]);
        if (n < 0 || (size_t)n >= NAME_SIZE - len) {
            out[0] = '\0';
            return;
        }
        len += (size_t)n;
    }
}

/* The command with the longest name that the line begins with. */
static const struct command *find_command(const char *const *words, size_t count,
                                          size_t *ret_used)
{
    for (size_t used = count; used > 0; used--) {
        char name[NAME_SIZE];
        join_words(words, used, name);
        const struct command *command = NULL;
        for (size_t i = 0; (command = command_at(i)) != NULL; i++) {
            if (strcmp(command->name, name) == 0) {
                *ret_used = used;
                return command;
            }
        }
    }
    return NULL;
}

/* Does any option of the line ask for help? Looked for before the line is understood. */
static bool asks_help(int argc, const char *const *argv)
{
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--") == 0) {
            return false;
        }
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            return true;
        }
    }
    return false;
}

static enum custody_status check_words(const struct command *command,
                                       const struct arguments *args, struct custody_error *err)
{
    if (args->word_count < command->words_min) {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "%s needs more: custody %s %s; --help explains it", command->name,
                            command->name, command->words != NULL ? command->words : "");
    }
    if (args->word_count > command->words_max) {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "\"%.60s\" is too much; it is: custody %s %s",
                            args->words[command->words_max], command->name,
                            command->words != NULL ? command->words : "");
    }
    return CUSTODY_OK;
}

static enum custody_status prepare_site(struct session *session, unsigned needs,
                                        struct custody_error *err)
{
    if ((needs & (COMMAND_SITE | COMMAND_WRITE)) == 0) {
        return CUSTODY_OK;
    }
    enum custody_status rc = session_open(session, (needs & COMMAND_WRITE) != 0, err);
    if (rc == CUSTODY_OK && (needs & COMMAND_FOUNDED) != 0 &&
        !custody_site_is_founded(session->site)) {
        rc = custody_fail(err, CUSTODY_ERR_REFUSED,
                          "the site is not founded yet; run site init or submit its founding "
                          "act first");
    }
    return rc;
}

static enum custody_status run_parsed(struct session *session, const struct command *command,
                                      const struct arguments *args, struct custody_error *err)
{
    enum custody_status rc = session_use(session, args, err);
    if (rc == CUSTODY_OK) {
        rc = check_words(command, args, err);
    }
    if (rc == CUSTODY_OK) {
        rc = option_check_required(args, &command->options, err);
    }
    if (rc == CUSTODY_OK) {
        rc = prepare_site(session, command->needs, err);
    }
    if (rc == CUSTODY_OK) {
        session->takes_old_tags =
            (command->needs & COMMAND_WRITE) == 0 || (command->needs & COMMAND_OLD_TAG) != 0;
        rc = command->run(session, command, err);
    }
    errno = 0;
    if (fflush(session->out) != 0 || ferror(session->out) != 0) {
        clearerr(session->out);
        if (rc == CUSTODY_OK) {
            rc = custody_fail_os(err, CUSTODY_ERR_IO, errno,
                                 "the output could not be written; make room and ask again, "
                                 "what was to be recorded is recorded");
        }
    }
    return rc;
}

enum custody_status command_run(struct session *session, int argc, const char *const *argv,
                                const struct arguments *parent, struct custody_error *err)
{
    const char *words[NAME_WORDS_MAX];
    size_t used = 0;
    const size_t count = option_leading_words(argc, argv, words, NAME_WORDS_MAX);
    const struct command *command = find_command(words, count, &used);
    struct arguments args = {.parent = parent};
    enum custody_status rc = session_use(session, &args, err); /* a language for early errors */
    if (rc != CUSTODY_OK) {
        goto out;
    }
    if (asks_help(argc, argv) || (command == NULL && count == 0)) {
        /* The language of a line that is no command: only global options are looked at. */
        const struct option_table none = {NULL, 0};
        struct custody_error ignored = {0};
        if (option_parse(argc, argv, command != NULL ? &command->options : &none, parent, &args,
                         &ignored) != CUSTODY_OK) {
            args = (struct arguments){.parent = parent};
        }
        rc = session_use(session, &args, err);
        if (rc == CUSTODY_OK) {
            rc = command_help(
                session, command != NULL ? command->name : (count > 0 ? words[0] : NULL), err);
        }
        if (rc == CUSTODY_OK && count == 0 && !asks_help(argc, argv)) {
            rc = custody_fail(err, CUSTODY_ERR_USAGE,
                              "no command was given; the list above has them all");
        }
        goto out;
    }
    if (command == NULL) {
        rc = custody_fail(err, CUSTODY_ERR_USAGE,
                          "there is no command \"%.40s%s%.40s\"; custody help lists them all",
                          words[0], count > 1 ? " " : "", count > 1 ? words[1] : "");
        goto out;
    }
    rc = option_parse(argc, argv, &command->options, parent, &args, err);
    if (rc != CUSTODY_OK) {
        goto out;
    }
    args.word_count -= used;
    memmove(args.words, args.words + used, args.word_count * sizeof args.words[0]);
    rc = run_parsed(session, command, &args, err);
out:
    session->args = parent;
    option_clear(&args);
    return rc;
}

void command_print_error(enum custody_lang lang, const struct custody_error *error, long line)
{
    (void)fputs("custody: ", stderr);
    if (line > 0) {
        (void)fprintf(stderr, "%s %ld%s: ", text_of(lang, TEXT_LINE), line,
                      text_of(lang, TEXT_LINE_AFTER));
    }
    (void)fputs(text_status(lang, error->status), stderr);
    if (error->rule[0] != '\0') {
        (void)fprintf(stderr, " (%s)", error->rule);
    }
    /* The library's sentence is English; a Chinese reader gets what the rule means first. */
    const char *meaning =
        lang == CUSTODY_ZH ? custody_check_text(error->rule, CUSTODY_ZH) : NULL;
    (void)fputs(": ", stderr);
    if (meaning != NULL) {
        (void)fprintf(stderr, "%s [", meaning);
    }
    print_text(stderr, error->text); /* it may quote what was typed */
    (void)fputs(meaning != NULL ? "]\n" : "\n", stderr);
}

int command_main(int argc, const char *const *argv)
{
    struct session session = {.out = stdout, .lang = CUSTODY_EN};
    struct custody_error err = {0};
    enum custody_status rc = custody_start(&err);
    if (rc == CUSTODY_OK) {
        rc = command_run(&session, argc > 0 ? argc - 1 : 0, argv + (argc > 0 ? 1 : 0), NULL,
                         &err);
    }
    const enum custody_lang lang = session.lang;
    session_clear(&session);
    errno = 0;
    if (fclose(stdout) != 0 && rc == CUSTODY_OK) {
        rc = custody_fail_os(&err, CUSTODY_ERR_IO, errno,
                             "the output could not be written; make room and ask again");
    }
    if (rc != CUSTODY_OK && err.text[0] != '\0') {
        command_print_error(lang, &err, 0);
    }
    return custody_status_exit_code(rc);
}
