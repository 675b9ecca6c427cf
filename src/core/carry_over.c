/*
 * Succession (FORMATS.md §3). The new ledger counts from 0 again, so every index that the
 * predecessor left behind is moved down by 2^40: histories keep their order, the new entries
 * get the numbers from 0, and nothing of the old ledger can be mistaken for the new one's.
 */
#include "apply.h"

#define SHIFT "1099511627776"

static const char *const STATEMENTS[] = {
    "UPDATE act_log SET idx = idx - " SHIFT,
    "UPDATE act_signer SET idx = idx - " SHIFT,
    "UPDATE act_item SET idx = idx - " SHIFT,
    "UPDATE flag SET idx = idx - " SHIFT,
    "UPDATE log_key SET idx = idx - " SHIFT,
    "UPDATE policy SET idx = idx - " SHIFT,
    "UPDATE person SET enrolled_idx = enrolled_idx - " SHIFT ", name_idx = name_idx - " SHIFT,
    "UPDATE credential SET enrolled_idx = 0, revoked_idx = min(revoked_idx, 0)",
    "UPDATE delegation SET idx = idx - " SHIFT,
    "UPDATE party SET idx = idx - " SHIFT ", void_idx = void_idx - " SHIFT,
    "UPDATE place SET idx = idx - " SHIFT ", void_idx = void_idx - " SHIFT,
    "UPDATE lock SET idx = idx - " SHIFT ", void_idx = void_idx - " SHIFT,
    "UPDATE item SET idx = idx - " SHIFT ", since_idx = since_idx - " SHIFT,
    "UPDATE movement SET idx = idx - " SHIFT ", void_idx = void_idx - " SHIFT,
    "UPDATE loan SET idx = idx - " SHIFT,
    "UPDATE handback SET idx = idx - " SHIFT,
    "UPDATE refusal SET idx = idx - " SHIFT,
    "UPDATE request SET idx = idx - " SHIFT ", decided_idx = decided_idx - " SHIFT,
    "UPDATE approval SET idx = idx - " SHIFT ", ended_idx = ended_idx - " SHIFT,
    "UPDATE approval_use SET idx = idx - " SHIFT,
    "UPDATE line SET idx = idx - " SHIFT ", closed_idx = closed_idx - " SHIFT,
    "UPDATE correction SET target = target - " SHIFT ", idx = idx - " SHIFT,
    "UPDATE ratification SET target = target - " SHIFT ", idx = idx - " SHIFT,
    "UPDATE authority SET idx = idx - " SHIFT ", ended_idx = ended_idx - " SHIFT,
    "UPDATE key_copy SET idx = idx - " SHIFT,
    "UPDATE oral SET idx = idx - " SHIFT,
    "UPDATE warning SET idx = idx - " SHIFT,
    "UPDATE escort SET idx = idx - " SHIFT,
    "UPDATE extension SET idx = idx - " SHIFT,
    "UPDATE chase SET idx = idx - " SHIFT,
    "UPDATE rehome SET idx = idx - " SHIFT,
    "UPDATE handover SET idx = idx - " SHIFT,
    "UPDATE loss SET idx = idx - " SHIFT ", closed_idx = closed_idx - " SHIFT,
    "UPDATE damage SET idx = idx - " SHIFT,
    "UPDATE rekey SET idx = idx - " SHIFT,
    "UPDATE seal SET idx = idx - " SHIFT ", opened_idx = opened_idx - " SHIFT,
    "UPDATE unsealed SET idx = idx - " SHIFT,
    "UPDATE emergency SET idx = idx - " SHIFT,
    "UPDATE board SET idx = idx - " SHIFT,
    "UPDATE person_tag SET idx = idx - " SHIFT,
    "UPDATE tag_print SET idx = idx - " SHIFT,
    "UPDATE tag_blank SET idx = idx - " SHIFT ", claimed_idx = claimed_idx - " SHIFT,
    "UPDATE roster SET idx = idx - " SHIFT,
    "UPDATE takeover SET idx = idx - " SHIFT,
    "UPDATE takeover_count SET idx = idx - " SHIFT,
    "UPDATE opening SET idx = idx - " SHIFT,
    "UPDATE custodian_change SET idx = idx - " SHIFT,
    "UPDATE unit_transfer SET idx = idx - " SHIFT,
    "UPDATE unit_transfer_item SET idx = idx - " SHIFT,
    "UPDATE shift SET idx = idx - " SHIFT,
    "UPDATE stocktake SET idx = idx - " SHIFT ", finished_idx = finished_idx - " SHIFT,
    "UPDATE stocktake_line SET seen_idx = seen_idx - " SHIFT,
    "UPDATE stocktake_extra SET seen_idx = seen_idx - " SHIFT,
    "UPDATE stocktake_repeat SET idx = idx - " SHIFT,
    "UPDATE slip SET idx = idx - " SHIFT ", closed_idx = closed_idx - " SHIFT,
    "UPDATE storage SET idx = idx - " SHIFT,
    "UPDATE folder SET idx = idx - " SHIFT ", since_idx = since_idx - " SHIFT
    ", closed_idx = closed_idx - " SHIFT ", destroyed_idx = destroyed_idx - " SHIFT
    ", name_idx = name_idx - " SHIFT,
    "UPDATE paper SET idx = idx - " SHIFT ", since_idx = since_idx - " SHIFT
    ", title_idx = title_idx - " SHIFT,
    "UPDATE inventory SET idx = idx - " SHIFT,
    "UPDATE paper_event SET idx = idx - " SHIFT ", was_idx = was_idx - " SHIFT
    ", void_idx = void_idx - " SHIFT,
    "UPDATE folder_event SET idx = idx - " SHIFT ", was_idx = was_idx - " SHIFT
    ", void_idx = void_idx - " SHIFT,
    "UPDATE folder_loan SET idx = idx - " SHIFT,
    "UPDATE folder_loan_line SET idx = idx - " SHIFT,
    "UPDATE folder_return_line SET idx = idx - " SHIFT,
    "UPDATE folder_consult SET idx = idx - " SHIFT,
    "UPDATE folder_consult_line SET idx = idx - " SHIFT,
    "UPDATE folder_refusal SET idx = idx - " SHIFT,
    "UPDATE folder_refusal_line SET idx = idx - " SHIFT,
    "UPDATE folder_extension SET idx = idx - " SHIFT,
    "UPDATE folder_recall SET idx = idx - " SHIFT,
    "UPDATE folder_removal SET idx = idx - " SHIFT,
    "UPDATE hold SET idx = idx - " SHIFT ", released_idx = released_idx - " SHIFT,
    "UPDATE appraisal SET idx = idx - " SHIFT,
    "UPDATE storeroom_check SET idx = idx - " SHIFT,
    "UPDATE walk SET idx = idx - " SHIFT,
    "UPDATE walk_line SET idx = idx - " SHIFT,
    "UPDATE batch SET idx = idx - " SHIFT ", reviewed_idx = reviewed_idx - " SHIFT
    ", approved_idx = approved_idx - " SHIFT ", executed_idx = executed_idx - " SHIFT
    ", cancelled_idx = cancelled_idx - " SHIFT,
    "UPDATE commitment SET idx = idx - " SHIFT,
    "UPDATE erasure SET idx = idx - " SHIFT ", done_idx = done_idx - " SHIFT,
    "UPDATE erased SET idx = idx - " SHIFT,
    "UPDATE erase_request SET idx = idx - " SHIFT ", closed_idx = closed_idx - " SHIFT,
    "UPDATE incident SET idx = idx - " SHIFT ", closed_idx = closed_idx - " SHIFT,
    "UPDATE incident_step SET idx = idx - " SHIFT,
    "UPDATE privacy_read SET idx = idx - " SHIFT,
    NULL,
};

enum custody_status state_carry_over(struct state *state, struct custody_error *err)
{
    for (const char *const *sql = STATEMENTS; *sql != NULL; sql++) {
        TRY(store_run(state->store, err, *sql, ""));
    }
    state_clear(state); /* the cached policy bears its old index */
    return CUSTODY_OK;
}
