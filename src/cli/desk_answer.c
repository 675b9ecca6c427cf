/*
 * desk: every line is answered by one big line and, for an error, by the bell: the clerk looks
 * at the key, not at the screen.
 */
#include "desk.h"

#include <string.h>
#include <time.h>

#include "print.h"
#include "text.h"

int64_t desk_now_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

const char *desk_words(const struct desk *desk, const char *zh, const char *en)
{
    return desk->session->lang == CUSTODY_ZH ? zh : en;
}

void desk_answer(struct desk *desk, const char *kind, const char *head, const char *text)
{
    FILE *out = desk->session->out;
    const double ms = (double)(desk_now_ns() - desk->begin_ns) / 1e6;
    const bool is_error = strcmp(kind, "error") == 0;
    if (desk->session->is_json) {
        json_t *line =
            json_pack("{s:s,s:s,s:f,s:s}", "event", kind, "head", head, "ms", ms, "text", text);
        struct custody_error ignored = {0};
        if (line != NULL && print_json(out, line, false, &ignored) != CUSTODY_OK) {
            clearerr(out);
        }
        json_decref(line);
    } else {
        const char *colour = is_error ? "\033[1;31m" : "\033[1;32m";
        (void)fprintf(out, "%s%s%s", desk->is_terminal ? colour : "", is_error ? "\a\a" : "",
                      is_error ? "!! " : "== ");
        print_text(out, head);
        (void)fputs(desk->is_terminal ? "\033[0m" : "", out);
        if (text[0] != '\0') {
            (void)fputs("  ", out);
            print_text(out, text);
        }
        (void)fputc('\n', out);
    }
    (void)fflush(out);
}

void desk_answer_error(struct desk *desk, const struct custody_error *error)
{
    char head[256];
    const enum custody_lang lang = desk->session->lang;
    const char *meaning = lang == CUSTODY_ZH ? custody_check_text(error->rule, lang) : NULL;
    (void)snprintf(head, sizeof head, "%s%s%s%s %s", text_status(lang, error->status),
                   error->rule[0] != '\0' ? " (" : "", error->rule,
                   error->rule[0] != '\0' ? ")" : "", meaning != NULL ? meaning : "");
    desk_answer(desk, "error", head, error->text);
}

void desk_forget_basket(struct desk *desk)
{
    (void)json_array_clear(desk->items);
    desk->has_receiver = false;
    desk->accepted_count = 0;
}

void desk_list_items(const json_t *items, char *out, size_t size)
{
    size_t len = 0;
    out[0] = '\0';
    for (size_t i = 0; i < json_array_size(items); i++) {
        const json_t *item = json_array_get(items, i);
        const int n = snprintf(out + len, size - len, "%s%s %s", i > 0 ? ", " : "",
                               json_string_value(json_object_get(item, "label")),
                               json_string_value(json_object_get(item, "item")));
        if (n < 0 || (size_t)n >= size - len) {
            out[len] = '\0';
            return;
        }
        len += (size_t)n;
    }
}
