/* Seats, numbers and names that the acts of the register and of counting share. */
#include "register.h"

#include <string.h>

enum custody_status desk_count(struct apply *a, const char *desk,
                               struct desk_numbers *ret_numbers, struct custody_error *err)
{
    struct desk_numbers numbers = {0};
    TRY(store_get_int(a->store, err, &numbers.board, NULL,
                      "SELECT count(*) FROM board b CROSS JOIN item i ON i.item = b.item"
                      " WHERE b.desk = ?1 AND i.holder_kind = 'desk' AND i.holder = ?1",
                      "t", desk));
    /* A member that is out with its ring is counted with it. The two indexes (item_due,
     * item_holder) hold only what is out, however large the register is. */
#define OUT                                                                                    \
    " AND i.desk = ?1 AND NOT EXISTS (SELECT 1 FROM item r WHERE r.item = i.ring"              \
    " AND r.holder_kind = i.holder_kind AND r.holder = i.holder)"
    int64_t due = 0;
    int64_t in_trays = 0;
    TRY(store_get_int(a->store, err, &due, NULL,
                      "SELECT count(*) FROM item i WHERE i.due IS NOT NULL"
                      " AND +i.holder_kind IN ('person', 'party')" OUT,
                      "t", desk));
    TRY(store_get_int(a->store, err, &in_trays, NULL,
                      "SELECT count(*) FROM item i WHERE i.holder_kind = 'tray'" OUT, "t",
                      desk));
    TRY(store_get_int(a->store, err, &numbers.overdue, NULL,
                      "SELECT count(*) FROM item i WHERE i.due < ?2"
                      " AND +i.holder_kind IN ('person', 'party')" OUT,
                      "ti", desk, a->t));
    TRY(store_get_int(a->store, err, &numbers.sealed, NULL,
                      "SELECT count(*) FROM seal WHERE desk = ?1 AND opened_idx IS NULL", "t",
                      desk));
    numbers.open = due + in_trays;
    *ret_numbers = numbers;
    return CUSTODY_OK;
}

enum custody_status seat_desk_custodian(struct apply *a, const char *desk,
                                        const char *other_role, struct seat *ret_seat,
                                        struct custody_error *err)
{
    const json_t *row = NULL;
    TRY(apply_desk(a, desk, &row, err));
    *ret_seat = (struct seat){.kind = SEAT_ROLE,
                              .roles = {body_member(row, "custodian_role"), other_role}};
    return CUSTODY_OK;
}

enum custody_status desk_signs_alone(struct apply *a, const char *desk, const char *other_role,
                                     const char *check, struct custody_error *err)
{
    struct seating seating;
    struct seat seat;
    TRY(seat_desk_custodian(a, desk, other_role, &seat, err));
    return seats_require(a, &seat, 1, check,
                         other_role == NULL
                             ? "This act is signed by the desk's custodian."
                             : "This act is signed by the desk's custodian or a supervisor.",
                         &seating, err);
}

enum custody_status desk_signs_with(struct apply *a, const char *desk, struct seat second,
                                    const char *sentence, struct custody_error *err)
{
    struct seating seating;
    struct seat seats[2] = {{0}, second};
    TRY(seat_desk_custodian(a, desk, NULL, &seats[0], err));
    return seats_require(a, seats, 2, "seats", sentence, &seating, err);
}

enum custody_status register_need_place(struct apply *a, const char *place,
                                        struct custody_error *err)
{
    int64_t one = 0;
    bool is_found = false;
    TRY(store_get_int(a->store, err, &one, &is_found,
                      "SELECT 1 FROM place WHERE code = ?1 AND void_idx IS NULL", "t", place));
    NEED(is_found, "object", "There is no place of the code %s: add it first.", place);
    return CUSTODY_OK;
}

bool item_stands_at(const struct item_state *item, const char *desk)
{
    return strcmp(item->holder_kind, "desk") == 0 && strcmp(item->holder, desk) == 0;
}
