/*
 * Bodies of acts from command lines: a command names its act and, for each member of the body,
 * where on the line it comes from (command_act.c runs such rows).
 */
#ifndef CUSTODY_CLI_BODY_H
#define CUSTODY_CLI_BODY_H

#include "session.h"

/* Where a member comes from. option: its option; extra: as said. "Null" when not given. */
enum body_how {
    BODY_END,
    BODY_ITEMS_WORDS,  /* items: the words; extra kinds, NULL: "KR" */
    BODY_ITEMS,        /* items: values of a repeatable option, may be none; extra kinds */
    BODY_ITEM_WORD,    /* {item,label}: the first word; extra kinds */
    BODY_ITEM_OPTION,  /* {item,label} or null; extra kinds */
    BODY_NAME,         /* an id or null; extra kinds */
    BODY_NAME_WORD,    /* an id: the first word; extra kinds */
    BODY_LOCKS_WORDS,  /* [{code,label}]: the words, names of locks */
    BODY_TEXT,         /* text or null; extra: fallback */
    BODY_DAY_WORD,     /* the first word, a date */
    BODY_TIME,         /* time or null; extra: fallback, as typed */
    BODY_INT,          /* whole number; extra: fallback */
    BODY_FLAG,         /* true or false */
    BODY_SET,          /* set of codes, may be empty */
    BODY_PLACES,       /* set of place codes, may be empty */
    BODY_HOLDERS,      /* [{holder}], may be empty; extra kinds; option NULL: the words */
    BODY_ACT,          /* act id or null; extra: read to look in, NULL: the log */
    BODY_ACT_WORD,     /* act id: the first word */
    BODY_EVENT,        /* event_at and late, of --event-at and --late */
    BODY_DESK,         /* --desk, else the home desk of the first item (member items or of) */
    BODY_RECEIPT,      /* receipt of whom `option` names (a handle signs where he can) */
    BODY_RECEIPT_NULL, /* the same, null when that option is not given */
    BODY_COUNTED,      /* {board,open,overdue,sealed} of --board, --open, ... */
    BODY_ACCEPTED,     /* [{reason,warning}] of --accept WARNING=REASON */
    BODY_WINDOW,       /* {end,start} of --start (now) and --end */
    BODY_LITERAL       /* the text extra */
};
struct body_member {
    const char *member;
    enum body_how how;
    const char *option;
    const char *extra;
};

/* Options that several acts take, in the words of all. */
#define BODY_OPT_DESK                                                                          \
    OPT("desk", "DESK", 0, "保管台(默认第一把钥匙的保管台)", "desk (default: the first key's)")
#define BODY_OPT_DESK_REQUIRED OPT("desk", "DESK", OPTION_REQUIRED, "保管台", "desk")
#define BODY_OPT_REASON                                                                        \
    OPT("reason", "CODE", OPTION_REQUIRED, "原因代码", "reason code of the policy")
#define BODY_OPT_PURPOSE                                                                       \
    OPT("purpose", "CODE", OPTION_REQUIRED, "事由代码", "purpose code of the policy")
#define BODY_OPT_FOR                                                                           \
    OPT("for", "TEXT", OPTION_REQUIRED, "部门或工单号", "department or work order")
#define BODY_OPT_APPROVAL OPT("approval", "ACT", 0, "批准事项编号", "act id of the approval")
/* What BODY_RECEIPT reads. */
#define BODY_OPTS_RECEIPT                                                                      \
    OPT("receipt", "KIND", 0, "签收方式 credential screen paper thumb",                        \
        "receipt: credential screen paper thumb"),                                             \
        OPT("slip", "NO", 0, "纸质单编号", "number of the paper slip"),                        \
        OPT("unsigned-reason", "CODE", 0, "未用电子签名的原因代码",                            \
            "why a person with a credential does not sign")

/* The body that the line and the rows say. The caller's reference. */
enum custody_status body_build(struct session *session, const struct body_member *members,
                               json_t **ret_body, struct custody_error *err) CUSTODY_MUST_CHECK;

/* --receipt, --slip, --unsigned-reason -> receipt; kind: by credential where `other` signs this
 * act, else screen, or paper with a slip. */
enum custody_status body_receipt(const struct session *session, const char *other,
                                 json_t **ret_receipt,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;
/* When a loan from this desk is due, in signed form: the end of the shift that runs now or
 * comes next by the policy, in a day that is no holiday (K11); "" when there are no shifts. */
enum custody_status body_due(struct session *session, const char *desk,
                             char out[SESSION_TIME_SIZE],
                             struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
