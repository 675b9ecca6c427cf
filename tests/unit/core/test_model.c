/*
 * Random acts, legal and illegal, against a small oracle in memory that knows holders, roles,
 * suspensions, requests, approvals, the owner's authorisation and corrections. The program's
 * answer must be the oracle's every time, holders must agree, and the ledger must verify.
 * CUSTODY_SEED picks the run, CUSTODY_LONG=1 makes it long.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

#define ITEMS     6
#define RING      5 /* the item that is the ring; its members are 3 and 4 */
#define HOME      0 /* lent with an approval only, while its owner has authorised it */
#define PEOPLE    6
#define DESK      (-1)
#define MOVES_MAX 100000
#define ASKED_MAX 4096
#define ACTS_MAX  4096

static const char *const ITEM[ITEMS] = {"K00000001", "K00000002", "K00000003",
                                        "K00000004", "K00000005", "R00000009"};
static const char *const PERSON[PEOPLE] = {"chen", "duty", "li", "sup", "wang", "zhang"};
enum { CHEN, DUTY, LI, SUP, WANG, ZHANG };

struct move {
    int item, holder, act;
    int64_t time;
    bool is_void;
};

struct asked {
    char id[65], approval[65];
    int requester, receiver, item, approver;
    int64_t start, end, until;
    bool is_open, is_approved, is_used, is_ended;
};

struct model {
    bool is_suspended[PEOPLE], is_custodian[PEOPLE], is_supervisor[PEOPLE];
    bool is_authorised; /* by the owner, registered by SUP */
    struct move moves[MOVES_MAX];
    int move_count;
    int last[ITEMS][256]; /* the latest moves of an item, newest last */
    int last_count[ITEMS];
    struct asked asked[ASKED_MAX];
    int asked_count;
    char acts[ACTS_MAX][65]; /* loans and returns */
    bool is_corrected[ACTS_MAX];
    int act_count;
    uint32_t random;
    struct world world;
    int taken, refused;
};

static uint32_t roll(struct model *m, uint32_t below)
{
    m->random ^= m->random << 13;
    m->random ^= m->random >> 17;
    m->random ^= m->random << 5;
    return m->random % below;
}

/* ---- the oracle ---- */

static const struct move *current(const struct model *m, int item)
{
    for (int i = m->last_count[item]; i > 0; i--) {
        const struct move *move = &m->moves[m->last[item][i - 1]];
        if (!move->is_void) {
            return move;
        }
    }
    return &m->moves[item]; /* its registration, which is never undone here */
}

static int holder_of(const struct model *m, int item)
{
    return current(m, item)->holder;
}

static void move_item(struct model *m, int item, int holder, int act, int64_t time)
{
    assert_true(m->move_count < MOVES_MAX);
    if (m->last_count[item] == 256) {
        memmove(m->last[item], m->last[item] + 128, 128 * sizeof m->last[item][0]);
        m->last_count[item] = 128;
    }
    m->moves[m->move_count] = (struct move){item, holder, act, time, false};
    m->last[item][m->last_count[item]++] = m->move_count++;
}

static bool keeps(const struct model *m, int person)
{
    return m->is_custodian[person] && !m->is_suspended[person];
}

static bool is_alone(const struct model *m, int custodian)
{
    for (int p = 0; p < PEOPLE; p++) {
        if (p != custodian && keeps(m, p)) {
            return false;
        }
    }
    return keeps(m, custodian);
}

static bool may_lend(const struct model *m, int clerk, int receiver)
{
    if (m->is_suspended[receiver] || m->is_suspended[clerk] || clerk == receiver) {
        return false;
    }
    return keeps(m, clerk) || is_alone(m, receiver);
}

static bool approval_serves(const struct model *m, const struct asked *a, unsigned items,
                            int clerk, int receiver, int64_t due)
{
    int64_t now = m->world.now;
    return a->is_approved && !a->is_used && !a->is_ended && now < a->until && a->start <= now &&
           now < a->end && due <= a->end && items == 1u << a->item && receiver == a->receiver &&
           clerk != a->approver && m->is_supervisor[a->approver] &&
           !m->is_suspended[a->approver];
}

/* What a set of named items moves when its ring takes members along, or -1: it may not. */
static int lend_moves(const struct model *m, unsigned items, int64_t event, unsigned *ret_moved)
{
    unsigned moved = 0;
    for (int i = 0; i < ITEMS; i++) {
        if ((items & (1u << i)) == 0) {
            continue;
        }
        if (holder_of(m, i) != DESK || current(m, i)->time > event) {
            return -1;
        }
        moved |= 1u << i;
    }
    if ((items & (1u << RING)) != 0) {
        for (int i = 3; i < RING; i++) {
            if ((items & (1u << i)) != 0) {
                return -1;
            }
            if (holder_of(m, i) == DESK) {
                if (current(m, i)->time > event) {
                    return -1;
                }
                moved |= 1u << i;
            }
        }
    }
    *ret_moved = moved;
    return 0;
}

static int return_moves(const struct model *m, unsigned items, int64_t event,
                        unsigned *ret_moved)
{
    unsigned moved = items;
    if ((items & (1u << RING)) != 0) {
        for (int i = 3; i < RING; i++) {
            if (holder_of(m, i) == holder_of(m, RING)) {
                moved |= 1u << i;
            }
        }
    }
    for (int i = 0; i < ITEMS; i++) {
        if ((moved & (1u << i)) != 0 && current(m, i)->time > event) {
            return -1;
        }
    }
    *ret_moved = moved;
    return 0;
}

static void end_approvals(struct model *m, int approver)
{
    for (int i = 0; i < m->asked_count; i++) {
        if (m->asked[i].approver == approver && !m->asked[i].is_used) {
            m->asked[i].is_ended = true;
        }
    }
    if (approver == SUP) {
        m->is_authorised = false; /* his was the say */
    }
}

/* ---- acts ---- */

static void answer(struct model *m, bool wanted, const char *act, const char *signers,
                   const char *body)
{
    enum custody_status rc = world_act(&m->world, act, signers, body);
    if ((rc == CUSTODY_OK) != wanted) {
        print_message("entry %lld: %s by %s %s: the program says %s %s, the oracle %s\n",
                      (long long)world_size(&m->world), act, signers, body,
                      rc == CUSTODY_OK ? "yes" : m->world.err.rule, m->world.err.text,
                      wanted ? "yes" : "no");
        fail();
    }
    if (rc == CUSTODY_OK) {
        m->taken++;
    } else {
        assert_int_equal(rc, CUSTODY_ERR_REFUSED);
        m->refused++;
    }
}

static void list_items(unsigned items, char *out, size_t size)
{
    out[0] = '\0';
    for (int i = 0; i < ITEMS; i++) {
        size_t len = strlen(out);
        if ((items & (1u << i)) != 0) {
            (void)snprintf(out + len, size - len, "%s!%s", len > 0 ? "," : "", ITEM[i]);
        }
    }
}

static unsigned some_items(struct model *m)
{
    unsigned items = 1u << roll(m, ITEMS);
    return roll(m, 5) == 0 ? items | 1u << roll(m, ITEMS) : items;
}

static void keep_moves(struct model *m, unsigned moved, int holder, int64_t event)
{
    assert_true(m->act_count < ACTS_MAX);
    (void)snprintf(m->acts[m->act_count], 65, "%s", m->world.id);
    for (int i = 0; i < ITEMS; i++) {
        if ((moved & (1u << i)) != 0) {
            move_item(m, i, holder, m->act_count, event);
        }
    }
    m->act_count++;
}

/* Ids are 64 hex digits; a body takes them as they are. */
static void lend(struct model *m)
{
    char body[700];
    char items_text[200];
    char signers[40];
    char approval[80] = "null";
    char times[80] = "'event_at':null,'late':null";
    int clerk = roll(m, 4) != 0 ? (roll(m, 2) != 0 ? LI : WANG) : (int)roll(m, PEOPLE);
    int receiver = (int)roll(m, PEOPLE);
    unsigned items = some_items(m);
    int64_t back = roll(m, 6) == 0 ? (int64_t)roll(m, 400) : 0;
    int64_t due = roll(m, 12) == 0 ? -back : 60 + (int64_t)roll(m, 7000);
    struct asked *used = NULL;
    unsigned moved = 0;
    if (m->asked_count > 0 && roll(m, 2) == 0) {
        int newest = m->asked_count < 6 ? m->asked_count : 6;
        used = &m->asked[m->asked_count - 1 - (int)roll(m, (uint32_t)newest)];
        if (!used->is_approved) {
            used = NULL;
        }
    }
    if (used == NULL && roll(m, 8) != 0) {
        items = 1u << (1 + roll(m, ITEMS - 1));
    }
    if (used != NULL) {
        (void)snprintf(approval, sizeof approval, "'%s'", used->approval);
        if (roll(m, 4) != 0) {
            items = 1u << used->item;
            receiver = used->receiver;
        }
    }
    if (back > 0) {
        (void)snprintf(times, sizeof times, "'event_at':@-%lld,'late':'forgotten'",
                       (long long)back);
    }
    int64_t event = m->world.now - back;
    bool wanted =
        may_lend(m, clerk, receiver) && due > -back && lend_moves(m, items, event, &moved) == 0;
    if (used != NULL) {
        wanted = wanted &&
                 approval_serves(m, used, items, clerk, receiver, m->world.now + due) &&
                 ((items & (1u << HOME)) == 0 || m->is_authorised);
    } else {
        wanted = wanted && (items & (1u << HOME)) == 0;
    }
    list_items(items, items_text, sizeof items_text);
    (void)snprintf(signers, sizeof signers, "%s %s", PERSON[clerk], PERSON[receiver]);
    (void)snprintf(body, sizeof body,
                   "{'approval':%s,'desk':'front','due':@%+lld,%s,'items':[%s],"
                   "'on_behalf':'W','purpose':'repair','receipt':{'kind':'credential'},"
                   "'receiver':'%s'}",
                   approval, (long long)due, times, items_text, PERSON[receiver]);
    answer(m, wanted, "key.lend/1", clerk == receiver ? PERSON[clerk] : signers, body);
    if (wanted) {
        keep_moves(m, moved, receiver, event);
        if (used != NULL) {
            used->is_used = true;
        }
    }
}

static void give_back(struct model *m)
{
    char body[500];
    char items_text[200];
    char whom[80] = "'by_whom':null,'receipt':null";
    char times[80] = "'event_at':null,'late':null";
    int clerk = roll(m, 5) != 0 ? (roll(m, 2) != 0 ? LI : DUTY) : (int)roll(m, PEOPLE);
    unsigned items = some_items(m);
    int64_t back = roll(m, 6) == 0 ? (int64_t)roll(m, 400) : 0;
    unsigned moved = 0;
    if (roll(m, 2) == 0) {
        (void)snprintf(whom, sizeof whom, "'by_whom':'%s','receipt':{'kind':'screen'}",
                       PERSON[roll(m, PEOPLE)]);
    }
    if (back > 0) {
        (void)snprintf(times, sizeof times, "'event_at':@-%lld,'late':'forgotten'",
                       (long long)back);
    }
    int64_t event = m->world.now - back;
    bool wanted = (keeps(m, clerk) || (clerk == DUTY && !m->is_suspended[DUTY])) &&
                  return_moves(m, items, event, &moved) == 0;
    list_items(items, items_text, sizeof items_text);
    (void)snprintf(body, sizeof body, "{'condition':'ok','desk':'front',%s,%s,'items':[%s]}",
                   times, whom, items_text);
    answer(m, wanted, "key.return/1", PERSON[clerk], body);
    if (wanted) {
        keep_moves(m, moved, DESK, event);
    }
}

static void ask(struct model *m)
{
    char body[400];
    char party[40] = "null";
    int by = (int)roll(m, PEOPLE);
    int receiver = by;
    int item = roll(m, 2) == 0 ? HOME : (int)roll(m, ITEMS);
    int64_t end = roll(m, 10) == 0 ? -60 : 600 + (int64_t)roll(m, 7000);
    if (m->asked_count == ASKED_MAX) {
        return;
    }
    if (roll(m, 2) == 0) {
        receiver = (int)roll(m, PEOPLE);
        (void)snprintf(party, sizeof party, "'%s'", PERSON[receiver]);
    }
    bool wanted = !m->is_suspended[by] && end > -60;
    (void)snprintf(body, sizeof body,
                   "{'for':'key.lend','items':[!%s],'party':%s,'purpose':'repair',"
                   "'window':{'end':@%+lld,'start':@-60}}",
                   ITEM[item], party, (long long)end);
    answer(m, wanted, "request.open/1", PERSON[by], body);
    if (wanted) {
        struct asked *asked = &m->asked[m->asked_count++];
        *asked = (struct asked){.requester = by,
                                .receiver = receiver,
                                .item = item,
                                .approver = -1,
                                .start = m->world.now - 60,
                                .end = m->world.now + end,
                                .is_open = true};
        (void)snprintf(asked->id, sizeof asked->id, "%s", m->world.id);
    }
}

/* Approve, or cancel by whom it may be. */
static void decide(struct model *m)
{
    char body[300];
    if (m->asked_count == 0) {
        return;
    }
    int newest = m->asked_count < 6 ? m->asked_count : 6;
    struct asked *asked = &m->asked[m->asked_count - 1 - (int)roll(m, (uint32_t)newest)];
    int by = roll(m, 3) != 0 ? SUP : (int)roll(m, PEOPLE);
    if (roll(m, 6) == 0) {
        bool wanted = asked->is_open && by == asked->requester && !m->is_suspended[by];
        (void)snprintf(body, sizeof body, "{'reason':'not_needed','request':'%s'}", asked->id);
        answer(m, wanted, "request.cancel/1", PERSON[by], body);
        asked->is_open = asked->is_open && !wanted;
        return;
    }
    int64_t until = roll(m, 10) == 0 ? 200000 : 300 + (int64_t)roll(m, 5000);
    bool wanted = asked->is_open && m->is_supervisor[by] && !m->is_suspended[by] &&
                  by != asked->requester && by != asked->receiver && until <= 172800 &&
                  asked->end > m->world.now;
    (void)snprintf(body, sizeof body, "{'limits':{'count':1,'until':@+%lld},'request':'%s'}",
                   (long long)until, asked->id);
    answer(m, wanted, "request.approve/1", PERSON[by], body);
    if (wanted) {
        asked->is_open = false;
        asked->is_approved = true;
        asked->approver = by;
        asked->until = m->world.now + until;
        (void)snprintf(asked->approval, sizeof asked->approval, "%s", m->world.id);
    }
}

static void correct(struct model *m)
{
    char body[200];
    char signers[40];
    if (m->act_count == 0) {
        return;
    }
    int newest = m->act_count < 8 ? m->act_count : 8;
    int act = m->act_count - 1 - (int)roll(m, (uint32_t)newest);
    int custodian = roll(m, 4) != 0 ? LI : (int)roll(m, PEOPLE);
    int other = roll(m, 6) != 0 ? SUP : (int)roll(m, PEOPLE);
    bool is_seated =
        custodian != other &&
        ((keeps(m, custodian) && m->is_supervisor[other] && !m->is_suspended[other]) ||
         (keeps(m, other) && m->is_supervisor[custodian] && !m->is_suspended[custodian]));
    bool is_last = true;
    for (int i = 0; i < ITEMS; i++) {
        const struct move *now = current(m, i);
        for (int j = m->last_count[i]; j > 0; j--) {
            const struct move *move = &m->moves[m->last[i][j - 1]];
            is_last = is_last && (move->act != act || move->is_void || move == now);
        }
    }
    bool wanted = is_seated && is_last && !m->is_corrected[act];
    (void)snprintf(signers, sizeof signers, "%s %s", PERSON[custodian], PERSON[other]);
    (void)snprintf(body, sizeof body, "{'act':'%s','reason':'entry_error'}", m->acts[act]);
    answer(m, wanted, "act.correct/1", custodian == other ? PERSON[other] : signers, body);
    if (wanted) {
        m->is_corrected[act] = true;
        for (int i = 0; i < ITEMS; i++) {
            for (int j = m->last_count[i]; j > 0; j--) {
                struct move *move = &m->moves[m->last[i][j - 1]];
                move->is_void = move->is_void || move->act == act;
            }
        }
    }
}

/* The owner's say anew: by who may register it and a supervisor, two people. */
static void authorise(struct model *m)
{
    char signers[40];
    int clerk = roll(m, 3) != 0 ? ZHANG : (int)roll(m, PEOPLE);
    int other = roll(m, 4) != 0 ? SUP : (int)roll(m, PEOPLE);
    bool is_clerk = !m->is_suspended[clerk] && (clerk == ZHANG || keeps(m, clerk));
    bool is_other = !m->is_suspended[other] && (other == ZHANG || keeps(m, other));
    bool is_seated = (is_clerk && m->is_supervisor[other] && !m->is_suspended[other]) ||
                     (is_other && m->is_supervisor[clerk] && !m->is_suspended[clerk]);
    bool wanted = clerk != other && is_seated;
    (void)snprintf(signers, sizeof signers, "%s %s", PERSON[clerk], PERSON[other]);
    answer(m, wanted, "party.authorise/1", clerk == other ? PERSON[other] : signers,
           "{'end':@+31536000,'letter':'W','named':[],'party':'P0000000A','place':'1-0-01',"
           "'scope':['lend'],'start':@+0}");
    m->is_authorised = m->is_authorised || wanted;
}

static void change_people(struct model *m)
{
    char body[160];
    int who = roll(m, 3) == 0 ? SUP : (int)roll(m, PEOPLE);
    bool is_role = roll(m, 2) == 0;
    bool is_supervisor = who == SUP;
    bool *held = is_supervisor ? &m->is_supervisor[who] : &m->is_custodian[who];
    const char *role = is_supervisor ? "supervisor" : "key_custodian";
    /* Undone more often than done, so that somebody is always at work. */
    bool is_undo = roll(m, 4) != 0;
    if (is_role) {
        bool is_grant = is_undo == (who == LI || who == WANG || who == SUP);
        (void)snprintf(body, sizeof body, "{'handle':'%s','roles':['%s']%s}", PERSON[who], role,
                       is_grant ? ",'terminals':2" : "");
        answer(m, is_grant ? !*held : *held, is_grant ? "role.grant/1" : "role.revoke/1",
               is_grant ? "adm mgr" : "adm", body);
        if (!is_grant && *held && is_supervisor) {
            end_approvals(m, who);
        }
        *held = is_grant;
        return;
    }
    if (is_undo) {
        (void)snprintf(body, sizeof body, "{'handle':'%s'}", PERSON[who]);
        answer(m, m->is_suspended[who], "person.reinstate/1", "adm mgr", body);
    } else {
        (void)snprintf(body, sizeof body, "{'handle':'%s','reason':'absence'}", PERSON[who]);
        answer(m, !m->is_suspended[who], "person.suspend/1", "mgr", body);
        if (!m->is_suspended[who]) {
            end_approvals(m, who);
        }
    }
    m->is_suspended[who] = !is_undo;
}

static void expect_same_holders(struct model *m)
{
    for (int i = 0; i < ITEMS; i++) {
        char sql[96];
        char holder[40];
        int wanted = holder_of(m, i);
        (void)snprintf(sql, sizeof sql, "SELECT holder FROM item WHERE item = '%s'", ITEM[i]);
        assert_string_equal(world_value(&m->world, sql, holder, sizeof holder),
                            wanted == DESK ? "front" : PERSON[wanted]);
    }
}

static void the_program_answers_as_the_oracle_does(void **state)
{
    const char *seed = getenv("CUSTODY_SEED");
    const char *length = getenv("CUSTODY_LONG");
    bool is_long = length != NULL && strcmp(length, "1") == 0;
    struct model *m = calloc(1, sizeof *m);
    int rounds = is_long ? 40 : 2; /* worlds of 2,500 steps each */
    (void)state;
    assert_non_null(m);
    uint32_t first = seed != NULL ? (uint32_t)strtoul(seed, NULL, 10) : 20261122u;
    print_message("seed %u\n", (unsigned)first);
    for (int round = 0; round < rounds; round++) {
        memset(m, 0, sizeof *m);
        m->random = (first + (uint32_t)round) * 2654435761u | 1u;
        world_open(&m->world);
        world_furnish(&m->world);
        m->is_custodian[LI] = m->is_custodian[WANG] = m->is_supervisor[SUP] = true;
        m->is_authorised = true;
        for (int i = 0; i < ITEMS; i++) {
            move_item(m, i, DESK, -1, m->world.now);
        }
        for (int step = 0; step < 2500; step++) {
            uint32_t what = roll(m, 100);
            world_tick(&m->world, (int64_t)roll(m, 200));
            if (what < 34) {
                lend(m);
            } else if (what < 56) {
                give_back(m);
            } else if (what < 66) {
                ask(m);
            } else if (what < 82) {
                decide(m);
            } else if (what < 89) {
                correct(m);
            } else if (what < 91) {
                authorise(m);
            } else {
                change_people(m);
            }
            if (step % 250 == 0) {
                expect_same_holders(m);
            }
        }
        expect_same_holders(m);
        assert_true(world_is_verified(&m->world));
        print_message("%d taken, %d refused\n", m->taken, m->refused);
        assert_true(m->taken > 200 && m->refused > 200);
        world_close(&m->world);
    }
    free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_program_answers_as_the_oracle_does),
    };
    return cmocka_run_group_tests_name("model", tests, NULL, NULL);
}
