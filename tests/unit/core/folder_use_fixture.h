/* Bodies of requests, loans and returns of papers, beside the office of folder_fixture.h. */
#ifndef CUSTODY_TESTS_FOLDER_USE_FIXTURE_H
#define CUSTODY_TESTS_FOLDER_USE_FIXTURE_H

#include "folder_fixture.h"

#define ASK_2   "request.open/2"
#define APPROVE "request.approve/1"
#define CONSULT "folder.consult/1"
#define LEND    "folder.lend/1"
#define BACK    "folder.return/1"
#define CORRECT "act.correct/1"

#define DAY    "86400"
#define SIGNED "{'kind':'credential'}"
#define SLIP   "{'kind':'paper','slip':'7'}"
#define ASKED(act, items, party, purpose, start, end)                                          \
    "{'for':'" act "','items':[" items "],'party':" party ",'purpose':'" purpose               \
    "','window':{'end':" end ",'start':" start "}}"
#define YES(request) "{'limits':{'count':1,'until':@+86400},'request':" request "}"

/* A folder's line of a loan, and the withheld papers of F000000F1. */
#define LENT(n, label, pages)                                                                  \
    "{'condition':'good','label':'" label "','n':" #n ",'pages':" #pages "}"
#define FROM(folder, lent, withheld)                                                           \
    "{'item':'" folder "','label':'L-" folder "','lent':[" lent "],'withheld':[" withheld "]}"
#define NOTICE     LENT(1, LABEL_NOTICE, 3)
#define RECORD     LENT(4, LABEL_RECORD, 4)
#define WITHHELD_1 NTH_PAPER(2, LABEL_ID) "," NTH_PAPER(3, LABEL_FORM)
#define LOAN(approval, due, folders, purpose, receipt, receiver)                               \
    "{'approval':" approval ",'due':" due ",'folders':[" folders                               \
    "],'on_behalf':'W-1','purpose':'" purpose "','receipt':" receipt ",'receiver':'" receiver  \
    "'}"
#define CAME(folder, papers)                                                                   \
    "{'item':'" folder "','label':'L-" folder "','papers':[" papers "]}"
#define RETURNED(by_whom, folders, receipt)                                                    \
    "{'by_whom':" by_whom ",'folders':[" folders "],'receipt':" receipt "}"
#define UNDO(act) "{'act':" act ",'note':null,'reason':'entry_error'}"

/* chen asks, for ten days; the manager approves: kept under that name. */
static inline void approve(struct world *world, const char *act, const char *items,
                           const char *party, const char *purpose, const char *name)
{
    char body[800];
    (void)snprintf(body, sizeof body, ASKED("%s", "%s", "%s", "%s", "@-60", "@+864000"), act,
                   items, party, purpose);
    world_must(world, ASK_2, "chen", body);
    world_keep(world, "asked");
    world_must(world, APPROVE, "mgr", YES("$asked"));
    world_keep(world, name);
}

#endif
