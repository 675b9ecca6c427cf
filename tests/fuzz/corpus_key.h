/* Made by make_corpus.py: the log key of the corpus, and the one text it signed. */
#ifndef CUSTODY_FUZZ_CORPUS_KEY_H
#define CUSTODY_FUZZ_CORPUS_KEY_H

#define CORPUS_VKEY "fuzz.example/custody+7d2c1ac7+AQhxwE2jJZNdIu2U6aeJJcLbjxXoyLUPB33f80S00434"
#define CORPUS_NOTE_TEXT                                                                       \
    "fuzz.example/custody\n"                                                                   \
    "8\n"                                                                                      \
    "+7pvvocKI85uabCbBUSk1IuaXuuPVPCatgAcj4MX098=\n"

#endif
