/*
 * batch: one command a line, in one session. A line may say what exit code it expects, so that
 * a demonstration can show a refusal and still be checked.
 */
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "print.h"
#include "quote.h"

#define LINE_MAX_BYTES ((size_t)64 * 1024)
#define WORDS_MAX      1024

struct batch {
    struct session *session;
    const struct arguments *args; /* of the batch command: defaults of every line */
    const char **words;
};

static void run_echo(const struct session *session, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        (void)fputs(i == 0 ? "" : " ", session->out);
        print_text(session->out, words[i]);
    }
    (void)fputc('\n', session->out);
}

/* One line, whose words are in batch->words. */
static enum custody_status run_words(struct batch *batch, size_t count,
                                     struct custody_error *err)
{
    const char *const *words = batch->words;
    int64_t expected = 0;
    bool is_expecting = false;
    if (count >= 2 && strcmp(words[0], "expect") == 0) {
        const enum custody_status rc =
            option_int_of(words[1], "the exit code after expect", 0, 255, &expected, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
        is_expecting = true;
        words += 2;
        count -= 2;
    }
    if (count > 0 && strcmp(words[0], "echo") == 0) {
        run_echo(batch->session, words + 1, count - 1);
        return CUSTODY_OK;
    }
    struct custody_error why = {0};
    const enum custody_status rc =
        command_run(batch->session, (int)count, words, batch->args, &why);
    const int code = custody_status_exit_code(rc);
    if (is_expecting && code == (int)expected) {
        if (rc != CUSTODY_OK) {
            const enum custody_lang lang = batch->session->lang;
            (void)fprintf(batch->session->out, "%s%s%s%s: ", text_status(lang, rc),
                          why.rule[0] != '\0' ? " (" : "", why.rule,
                          why.rule[0] != '\0' ? ")" : "");
            print_text(batch->session->out, why.text);
            (void)fputc('\n', batch->session->out);
        }
        return CUSTODY_OK;
    }
    if (is_expecting) {
        return custody_fail(err, CUSTODY_ERR_INVALID, "expected exit code %d, got %d%s%.330s",
                            (int)expected, code, rc != CUSTODY_OK ? ": " : "",
                            rc != CUSTODY_OK ? why.text : "; correct what is expected");
    }
    if (rc != CUSTODY_OK && err != NULL) {
        *err = why;
    }
    return rc;
}

static enum custody_status run_line(struct batch *batch, char *line, struct custody_error *err)
{
    size_t count = 0;
    const enum custody_status rc = quote_split(line, batch->words, WORDS_MAX, &count, err);
    if (rc != CUSTODY_OK || count == 0) {
        return rc;
    }
    return run_words(batch, count, err);
}

static enum custody_status run_batch(struct session *session, const struct command *command,
                                     struct custody_error *err)
{
    (void)command;
    const char *path = session->args->words[0];
    const bool is_going = option_has(session->args, "keep-going");
    struct batch batch = {.session = session, .args = session->args};
    enum custody_status result = CUSTODY_OK;
    FILE *in = NULL;
    char *line = NULL;
    size_t room = 0;
    if (session->is_batch) {
        return custody_fail(err, CUSTODY_ERR_USAGE,
                            "a batch cannot start another; put the lines into one file");
    }
    in = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    if (in == NULL) {
        return custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                            "the batch %.200s cannot be opened; check the name", path);
    }
    batch.words = calloc(WORDS_MAX, sizeof *batch.words);
    if (batch.words == NULL) {
        result = custody_fail(err, CUSTODY_ERR_NOMEM, "not enough memory for a batch");
        goto out;
    }
    session->is_batch = true;
    for (long number = 1;; number++) {
        struct custody_error why = {0};
        enum custody_status rc = CUSTODY_OK;
        const ssize_t len = getline(&line, &room, in);
        if (len < 0) {
            break;
        }
        if (line[len - 1] == '\n') {
            line[len - 1] = '\0';
        }
        if ((size_t)len > LINE_MAX_BYTES) {
            rc = custody_fail(&why, CUSTODY_ERR_LIMIT, "this line is too long; split it");
        } else {
            rc = run_line(&batch, line, &why);
        }
        if (rc != CUSTODY_OK) {
            (void)fflush(session->out); /* so that results and errors come in order */
            command_print_error(session->lang, &why, number);
            result = result == CUSTODY_OK ? rc : result;
            if (!is_going) {
                break;
            }
        }
    }
    session->is_batch = false;
    if (ferror(in) != 0 && result == CUSTODY_OK) {
        result = custody_fail(err, CUSTODY_ERR_IO,
                              "the batch %.200s cannot be read; name a file", path);
    } else if (result != CUSTODY_OK && err != NULL) {
        *err = (struct custody_error){.status = result}; /* its line has said why */
    }
out:
    free(batch.words);
    free(line);
    if (in != stdin) {
        (void)fclose(in);
    }
    return result;
}

static const struct option_spec batch_options[] = {
    OPT_FLAG("keep-going", "某行失败后继续", "go on after a line that fails"),
};

static const struct command rows[] = {
    {.name = "batch",
     .words = "FILE|-",
     .words_min = 1,
     .words_max = 1,
     .options = OPTION_TABLE(batch_options),
     .zh = "一次解锁,逐行执行命令",
     .en = "run many commands, one a line, under one unlock",
     .run = run_batch},
};

const struct command_group command_group_batch = COMMAND_GROUP(rows);
