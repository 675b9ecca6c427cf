/*
 * A site: the directory in which an office's keys are kept, and the three verbs that carry
 * every act: prepare, sign, submit (design.md). Bodies and results are JSON (jansson); the
 * caller json_decref()s what it is given.
 *
 * A site handle belongs to one thread. Files: design.md, "Site directory".
 */
#ifndef CUSTODY_SITE_H
#define CUSTODY_SITE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "custody/error.h"

enum custody_lang { CUSTODY_ZH, CUSTODY_EN };

struct custody_site;
struct custody_credential; /* unlocked credential of a person */
struct custody_request;    /* an act on its way: payload, openings, proof, signatures */

/* Once per process, before anything else. ERR_CRYPTO. */
enum custody_status custody_start(struct custody_error *err) CUSTODY_MUST_CHECK;
/* "custody 0.1.0" */
const char *custody_version(void);
/* The clock as RFC 3339 text helpers of the command line need it: seconds since 1970. */
int64_t custody_now(void);
/* Parse what a person types ("2026-11-05T21:00", local at utc_offset_min, or with Z; "+8h",
 * "+30m", "+2d" from now) to the text form of a signed time. ERR_INVALID. out: 21 bytes. */
enum custody_status custody_time_parse(const char *text, int utc_offset_min, char out[21],
                                       struct custody_error *err) CUSTODY_MUST_CHECK;
/* Signed time text -> "2026-11-22 16:03:11" local. out: 21 bytes; copies what it can't read. */
void custody_time_local(const char *text, int utc_offset_min, char out[21]);

/* ---- site ---- */

/*
 * Make the files of a new site in dir (made, must be empty or missing): empty ledger.db, vault,
 * log.key. The founding act (site.found/1) comes next, by prepare / sign / submit.
 * ERR_REFUSED: there is a site already. ERR_IO: what was made is removed.
 */
enum custody_status custody_site_create(const char *dir, const char *origin,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;
/*
 * Open. is_write also checks signer-state (ERR_TAMPERED: restored or cut ledger; ERR_REFUSED
 * rule "signer-state": missing), settles what a crash left, and takes no lock.
 * ERR_NOT_FOUND: no site in dir.
 */
enum custody_status custody_site_open(const char *dir, bool is_write,
                                      struct custody_site **ret_site,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;
void custody_site_close(struct custody_site *site);
const char *custody_site_dir(const struct custody_site *site);
/* False before the founding act was submitted. */
bool custody_site_is_founded(const struct custody_site *site);
/* Minutes east of UTC, 480 before founding. */
int custody_site_utc_offset_min(const struct custody_site *site);
/* {"checkpoint_size","clock_ahead_s","dir","founded","ledger","name","origin","policy_idx",
 * "root","site_code","size","t","warnings":[code]} */
enum custody_status custody_site_info(struct custody_site *site, json_t **ret_info,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;
/* The policy in force now, whole. */
enum custody_status custody_site_policy(struct custody_site *site, json_t **ret_policy,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;
/* Body of site.found/1 (without proofs filled in): log vkey and origin come from the site. */
enum custody_status custody_site_found_body(struct custody_site *site, const char *name,
                                            int utc_offset_min, const json_t *policy,
                                            const json_t *founders, json_t **ret_body,
                                            struct custody_error *err) CUSTODY_MUST_CHECK;
/* New log key for log.rotate/1: written beside log.key as log.key.next, becomes log.key when
 * the act is submitted. Body {log, proof}. */
enum custody_status custody_site_rotate_body(struct custody_site *site, json_t **ret_body,
                                             struct custody_error *err) CUSTODY_MUST_CHECK;
/* Online backup of ledger.db, vault and keys into a new directory; signer-state stays out
 * (FORMATS.md §3). */
enum custody_status custody_site_backup(struct custody_site *site, const char *dir,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;
/* Throw the read model away and replay the ledger into it. ERR_TAMPERED: does not replay. */
enum custody_status custody_site_rebuild(struct custody_site *site,
                                         struct custody_error *err) CUSTODY_MUST_CHECK;
/*
 * Accept the ledger as it stands after signer-state was lost: two officers (unlocked
 * credentials of two persons, live in the ledger) confirm an outside head (note or receipt
 * bytes) that is not ahead of the ledger. ERR_REFUSED, ERR_TAMPERED: nothing is changed.
 */
enum custody_status custody_site_confirm_head(const char *dir, const void *known,
                                              size_t known_len,
                                              struct custody_credential *first,
                                              struct custody_credential *second,
                                              struct custody_error *err) CUSTODY_MUST_CHECK;
/* Append from an export what this (restored) ledger lacks; then signer-state follows. */
enum custody_status custody_site_reappend(const char *dir, const char *export_dir,
                                          int64_t *ret_count,
                                          struct custody_error *err) CUSTODY_MUST_CHECK;
/* Make a successor site in new_dir that carries old_dir's ledger up to its last entry
 * (FORMATS.md §3). The act ledger.succeed/1 comes next with the body given back. */
enum custody_status custody_site_succeed(const char *old_dir, const char *new_dir,
                                         const char *origin, const char *reason,
                                         const void *known, size_t known_len, json_t **ret_body,
                                         struct custody_error *err) CUSTODY_MUST_CHECK;

/* ---- naming ---- */

/*
 * What a person typed or scanned: a tag (20 or 11 characters), item, place code or label
 * ("3栋-2单元-1201"), ring or key label, party id, handle, staff number.
 * kinds: letters wanted, of "KRPHLDUNFTBS": K key, R ring, P party, H handle, L place, D desk,
 * U lock, N a blank tag that nobody claimed (id: class and id), F folder (also by the address
 * of its home), T paper ("F4F7Q2M9X.3", or a folder's name, # and its number, kind or label),
 * B box, S shelf. Gives an array of
 * {"generation","id","kind","label","superseded"} best first; exact matches only. generation:
 * of a tag, the newest one printed, or null; superseded: a scanned tag older than that.
 * ERR_NOT_FOUND: nothing, or a blank tag where none is wanted; ERR_INVALID: mistyped tag;
 * ERR_REFUSED rule "site": a tag of another site, "generation": one never printed here.
 */
enum custody_status custody_resolve(struct custody_site *site, const char *text,
                                    const char *kinds, json_t **ret_matches,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;
/* A fresh id for a new item of a class ("K","R","P","F","B","S"), unused here. out: 10 bytes.
 */
enum custody_status custody_item_new(struct custody_site *site, char item_class, char out[10],
                                     struct custody_error *err) CUSTODY_MUST_CHECK;

/* ---- credentials ---- */

/* dir NULL: the default store ($XDG_CONFIG_HOME/custody). Passphrases are copied into guarded
 * memory; the caller wipes its own. */
enum custody_status custody_credential_create(
    const char *dir, const char *handle, const void *passphrase, size_t len, json_t **ret_info,
    struct custody_error *err) CUSTODY_MUST_CHECK; /* {"handle","keyid","path","public"} */
enum custody_status custody_credential_list(const char *dir, json_t **ret_infos,
                                            struct custody_error *err) CUSTODY_MUST_CHECK;
/* name: handle (newest file), or first characters of a keyid. ERR_CRYPTO, ERR_NOT_FOUND. */
enum custody_status custody_credential_unlock(const char *dir, const char *name,
                                              const void *passphrase, size_t len,
                                              struct custody_credential **ret_credential,
                                              struct custody_error *err) CUSTODY_MUST_CHECK;
void custody_credential_close(struct custody_credential *credential);
const char *custody_credential_handle(const struct custody_credential *credential);
const char *custody_credential_keyid(const struct custody_credential *credential);  /* 64 hex */
const char *custody_credential_public(const struct custody_credential *credential); /* 64 hex */
/* Possession proof as base64 (88 characters and 0) for an origin. */
void custody_credential_prove(const struct custody_credential *credential, const char *origin,
                              char out[89]);
/* Fingerprint card text (lines with LF), malloc'ed: handle, keyid in groups, signature lines.
 */
enum custody_status custody_credential_card(const char *handle, const char *public_hex,
                                            enum custody_lang lang, char **ret_text,
                                            struct custody_error *err) CUSTODY_MUST_CHECK;
/* Fingerprint of a public key as on the card: 26 symbols in groups of four. ERR_INVALID: no 64
 * hex digits. */
enum custody_status custody_credential_fingerprint(
    const char *public_hex, char out[33], struct custody_error *err) CUSTODY_MUST_CHECK;
/* X25519 vault recovery pair: secret sealed under two passphrases, nested, into path (0600);
 * gives the public key, 64 hex (65 bytes). */
enum custody_status custody_recovery_create(const char *path, const void *first,
                                            size_t first_len, const void *second,
                                            size_t second_len, char ret_public[65],
                                            struct custody_error *err) CUSTODY_MUST_CHECK;

/* ---- prepare, sign, submit ---- */

struct custody_draft {
    const char *act;    /* "key.lend/1" */
    const json_t *body; /* as in FORMATS.md §9, §10, §15; a personal field is given as
                           {"text":"…"} and becomes {c,k}; a missing nullable member
                           becomes null; terminals defaults to 1 */
    const char *by;     /* handle */
    const char *const *signers; /* handles, `by` may be left out; any order */
    size_t signer_count;
    bool is_untried; /* no dry run: its rules are judged when it is submitted. For closing an
                        import, whose rows were checked and whose dry run costs as much as the
                        act itself. */
};
/*
 * State -> exact payload bytes, after a dry run of every rule. ERR_REFUSED with the rule id,
 * ERR_INVALID: the body is malformed; ERR_BUSY. Needs a site opened for writing.
 */
enum custody_status custody_prepare(struct custody_site *site,
                                    const struct custody_draft *draft,
                                    struct custody_request **ret_request,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;
void custody_request_free(struct custody_request *request);
/* Make it fit to travel to `signer` on another machine: checkpoint, proof from the size that
 * signer has last seen as the ledger knows it (from < 0) or `from`, refs. Bytes malloc'ed. */
enum custody_status custody_request_export(struct custody_site *site,
                                           struct custody_request *request, const char *signer,
                                           int64_t from, char **ret_data, size_t *ret_len,
                                           struct custody_error *err) CUSTODY_MUST_CHECK;
/* A request file as it came back, unchanged but for signatures. */
enum custody_status custody_request_write(const struct custody_request *request,
                                          char **ret_data, size_t *ret_len,
                                          struct custody_error *err) CUSTODY_MUST_CHECK;
enum custody_status custody_request_read(const void *data, size_t len,
                                         struct custody_request **ret_request,
                                         struct custody_error *err) CUSTODY_MUST_CHECK;
/*
 * What a signer must see: {"act","act_id","at","by","fields":{…body with openings shown…},
 * "flags":[…],"head":{"root","size"},"ledger","refs":[{"act_id","sentence"}],"sentence",
 * "signed":[handle or keyid],"signers":[…]}. Times local at utc_offset_min.
 */
enum custody_status custody_request_describe(const struct custody_request *request,
                                             enum custody_lang lang, int utc_offset_min,
                                             json_t **ret_description,
                                             struct custody_error *err) CUSTODY_MUST_CHECK;
/* Asked before a signature is made; false declines. description as above plus
 * "first_head":bool, "skipped_acts":n, "replaces": sentence of the unsubmitted act or null. */
typedef bool (*custody_ask)(void *arg, const json_t *description);
/*
 * Sign. With a site (same machine) the consistency proof is made from the ledger at hand, else
 * the request must carry one. ERR_REFUSED: "seen", "sequence", "person", "declined";
 * ERR_NOT_FOUND rule "from": prepare anew from the size named.
 */
enum custody_status custody_sign(struct custody_site *site, struct custody_request *request,
                                 struct custody_credential *credential, enum custody_lang lang,
                                 custody_ask ask, void *arg,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;
/*
 * Check and append. Gives {"act","act_id","at","flags":[{"code","text"}],"idx","repeat",
 * "sentence"}. ERR_BUSY: taken actor_seq or a locked database: prepare and sign again;
 * ERR_REFUSED; ERR_INVALID: signatures missing. Nothing was appended on failure.
 */
enum custody_status custody_submit(struct custody_site *site,
                                   const struct custody_request *request,
                                   enum custody_lang lang, json_t **ret_result,
                                   struct custody_error *err) CUSTODY_MUST_CHECK;
/*
 * Prepare, sign and append the first of these acts, as many as go at once, one at least: each
 * signed by `by` alone, whose credential this is and who has agreed to all of them. They are
 * appended by one commit or not at all. Gives the act ids of those that were, in their order.
 * Errors as custody_prepare, custody_sign, custody_submit; ERR_INVALID also when they are not
 * all of this person.
 */
enum custody_status custody_act_group(struct custody_site *site,
                                      const struct custody_draft *drafts, size_t count,
                                      struct custody_credential *credential, json_t **ret_ids,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;

/* ---- import ---- */

/*
 * CSV -> checked rows. kind "places","locks","keys","people","opening","folders". Gives
 * {"act","bodies":[…], "desks":[…],"problems":[{"line","reason"}],"problem_total":n,"rows":n}
 * where bodies are the bodies of import.line/1 in order (empty when there is a problem) and
 * desks those that keys of the file belong to. default_desk: for keys whose row names no desk;
 * given, only the keys of this desk make bodies (each desk's custodian signs for his own). May
 * be NULL.
 */
enum custody_status custody_import_read(struct custody_site *site, const char *kind,
                                        const char *path, const char *default_desk,
                                        json_t **ret_import,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;
/*
 * The same of a messy file: what is unambiguous makes bodies. Adds {"as_written":n,
 * "file_problem_total":n,"rejected":n,"rejects":text or null,"skipped":n,"understood":n}:
 * rows understood as they stand and after mending, lines rejected, lines that are none
 * (titles, totals, repeats); rejects has the last two as CSV. With a problem of the file
 * itself there are no bodies.
 */
enum custody_status custody_import_read_messy(struct custody_site *site, const char *kind,
                                              const char *path, const char *default_desk,
                                              json_t **ret_import,
                                              struct custody_error *err) CUSTODY_MUST_CHECK;

/* ---- reads ---- */

/* One read of the table of reads (schema/reads.json). */
struct custody_column {
    const char *name; /* JSON member */
    const char *type; /* "text","time","int","bool","id","list"; "personal": a text of the
                         vault, of staff; "private": of a customer (custody_read_private) */
    const char *zh, *en;
};
struct custody_read {
    const char *name;    /* "key.list" */
    const char *params;  /* "place? state? limit? after?" */
    const char *zh, *en; /* what it answers */
    const struct custody_column *columns;
    size_t column_count;
    const char *owners; /* members that say whose the private texts of a row are, "party
                           items"; NULL: no private columns */
};
/* The table, in order; NULL past the end. */
const struct custody_read *custody_read_at(size_t index);
/* Run: params is an object of strings/ints; gives an array of objects with the columns.
 * Names of staff are filled in from the vault where the site is open with it; private columns
 * (what customers are called, wrote, told) are null. ERR_NOT_FOUND: the object asked for;
 * ERR_INVALID: unknown read or parameter. */
enum custody_status custody_read(struct custody_site *site, const char *name,
                                 const json_t *params, json_t **ret_rows,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;
/*
 * Whose texts may be shown: those of folders and parties whose reading by `reader` stands in
 * the ledger (privacy.read/1) at entry `since` or later. Of a row that names several, all; what
 * names nobody (an incident before it is known whose papers are gone) shows beside others'
 * texts, to whom an act let read those: no act could say whose it was. is_on_paper: all texts,
 * for the slip that an act leaves in the hands of who took part in it.
 */
struct custody_reveal {
    const char *reader;
    int64_t since;
    bool is_on_paper;
};
/* custody_read with the private columns that reveal allows (NULL: none); others stay null. */
enum custody_status custody_read_private(struct custody_site *site, const char *name,
                                         const json_t *params,
                                         const struct custody_reveal *reveal, json_t **ret_rows,
                                         struct custody_error *err) CUSTODY_MUST_CHECK;
/* Whose the private texts of a row are: adds the ids of parties and folders (of a paper, its
 * folder) as members to the object owners. What privacy.read/1 must name. */
enum custody_status custody_read_owners(const struct custody_read *read, const json_t *row,
                                        json_t *owners,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;

/* ---- ledger ---- */

/* Checkpoint note on demand; malloc'ed text. paper_code: 33 bytes. */
enum custody_status custody_checkpoint(struct custody_site *site, char **ret_note,
                                       char paper_code[33],
                                       struct custody_error *err) CUSTODY_MUST_CHECK;
enum custody_status custody_export(struct custody_site *site, const char *dir,
                                   struct custody_error *err) CUSTODY_MUST_CHECK;
/* Trust file text, malloc'ed. */
enum custody_status custody_trust(struct custody_site *site, char **ret_text,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;
/* Receipt of an entry (tlog-proof), malloc'ed. */
enum custody_status custody_receipt(struct custody_site *site, int64_t idx, char **ret_text,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;
/* Openings of all personal fields of the site (canonical JSON, §7), malloc'ed. */
enum custody_status custody_openings(struct custody_site *site, char **ret_text,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;
/* One entry shown: {"act","act_id","at","body","by","idx","sentence","signers","t","flags"}. */
enum custody_status custody_entry(struct custody_site *site, int64_t idx,
                                  enum custody_lang lang, json_t **ret_entry,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;

/* The list of a desk that a change of custodians signs (FORMATS.md §17.4, custodian.change):
 * {"count","digest"}. ERR_NOT_FOUND: no such desk. */
enum custody_status custody_desk_list(struct custody_site *site, const char *desk,
                                      json_t **ret_list,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;

/* Acts that nobody could complete with the people enrolled now (regulation.md §2):
 * [{"act","desk" or null,"seats"}], empty when every act has its people. */
enum custody_status custody_site_seats(struct custody_site *site, json_t **ret_rows,
                                       struct custody_error *err) CUSTODY_MUST_CHECK;

/* ---- verify ---- */

struct custody_verify_options {
    const char *trust_path;         /* NULL: genesis not pinned */
    const char *const *known_paths; /* outside anchors */
    size_t known_count;
    const char *openings_path; /* NULL: not in scope, for a site its vault is used */
    unsigned threads;          /* 0: as many as there are cores, at most 8 */
    size_t limit;              /* findings listed; 0: 100 */
    bool with_audit;           /* add "audit": the auditor's tables over what was replayed */
    void (*progress)(void *arg, int64_t done, int64_t all);
    void *progress_arg;
};
/*
 * Verify a site directory (has ledger.db) or an export directory. Gives
 * {"anchor":{"size","time"},"findings":[{"act_id","after","check","counted","index","text"}],
 * "flag_count","flags":[…same…],"genesis","incomplete_count","ledger":verdict,
 * "openings":verdict,"origin","pinned","predecessors","read_model":verdict,"root",
 * "signatures","size","summary":{"zh","en"},"violation_count"};
 * verdict: "verified","failed","incomplete","not in scope". With with_audit also "audit":
 * [{"name","zh","en","columns":[{"name","type","zh","en"}],"rows":[{…}]}]. OK also when it does
 * not verify: *ret_verdict is then ERR_TAMPERED (failed) or ERR_UNCHECKED (incomplete).
 */
enum custody_status custody_verify(const char *dir,
                                   const struct custody_verify_options *options,
                                   json_t **ret_report, enum custody_status *ret_verdict,
                                   struct custody_error *err) CUSTODY_MUST_CHECK;

/* What a rule or check id means, one sentence; NULL: not one that is explained. */
const char *custody_check_text(const char *check, enum custody_lang lang);

/* ---- the act table ---- */

/* schema/acts.json as text, malloc'ed; schema/reads.json likewise. */
enum custody_status custody_acts_json(char **ret_text,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;
enum custody_status custody_reads_json(char **ret_text,
                                       struct custody_error *err) CUSTODY_MUST_CHECK;

/* ---- erasure and the vault ---- */

/*
 * Erasures that were ordered and not yet declared done: [{"act" (the destruction or request, or
 * null),"count","idx","intent","kind","subjects"}]. Start-up shows them.
 */
enum custody_status custody_site_erase_open(struct custody_site *site, json_t **ret_rows,
                                            struct custody_error *err) CUSTODY_MUST_CHECK;
/*
 * Carry out all steps that follow an erase.intent: erase in the vault, remove temporary files
 * and the sealed backup of before, make a fresh one where the policy has a recovery key. Gives
 * the open ones as bodies of erase.done: [{"counts":{"fields","subjects"},"intent","media"}].
 * Repeatable. ERR_BUSY: somebody reads the vault, nothing is erased. Needs a site opened for
 * writing.
 */
enum custody_status custody_site_erase_finish(struct custody_site *site, json_t **ret_bodies,
                                              struct custody_error *err) CUSTODY_MUST_CHECK;
/*
 * A backup into a new directory: copied, entries that it lacks appended from an export (may be
 * NULL), then everything erased that the ledger says is; only then can a text be read. Gives
 * {"appended","size","vault_key"}; without vault.key it is recovered next. signer-state is the
 * officers' (custody_site_confirm_head).
 */
enum custody_status custody_site_restore(const char *backup, const char *dir,
                                         const char *export_dir, json_t **ret_result,
                                         struct custody_error *err) CUSTODY_MUST_CHECK;
/*
 * The vault of a site whose vault.key is lost, opened with vault.recovery (sealed) and the
 * secret that two people hold; it gets a new KEK. On failure nothing is changed.
 */
enum custody_status custody_site_vault_recover(const char *dir, const char *sealed,
                                               const char *secret, const void *first,
                                               size_t first_len, const void *second,
                                               size_t second_len,
                                               struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
