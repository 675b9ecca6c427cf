/* What the files of the world share. */
#ifndef CUSTODY_TESTS_WORLD_IMPL_H
#define CUSTODY_TESTS_WORLD_IMPL_H

#include "world.h"

#define DB_MAX (64u << 20)

/* The world itself does not stand: say what and abort. */
_Noreturn void world_die(const struct custody_error *err, const char *what);
void world_need(enum custody_status rc, const struct custody_error *err, const char *what);
/* The key of a name of len bytes; sign_key_clear() it. */
void world_key(const char *name, size_t len, struct sign_key *ret_key);
/* What prepare would put in: nulls, one terminal. */
void world_complete(json_t *body, const char *act);
void world_write_clock(struct world *world);

#endif
