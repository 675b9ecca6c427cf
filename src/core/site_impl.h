/* Inside of a site handle, shared by the files that implement custody/site.h. */
#ifndef CUSTODY_CORE_SITE_IMPL_H
#define CUSTODY_CORE_SITE_IMPL_H

#include "act.h"
#include "credstore.h"
#include "custody/site.h"
#include "ledger.h"
#include "note.h"
#include "request.h"
#include "vault.h"

struct custody_site {
    char *dir;
    char origin[NOTE_NAME_SIZE]; /* of site.conf */
    bool is_write;
    bool is_founded;
    int utc_offset_min;
    struct store *store;
    struct state state;
    struct ledger_domain domain;
    struct ledger *ledger;
    struct vault *vault; /* NULL until site_vault() */
};

struct custody_request {
    struct request request;
    json_t *flags; /* of the dry run, [{"code","text"}]; NULL when read from a file */
};

struct custody_credential {
    struct credential *credential;
    char keyid[65];
    char public_hex[65];
};

/* Path of a file of the site, malloc'ed. ERR_NOMEM. */
enum custody_status site_path(const char *dir, const char *name, char **ret_path,
                              struct custody_error *err) CUSTODY_MUST_CHECK;
/* The vault, opened at first use. */
enum custody_status site_vault(struct custody_site *site, struct vault **ret_vault,
                               struct custody_error *err) CUSTODY_MUST_CHECK;
/* Read is_founded and the offset again (after the founding act). */
enum custody_status site_refresh(struct custody_site *site,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;
/* What follows a submitted act: signer-state after founding, log.key after a rotation. Also run
 * at open, so that a crash in between is finished then. */
enum custody_status site_settle(struct custody_site *site,
                                struct custody_error *err) CUSTODY_MUST_CHECK;
/* Made, and its founding act not yet finished? */
bool site_is_being_founded(const char *dir);
/* Id of the first ledger, a predecessor's where there is one: its symbols stand on every tag. */
enum custody_status site_first_ledger(struct custody_site *site, uint8_t out[HASH_LEN],
                                      struct custody_error *err) CUSTODY_MUST_CHECK;
/* Create tables and guard in a fresh store. */
enum custody_status site_make_schema(struct store *store,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;
/* custody_prepare for the act that follows `ahead` others of the same person which are not in
 * the ledger yet; it is tried as if it came first. */
enum custody_status site_prepare(struct custody_site *site, const struct custody_draft *draft,
                                 int64_t ahead, struct custody_request **ret_request,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;
/* On the same machine the proof from what this credential has seen is made here. */
enum custody_status site_prove_for(struct custody_site *site, struct request *request,
                                   const struct credential *credential,
                                   struct custody_error *err) CUSTODY_MUST_CHECK;
/* Personal texts of an act about to be appended, into the vault; *ret_vault is left alone when
 * there are none. */
enum custody_status site_keep_texts(struct custody_site *site, const struct request *request,
                                    const struct payload *payload,
                                    const uint8_t act_id[HASH_LEN], struct vault **ret_vault,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;
/* Flags a judge collected as JSON array of {"code","text"}. */
enum custody_status judge_flags_json(const struct judge *judge, json_t **ret_flags,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;
/* json_t from json_pack and the like, or ERR_NOMEM when NULL; takes the reference. */
enum custody_status json_give(json_t *value, json_t **ret_value,
                              struct custody_error *err) CUSTODY_MUST_CHECK;
/* The payload of entry idx, parsed; envelope_clear() it. */
enum custody_status site_entry(struct custody_site *site, int64_t idx,
                               struct envelope *ret_envelope,
                               struct custody_error *err) CUSTODY_MUST_CHECK;

/* ---- the log's key (FORMATS.md §3): canonical JSON {"public","seed","version"}, 0600 ---- */
#define LOG_KEY_FILE "log.key"
#define LOG_KEY_NEXT "log.key.next"
enum custody_status logkey_create(const char *dir, const char *name,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;
/* sign_key_clear() it. */
enum custody_status logkey_load(const char *dir, const char *name, const char *origin,
                                struct note_key *ret_key, struct sign_key *ret_secret,
                                struct custody_error *err) CUSTODY_MUST_CHECK;
/* vkey text of a loaded key, malloc'ed. */
enum custody_status logkey_vkey(const struct note_key *key, char **ret_vkey,
                                struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
