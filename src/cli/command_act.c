/* Commands that are one act: the row says where its body comes from. */
#include "command.h"
#include "session_act.h"

enum custody_status command_run_act(struct session *session, const struct command *command,
                                    struct custody_error *err)
{
    json_t *body = NULL;
    const enum custody_status rc = body_build(session, command->members, &body, err);
    return rc == CUSTODY_OK ? session_act(session, command->act, body, err) : rc;
}
