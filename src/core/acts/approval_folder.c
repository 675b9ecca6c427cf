/* The centre manager's approval of a request for folders or papers, and its use (FORMATS.md
 * §19.4, Approved; A5, A6, A8). */
#include <string.h>

#include "approval.h"
#include "folder.h"
#include "policy.h"

bool request_is_of_folders(const char *act)
{
    return strncmp(act, "folder.", 7) == 0;
}

/* Does the centre manager who approved still hold the role, by whomever? */
static enum custody_status still_manages(struct apply *a, const char *approver, bool *ret_holds,
                                         struct custody_error *err)
{
    char giver[HANDLE_SIZE];
    return state_holds_role(a->state, approver, "centre_manager", a->t, 0, ret_holds, giver,
                            err);
}

enum custody_status approval_use_of_folders(struct apply *a, const struct folder_use *use,
                                            uint8_t ret_request[HASH_LEN],
                                            struct custody_error *err)
{
    uint8_t id[HASH_LEN] = {0};
    struct approval_row approval;
    struct request_row request;
    bool is_apart = false;
    bool still_holds = false;
    NEED(body_hex(a, "approval", id, sizeof id), "structure", "The id is malformed.");
    TRY(approval_load(a, id, &approval, err));
    NEED(approval.is_found, "approval", "There is no approval of a request of this id.");
    TRY(request_load(a, approval.request, &request, err));
    TRY(approval_judge(a, &approval, &request, use->act, 1, err));
    RULE(use->due <= request.end, "approval",
         "The loan lies outside the window that was approved.");
    RULE(strcmp(request.receiver, use->receiver) == 0, "approval",
         "The approval is for another person.");
    RULE(strcmp(request.purpose, use->purpose) == 0, "approval",
         "The approval is for another purpose.");
    TRY(approval_is_apart(a, id, approval.approver, use->clerk_giver, &is_apart, err));
    RULE(is_apart, "approval", "The approver is the issuing clerk, or one acts for the other.");
    TRY(still_manages(a, approval.approver, &still_holds, err));
    RULE(still_holds, "approval", "The approver no longer holds the role.");
    TRY(approval_spend(a, id, 1, err));
    memcpy(ret_request, approval.request, HASH_LEN);
    return CUSTODY_OK;
}

enum custody_status approval_names_thing(struct apply *a, const uint8_t *request,
                                         const char *item, struct custody_error *err)
{
    int64_t one = 0;
    bool is_listed = false;
    /* The thing itself, or the folder it is a paper of. */
    TRY(store_get_int(a->store, err, &one, &is_listed,
                      "SELECT 1 FROM request_item WHERE request = ?1"
                      " AND item IN (?2, substr(?2, 1, 9))",
                      "bt", request, (size_t)HASH_LEN, item));
    RULE(is_listed, "approval", "%s was not part of what was approved.", item);
    return CUSTODY_OK;
}
