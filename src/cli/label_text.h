/*
 * What stands on a label (regulation K5): 栋号-单元、楼层房号 or the facility's name. Never the
 * estate's name, an owner's name or telephone: a lost key must not tell where it fits.
 */
#ifndef CUSTODY_CLI_LABEL_TEXT_H
#define CUSTODY_CLI_LABEL_TEXT_H

#include "custody/label.h"
#include "session.h"

/* What labels are made from, read once. */
struct label_register {
    json_t *policy;
    json_t *places; /* by code */
    json_t *labels; /* codes by label */
    json_t *copies; /* by label of a key: the highest copy number; NULL: not counted */
    char estate[400];
    char site_code[CUSTODY_SITE_LEN + 1];
};

/* list: of label_select; copies are counted when with_copies. */
enum custody_status label_register_read(struct session *session, const json_t *list,
                                        bool with_copies, struct label_register *reg,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;
void label_register_clear(struct label_register *reg); /* zeroed is fine */

/* The parts of an address, each "" where there is none. */
struct label_words {
    char address[400];
    char building[400];
    char room[400];
    char what[800];   /* a range is two labels */
    char number[400]; /* of the archive alone, as note */
    char note[400];
};

/* What a key or ring of this label (and first lock, NULL: none) is called on its tag. */
enum custody_status label_words_make(struct session *session, const struct label_register *reg,
                                     const json_t *row, struct label_words *words,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;

/*
 * What a folder, box or shelf is called: the home of a folder as a key's, and the name of its
 * box as number; of a box its range, first to last folder, as what, and how many as note; of a
 * shelf the same of its boxes.
 */
void label_archive_words(const struct label_register *reg, const json_t *row,
                         struct label_words *words);

/* Has the policy such a class of keys or folders? text: its code, so many bytes. */
bool label_class_is_known(const json_t *policy, const char *text, size_t len);

/* The word of a class: 业主, 公共, 设备; "" for none. out: at least 64 bytes. */
void label_class_word(const struct label_register *reg, const char *class, char *out,
                      size_t room);

/*
 * The labels themselves, codes and all; texts belong to ret_texts. Rows have "profile" and,
 * where they have an item, "generation" (label_record.h).
 *
 * ERR_USAGE: --class-colour is no CLASS=#rrggbb; ERR_NOT_FOUND: a class that there is not
 */
struct label_texts {
    struct custody_label *labels;
    size_t count;
    char **blocks;
    size_t block_count;
    size_t used; /* of the last block */
};
enum custody_status label_texts_make(struct session *session, const struct label_register *reg,
                                     const json_t *list, struct label_texts *ret_texts,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;
void label_texts_clear(struct label_texts *texts); /* zeroed is fine */

#endif
