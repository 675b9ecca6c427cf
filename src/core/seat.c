/*
 * Seats (FORMATS.md §14): the signers of an act are put one to one into the seats its row
 * wants. A person who sits by a delegated role counts as himself and as its giver; folds of
 * different seats must be disjoint, so nobody fills two of them under any name.
 */
#include <stdio.h>
#include <string.h>

#include "apply.h"
#include "policy.h"

#define OPTIONS_MAX 64

struct option {
    const char *role;
    char giver[HANDLE_SIZE];
};

struct options {
    size_t count;
    struct option items[OPTIONS_MAX];
};

static enum custody_status add_role_options(struct apply *a, const struct seat *seat,
                                            const char *const *roles, const char *signer,
                                            struct options *options, struct custody_error *err)
{
    (void)seat;
    for (size_t i = 0; i < SEAT_ROLES_MAX && roles[i] != NULL; i++) {
        for (int n = 0; options->count < OPTIONS_MAX; n++) {
            struct option *option = &options->items[options->count];
            bool holds = false;
            TRY(state_holds_role(a->state, signer, roles[i], a->t, n, &holds, option->giver,
                                 err));
            if (!holds) {
                break;
            }
            option->role = roles[i];
            options->count++;
            if (option->giver[0] == '\0') {
                break;
            }
        }
    }
    return CUSTODY_OK;
}

static void add_plain_option(struct options *options, bool fits)
{
    if (fits) {
        options->items[0].role = NULL;
        options->items[0].giver[0] = '\0';
        options->count = 1;
    }
}

/* In which ways can this signer sit here? */
static enum custody_status find_options(struct apply *a, const struct seat *seat,
                                        const char *signer, struct options *options,
                                        struct custody_error *err)
{
    static const char *const officer[SEAT_ROLES_MAX] = {"administrator", "centre_manager"};
    struct person person = {0};
    options->count = 0;
    TRY(state_person(a->state, signer, &person, err));
    bool is_somebody_else = seat->person != NULL && strcmp(signer, seat->person) != 0;
    if (!person.is_known || is_somebody_else) {
        return CUSTODY_OK;
    }
    bool own_admin = false;
    bool own_manager = false;
    switch (seat->kind) {
    case SEAT_OFFICER:
        TRY(add_role_options(a, seat, officer, signer, options, err));
        /* He is one whatever his roles have become (FORMATS.md §14). */
        if (options->count == 0 &&
            strcmp(signer, policy_text(a->policy, "recovery_officer")) == 0) {
            add_plain_option(options, !person.is_suspended && !person.is_auditor);
        }
        return CUSTODY_OK;
    case SEAT_ROLE:
        return add_role_options(a, seat, seat->roles, signer, options, err);
    case SEAT_PERSON:
        add_plain_option(options, !person.is_suspended && !person.is_auditor);
        return CUSTODY_OK;
    case SEAT_SELF:
        add_plain_option(options, !person.is_suspended);
        return CUSTODY_OK;
    case SEAT_RETURNER:
        add_plain_option(options, !person.is_auditor);
        return CUSTODY_OK;
    case SEAT_OWNER:
        add_plain_option(options, true);
        return CUSTODY_OK;
    case SEAT_ANY:
        add_plain_option(options, !person.is_suspended && !person.is_auditor);
        return CUSTODY_OK;
    case SEAT_LIVE_OFFICER:
        TRY(state_has_own_role(a->state, signer, "administrator", &own_admin, err));
        TRY(state_has_own_role(a->state, signer, "centre_manager", &own_manager, err));
        add_plain_option(options,
                         !person.is_suspended && (own_admin || own_manager) &&
                             strcmp(signer, policy_text(a->policy, "recovery_officer")) != 0);
        return CUSTODY_OK;
    }
    return CUSTODY_OK;
}

void apart_add(struct apart *apart, const char *handle)
{
    if (apart->count < APART_MAX && !apart_has(apart, handle)) {
        (void)snprintf(apart->handle[apart->count++], HANDLE_SIZE, "%s", handle);
    }
}

bool apart_has(const struct apart *apart, const char *handle)
{
    for (size_t i = 0; i < apart->count; i++) {
        if (strcmp(apart->handle[i], handle) == 0) {
            return true;
        }
    }
    return false;
}

static bool fold_has(const char *handle, const char *giver, const char *person)
{
    return strcmp(handle, person) == 0 || (giver[0] != '\0' && strcmp(giver, person) == 0);
}

static bool is_excluded(const struct seat *seat, const char *handle, const char *giver)
{
    for (size_t i = 0; i < SEAT_EXCEPT_MAX; i++) {
        if (seat->except[i] != NULL && fold_has(handle, giver, seat->except[i])) {
            return true;
        }
    }
    return seat->apart != NULL && (apart_has(seat->apart, handle) ||
                                   (giver[0] != '\0' && apart_has(seat->apart, giver)));
}

static bool folds_meet(const struct seating *seating, size_t seat, const char *handle,
                       const char *giver)
{
    for (size_t i = 0; i < seat; i++) {
        if (fold_has(seating->handle[i], seating->giver[i], handle) ||
            (giver[0] != '\0' && fold_has(seating->handle[i], seating->giver[i], giver))) {
            return true;
        }
    }
    return false;
}

/* Depth is the number of seats, at most SEATS_MAX. */
static enum custody_status place_from(struct apply *a, /* NOLINT(misc-no-recursion) */
                                      const struct seat *seats, size_t count, size_t seat,
                                      unsigned taken, struct seating *seating,
                                      struct custody_error *err)
{
    if (seat == count) {
        seating->is_filled = true;
        return CUSTODY_OK;
    }
    for (size_t s = 0; s < a->signer_count; s++) {
        struct options options = {0};
        if ((taken & (1U << s)) != 0) {
            continue;
        }
        TRY(find_options(a, &seats[seat], a->signers[s], &options, err));
        for (size_t o = 0; o < options.count; o++) {
            const struct option *option = &options.items[o];
            if (is_excluded(&seats[seat], a->signers[s], option->giver) ||
                folds_meet(seating, seat, a->signers[s], option->giver)) {
                continue;
            }
            seating->handle[seat] = a->signers[s];
            seating->role[seat] = option->role;
            (void)snprintf(seating->giver[seat], HANDLE_SIZE, "%s", option->giver);
            TRY(place_from(a, seats, count, seat + 1, taken | (1U << s), seating, err));
            if (seating->is_filled) {
                return CUSTODY_OK;
            }
        }
    }
    return CUSTODY_OK;
}

enum custody_status seats_try(struct apply *a, const struct seat *seats, size_t count,
                              struct seating *ret_seating, struct custody_error *err)
{
    struct seating seating = {.is_filled = false};
    struct seat lax[SEATS_MAX];
    bool has_apart = false;
    if (count == a->signer_count && count <= SEATS_MAX) {
        TRY(place_from(a, seats, count, 0, 0, &seating, err));
        for (size_t i = 0; i < count; i++) {
            lax[i] = seats[i];
            lax[i].apart = NULL;
            has_apart = has_apart || seats[i].apart != NULL;
        }
        if (!seating.is_filled && has_apart) {
            TRY(place_from(a, lax, count, 0, 0, &seating, err));
        }
    }
    *ret_seating = seating;
    return CUSTODY_OK;
}

enum custody_status seats_require(struct apply *a, const struct seat *seats, size_t count,
                                  const char *check, const char *sentence,
                                  struct seating *ret_seating, struct custody_error *err)
{
    TRY(seats_try(a, seats, count, ret_seating, err));
    RULE(ret_seating->is_filled, check, "%s", sentence);
    return CUSTODY_OK;
}

enum custody_status seats_two_officers(struct apply *a, const char *except,
                                       struct custody_error *err)
{
    struct seating seating;
    struct seat seats[2] = {{.kind = SEAT_OFFICER, .except = {except}},
                            {.kind = SEAT_OFFICER, .except = {except}}};
    return seats_require(a, seats, 2, "seats",
                         "This act wants two officers (administrator, centre manager), two "
                         "persons of whom none is the one concerned.",
                         &seating, err);
}

void seat_any_custodian(const struct apply *a, struct seat *seat)
{
    size_t i = 0;
    size_t count = 0;
    const json_t *desk = NULL;
    seat->kind = SEAT_ROLE;
    json_array_foreach(json_object_get(a->policy, "desks"), i, desk)
    {
        const char *role = json_string_value(json_object_get(desk, "custodian_role"));
        bool is_listed = false;
        for (size_t j = 0; j < count; j++) {
            is_listed = is_listed || strcmp(seat->roles[j], role) == 0;
        }
        if (!is_listed && count < SEAT_ROLES_MAX) {
            seat->roles[count++] = role;
        }
    }
}
