/*
 * A small office, and an oracle of who can fill the seats of an act in it, written for the
 * tests alone.
 */
#ifndef CUSTODY_TESTS_SEATS_ORACLE_H
#define CUSTODY_TESTS_SEATS_ORACLE_H

#include <stdio.h>
#include <string.h>

#include "seats_fixture.h"
#include "world.h"

#define PERSONS_MAX     6
#define LENT_MAX        16
#define BODY_SIZE       14000
#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static const char *const ROLES[] = {
    "administrator",       "centre_manager",         "supervisor", "key_custodian",
    "engineering_manager", "engineering_supervisor", "duty",       "engineering_custodian",
    "service_staff",       "archive_custodian"};
#define ROLE_COUNT    ((int)COUNT_OF(ROLES))
#define ACT_COUNT     COUNT_OF(ACTS)
#define OFFICER_ROLES 2 /* the first ones */
#define KEY_CUSTODIAN 3

struct lent {
    int giver, taker, role;
};

struct office {
    struct world world;
    int count; /* 0 adm, 1 mgr, then pa pb pc pd */
    char name[PERSONS_MAX][8];
    bool own[PERSONS_MAX][ROLE_COUNT];
    bool is_suspended[PERSONS_MAX], has_second[PERSONS_MAX];
    struct lent lent[LENT_MAX];
    int lent_count;
    uint32_t random;
    char policy[BODY_SIZE - 2000], digest[65];
    int list_count, tried, taken, folded, stolen, missed, listed;
    bool is_taken[ACT_COUNT]; /* somebody of this office has done it */
};
#define ADM 0
#define MGR 1

/* ---- the oracle: who holds what, and whom he counts as ---- */

/* Ways in which p holds the role: the bits of the persons he then counts as. */
static int ways(const struct office *o, int p, int role, unsigned folds[LENT_MAX])
{
    int count = 0;
    if (o->is_suspended[p]) {
        return 0;
    }
    if (o->own[p][role]) {
        folds[0] = 1u << p;
        return 1;
    }
    for (int i = 0; i < o->lent_count; i++) {
        const struct lent *lent = &o->lent[i];
        if (lent->taker == p && lent->role == role && o->own[lent->giver][role] &&
            !o->is_suspended[lent->giver]) {
            folds[count++] = (1u << p) | (1u << lent->giver);
        }
    }
    return count;
}

/* What the oracle is asked: who signs, who acts, whom the body names (-1: none of the office).
 */
struct attempt {
    int signers[3], count; /* signers[0] acts */
    int named[2];
};

/*
 * A seat is written  role|role =1 !1 @ : one of the roles, or * for anybody; that is the person
 * named first; not him, folded; the actor sits here. Reads one seat up to , or the end and says
 * whether p sits in it without meeting what is taken.
 */
static bool sits(const struct office *o, const struct attempt *t, const char *seat, int s,
                 unsigned taken, unsigned folds[], int *ret_ways)
{
    const int p = t->signers[s];
    const char *end = seat + strcspn(seat, ",");
    unsigned except = taken;
    int count = 0;
    bool fits = true;
    for (const char *at = seat; at < end;) {
        size_t len = strcspn(at, " ,|=!@*");
        if (len > 0) {
            for (int r = 0; r < ROLE_COUNT; r++) {
                if (strlen(ROLES[r]) == len && memcmp(ROLES[r], at, len) == 0) {
                    count += ways(o, p, r, folds + count);
                }
            }
            at += len;
        } else if (*at == '*') {
            folds[count] = 1u << p;
            count += o->is_suspended[p] ? 0 : 1;
            at += 1;
        } else if (*at == '=') {
            fits = fits && t->named[at[1] - '1'] == p;
            at += 2;
        } else if (*at == '!') {
            int named = t->named[at[1] - '1'];
            except |= named >= 0 ? 1u << named : 0;
            at += 2;
        } else {
            fits = fits && (*at != '@' || s == 0);
            at += 1;
        }
    }
    int kept = 0;
    for (int i = 0; i < count; i++) {
        if (fits && (folds[i] & except) == 0) {
            folds[kept++] = folds[i];
        }
    }
    *ret_ways = kept;
    return kept > 0;
}

static int seats_of(const char *row)
{
    int count = 1;
    for (; *row != '\0' && *row != ';'; row++) {
        count += *row == ',' ? 1 : 0;
    }
    return count;
}

static bool fills(const struct office *o, const struct attempt *t, const char *seat,
                  unsigned used, unsigned taken)
{
    for (int s = 0; s < t->count; s++) {
        unsigned folds[64];
        int count = 0;
        if ((used & (1u << s)) != 0 || !sits(o, t, seat, s, taken, folds, &count)) {
            continue;
        }
        const char *next = seat + strcspn(seat, ",;");
        for (int i = 0; i < count; i++) {
            if (*next != ',' || fills(o, t, next + 1, used | (1u << s), taken | folds[i])) {
                return true;
            }
        }
    }
    return false;
}

/* The receiver, named first, is the front desk's custodian, and nobody else is. */
static bool is_alone(const struct office *o, const struct attempt *t)
{
    unsigned folds[LENT_MAX];
    for (int p = 0; p < o->count; p++) {
        if ((ways(o, p, KEY_CUSTODIAN, folds) > 0) != (p == t->named[0])) {
            return false;
        }
    }
    return true;
}

/* Rows of seats, one of which is to be filled, are separated by ; and one that begins with ? is
 * for a receiver who is the only custodian. */
static bool is_filled(const struct office *o, const struct attempt *t, const char *rows)
{
    for (const char *row = rows;; row++) {
        char one[256];
        size_t len = strcspn(row, ";");
        (void)snprintf(one, sizeof one, "%.*s", (int)len, row);
        bool serves = one[0] != '?' || is_alone(o, t);
        if (serves && seats_of(one) == t->count && fills(o, t, one + (one[0] == '?'), 0, 0)) {
            return true;
        }
        row += len;
        if (*row == '\0') {
            return false;
        }
    }
}

#endif
