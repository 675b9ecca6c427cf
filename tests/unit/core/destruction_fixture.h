/*
 * Folders that may be destroyed, and the bodies of FORMATS.md §20: the office of
 * folder_fixture.h with F000000F1 and F000000F2 closed (moved_out 2024-01-31: due 2025-01-31),
 * F000000F3 closed of a class without retention, F000000F4 (owner, 1-0-01) open without papers.
 */
#ifndef CUSTODY_TESTS_DESTRUCTION_FIXTURE_H
#define CUSTODY_TESTS_DESTRUCTION_FIXTURE_H

#include "folder_fixture.h"

#define PROPOSE "destruction.propose/1"
#define REVIEW  "destruction.review/1"
#define APPROVE "destruction.approve/1"
#define EXECUTE "destruction.execute/1"
#define CANCEL  "destruction.cancel/1"
#define HOLD    "folder.hold/1"

/* item, label, papers, copies, pages, reason */
#define LINE_OF(item, label, papers, copies, pages, reason)                                    \
    "{'copies':" #copies ",'item':'" item "','label':'" label "','pages':" #pages              \
    ",'papers':" #papers ",'reason':'" reason "'}"
#define F1_LINE LINE_OF("F000000F1", "L-F000000F1", 4, 5, 13, "expired")
#define F2_LINE LINE_OF("F000000F2", "L-F000000F2", 2, 2, 2, "expired")
#define PROPOSED(number, lines)                                                                \
    "{'lines':[" lines "],'method':'shredding','number':'" number "','place':'AR'}"
#define DECIDED_ON(item, label, decision, reason)                                              \
    "{'decision':'" decision "','item':'" item "','label':'" label "','reason':" reason "}"
#define DECIDED(item, decision, reason) DECIDED_ON(item, "L-" item, decision, reason)
#define YES(item)                       DECIDED(item, "destroy", "null")
#define DECISIONS(lines)                "{'batch':$batch,'lines':[" lines "]}"
#define BOTH_YES                        DECISIONS(YES("F000000F1") "," YES("F000000F2"))

#define DONE_LINE(item, label, papers, copies, pages)                                          \
    "{'copies':" #copies ",'item':'" item "','label':'" label "','pages':" #pages              \
    ",'papers':" #papers "}"
#define F1_DONE           DONE_LINE("F000000F1", "L-F000000F1", 4, 5, 13)
#define F2_DONE           DONE_LINE("F000000F2", "L-F000000F2", 2, 2, 2)
#define STRUCK(item, why) "{'item':'" item "','label':'L-" item "','reason':'" why "'}"
/* who: 'destroyer':…,'firm':…,'receipt':…,'recheck':…,'witnesses':[…] */
#define EXECUTED(lines, struck, who)                                                           \
    "{'batch':$batch,'lines':[" lines "],'method':'pulping','place':'AR','struck':[" struck    \
    "]," who "}"
#define WHO(destroyer, recheck, witnesses)                                                     \
    "'destroyer':'" destroyer "','firm':null,'receipt':null,'recheck':'" recheck               \
    "','witnesses':[" witnesses "]"
#define USUAL        WHO("chen", "sup", "'wit','wit2'")
#define USUAL_SIGNED "sup chen wit wit2"

static inline int destruction_setup(void **state)
{
    if (folder_setup(state) != 0) {
        return -1;
    }
    struct world *world = *state;
    world_must(world, "folder.open/1", "arc",
               OPEN_BODY(FOLDER_IN("F000000F4", "owner", "1-0-01", "null", "!B000000B2")));
    world_must(world, "folder.close/1", "arc", CLOSED_BY("F000000F1", "2024-01-31", "sold"));
    world_must(world, "folder.close/1", "arc",
               CLOSED_BY("F000000F2", "2024-01-31", "moved_out"));
    world_must(world, "folder.close/1", "arc",
               CLOSED_BY("F000000F3", "2024-01-31", "lease_ended"));
    world_tick(world, 60);
    return 0;
}

/* Both folders proposed, kept as $batch; reviewed; approved. */
static inline void propose_both(struct world *world)
{
    world_must(world, PROPOSE, "arc", PROPOSED("X-1", F1_LINE "," F2_LINE));
    world_keep(world, "batch");
}

static inline void approve_both(struct world *world)
{
    propose_both(world);
    world_must(world, REVIEW, "sup", BOTH_YES);
    world_must(world, APPROVE, "mgr", BOTH_YES);
}

/* An act that is refused by this check and changes nothing; for worlds whose rows a test has
 * bent, where no verification makes sense. */
static inline void refused(struct world *world, const char *act, const char *signers,
                           const char *body, const char *check)
{
    int64_t size = world_size(world);
    assert_int_equal(world_act(world, act, signers, body), CUSTODY_ERR_REFUSED);
    assert_string_equal(world->err.rule, check);
    assert_int_equal(world_size(world), size);
}

/* role.delegate of one role for an hour. */
static inline void lend_role(struct world *world, const char *giver, const char *taker,
                             const char *role)
{
    char body[300];
    char signers[32];
    (void)snprintf(body, sizeof body,
                   "{'end':@+3600,'from':'%s','reason':'absence','roles':['%s'],'start':@+0,"
                   "'to':'%s'}",
                   giver, role, taker);
    (void)snprintf(signers, sizeof signers, "%s %s", giver, taker);
    world_must(world, "role.delegate/1", signers, body);
}

static inline void grant_role(struct world *world, const char *handle, const char *role)
{
    char body[200];
    (void)snprintf(body, sizeof body, "{'handle':'%s','roles':['%s'],'sheet':'1'}", handle,
                   role);
    world_must(world, "role.grant/1",
               strcmp(handle, "mgr") == 0 || strcmp(handle, "adm") == 0 ? "mgr adm" : "adm mgr",
               body);
}

/* Another policy without the seven days that what loosens it would take. */
static inline void bend_policy(struct world *world, const char *path, const char *value)
{
    char sql[300];
    (void)snprintf(sql, sizeof sql,
                   "UPDATE policy SET body = json_set(body, '$.%s', json('%s'))", path, value);
    assert_true(world_sql(world, sql));
    world_reopen(world);
}

#endif
