/*
 * Homes as offices write them: 3#-2-1201, 3栋2单元1201室, 三号楼二单元1201, ３－２－１２０１.
 * The register decides: a text means the one place that it can mean, or none.
 */
#ifndef CUSTODY_CORE_ADDRESS_H
#define CUSTODY_CORE_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "custody/error.h"

enum address_result {
    ADDRESS_FOUND,
    ADDRESS_AMBIGUOUS,  /* several places fit */
    ADDRESS_NONE,       /* read, but the register has no such place */
    ADDRESS_UNREADABLE, /* no address in any known spelling */
};

/* Strings belong to the book. */
struct address_match {
    const char *code;
    const char *label;
    const char *kind;
    const char *other;  /* ADDRESS_AMBIGUOUS: label of a second place that fits */
    bool is_as_written; /* the text is the label or the code itself */
};

struct address_book;

enum custody_status address_book_new(struct address_book **ret_book,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;
/* A place of the register, in any order. parent: its code, NULL for none. */
enum custody_status address_book_add(struct address_book *book, const char *code,
                                     const char *label, const char *kind, const char *parent,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;
/* After the last place and before the first search. */
enum custody_status address_book_finish(struct address_book *book,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;
void address_book_free(struct address_book *book); /* NULL is fine */

/*
 * The place that text means. An exact label wins; else every place whose code it is, whose
 * label it is but for spaces, width and hyphens, or whose building, unit and room it names must
 * be one and the same. A missing unit or estate name fits any, a written one only its own.
 * ret_match is set for FOUND and AMBIGUOUS alone.
 */
enum address_result address_find(const struct address_book *book, const char *text,
                                 struct address_match *ret_match);
/*
 * The same from a sheet with columns of their own for building and unit ("" where there is
 * none). room may repeat the whole address; then both must agree.
 */
enum address_result address_find_parts(const struct address_book *book, const char *building,
                                       const char *unit, const char *room,
                                       struct address_match *ret_match);
/* Does text name building, unit and room, so that nothing beside it is needed? */
bool address_is_whole(const char *text);
/* The nearest place above code (or itself) of this kind; NULL: none. */
const char *address_ancestor(const struct address_book *book, const char *code,
                             const char *kind);

/* 1 to 99 in Chinese numerals (三, 十二, 二十, 九十九). False: it is none. */
bool address_numeral(const char *text, size_t len, unsigned *ret_value);

#endif
