/*
 * Time: text to seconds and back, and the only clock.
 *
 * Own calendar arithmetic instead of timegm()/strptime(): those take more spellings and depend
 * on the locale and the time zone of the machine.
 */
#include "instant.h"

#include <assert.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define DAY_S          INT64_C(86400)
#define OFFSET_MAX_MIN 1440 /* no place on earth is farther from UTC than a day */

struct civil {
    int year;
    int month;
    int day;
    int hour;
    int minute;
    int second;
};

/* Two or four decimal digits, -1 when one is none. */
static int digits(const char *text, size_t count)
{
    int value = 0;

    for (size_t i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return -1;
        }
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_days(int year, int month)
{
    static const int DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return month == 2 && is_leap(year) ? 29 : DAYS[month - 1];
}

static bool civil_is_real(const struct civil *civil)
{
    return civil->year >= 2000 && civil->year <= 2099 && civil->month >= 1 &&
           civil->month <= 12 && civil->day >= 1 &&
           civil->day <= month_days(civil->year, civil->month) && civil->hour >= 0 &&
           civil->hour <= 23 && civil->minute >= 0 && civil->minute <= 59 &&
           civil->second >= 0 && civil->second <= 59;
}

static int64_t civil_seconds(const struct civil *civil)
{
    int64_t days = INSTANT_MIN / DAY_S;

    for (int year = 2000; year < civil->year; year++) {
        days += is_leap(year) ? 366 : 365;
    }
    for (int month = 1; month < civil->month; month++) {
        days += month_days(civil->year, month);
    }
    days += civil->day - 1;
    return days * DAY_S + civil->hour * INT64_C(3600) + civil->minute * INT64_C(60) +
           civil->second;
}

/* s from 1999-01-01 on; local times may stand a day outside INSTANT_MIN..INSTANT_MAX. */
static void civil_from_seconds(int64_t s, struct civil *civil)
{
    int64_t days = s / DAY_S - (INSTANT_MIN / DAY_S - 365);
    int in_day = (int)(s % DAY_S);

    civil->year = 1999;
    while (days >= (is_leap(civil->year) ? 366 : 365)) {
        days -= is_leap(civil->year) ? 366 : 365;
        civil->year++;
    }
    civil->month = 1;
    while (days >= month_days(civil->year, civil->month)) {
        days -= month_days(civil->year, civil->month);
        civil->month++;
    }
    civil->day = (int)days + 1;
    civil->hour = in_day / 3600;
    civil->minute = in_day / 60 % 60;
    civil->second = in_day % 60;
}

static bool parse_date(const char *text, struct civil *civil)
{
    civil->year = digits(text, 4);
    civil->month = digits(text + 5, 2);
    civil->day = digits(text + 8, 2);
    return text[4] == '-' && text[7] == '-' && civil->year >= 0 && civil->month >= 0 &&
           civil->day >= 0;
}

bool instant_parse(const char *text, size_t len, int64_t *ret_s)
{
    struct civil civil;

    if (len != INSTANT_TEXT_SIZE - 1 || !parse_date(text, &civil) || text[10] != 'T' ||
        text[13] != ':' || text[16] != ':' || text[19] != 'Z') {
        return false;
    }
    civil.hour = digits(text + 11, 2);
    civil.minute = digits(text + 14, 2);
    civil.second = digits(text + 17, 2);
    if (!civil_is_real(&civil)) {
        return false;
    }
    *ret_s = civil_seconds(&civil);
    return true;
}

bool instant_is_date(const char *text, size_t len)
{
    char whole[INSTANT_TEXT_SIZE] = "0000-00-00T00:00:00Z";
    int64_t seconds = 0;
    if (len != 10) {
        return false;
    }
    memcpy(whole, text, 10);
    return instant_parse(whole, INSTANT_TEXT_SIZE - 1, &seconds);
}

bool instant_is_day(const char *text, size_t len)
{
    /* The calendar of 1900 to 1999 is that of a hundred years later, but for 29 February 1900.
     */
    char later[10];
    if (len != sizeof later || strncmp(text, "1900-02-29", len) == 0) {
        return false;
    }
    memcpy(later, text, len);
    if (text[0] == '1' && text[1] == '9') {
        later[0] = '2';
        later[1] = '0';
    } else if (text[0] != '2' || text[1] != '0') {
        return false;
    }
    return instant_is_date(later, len);
}

static void put_digits(char *out, int value, size_t count)
{
    for (size_t i = count; i > 0; i--) {
        out[i - 1] = (char)('0' + value % 10);
        value /= 10;
    }
}

/* "YYYY-MM-DD?hh:mm:ss", 19 characters without a closing 0. */
static void put_civil(const struct civil *civil, char between, char *out)
{
    put_digits(out, civil->year, 4);
    out[4] = '-';
    put_digits(out + 5, civil->month, 2);
    out[7] = '-';
    put_digits(out + 8, civil->day, 2);
    out[10] = between;
    put_digits(out + 11, civil->hour, 2);
    out[13] = ':';
    put_digits(out + 14, civil->minute, 2);
    out[16] = ':';
    put_digits(out + 17, civil->second, 2);
}

void instant_format(int64_t s, char out[INSTANT_TEXT_SIZE])
{
    struct civil civil;

    assert(s >= INSTANT_MIN && s <= INSTANT_MAX);
    civil_from_seconds(s, &civil);
    put_civil(&civil, 'T', out);
    out[19] = 'Z';
    out[20] = 0;
}

/* What may follow the date: "", "Thh:mm", "Thh:mm:ss", each with T or a space and perhaps Z. */
static bool parse_clock(const char *text, struct civil *civil, bool *ret_is_utc)
{
    size_t len = strlen(text);

    civil->hour = 0;
    civil->minute = 0;
    civil->second = 0;
    *ret_is_utc = false;
    if (len == 0) {
        return true;
    }
    if (len > 1 && text[len - 1] == 'Z') {
        *ret_is_utc = true;
        len--;
    }
    if ((len != 6 && len != 9) || (text[0] != 'T' && text[0] != ' ') || text[3] != ':') {
        return false;
    }
    civil->hour = digits(text + 1, 2);
    civil->minute = digits(text + 4, 2);
    if (len == 9) {
        civil->second = text[6] == ':' ? digits(text + 7, 2) : -1;
    }
    return true;
}

bool instant_parse_local(const char *text, int utc_offset_min, int64_t *ret_s)
{
    struct civil civil;
    bool is_utc = false;

    if (text == NULL || utc_offset_min < -OFFSET_MAX_MIN || utc_offset_min > OFFSET_MAX_MIN ||
        strlen(text) < 10 || !parse_date(text, &civil) ||
        !parse_clock(text + 10, &civil, &is_utc) || !civil_is_real(&civil)) {
        return false;
    }
    int64_t s = civil_seconds(&civil) - (is_utc ? 0 : INT64_C(60) * utc_offset_min);
    if (s < INSTANT_MIN || s > INSTANT_MAX) {
        return false;
    }
    *ret_s = s;
    return true;
}

void instant_format_local(int64_t s, int utc_offset_min, char out[INSTANT_TEXT_SIZE])
{
    struct civil civil;

    assert(s >= INSTANT_MIN && s <= INSTANT_MAX);
    /* the offset comes from a ledger that may be forged: show something, do not stop */
    if (utc_offset_min < -OFFSET_MAX_MIN || utc_offset_min > OFFSET_MAX_MIN) {
        utc_offset_min = 0;
    }
    civil_from_seconds(s + INT64_C(60) * utc_offset_min, &civil);
    put_civil(&civil, ' ', out);
    out[19] = 0;
}

/* First line of the file that stands for the clock in tests and in the demo. */
static bool read_clock_file(const char *path, int64_t *ret_s)
{
    char text[64];
    size_t used = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd < 0) {
        return false;
    }
    while (used < sizeof text) {
        ssize_t got = read(fd, text + used, sizeof text - used);
        if (got <= 0) {
            break;
        }
        used += (size_t)got;
    }
    (void)close(fd);
    size_t line = 0;
    while (line < used && text[line] != '\n') {
        line++;
    }
    if (line > 0 && text[line - 1] == '\r') {
        line--;
    }
    return instant_parse(text, line, ret_s);
}

int64_t instant_now(void)
{
    struct timespec now = {0};
    int64_t s = 0;
    const char *path = getenv("CUSTODY_CLOCK");

    if (path != NULL && path[0] != 0 && read_clock_file(path, &s)) {
        return s;
    }
    (void)clock_gettime(CLOCK_REALTIME, &now);
    s = (int64_t)now.tv_sec;
    /* a machine whose battery died says 1970: still a time that can be written */
    if (s < INSTANT_MIN) {
        return INSTANT_MIN;
    }
    return s > INSTANT_MAX ? INSTANT_MAX : s;
}
