/* What a signer is shown, and the question. */
#include <stdlib.h>
#include <string.h>

#include "print.h"
#include "session_act.h"

static void print_line(FILE *out, const char *label, const char *text)
{
    (void)fprintf(out, "  %s: ", label);
    print_text(out, text);
    (void)fputc('\n', out);
}

void session_describe(const struct session *session, FILE *out, const json_t *description)
{
    const enum custody_lang lang = session->lang;
    const int offset = session_offset(session);
    const json_t *head = json_object_get(description, "head");
    const json_t *refs = json_object_get(description, "refs");
    const json_t *replaced = json_object_get(description, "replaces");
    const char *sentence = json_string_value(json_object_get(description, "sentence"));
    print_text(out, sentence != NULL ? sentence : "");
    (void)fputc('\n', out);
    (void)fprintf(out, "  %s:\n", text_of(lang, TEXT_FIELDS));
    print_object(out, json_object_get(description, "fields"), "    ", lang, offset);
    for (size_t i = 0; i < json_array_size(refs); i++) {
        const char *text =
            json_string_value(json_object_get(json_array_get(refs, i), "sentence"));
        print_line(out, text_of(lang, TEXT_REFERS_TO), text != NULL ? text : "?");
    }
    static const struct {
        const char *member;
        enum text_id label;
    } lists[] = {{"signers", TEXT_SIGNERS}, {"signed", TEXT_SIGNED_BY}, {"flags", TEXT_FLAG}};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        const json_t *list = json_object_get(description, lists[i].member);
        if (json_array_size(list) > 0) {
            char *text = print_value(list, NULL, lang, offset);
            print_line(out, text_of(lang, lists[i].label), text != NULL ? text : "");
            free(text);
        }
    }
    if (head != NULL) {
        const char *root = json_string_value(json_object_get(head, "root"));
        (void)fprintf(out, "  %s: %lld %.16s\n", text_of(lang, TEXT_HEAD),
                      (long long)json_integer_value(json_object_get(head, "size")),
                      root != NULL ? root : "");
    }
    if (json_is_true(json_object_get(description, "first_head"))) {
        (void)fprintf(out, "  %s: %s\n", text_of(lang, TEXT_NOTE),
                      text_of(lang, TEXT_FIRST_HEAD));
    }
    const json_int_t skipped = json_integer_value(json_object_get(description, "skipped_acts"));
    if (skipped > 0) {
        (void)fprintf(out, "  %s: %s: %lld\n", text_of(lang, TEXT_NOTE),
                      text_of(lang, TEXT_SKIPPED), (long long)skipped);
    }
    if (json_is_string(replaced)) {
        print_line(out, text_of(lang, TEXT_REPLACES), json_string_value(replaced));
    }
}

static bool has_agreed(const struct session_asking *asking)
{
    for (size_t i = 0; i < asking->agreed_count; i++) {
        if (strcmp(asking->agreed[i], asking->handle) == 0) {
            return true;
        }
    }
    return false;
}

bool session_ask(void *arg, const json_t *description)
{
    struct session_asking *asking = arg;
    if (!asking->is_asked) {
        return true;
    }
    const char *sentence = json_string_value(json_object_get(description, "sentence"));
    const bool is_same =
        sentence != NULL && asking->sentence != NULL && strcmp(sentence, asking->sentence) == 0;
    if (is_same && has_agreed(asking)) {
        return true;
    }
    if (!is_same || json_is_string(json_object_get(description, "replaces"))) {
        FILE *terminal = fopen("/dev/tty", "we");
        if (terminal == NULL) {
            return false;
        }
        session_describe(asking->session, terminal, description);
        const bool is_shown = fclose(terminal) == 0;
        if (!is_shown) {
            return false;
        }
    }
    if (!is_same) {
        free(asking->sentence);
        asking->sentence = session_copy(sentence != NULL ? sentence : "");
        asking->agreed_count = 0;
    }
    if (!prompt_agrees(asking->handle, text_of(asking->session->lang, TEXT_SIGN_THIS))) {
        return false;
    }
    if (asking->agreed_count < SESSION_SIGNERS_MAX) {
        asking->agreed[asking->agreed_count++] = asking->handle;
    }
    return true;
}

void session_asking_clear(struct session_asking *asking)
{
    free(asking->sentence);
    asking->sentence = NULL;
    asking->agreed_count = 0;
}
