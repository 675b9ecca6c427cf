/*
 * An office with folders, for the tests of FORMATS.md §19 to §21: the furnished world under a
 * policy of version 2, an archive, and short bodies.
 *
 *   persons   arc archive_custodian, wit and wit2 witness, beside sup supervisor, mgr
 *             centre_manager, zhang service_staff, chen staff, aud auditor, adm, hq, li, duty
 *   places    1-0-02, 1-0-10 homes beside 1-0-01; AR the storeroom
 *   storage   shelf S000000S1 at AR, boxes B000000B1 and B000000B2 on it, B000000B3 at AR
 *   folders   F000000F1 owner, 1-0-01, party P0000000A, box B000000B1
 *             F000000F2 owner, 1-0-02, no party, box B000000B1
 *             F000000F3 tenant, 1-0-10, no party, box B000000B2, no papers
 *   papers    F000000F1: 1 move_in_notice 2 × 3 pages, 2 id_card 1 × 1 (personal),
 *             3 owner_form 1 × 2 (personal), 4 acceptance_record 1 × 4; version 1
 *             F000000F2: 1 fire_safety 1 × 1, 2 id_card 1 × 1; version 1
 *   policy    class owner is kept 12 months after moved_out or sold; the classes tenant and
 *             tenant_light have no retention
 * Labels of storage and folders are L-<item>, so !F000000F1 names one.
 */
#ifndef CUSTODY_TESTS_FOLDER_FIXTURE_H
#define CUSTODY_TESTS_FOLDER_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

#ifndef COUNT_OF
#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#endif

/* Labels of papers: those of the policy's kinds. */
#define LABEL_NOTICE "入伙通知书"
#define LABEL_ID     "身份证复印件"
#define LABEL_FORM   "业主情况登记表"
#define LABEL_RECORD "物业验收交接记录表"
#define LABEL_FIRE   "消防安全责任书"
#define LABEL_OTHER  "其他应存资料"

/* A thing of a list: THING("F000000F1.1", LABEL_NOTICE); a folder is !F000000F1. */
#define THING(item, label) "{'item':'" item "','label':'" label "'}"
/* A paper inside its folder's element. */
#define NTH_PAPER(n, label) "{'label':'" label "','n':" #n "}"

/* What is filed; copies, pages: numbers. */
#define PAPER(n, kind, copies, pages)                                                          \
    "{'copies':" #copies ",'from':null,'kind':'" kind "','n':" #n                              \
    ",'original':'original','original_with':null,'pages':" #pages                              \
    ",'remark':null,'title':null,'to':null}"
#define FILED_IN(folder, version, papers)                                                      \
    "{'item':'" folder "','label':'L-" folder "','papers':[" papers "],'version':" #version "}"
#define FILE_BODY(folders) "{'folders':[" folders "],'received':null}"
#define FOLDER_IN(item, class, place, party, box)                                              \
    "{'box':" box ",'class':'" class "','item':'" item "','label':'L-" item                    \
                                     "','name':null,'party':" party ",'place':'" place "'}"
#define OPEN_BODY(folders) "{'folders':[" folders "]}"
#define BOX_IN(item, place, within)                                                            \
    "{'item':'" item "','label':'L-" item "','place':" place ",'within':" within "}"
#define CLOSED_BY(folder, date, trigger)                                                       \
    "{'folders':[{'date':'" date "','item':'" folder "','label':'L-" folder                    \
    "','trigger':'" trigger "'}],'reason':'other'}"

/* Give an office's policy what version 2 adds, as the default has it, with a retention. */
static inline void folder_policy(json_t *policy)
{
    json_error_t error;
    size_t i = 0;
    json_t *row = NULL;
    json_t *folders = json_load_file("schema/policy.default.json", 0, &error);
    json_t *retention = json_pack("{s:s,s:i,s:[s,s]}", "mandate", "物业服务合同 第十二条",
                                  "months", 12, "triggers", "moved_out", "sold");
    assert_non_null(folders);
    assert_int_equal(json_object_update_missing(policy, folders), 0);
    (void)json_object_set_new(policy, "version", json_integer(2));
    json_array_foreach(json_object_get(policy, "folder_classes"), i, row)
    {
        if (strcmp(json_string_value(json_object_get(row, "code")), "owner") == 0) {
            assert_int_equal(json_object_set(row, "retention", retention), 0);
        }
    }
    json_decref(retention);
    json_decref(folders);
}

static inline void folder_enrol(struct world *world, const char *handle, const char *role,
                                const char *staff_no)
{
    char body[400];
    (void)snprintf(body, sizeof body,
                   "{'credential':^%s,'handle':'%s','proof':~%s:%s,'roles':['%s'],"
                   "'staff_no':'%s'}",
                   handle, handle, handle, handle, role, staff_no);
    world_must(world, "person.enrol/1", "adm mgr", body);
}

/* Founded under a policy of version 2 and furnished; no archive yet. */
static inline void folder_found(struct world *world)
{
    world_open_bare(world);
    json_t *body = world_found_body(world);
    folder_policy(json_object_get(body, "policy"));
    if (world_act_json(world, "site.found/1", "adm hq mgr", body) != CUSTODY_OK) {
        (void)fprintf(stderr, "folders: %s [%s]\n", world->err.text, world->err.rule);
        abort();
    }
    world_furnish(world);
    folder_enrol(world, "arc", "archive_custodian", "D001");
    folder_enrol(world, "wit", "witness", "D002");
    folder_enrol(world, "wit2", "witness", "D003");
    world_must(world, "place.add/1", "li sup",
               "{'places':[{'code':'1-0-02','kind':'home','label':'Flat 02','parent':'1'},"
               "{'code':'1-0-10','kind':'home','label':'Flat 10','parent':'1'},"
               "{'code':'AR','kind':'room','label':'Archive room','parent':null}]}");
}

/* Shelves and boxes, folders, papers. */
static inline void folder_furnish(struct world *world)
{
    world_must(
        world, "storage.add/1", "arc",
        "{'nodes':[" BOX_IN("B000000B1", "null", "'S000000S1'") "," BOX_IN(
            "B000000B2", "null",
            "'S000000S1'") "," BOX_IN("B000000B3", "'AR'",
                                      "null") "," BOX_IN("S000000S1", "'AR'", "null") "]}");
    world_must(
        world, "folder.open/1", "arc",
        OPEN_BODY(FOLDER_IN(
            "F000000F1", "owner", "1-0-01", "'P0000000A'",
            "!B000000B1") "," FOLDER_IN("F000000F2", "owner", "1-0-02", "null",
                                        "!B000000B1") "," FOLDER_IN("F000000F3", "tenant",
                                                                    "1-0-10", "null",
                                                                    "!B000000B2")));
    world_must(world, "folder.file/1", "arc",
               FILE_BODY(FILED_IN(
                   "F000000F1", 1,
                   PAPER(1, "move_in_notice", 2, 3) "," PAPER(2, "id_card", 1, 1) "," PAPER(
                       3, "owner_form", 1,
                       2) "," PAPER(4, "acceptance_record", 1,
                                    4)) "," FILED_IN("F000000F2", 1,
                                                     PAPER(1, "fire_safety", 1,
                                                           1) "," PAPER(2, "id_card", 1, 1))));
}

static inline int folder_setup(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    if (world == NULL) {
        return -1;
    }
    folder_found(world);
    folder_furnish(world);
    world_tick(world, 60);
    *state = world;
    return 0;
}

/* One value of the read model. */
static inline void expect(struct world *world, const char *sql, const char *wanted)
{
    char text[2000];
    assert_string_equal(world_value(world, sql, text, sizeof text), wanted);
}

/* 'state' of a paper. */
static inline void expect_paper(struct world *world, const char *item, const char *wanted)
{
    char sql[200];
    (void)snprintf(sql, sizeof sql, "SELECT state FROM paper WHERE item = '%s'", item);
    expect(world, sql, wanted);
}

#endif
