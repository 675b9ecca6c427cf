/* The acts that want two or more persons, and some of those that want one; their bodies, and
 * the seats the oracle wants filled. */
#ifndef CUSTODY_TESTS_SEATS_FIXTURE_H
#define CUSTODY_TESTS_SEATS_FIXTURE_H

#include <stdbool.h>

#define OFFICER       "administrator|centre_manager"
#define ANY_CUSTODIAN "key_custodian|engineering_custodian"
#define ACCEPTED                                                                               \
    "'accepted':[{'reason':'urgent','warning':'holder-overdue'},"                              \
    "{'reason':'urgent','warning':'last-spare'},{'reason':'urgent','warning':'off-shift'},"    \
    "{'reason':'urgent','warning':'reserved'}]"
#define LOAN(approval, item, purpose, receipt)                                                 \
    "{" ACCEPTED ",'approval':" approval ",'desk':'front','due':@+3600,'items':[" item         \
    "],'on_behalf':'W-1','purpose':'" purpose "','receipt':" receipt ",'receiver':'#1'}"
#define SIGNED      "{'kind':'credential'}"
#define UNSIGNED    "{'kind':'paper','slip':'7','unsigned_reason':'urgent'}"
#define WRONG(what) "{'act':" what ",'reason':'entry_error'}"
#define LENT_TO_PARTY                                                                          \
    "{" ACCEPTED ",'approval':null,'desk':'front','due':@+3600,'items':[!K00000002],"          \
    "'on_behalf':'W-1','purpose':'repair','receipt':{'kind':'paper','slip':'8'},"              \
    "'receiver':'P0000000A'}"
#define HANDED_OVER                                                                            \
    "{'desk':'front','documents':['id_card'],'items':[!K000000A3],'letter':null,"              \
    "'party':'P0000000A','place':'1-0-01','receipt':{'kind':'screen'}}"
#define COUNTED                                                                                \
    "'counted':{'board':999,'open':0,'overdue':0,'sealed':0},'desk':'front','reason':'other'"

/* #1 #2: the persons named; #P the policy, #L the desk's list. seats: what must have been
 * filled. is_whole: and nothing else is asked, so that what is refused must have lacked it.
 * fixed: named[i] is that person ('a' adm, 'm' mgr, '-' nobody of here), '?' anybody. */
struct row {
    const char *act, *body, *seats, *fixed;
    bool is_whole;
};

static const struct row ACTS[] = {
    {"place.add/1", "{'places':[{'code':'9','kind':'area','label':'Nine','parent':null}]}",
     ANY_CUSTODIAN ",supervisor", "--", true},
    {"lock.add/1", "{'locks':[{'code':'D9','kind':'publicdoor','label':'Door 9','place':'1'}]}",
     ANY_CUSTODIAN ",supervisor", "--", true},
    {"key.add/1",
     "{'desk':'front','keys':[{'copy':1,'item':'K00000091','label':'L','locks':['D1'],"
     "'ring':null}]}",
     "key_custodian,supervisor", "--", true},
    {"import.close/1", "{'act':'place.add/1','lines':[$line]}",
     ANY_CUSTODIAN ",supervisor;" ANY_CUSTODIAN "=1,supervisor", "a-", false},
    {"person.enrol/1", "{'handle':'new','roles':['staff'],'staff_no':'Z1'}",
     OFFICER "," OFFICER, "--", true},
    {"credential.add/1", "{'credential':^bao,'handle':'bao','proof':~bao:bao,'reason':'first'}",
     OFFICER "," OFFICER, "--", true},
    {"credential.add/1", "{'credential':^extra,'handle':'#1','proof':~extra:#1,'reason':'add'}",
     "*=1," OFFICER "," OFFICER ";" OFFICER "=1," OFFICER, "?-", true},
    {"credential.add/1",
     "{'credential':^extra,'handle':'#1','proof':~extra:#1,'reason':'lost'}",
     OFFICER "!1," OFFICER "!1;" OFFICER "!1,*!1", "?-", false},
    {"role.grant/1", "{'handle':'#1','roles':['staff']}",
     OFFICER "!1," OFFICER "!1;" OFFICER "=1," OFFICER, "?-", false},
    {"person.reinstate/1", "{'handle':'sup'}", OFFICER "," OFFICER, "--", true},
    {"person.reinstate/1", "{'handle':'#1'}", OFFICER "!1," OFFICER "!1", "?-", false},
    {"policy.set/1", "{'policy':#P,'start':@+0}", "centre_manager," OFFICER, "--", true},
    {"log.rotate/1", "{'log':*newlog,'proof':~newlog:}", OFFICER "," OFFICER, "--", true},
    {"role.delegate/1",
     "{'end':@+600,'from':'#1','reason':'absence','roles':['duty'],'start':@+0,'to':'#2'}",
     "*=1,*=2;*=2," OFFICER "!1!2", "??", false},
    {"key.lend/2", LOAN("null", "!K00000002", "repair", SIGNED),
     "@key_custodian!1,*=1;?@*!1,*=1", "?-", true},
    {"key.lend/1",
     "{'desk':'front','due':@+3600,'items':[!K00000002],'on_behalf':'W-1','purpose':'repair',"
     "'receipt':" SIGNED ",'receiver':'#1'}",
     "@key_custodian!1,*=1;?@*!1,*=1", "?-", true},
    {"key.lend/2", LOAN("null", "!K00000002", "repair", UNSIGNED),
     "@key_custodian!1,*!1;?@*!1,*!1", "?-", false},
    {"key.lend/2", LOAN("$standing", "!K00000002", "repair", SIGNED),
     "@key_custodian!1!2,*=1;?@*!1!2,*=1", "am", true},
    {"key.lend/2", LOAN("$approval", "!K00000002", "cleaning", SIGNED),
     "@key_custodian!1!2,*=1;?@*!1!2,*=1", "am", true},
    {"key.escort/1",
     "{'desk':'front','due':@+600,'items':[!K00000003],'on_behalf':'W-1','purpose':'repair',"
     "'receipt':" SIGNED ",'receiver':'#1'}",
     "@key_custodian!1,*=1;?@*!1,*=1", "?-", false},
    {"key.move/1",
     "{'desk':'front','items':[!K00000003],'reason':'other','rehome':false,'to':'eng'}",
     "key_custodian,engineering_custodian;key_custodian,*;engineering_custodian,*", "--",
     false},
    {"tray.issue/1", "{'desk':'front','items':[!K00000001],'receiver':'#1'}",
     "@key_custodian,*=1", "?-", false},
    {"tray.settle/1", "{'desk':'front','from':'#1','items':[!K000000A1],'missing':[]}",
     "@key_custodian,*=1", "m-", true},
    {"party.authorise/1",
     "{'end':@+7200,'letter':'W-2','named':[],'party':'P0000000A','place':'1-0-01',"
     "'scope':['lend'],'start':@+0}",
     "service_staff|" ANY_CUSTODIAN ",supervisor", "--", true},
    {"party.consent/1",
     "{'channel':'phone','items':[!K00000001],'party':'P0000000A','purpose':'repair',"
     "'receiver':'#1','scope':'lend','window':{'end':@+7200,'start':@+0}}",
     "service_staff|" ANY_CUSTODIAN ",supervisor!1", "?-", true},
    {"request.approve/1", "{'limits':{'count':1,'until':@+600},'request':$own}",
     "supervisor|engineering_manager|engineering_supervisor|centre_manager!1", "a-", true},
    {"request.oral/1",
     "{'approver':'#1','channel':'phone','heard_at':@-10,'limits':{'count':1,'until':@+600},"
     "'request':$own}",
     "@duty|" ANY_CUSTODIAN "!1!2,*!1!2", "?a", false},
    {"key.copy/1",
     "{'approval':$copying,'copies':[{'copy':3,'item':'K00000092','label':'L',"
     "'ring':null}],'desk':'front','of':!K00000002}",
     "key_custodian!1", "m-", true},
    {"lock.rekey/1", "{'locks':[{'code':'D1','label':'Door'}],'reason':'lost'}",
     ANY_CUSTODIAN ",supervisor|engineering_manager|engineering_supervisor", "--", true},
    {"key.retire/1", "{'desk':'front','items':[!K00000003],'reason':'replaced'}",
     "key_custodian,supervisor", "--", true},
    {"key.unseal/1", "{'desk':'front','items':[!K000000A2],'reason':'not_needed','seal':'S-1'}",
     "key_custodian|duty,*", "--", true},
    {"key.emergency/1",
     "{'called':{'at':null,'party':null,'result':'no_number'},'cause':'water_leak',"
     "'desk':'front','items':[!K00000003],'place':'1-0-01','receiver':'#1'}",
     "@key_custodian|duty=1,*;@key_custodian|duty,*=1", "?-", true},
    {"act.ratify/1", "{'act':$emergency}", "supervisor|centre_manager!1", "m-", true},
    {"key.takeover/1",
     "{'counts':[{'kinds':[{'counted':1,'kind':'antitheft','listed':1}],'place':'1-0-01'}],"
     "'desk':'front','letter':'L','party':null,'scope':'1'}",
     "key_custodian,supervisor", "--", true},
    {"opening.balance/1",
     "{'desk':'front','keys':[{'holder':null,'item':'K000000A3','label':'L-K000000A3',"
     "'page':'1','seal':null,'state':'at_desk'}],'place':'1-0-01'}",
     "key_custodian,supervisor", "--", true},
    {"custodian.change/1",
     "{'desk':'front','gone':true,'incoming':'#1','list':#L,'outgoing':'#2'}",
     "supervisor!2,*!2", "??", false},
    {"custodian.change/1",
     "{'desk':'front','gone':false,'incoming':'#1','list':#L,'outgoing':'#2'}",
     "*=1,*=2,supervisor", "??", false},
    {"unit.transfer/1",
     "{'items':[{'item':'K00000001','label':'L-K00000001','outcome':'stays'},"
     "{'item':'K000000A1','label':'L-K000000A1','outcome':'stays'},"
     "{'item':'K000000A2','label':'L-K000000A2','outcome':'stays'},"
     "{'item':'K000000A3','label':'L-K000000A3','outcome':'stays'}],"
     "'party_in':null,'party_out':'P0000000A','place':'1-0-01','reason':'duty_change'}",
     "archive_custodian,key_custodian;archive_custodian,*;key_custodian,*", "--", false},
    {"shift.handover/1", "{" COUNTED ",'incoming':'#1','outgoing':'#2'}",
     "key_custodian|duty=1,key_custodian|duty=2;key_custodian|duty,*", "??", false},
    {"shift.close/1", "{" COUNTED ",'doors_locked':true,'guard':'#1','power_off':true}",
     "@key_custodian,duty=1;@key_custodian!1,*", "?-", false},
    {"stocktake.finish/1",
     "{'counts':{'found':0,'misplaced':0,'missing':2,'out':0,'repeated':0,'sealed':0,"
     "'unknown':0},'missing':[!K00000006,!K00000007],'stocktake':$count}",
     "engineering_custodian,*", "--", true},
    {"slip.close/1",
     "{'desk':'front','series':'red','slips':[{'acts':[],'number':1,'use':'blank'}]}",
     "key_custodian,supervisor", "--", true},
    {"key.lend/2", LENT_TO_PARTY, "@key_custodian", "--", true},
    {"key.return/1",
     "{'by_whom':null,'condition':'ok','desk':'front','items':[!K00000005],'receipt':null}",
     "key_custodian|duty", "--", true},
    {"key.chase/1",
     "{'channel':'phone','items':[!K00000005],'promised':null,'result':'no_answer'}",
     ANY_CUSTODIAN "|duty", "--", false},
    {"key.refuse/1",
     "{'asked':{'items':[!K00000002],'purpose':'private','receiver':'chen'},'rule':'K3'}",
     ANY_CUSTODIAN "|duty", "--", false},
    {"key.damage/1", "{'desk':'front','items':[!K00000003],'reason':'other'}", "key_custodian",
     "--", true},
    {"key.lost/1", "{'desk':'front','items':[!K00000003],'reason':'lost','reporter':null}",
     "key_custodian|duty", "--", true},
    {"key.found/1", "{'by_whom':null,'condition':'ok','desk':'front','items':[!K000000A4]}",
     "key_custodian|duty", "--", true},
    {"key.seal/1", "{'desk':'front','items':[!K00000003],'seal':'S-9'}", "key_custodian", "--",
     true},
    {"risk.accept/1", "{'items':[!K000000A4],'letter':null,'party':null,'reason':'not_needed'}",
     "supervisor", "--", true},
    {"copy.close/1", "{'approval':$copying,'reason':'not_needed'}", ANY_CUSTODIAN, "--", true},
    {"board.set/1", "{'add':[!K00000003],'desk':'front','remove':[]}", "key_custodian", "--",
     true},
    {"standing.end/1", "{'reason':'not_needed','standing':$standing}",
     "engineering_manager|engineering_supervisor", "--", true},
    {"shift.check/1", "{'day':'2025-10-01','desk':'front','reason':null,'result':'ok'}",
     "supervisor", "--", true},
    {"stocktake.open/1", "{'desk':'front','kind':'monthly','places':[]}",
     "key_custodian|supervisor", "--", true},
    {"slip.issue/1", "{'desk':'front','first':1,'last':9,'series':'blue'}",
     "key_custodian|supervisor", "--", true},
    {"key.handover/1", HANDED_OVER, ANY_CUSTODIAN "|service_staff", "--", false},
    {"act.correct/1", WRONG("$loan"), "key_custodian,supervisor", "--", true},
    {"act.correct/1", WRONG("$place"), OFFICER "," OFFICER, "--", true},
};

#endif
