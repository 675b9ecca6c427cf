/* ledger witness-request, cosign, cosigned: an outsider's signature under the ledger's head. */
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "custody/witness.h"
#include "output.h"
#include "print.h"

#define FILE_MAX ((size_t)64 * 1024)

static void print_fact(const struct session *session, enum text_id what, const char *text)
{
    (void)fprintf(session->out, "%s: ", text_of(session->lang, what));
    print_text(session->out, text);
    (void)fputc('\n', session->out);
}

static enum custody_status write_file(const struct session *session, const char *path,
                                      const char *text, struct custody_error *err)
{
    const enum custody_status rc = output_write(path, text, strlen(text), 0644, err);
    if (rc == CUSTODY_OK) {
        print_fact(session, TEXT_WRITTEN, path);
    }
    return rc;
}

static enum custody_status run_request(struct session *session, const struct command *command,
                                       struct custody_error *err)
{
    (void)command;
    int64_t old = 0;
    char *text = NULL;
    enum custody_status rc = option_int(session->args, "old", 0, 0, INT64_MAX, &old, err);
    if (rc == CUSTODY_OK) {
        rc = custody_witness_request(session->site, old, &text, err);
    }
    if (rc == CUSTODY_OK) {
        rc = write_file(session, session->args->words[0], text, err);
    }
    free(text);
    return rc;
}

/* The note of a request begins after its first empty line; with the answer it is a cosigned
 * head, the witness's own anchor (verify --known). */
static enum custody_status write_note(const struct session *session, const char *path,
                                      const char *request, const char *answer,
                                      struct custody_error *err)
{
    const char *gap = strstr(request, "\n\n");
    const char *note = gap != NULL ? gap + 2 : "";
    const size_t size = strlen(note) + strlen(answer) + 1;
    char *text = malloc(size);
    if (text == NULL) {
        return session_packed(NULL, err);
    }
    (void)snprintf(text, size, "%s%s", note, answer);
    const enum custody_status rc = write_file(session, path, text, err);
    free(text);
    return rc;
}

static enum custody_status run_cosign(struct session *session, const struct command *command,
                                      struct custody_error *err)
{
    (void)command;
    const struct arguments *args = session->args;
    struct custody_credential *credential = NULL;
    const char *handle = NULL;
    const char *note_path = option_get(args, "note");
    char *request = NULL;
    size_t len = 0;
    char *answer = NULL;
    char *vkey = NULL;
    enum custody_status rc = session_actor(session, &handle, err);
    if (rc == CUSTODY_OK) {
        rc = output_read(args->words[0], FILE_MAX, &request, &len, err);
    }
    if (rc == CUSTODY_OK) {
        rc = session_credential(session, handle, &credential, err);
    }
    if (rc == CUSTODY_OK) {
        rc = custody_witness_cosign(option_get(args, "trust"), request, len, credential,
                                    option_get(args, "name"), &answer, &vkey, err);
    }
    if (rc == CUSTODY_OK) {
        rc = write_file(session, args->words[1], answer, err);
    }
    if (rc == CUSTODY_OK && note_path != NULL) {
        rc = write_note(session, note_path, request, answer, err);
    }
    if (rc == CUSTODY_OK) {
        print_fact(session, TEXT_WITNESS_KEY, vkey);
    }
    free(answer);
    free(vkey);
    free(request);
    return rc;
}

static enum custody_status run_cosigned(struct session *session, const struct command *command,
                                        struct custody_error *err)
{
    (void)command;
    char *answer = NULL;
    size_t len = 0;
    int64_t size = 0;
    enum custody_status rc = output_read(session->args->words[0], FILE_MAX, &answer, &len, err);
    if (rc == CUSTODY_OK) {
        rc = custody_witness_add(session->site, option_get(session->args, "witness"), answer,
                                 len, &size, err);
    }
    if (rc == CUSTODY_OK) {
        char text[32];
        (void)snprintf(text, sizeof text, "%lld", (long long)size);
        print_fact(session, TEXT_COSIGNED, text);
    }
    free(answer);
    return rc;
}

static const struct option_spec request_options[] = {
    OPT("old", "SIZE", 0, "联署人上次所见条数(首次为 0)",
        "entries of the head that the witness cosigned last (first time: 0)"),
};
static const struct option_spec cosign_options[] = {
    OPT("trust", "FILE", OPTION_REQUIRED, "联署人自己保管的信任文件",
        "the witness's own trust file"),
    OPT("name", "NAME", OPTION_REQUIRED, "联署名,如 auditor.example/custody",
        "name to cosign by, like auditor.example/custody"),
    OPT("note", "FILE", 0, "另存联署后的校验码(作外部凭证)",
        "keep the cosigned checkpoint too (an anchor for --known)"),
};
static const struct option_spec cosigned_options[] = {
    OPT("witness", "VKEY", OPTION_REQUIRED, "联署人的验证码", "the witness's verifier key"),
};

static const struct command rows[] = {
    {.name = "ledger witness-request",
     .words = "FILE",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(request_options),
     .zh = "写出联署请求",
     .en = "ask a witness to cosign the newest checkpoint",
     .run = run_request},
    {.name = "ledger cosign",
     .words = "REQUEST ANSWER",
     .words_min = 2,
     .words_max = 2,
     .options = OPTION_TABLE(cosign_options),
     .zh = "联署账本校验码(审计人员,在自己的机器上)",
     .en = "cosign a checkpoint, as a witness and on his machine",
     .run = run_cosign},
    {.name = "ledger cosigned",
     .words = "ANSWER",
     .words_min = 1,
     .words_max = 1,
     .needs = COMMAND_WRITE | COMMAND_FOUNDED,
     .options = OPTION_TABLE(cosigned_options),
     .zh = "收存联署",
     .en = "keep a witness's answer; later exports carry it",
     .run = run_cosigned},
};

const struct command_group command_group_witness = COMMAND_GROUP(rows);
