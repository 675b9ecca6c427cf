/* What the acts that move keys share: receivers, receipts, rings and members (FORMATS.md §15,
 * §17 "Moving"). */
#ifndef CUSTODY_CORE_MOVE_H
#define CUSTODY_CORE_MOVE_H

#include "../act.h"

/* String member of an object; NULL for null or none. */
static inline const char *body_member(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

/* The receipt of FORMATS.md §9: image, kind, slip, unsigned_reason. */
extern const struct field RECEIPT_FIELDS[];

struct receiver {
    const char *id; /* handle or party id, borrowed from the body */
    bool is_party;
    struct person person; /* of a handle */
};
/* NEEDs a person or a live party (check "object"). */
enum custody_status receiver_load(struct apply *a, const char *id,
                                  struct receiver *ret_receiver,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;

/*
 * Persons but `except` with a live credential, not suspended, no auditor, who hold a role at
 * T(i), by themselves or by delegation: is there another one for the seat (stand-in)?
 */
enum custody_status count_other_holders(struct apply *a, const char *role, const char *except,
                                        int64_t *ret_count,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;

/* Does a list of {item, …}, sorted by item as bodies have it, name the item? NULL: no. */
bool items_name(const json_t *items, const char *item);

/* Where things go. due 0: none. */
struct move {
    const char *kind, *holder_kind, *holder;
    int64_t event_at, due;
    const json_t *stays; /* members of {item, …} that a ring leaves behind, or NULL */
};
/*
 * Members of a ring move with it: those that stand where it stands. "return" (kind) lets a
 * member be named beside its ring, elsewhere that is K4. *ret_missing: members that stay.
 */
enum custody_status move_members(struct apply *a, const struct item_state *ring,
                                 const struct move *move, int64_t *ret_missing,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;

/* May this item, as it stands, move? Judges by RULE; called for each item that is named. */
typedef enum custody_status (*move_check)(struct apply *a, const struct item_state *item,
                                          const void *arg, struct custody_error *err);
/*
 * Move all items of a list, rings first (FORMATS.md §17, Moving): labels, check, event times,
 * members, the flags ring-short and from-ring. check may be NULL.
 */
enum custody_status move_items(struct apply *a, const json_t *items, const struct move *move,
                               move_check check, const void *arg,
                               struct custody_error *err) CUSTODY_MUST_CHECK;

/* A ready move_check: the item stands where it should. */
struct stands {
    const char *holder_kind, *holder; /* holder NULL: whoever */
    const char *rule;                 /* when it does not */
};
enum custody_status move_check_stands(struct apply *a, const struct item_state *item,
                                      const void *stands,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;

/* The seat of who works at the desk of this code's custodian_role: `by`, alone or beside
 * others.
 */
static inline struct seat seat_clerk(const struct apply *a, const json_t *desk)
{
    return (struct seat){
        .kind = SEAT_ROLE, .roles = {body_member(desk, "custodian_role")}, .person = a->by};
}

/* Judge that each key moved by this very act is of a class that the desk keeps (K8). */
enum custody_status move_check_classes(struct apply *a, const json_t *desk,
                                       struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
