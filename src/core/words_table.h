/* Chinese words of the codes that are fixed in the program. */
#ifndef CUSTODY_CORE_WORDS_TABLE_H
#define CUSTODY_CORE_WORDS_TABLE_H

struct word {
    const char *column; /* NULL: in every column that has no word of its own for it */
    const char *code;
    const char *zh;
};

extern const struct word WORDS[]; /* ended by a NULL code */

#endif
