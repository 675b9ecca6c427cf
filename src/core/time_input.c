/* Times as people type them. */
#include <stdlib.h>
#include <string.h>

#include "custody/site.h"
#include "instant.h"
#include "text.h"

/* "+8h", "+30m", "+2d": seconds from now; -1 when it is none. */
static int64_t parse_offset(const char *text)
{
    size_t len = strlen(text);
    uint64_t count = 0;
    if (len < 3 || text[0] != '+' || !text_parse_u64(text + 1, len - 2, 100000, &count)) {
        return -1;
    }
    switch (text[len - 1]) {
    case 'm':
        return (int64_t)count * 60;
    case 'h':
        return (int64_t)count * 3600;
    case 'd':
        return (int64_t)count * 86400;
    default:
        return -1;
    }
}

enum custody_status custody_time_parse(const char *text, int utc_offset_min, char out[21],
                                       struct custody_error *err)
{
    int64_t seconds = 0;
    int64_t offset = parse_offset(text);
    if (strcmp(text, "now") == 0) {
        offset = 0;
    }
    if (offset >= 0) {
        seconds = instant_now() + offset;
    } else if (!instant_parse_local(text, utc_offset_min, &seconds)) {
        return custody_fail(
            err, CUSTODY_ERR_INVALID,
            "%.40s is no time: write 2026-11-05T21:00, 2026-11-05, now, or +8h.", text);
    }
    if (seconds < INSTANT_MIN || seconds > INSTANT_MAX) {
        return custody_fail(err, CUSTODY_ERR_INVALID, "That time is out of range.");
    }
    instant_format(seconds, out);
    return CUSTODY_OK;
}

void custody_time_local(const char *text, int utc_offset_min, char out[21])
{
    int64_t seconds = 0;
    if (instant_parse(text, strlen(text), &seconds)) {
        instant_format_local(seconds, utc_offset_min, out);
        return;
    }
    size_t len = strlen(text);
    len = len > 20 ? 20 : len;
    memcpy(out, text, len);
    out[len] = '\0';
}
