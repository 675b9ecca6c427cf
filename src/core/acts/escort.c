/* key.escort 陪同开门 (FORMATS.md §17.1; K10a): an employee takes the key along and it leaves
 * nobody else's hand, so neither the owner nor lend_approval is asked; high risk is. */
#include <string.h>

#include "lend.h"
#include "policy.h"
#include "rows.h"

static const struct field ESCORT[] = {
    {.name = "approval", .type = FIELD_ID, .is_nullable = true},
    {.name = "desk", .type = FIELD_CODE},
    {.name = "due", .type = FIELD_TIME},
    {.name = "escorted", .type = FIELD_HOLDER, .is_nullable = true},
    {.name = "event_at", .type = FIELD_TIME, .is_nullable = true},
    {.name = "items", .type = FIELD_ITEMS, .min = 1},
    {.name = "late", .type = FIELD_CODE, .is_nullable = true},
    {.name = "on_behalf", .type = FIELD_LABEL},
    {.name = "purpose", .type = FIELD_CODE},
    {.name = "receipt", .type = FIELD_OBJECT, .of = RECEIPT_FIELDS},
    {.name = "receiver", .type = FIELD_HANDLE},
    ACT_SIGNED_TOGETHER,
    {.name = NULL},
};

/* Who escorts is of the staff that does so; which of the roles does not matter here. */
static enum custody_status check_escorter(struct apply *a, const struct lending *lending,
                                          struct custody_error *err)
{
    const char *const roles[] = {"service_staff", "duty",
                                 body_member(lending->desk, "custodian_role")};
    bool is_one = false;
    for (size_t i = 0; i < sizeof roles / sizeof roles[0] && !is_one; i++) {
        char giver[HANDLE_SIZE];
        TRY(state_holds_role(a->state, lending->receiver.id, roles[i], a->t, 0, &is_one, giver,
                             err));
    }
    RULE(is_one, "K10a",
         "Who escorts is of the service staff, on duty, or a custodian of this desk.");
    return CUSTODY_OK;
}

static enum custody_status escort_apply(struct apply *a, struct custody_error *err)
{
    struct lending it;
    struct receiver escorted;
    TRY(lending_open(a, "escort", &it, err));
    TRY(check_escorter(a, &it, err));
    RULE(it.move.due <= it.move.event_at + policy_int(a->policy, "escort_max_min") * 60, "K10a",
         "An escort lasts no longer than the policy's escort_max_min.");
    if (body_text(a, "escorted") != NULL) {
        TRY(receiver_load(a, body_text(a, "escorted"), &escorted, err));
    }
    TRY(approval_use(a, json_object_get(a->body, "items"), it.receiver.id, it.purpose,
                     it.move.due, it.clerk_giver, APPROVAL_FOR_ESCORT, err));
    TRY(lending_close(a, &it, err));
    return store_run(a->store, err, "INSERT INTO escort (idx, escorted) VALUES (?1, ?2)", "it",
                     a->idx, body_text(a, "escorted"));
}

const struct act ACT_KEY_ESCORT = {
    .name = "key.escort/1",
    .fields = ESCORT,
    .signers_max = 2,
    .rules = "K2 K3 K4 K5 K10 K10a",
    .signed_by = "the desk's custodian, and the escorting employee as the receipt rule says",
    .apply = escort_apply,
    .undo = undo_movements,
    .keeps_people = true,
    .zh = "{by} 从 {desk} 将 {items} 交 {receiver} 陪同开门，陪同对象 {escorted}，代表 "
          "{on_behalf}，用途 {purpose}，应还 {due}",
    .en = "{by} gives from {desk} {items} to {receiver}, who escorts {escorted} for "
          "{on_behalf}, purpose {purpose}, due {due}",
};
