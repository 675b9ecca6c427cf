/* Bodies of the acts of authority, and a world with a neighbour to mistake for the owner. */
#ifndef CUSTODY_TESTS_AUTHORITY_FIXTURE_H
#define CUSTODY_TESTS_AUTHORITY_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define AUTHORISE       "party.authorise/1"
#define END             "party.end/1"
#define CONSENT         "party.consent/1"
#define GRANT           "standing.grant/1"
#define OVER            "standing.end/1"
#define ORAL            "request.oral/1"
#define RATIFY          "act.ratify/1"
#define LEND            "key.lend/1"
#define LETTER(party, place, scope, named, start, end)                                         \
    "{'end':" end ",'letter':'W-2','named':[" named "],'party':'" party "','place':'" place    \
    "','scope':[" scope "],'start':" start "}"
#define SAYS(items, party, receiver, purpose, scope, start, end)                               \
    "{'channel':'phone','items':[" items "],'party':'" party "','purpose':'" purpose           \
    "','receiver':'" receiver "','scope':'" scope "','window':{'end':" end ",'start':" start   \
    "}}"
#define POST(named, places, purposes, start, end)                                              \
    "{'end':" end ",'named':[" named "],'places':[" places                                     \
    "],'post':'Rounds','purposes':[" purposes "],'start':" start "}"
#define NAMED(handle) "{'holder':'" handle "'}"
#define ENDS(what)    "{'authorisation':" what ",'reason':'not_needed'}"
#define ENDED(what)   "{'reason':'not_needed','standing':" what "}"
#define LOAN(approval, items, due, purpose, receiver)                                          \
    "{'approval':" approval ",'desk':'front','due':" due ",'items':[" items                    \
    "],'on_behalf':'W-1','purpose':'" purpose                                                  \
    "','receipt':{'kind':'credential'},'receiver':'" receiver "'}"
/* On paper, to a party. */
#define TO_PARTY(approval, items, due, purpose, receiver)                                      \
    "{'approval':" approval ",'desk':'front','due':" due ",'items':[" items                    \
    "],'on_behalf':'W-1','purpose':'" purpose                                                  \
    "','receipt':{'kind':'paper','slip':'7'},'receiver':'" receiver "'}"
#define ENG_LOAN(approval, items, due, purpose)                                                \
    "{'approval':" approval ",'desk':'eng','due':" due ",'items':[" items                      \
    "],'on_behalf':'W-1','purpose':'" purpose                                                  \
    "','receipt':{'kind':'credential'},'receiver':'chen'}"
#define ASK(items, purpose, start, end)                                                        \
    "{'for':'key.lend','items':[" items "],'purpose':'" purpose "','window':{'end':" end       \
    ",'start':" start "}}"
#define YES(request, until) "{'limits':{'count':1,'until':" until "},'request':" request "}"
#define HEARD(approver, channel, heard_at, count, until, request)                              \
    "{'approver':'" approver "','channel':'" channel "','heard_at':" heard_at                  \
    ",'limits':{'count':" count ",'until':" until "},'request':" request "}"

static inline const char *value(struct world *world, const char *sql)
{
    static char text[200];
    return world_value(world, sql, text, sizeof text);
}

/* Beside 1-0-01: the flat 1-0-02 with its key K0000000B, the unit's door K0000000C (an owner
 * key of building 1), a ring R0000000D with a key of each flat, the tenant P0000000T of 1-0-02,
 * the relative P0000000R of 1-0-01, an owner P0000000N of nothing. */
static inline void add_neighbours(struct world *world)
{
    world_must(world, "place.add/1", "li sup",
               "{'places':[{'code':'1-0-02','kind':'home','label':'Flat 02','parent':'1'},"
               "{'code':'2','kind':'building','label':'Building 2','parent':null}]}");
    world_must(world, "lock.add/1", "li sup",
               "{'locks':[{'code':'H2','kind':'antitheft','label':'Home 2','place':'1-0-02'},"
               "{'code':'U1','kind':'unitdoor','label':'Unit door','place':'1'},"
               "{'code':'U2','kind':'publicdoor','label':'Other','place':'2'}]}");
    world_must(
        world, "key.add/1", "li sup",
        "{'desk':'front','keys':["
        "{'copy':1,'item':'K0000000B','label':'L-K0000000B','locks':['H2'],'ring':null},"
        "{'copy':1,'item':'K0000000C','label':'L-K0000000C','locks':['U1'],'ring':null},"
        "{'copy':2,'item':'K0000000E','label':'L-K0000000E','locks':['H1'],'ring':!R0000000D},"
        "{'copy':2,'item':'K0000000F','label':'L-K0000000F','locks':['H2'],'ring':!R0000000D},"
        "{'copy':2,'item':'K0000000G','label':'L-K0000000G','locks':['D1','U2'],'ring':null}]"
        "}");
    world_must(world, "party.add/1", "zhang",
               "{'name':{'text':'T'},'party':'P0000000T','relation':'tenant',"
               "'unit':'1-0-02'}");
    world_must(world, "party.add/1", "zhang",
               "{'name':{'text':'R'},'party':'P0000000R','relation':'relative',"
               "'unit':'1-0-01'}");
    world_must(world, "party.add/1", "zhang",
               "{'name':{'text':'N'},'party':'P0000000N','relation':'owner'}");
}

static inline int setup(void **state)
{
    if (world_setup(state) != 0) {
        return -1;
    }
    add_neighbours(*state);
    world_tick(*state, 60);
    return 0;
}

#endif
