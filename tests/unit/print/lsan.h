/*
 * What LeakSanitizer may overlook in programs that make PDFs: cairo 1.16 loses a table for
 * every font that it embeds, fontconfig a pattern for every process. Include once a program.
 */
#ifndef CUSTODY_TEST_PRINT_LSAN_H
#define CUSTODY_TEST_PRINT_LSAN_H

const char *__lsan_default_suppressions(void);

/* The name is the sanitizer's; without it nobody calls this. */
const char *__lsan_default_suppressions(void)
{
    return "leak:libcairo.so\nleak:libfontconfig.so\n";
}

#endif
