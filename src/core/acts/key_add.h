/* Registering a key: what key.add and key.copy share (FORMATS.md §15, §17.2). */
#ifndef CUSTODY_CORE_KEY_ADD_H
#define CUSTODY_CORE_KEY_ADD_H

#include "../act.h"

/* The ring of a new key in a body: {item,label}. */
extern const struct field KEY_RING_FIELDS[];

/*
 * A new K item at the desk, on the ring (null or {item,label}, made at its first mention) and
 * with its movement "add". Its locks are the caller's. Checks "structure", "exists"; of the
 * ring "label", "state".
 */
struct new_key {
    const char *item, *label, *desk, *key_class;
    int64_t copy, event_at;
    const json_t *ring;
};
enum custody_status key_register(struct apply *a, const struct new_key *key,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;
/* Class of a key whose first lock this is; NEEDs the lock ("object"). */
enum custody_status key_class_of_lock(struct apply *a, const char *lock, char *out, size_t size,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
