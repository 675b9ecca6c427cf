/* erase.request, .refuse, .intent, .done (FORMATS.md §21; A15, P2). */
#include "destruction_fixture.h"

#define ASK     "erase.request/1"
#define REFUSE  "erase.refuse/1"
#define INTENT  "erase.intent/1"
#define DONE    "erase.done/1"
#define P_ASKS  "{'channel':'in_person','party':'P0000000A','reason':'other'}"
#define ANSWERS "{'ground':'retention_runs','request':$asked}"
#define ERASES(count, kind, act, subjects)                                                     \
    "{'count':" count ",'ground':{'act':" act ",'kind':'" kind "'},'subjects':[" subjects "]}"
#define IS_DONE(fields, subjects)                                                              \
    "{'counts':{'fields':" #fields ",'subjects':" #subjects "},'intent':$intent,"              \
    "'media':['backup','temp','vault']}"

/* The subjects of a world, and bodies that name them by #A (the party), #F (F000000F5), #G
 * (F000000F6), #X (of nobody), each with how many commitments. */
struct named {
    struct world *world;
    char a[33], f[33], g[33], x[33];
    char text[8][700];
    size_t next;
};

static const char *with(struct named *named, const char *body)
{
    char *out = named->text[named->next++ % 8];
    size_t len = 0;
    for (const char *at = body; *at != '\0'; at++) {
        const char *put = at[0] != '#'   ? NULL
                          : at[1] == 'A' ? named->a
                          : at[1] == 'F' ? named->f
                          : at[1] == 'G' ? named->g
                          : at[1] == 'X' ? named->x
                                         : NULL;
        if (put != NULL) {
            len += (size_t)snprintf(out + len, 700 - len, "'%s'", put);
            at++;
        } else {
            out[len++] = *at;
        }
        assert_true(len < 640);
    }
    out[len] = '\0';
    return out;
}

static void subject_of(struct world *world, const char *owner, char out[33])
{
    char sql[200];
    (void)snprintf(sql, sizeof sql, "SELECT lower(hex(k)) FROM subject WHERE owner = '%s'",
                   owner);
    (void)world_value(world, sql, out, 33);
}

/* Folders F000000F5 and F000000F6 with a name on the bag, of the party P0000000B, who is the
 * tenant of 1-0-10 and has nothing else; closed long ago. */
static void add_named_folders(struct named *named)
{
    struct world *world = named->world;
    world_must(world, "party.add/1", "zhang",
               "{'name':{'text':'B'},'party':'P0000000B','relation':'tenant',"
               "'unit':'1-0-10'}");
    world_must(world, "folder.open/1", "arc",
               "{'folders':[{'box':!B000000B1,'class':'owner','item':'F000000F5','label':"
               "'L-F000000F5','name':{'text':'Five'},'party':'P0000000B','place':'1-0-10'},"
               "{'box':!B000000B1,'class':'owner','item':'F000000F6','label':'L-F000000F6',"
               "'name':{'text':'Six'},'party':null,'place':'1-0-10'}]}");
    world_must(world, "folder.close/1", "arc", CLOSED_BY("F000000F5", "2024-01-31", "sold"));
    world_must(world, "folder.close/1", "arc", CLOSED_BY("F000000F6", "2024-01-31", "sold"));
    world_must(world, "incident.report/1", "zhang",
               "{'items':[],'kind':'other','noticed_at':@-10,'party':null,"
               "'text':{'text':'of nobody'}}");
    subject_of(world, "P0000000B", named->a);
    subject_of(world, "F000000F5", named->f);
    subject_of(world, "F000000F6", named->g);
    (void)world_value(world,
                      "SELECT lower(hex(k)) FROM commitment WHERE k NOT IN (SELECT k FROM"
                      " subject) ORDER BY idx DESC LIMIT 1",
                      named->x, sizeof named->x);
    assert_int_equal(strlen(named->a), 32);
    assert_int_equal(strlen(named->f), 32);
}

#define EMPTY_LINE(item) LINE_OF(item, "L-" item, 0, 0, 0, "expired")
#define EMPTY_DONE(item) DONE_LINE(item, "L-" item, 0, 0, 0)

/* F000000F5 destroyed, F000000F6 struck out; kept as $destroyed. */
static void destroy_five(struct world *world)
{
    world_must(world, PROPOSE, "arc",
               PROPOSED("X-1", EMPTY_LINE("F000000F5") "," EMPTY_LINE("F000000F6")));
    world_keep(world, "batch");
    world_must(world, REVIEW, "sup", DECISIONS(YES("F000000F5") "," YES("F000000F6")));
    world_must(world, APPROVE, "mgr", DECISIONS(YES("F000000F5") "," YES("F000000F6")));
    world_must(world, EXECUTE, USUAL_SIGNED,
               EXECUTED(EMPTY_DONE("F000000F5"), STRUCK("F000000F6", "other"), USUAL));
    world_keep(world, "destroyed");
    world_tick(world, 60);
}

static int run(struct named *named, const struct world_case *cases, size_t count)
{
    int wrong = 0;
    for (size_t i = 0; i < count; i++) {
        struct world_case one = cases[i];
        one.body = with(named, one.body);
        wrong += world_run_cases(named->world, &one, 1);
    }
    return wrong;
}

/* ---- request, refuse ---- */

static void a_resident_asks_once_and_is_answered(void **state)
{
    struct world *world = *state;
    static const struct world_case cases[] = {
        {"by service staff", ASK, "zhang", P_ASKS, NULL},
        {"by the archive custodian", ASK, "arc", P_ASKS, NULL},
        {"by the supervisor", ASK, "sup", P_ASKS, "seats"},
        {"of nobody", ASK, "arc",
         "{'channel':'in_person','party':'P0000000Z','reason':'other'}", "object"},
        {"by an unknown channel", ASK, "arc",
         "{'channel':'pigeon','party':'P0000000A','reason':'other'}", "policy"},
        {"for an unknown reason", ASK, "arc",
         "{'channel':'phone','party':'P0000000A','reason':'mood'}", "policy"},
    };
    assert_int_equal(world_run_cases(world, cases, COUNT_OF(cases)), 0);
    world_must(world, ASK, "zhang", P_ASKS);
    world_keep(world, "asked");
    expect(world, "SELECT party || ' ' || state FROM erase_request", "P0000000A open");
    static const struct world_case open[] = {
        {"asked twice", ASK, "arc", P_ASKS, "state"},
        {"refused by the centre manager", REFUSE, "mgr", ANSWERS, NULL},
        {"refused by the supervisor", REFUSE, "sup", ANSWERS, "seats"},
        {"another ground", REFUSE, "mgr", "{'ground':'mood','request':$asked}", "structure"},
        {"no request", REFUSE, "mgr", "{'ground':'held','request':$authorised}", "object"},
    };
    assert_int_equal(world_run_cases(world, open, COUNT_OF(open)), 0);
    world_must(world, REFUSE, "mgr", ANSWERS);
    expect(world, "SELECT state || ' ' || ground FROM erase_request", "refused retention_runs");
    static const struct world_case closed[] = {
        {"refused twice", REFUSE, "mgr", ANSWERS, "state"},
        {"asked anew", ASK, "arc", P_ASKS, NULL},
    };
    assert_int_equal(world_run_cases(world, closed, COUNT_OF(closed)), 0);
    assert_true(world_is_verified(world));
}

/* ---- with a destruction ---- */

static void the_witnesses_erase_what_was_destroyed(void **state)
{
    struct named named = {.world = *state};
    struct world *world = *state;
    add_named_folders(&named);
    destroy_five(world);
    world_save(world);
    static const struct world_case cases[] = {
        {"both witnesses", INTENT, "wit wit2", ERASES("1", "destruction", "$destroyed", "#F"),
         NULL},
        {"one witness", INTENT, "wit", ERASES("1", "destruction", "$destroyed", "#F"), "A15"},
        {"a witness and the manager", INTENT, "mgr wit",
         ERASES("1", "destruction", "$destroyed", "#F"), "A15"},
        {"both and the supervisor", INTENT, "sup wit wit2",
         ERASES("1", "destruction", "$destroyed", "#F"), "A15"},
        {"what was struck out", INTENT, "wit wit2",
         ERASES("1", "destruction", "$destroyed", "#G"), "A15"},
        {"its party", INTENT, "wit wit2", ERASES("1", "destruction", "$destroyed", "#A"),
         "A15"},
        {"another count", INTENT, "wit wit2", ERASES("2", "destruction", "$destroyed", "#F"),
         "count"},
        {"a subject nobody knows", INTENT, "wit wit2",
         ERASES("1", "destruction", "$destroyed", "'00000000000000000000000000000000'"),
         "object"},
        {"by the batch, not its execution", INTENT, "wit wit2",
         ERASES("1", "destruction", "$batch", "#F"), "object"},
        {"by no act", INTENT, "wit wit2", ERASES("1", "destruction", "null", "#F"), "object"},
    };
    assert_int_equal(run(&named, cases, COUNT_OF(cases)), 0);
    world_must(world, INTENT, "wit wit2",
               with(&named, ERASES("1", "destruction", "$destroyed", "#F")));
    world_keep(world, "intent");
    expect(world,
           "SELECT kind || ' ' || count || ' ' || subjects || ' ' ||"
           " (done_idx IS NULL) || ' ' || (SELECT count(*) FROM erased) FROM erasure",
           "destruction 1 1 1 1");
    static const struct world_case after[] = {
        {"erased twice", INTENT, "wit wit2", ERASES("1", "destruction", "$destroyed", "#F"),
         "state"},
        {"done by both witnesses", DONE, "wit wit2", IS_DONE(1, 1), NULL},
        {"done by two of the office", DONE, "arc sup", IS_DONE(1, 1), NULL},
        {"done by a witness and the manager", DONE, "mgr wit", IS_DONE(1, 1), NULL},
        {"done by one", DONE, "mgr", IS_DONE(1, 1), "seats"},
        {"done by service staff", DONE, "arc zhang", IS_DONE(1, 1), "seats"},
        {"done by three", DONE, "arc mgr sup", IS_DONE(1, 1), "seats"},
        {"done with other counts", DONE, "wit wit2", IS_DONE(2, 1), "count"},
        {"done elsewhere", DONE, "wit wit2",
         "{'counts':{'fields':1,'subjects':1},'intent':$intent,'media':['cloud']}",
         "structure"},
        {"done of nothing", DONE, "wit wit2",
         "{'counts':{'fields':1,'subjects':1},'intent':$destroyed,'media':[]}", "object"},
    };
    assert_int_equal(run(&named, after, COUNT_OF(after)), 0);
    world_must(world, DONE, "wit wit2", IS_DONE(1, 1));
    expect(world, "SELECT done_idx IS NOT NULL FROM erasure", "1");
    static const struct world_case twice[] = {
        {"done twice", DONE, "wit wit2", IS_DONE(1, 1), "state"},
    };
    assert_int_equal(world_run_cases(world, twice, COUNT_OF(twice)), 0);
}

/* ---- on its own ---- */

static void a_party_with_nothing_open_is_erased_at_its_wish(void **state)
{
    struct named named = {.world = *state};
    struct world *world = *state;
    add_named_folders(&named);
    world_must(world, ASK, "zhang", "{'channel':'phone','party':'P0000000B','reason':'other'}");
    world_keep(world, "asked");
    static const struct world_case before[] = {
        {"while a folder is there", INTENT, "mgr sup", ERASES("1", "request", "$asked", "#A"),
         "P2"},
    };
    assert_int_equal(run(&named, before, COUNT_OF(before)), 0);
    destroy_five(world);
    world_save(world);
    static const struct world_case cases[] = {
        {"the party", INTENT, "mgr sup", ERASES("1", "request", "$asked", "#A"), NULL},
        {"its destroyed folder", INTENT, "arc mgr", ERASES("1", "request", "$asked", "#F"),
         NULL},
        {"with the administrator", INTENT, "adm mgr", ERASES("1", "request", "$asked", "#A"),
         NULL},
        {"without the manager", INTENT, "arc sup", ERASES("1", "request", "$asked", "#A"),
         "P2"},
        {"by the manager alone", INTENT, "mgr", ERASES("1", "request", "$asked", "#A"), "P2"},
        {"by the witnesses", INTENT, "wit wit2", ERASES("1", "request", "$asked", "#A"), "P2"},
        {"somebody else's folder", INTENT, "mgr sup", ERASES("1", "request", "$asked", "#G"),
         "P2"},
        {"what belongs to nobody", INTENT, "mgr sup", ERASES("1", "request", "$asked", "#X"),
         "P2"},
        {"by no request", INTENT, "mgr sup", ERASES("1", "request", "$destroyed", "#A"),
         "object"},
    };
    assert_int_equal(run(&named, cases, COUNT_OF(cases)), 0);
    static const char *const open[] = {
        "UPDATE item SET holder_kind = 'party', holder = 'P0000000B' WHERE item = 'K00000002'",
        "UPDATE paper SET state = 'lent', holder_kind = 'party', holder = 'P0000000B' WHERE"
        " item = 'F000000F1.1'",
    };
    for (size_t i = 0; i < COUNT_OF(open); i++) {
        assert_true(world_sql(world, open[i]));
        world_reopen(world);
        refused(world, INTENT, "mgr sup", with(&named, ERASES("1", "request", "$asked", "#A")),
                "P2");
        world_restore(world);
    }
    world_must(world, INTENT, "mgr sup", with(&named, ERASES("1", "request", "$asked", "#A")));
    world_keep(world, "intent");
    expect(world, "SELECT state FROM erase_request", "granted");
    static const struct world_case after[] = {
        {"by a request that is granted", INTENT, "mgr sup",
         ERASES("1", "request", "$asked", "#F"), "object"},
        {"done by two of the office", DONE, "arc sup", IS_DONE(1, 1), NULL},
        {"done by witnesses of something else", DONE, "wit wit2", IS_DONE(1, 1), "seats"},
    };
    assert_int_equal(run(&named, after, COUNT_OF(after)), 0);
}

static void what_is_over_long_enough_is_erased(void **state)
{
    struct named named = {.world = *state};
    struct world *world = *state;
    add_named_folders(&named);
    destroy_five(world);
    static const struct world_case early[] = {
        {"a destroyed folder at once", INTENT, "mgr sup", ERASES("1", "expiry", "null", "#F"),
         NULL},
        {"its party too early", INTENT, "mgr sup", ERASES("1", "expiry", "null", "#A"), "P2"},
        {"a folder that is there", INTENT, "mgr sup", ERASES("1", "expiry", "null", "#G"),
         "P2"},
        {"what belongs to nobody", INTENT, "mgr sup", ERASES("1", "expiry", "null", "#X"),
         "P2"},
        {"on the ground of an act", INTENT, "mgr sup",
         ERASES("1", "expiry", "$destroyed", "#F"), "structure"},
        {"by the witnesses", INTENT, "wit wit2", ERASES("1", "expiry", "null", "#F"), "P2"},
    };
    assert_int_equal(run(&named, early, COUNT_OF(early)), 0);
    /* 24 months after the last thing that happened: 2025-10-31 + 24 months */
    world_tick(world, WORLD_EPOCH + INT64_C(729) * 86400 - world->now); /* 2027-10-30 */
    static const struct world_case eve[] = {
        {"the day before", INTENT, "mgr sup", ERASES("1", "expiry", "null", "#A"), "P2"},
    };
    assert_int_equal(run(&named, eve, COUNT_OF(eve)), 0);
    world_tick(world, 86400);
    static const struct world_case due[] = {
        {"the day itself", INTENT, "mgr sup", ERASES("1", "expiry", "null", "#A"), NULL},
    };
    assert_int_equal(run(&named, due, COUNT_OF(due)), 0);
    /* a key that came back from the party since counts from then */
    world_must(world, HOLD, "mgr",
               "{'items':[!F000000F1],'number':'H-1','reason':'other'}"); /* an officer first */
    world_must(world, "key.lend/1", "li",
               "{'desk':'front','due':@+3600,'items':[!K00000002],'on_behalf':'W-1',"
               "'purpose':'repair','receipt':{'kind':'paper','slip':'7'},"
               "'receiver':'P0000000B'}");
    world_must(world, "key.return/1", "li",
               "{'by_whom':null,'condition':'ok','desk':'front','items':[!K00000002],"
               "'receipt':null}");
    static const struct world_case since[] = {
        {"a key since", INTENT, "mgr sup", ERASES("1", "expiry", "null", "#A"), "P2"},
    };
    assert_int_equal(run(&named, since, COUNT_OF(since)), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, destruction_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_resident_asks_once_and_is_answered),
        TEST(the_witnesses_erase_what_was_destroyed),
        TEST(a_party_with_nothing_open_is_erased_at_its_wish),
        TEST(what_is_over_long_enough_is_erased),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
