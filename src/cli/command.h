/*
 * Commands: one row each. The runner reads the options, opens the site as the row says, runs
 * it and checks that its output arrived; help is made from the same rows.
 */
#ifndef CUSTODY_CLI_COMMAND_H
#define CUSTODY_CLI_COMMAND_H

#include "body.h"
#include "session.h"

#define COMMAND_SITE    1U /* the site is open for reading */
#define COMMAND_WRITE   2U /* ... for writing */
#define COMMAND_FOUNDED 4U /* ... and founded */
#define COMMAND_OLD_TAG 8U /* it gives something back: a superseded tag will do for that */
#define COMMAND_MANY    100000U

/*
 * name       "key lend"
 * words      what follows, for help: "KEY..."; NULL: nothing
 * words_min, words_max   how many
 * read       name of a read that answers it, with target the parameter that its one word
 *            gives and kinds what that word may name (NULL: taken as it is); run is then
 *            command_run_read
 */
struct command {
    const char *name;
    const char *words;
    unsigned words_min;
    unsigned words_max;
    unsigned needs;
    struct option_table options;
    const char *read;
    const char *target;
    const char *kinds;
    const char *act; /* command_run_act: the act, and where its body comes from */
    const struct body_member *members;
    const char *zh;
    const char *en;
    enum custody_status (*run)(struct session *session, const struct command *command,
                               struct custody_error *err);
};

struct command_group {
    const struct command *rows;
    size_t count;
};
#define COMMAND_GROUP(array)                                                                   \
    {                                                                                          \
        array, sizeof(array) / sizeof((array)[0])                                              \
    }

extern const struct command_group command_group_site;
extern const struct command_group command_group_vault;
extern const struct command_group command_group_policy;
extern const struct command_group command_group_credential;
extern const struct command_group command_group_person;
extern const struct command_group command_group_party;
extern const struct command_group command_group_place;
extern const struct command_group command_group_key;
extern const struct command_group command_group_lend;
extern const struct command_group command_group_keep;
extern const struct command_group command_group_loss;
extern const struct command_group command_group_authority;
extern const struct command_group command_group_register;
extern const struct command_group command_group_shift;
extern const struct command_group command_group_stocktake;
extern const struct command_group command_group_desk;
extern const struct command_group command_group_report;
extern const struct command_group command_group_request;
extern const struct command_group command_group_correct;
extern const struct command_group command_group_import;
extern const struct command_group command_group_who;
extern const struct command_group command_group_form;
extern const struct command_group command_group_label;
extern const struct command_group command_group_stock;
extern const struct command_group command_group_slip;
extern const struct command_group command_group_folder;
extern const struct command_group command_group_folder_use;
extern const struct command_group command_group_folder_keep;
extern const struct command_group command_group_folder_walk;
extern const struct command_group command_group_folder_read;
extern const struct command_group command_group_storage;
extern const struct command_group command_group_destruction;
extern const struct command_group command_group_destruction_run;
extern const struct command_group command_group_erase;
extern const struct command_group command_group_incident;
extern const struct command_group command_group_privacy;
extern const struct command_group command_group_ledger;
extern const struct command_group command_group_witness;
extern const struct command_group command_group_verify;
extern const struct command_group command_group_sign;
extern const struct command_group command_group_batch;
extern const struct command_group command_group_help;

/* The nth command in the order of help; NULL past the end. */
const struct command *command_at(size_t index);
/* Run one line (without the program's name). parent: the batch's arguments, or NULL. */
enum custody_status command_run(struct session *session, int argc, const char *const *argv,
                                const struct arguments *parent,
                                struct custody_error *err) CUSTODY_MUST_CHECK;
/* The program: run, print the error if there is one, close standard output. Gives the exit
 * code. */
int command_main(int argc, const char *const *argv);
/* The one sentence of a failure on standard error; line 0: not in a batch. */
void command_print_error(enum custody_lang lang, const struct custody_error *error, long line);
/* run of rows that have a read. */
enum custody_status command_run_read(struct session *session, const struct command *command,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;
/* run of rows that have an act: build the body as the row says, prepare, sign, submit. */
enum custody_status command_run_act(struct session *session, const struct command *command,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;
/* One of the reads that a verb prints: its name and parameters; the rest is the runner's. */
struct command_question {
    const char *read;
    json_t *params;
    const struct custody_read *row;
    json_t *rows;
};
/*
 * Rows of these reads as tables one beneath the other, or as JSON. Takes over the references of
 * their params. What is private in them (texts of customers) is shown with --purpose alone, and
 * only after one privacy.read/1 of all of them stands; on failure nothing is printed.
 */
enum custody_status command_print_reads(struct session *session,
                                        struct command_question *questions, size_t count,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;
/* The same of one read. */
enum custody_status command_print_read(struct session *session, const char *read,
                                       json_t *params,
                                       struct custody_error *err) CUSTODY_MUST_CHECK;
/* Help on everything (topic NULL), on a noun ("key") or a command ("key lend").
 * ERR_NOT_FOUND: no such topic. */
enum custody_status command_help(struct session *session, const char *topic,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
