/* Help, made from the rows; the tables of acts and reads; the version. */
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "print.h"

#define COMMAND_WIDTH 46
#define OPTION_WIDTH  34

static const char *summary_of(const struct session *session, const struct command *command)
{
    return session->lang == CUSTODY_ZH ? command->zh : command->en;
}

static void print_usage(const struct session *session, const struct command *command)
{
    char usage[200];
    (void)snprintf(usage, sizeof usage, "%s%s%s", command->name,
                   command->words != NULL ? " " : "",
                   command->words != NULL ? command->words : "");
    (void)fputs("  ", session->out);
    print_padded(session->out, usage, COMMAND_WIDTH);
    (void)fprintf(session->out, " %s\n", summary_of(session, command));
}

static void print_options(const struct session *session, const struct option_table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct option_spec *spec = &table->specs[i];
        char usage[100];
        (void)snprintf(usage, sizeof usage, "--%s%s%s", spec->name,
                       spec->meta != NULL ? " " : "", spec->meta != NULL ? spec->meta : "");
        (void)fputs("  ", session->out);
        print_padded(session->out, usage, OPTION_WIDTH);
        (void)fprintf(session->out, " %s", session->lang == CUSTODY_ZH ? spec->zh : spec->en);
        if ((spec->flags & OPTION_REQUIRED) != 0) {
            (void)fprintf(session->out, " (%s)", text_of(session->lang, TEXT_REQUIRED));
        }
        if ((spec->flags & OPTION_REPEAT) != 0) {
            (void)fprintf(session->out, " (%s)", text_of(session->lang, TEXT_REPEATABLE));
        }
        (void)fputc('\n', session->out);
    }
}

static void print_command(const struct session *session, const struct command *command)
{
    (void)fprintf(session->out, "%s: custody %s%s%s\n  %s\n",
                  text_of(session->lang, TEXT_USAGE), command->name,
                  command->words != NULL ? " " : "",
                  command->words != NULL ? command->words : "", summary_of(session, command));
    if (command->options.count > 0) {
        (void)fprintf(session->out, "\n%s:\n", text_of(session->lang, TEXT_OPTIONS));
        print_options(session, &command->options);
    }
}

static void print_everything(const struct session *session)
{
    const enum custody_lang lang = session->lang;
    (void)fprintf(session->out, "custody: %s\n\n%s: custody NOUN VERB\n\n%s:\n",
                  text_of(lang, TEXT_ABOUT), text_of(lang, TEXT_USAGE),
                  text_of(lang, TEXT_COMMANDS));
    const struct command *command = NULL;
    for (size_t i = 0; (command = command_at(i)) != NULL; i++) {
        print_usage(session, command);
    }
    (void)fprintf(session->out, "\n%s:\n", text_of(lang, TEXT_GLOBAL_OPTIONS));
    print_options(session, &option_globals);
    (void)fprintf(session->out, "\n%s: custody help NOUN\n%s: %s\n",
                  text_of(lang, TEXT_MORE_HELP), text_of(lang, TEXT_EXIT_CODES),
                  text_of(lang, TEXT_EXIT_CODE_LIST));
}

enum custody_status command_help(struct session *session, const char *topic,
                                 struct custody_error *err)
{
    if (topic == NULL) {
        print_everything(session);
        return CUSTODY_OK;
    }
    const size_t len = strlen(topic);
    size_t found = 0;
    const struct command *command = NULL;
    for (size_t i = 0; (command = command_at(i)) != NULL; i++) {
        const bool is_one = strcmp(command->name, topic) == 0;
        const bool is_noun =
            strncmp(command->name, topic, len) == 0 && command->name[len] == ' ';
        if (is_one || is_noun) {
            if (found > 0) {
                (void)fputc('\n', session->out);
            }
            print_command(session, command);
            found++;
        }
    }
    if (found == 0) {
        return custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                            "there is no command \"%.60s\"; custody help lists them all",
                            topic);
    }
    return CUSTODY_OK;
}

static enum custody_status run_help(struct session *session, const struct command *command,
                                    struct custody_error *err)
{
    (void)command;
    char topic[128] = "";
    size_t len = 0;
    for (size_t i = 0; i < session->args->word_count; i++) {
        const int n = snprintf(topic + len, sizeof topic - len, "%s%s", i == 0 ? "" : " ",
                               session->args->words[i]);
        if (n < 0 || (size_t)n >= sizeof topic - len) {
            len = strlen(topic); /* longer than any name: its beginning names none either */
            break;
        }
        len += (size_t)n;
    }
    return command_help(session, len == 0 ? NULL : topic, err);
}

static enum custody_status run_version(struct session *session, const struct command *command,
                                       struct custody_error *err)
{
    (void)command;
    (void)err;
    (void)fprintf(session->out, "%s\n", custody_version());
    return CUSTODY_OK;
}

static enum custody_status run_acts(struct session *session, const struct command *command,
                                    struct custody_error *err)
{
    char *text = NULL;
    const bool is_acts = strcmp(command->name, "acts") == 0;
    const enum custody_status rc =
        is_acts ? custody_acts_json(&text, err) : custody_reads_json(&text, err);
    if (rc == CUSTODY_OK) {
        (void)fputs(text, session->out);
        free(text);
    }
    return rc;
}

static const struct command rows[] = {
    {.name = "acts",
     .zh = "打印登记事项表 (JSON)",
     .en = "print the table of acts (JSON)",
     .run = run_acts},
    {.name = "reads",
     .zh = "打印查询表 (JSON)",
     .en = "print the table of reads (JSON)",
     .run = run_acts},
    {.name = "help",
     .words = "[NOUN [VERB]]",
     .words_max = 3,
     .zh = "显示说明",
     .en = "explain the commands",
     .run = run_help},
    {.name = "version", .zh = "显示版本", .en = "print the version", .run = run_version},
};

const struct command_group command_group_help = COMMAND_GROUP(rows);
