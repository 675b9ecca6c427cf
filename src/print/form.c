/*
 * Reading form files: see custody/form.h. Order within [columns] is the order on the page;
 * every other name of [form] stands exactly once, so that a misspelt line never means a
 * default.
 */
#include "custody/form.h"

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "file.h"
#include "form_impl.h"
#include "settings.h"
#include "text.h"

#define FORM_BYTES_MAX  ((size_t)64 * 1024)
#define FORM_SUFFIX     ".form"
#define FORM_SUFFIX_LEN (sizeof FORM_SUFFIX - 1)
#define FORMS_MAX       1000U
#define SHARE_MAX       200U
#define LOWER           "abcdefghijklmnopqrstuvwxyz"
#define DIGITS          "0123456789"

enum section {
    SECTION_NONE,
    SECTION_FORM,
    SECTION_WHERE,
    SECTION_COVER,
    SECTION_COLUMNS,
    SECTION_COUNT
};

static const char *const SECTIONS[SECTION_COUNT] = {[SECTION_FORM] = "form",
                                                    [SECTION_WHERE] = "where",
                                                    [SECTION_COVER] = "cover",
                                                    [SECTION_COLUMNS] = "columns"};

enum field { FIELD_TITLE, FIELD_RULE, FIELD_READ, FIELD_PAGE, FIELD_SIGN, FIELD_COUNT };

static const char *const FIELDS[FIELD_COUNT] = {
    [FIELD_TITLE] = "title", [FIELD_RULE] = "rule", [FIELD_READ] = "read",
    [FIELD_PAGE] = "page",   [FIELD_SIGN] = "sign",
};

struct reader {
    const char *path;
    size_t line;
    struct custody_form *form;
    enum section section;
    bool had_section[SECTION_COUNT];
    bool had_field[FIELD_COUNT];
};

static enum custody_status refuse(const struct reader *reader, const char *what,
                                  struct custody_error *err)
{
    return custody_fail(err, CUSTODY_ERR_INVALID, "%s, line %zu: %s: correct the form file",
                        reader->path, reader->line, what);
}

static enum custody_status take_sign(struct reader *reader, struct settings_span value,
                                     struct custody_error *err)
{
    struct custody_form *form = reader->form;
    if (form->sign_count == CUSTODY_FORM_SIGNS_MAX) {
        return refuse(reader, "a form has at most 6 lines to sign on", err);
    }
    return settings_copy_words(value, form->signs[form->sign_count++], CUSTODY_FORM_TEXT_SIZE)
               ? CUSTODY_OK
               : refuse(reader, "this caption is empty, too long or of other characters", err);
}

static enum custody_status take_field(struct reader *reader, struct settings_span name,
                                      struct settings_span value, struct custody_error *err)
{
    struct custody_form *form = reader->form;
    size_t field = 0;
    while (field < FIELD_COUNT && !settings_is_word(name, FIELDS[field])) {
        field++;
    }
    if (field == FIELD_COUNT) {
        return refuse(reader, "this name is not known here", err);
    }
    if (field == FIELD_SIGN) {
        return take_sign(reader, value, err);
    }
    if (reader->had_field[field]) {
        return refuse(reader, "this name stands twice", err);
    }
    reader->had_field[field] = true;
    bool fits = false;
    if (field == FIELD_TITLE) {
        fits = settings_copy_words(value, form->title, sizeof form->title);
    } else if (field == FIELD_RULE) {
        fits = settings_copy_name(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZ" LOWER DIGITS "-.",
                                  form->rule, sizeof form->rule);
    } else if (field == FIELD_READ) {
        fits = settings_copy_name(value, LOWER "._", form->read, sizeof form->read);
        form->read_line = reader->line;
    } else {
        fits = settings_is_word(value, "landscape") || settings_is_word(value, "portrait");
        form->is_landscape = settings_is_word(value, "landscape");
    }
    return fits ? CUSTODY_OK : refuse(reader, "this value is not understood", err);
}

static enum custody_status take_param(struct reader *reader, struct settings_span name,
                                      struct settings_span value, struct custody_error *err)
{
    struct custody_form *form = reader->form;
    if (form->param_count == CUSTODY_FORM_PARAMS_MAX) {
        return refuse(reader, "a form has at most 4 lines of [where]", err);
    }
    struct custody_form_param *param = &form->params[form->param_count];
    if (!settings_copy_name(name, LOWER "_", param->name, sizeof param->name) ||
        !settings_copy_words(value, param->value, sizeof param->value)) {
        return refuse(reader, "this value is not understood", err);
    }
    for (size_t i = 0; i < form->param_count; i++) {
        if (strcmp(form->params[i].name, param->name) == 0) {
            return refuse(reader, "this name stands twice", err);
        }
    }
    param->line = reader->line;
    form->param_count++;
    return CUSTODY_OK;
}

/* "MEMBER = CAPTION", or "- = WORDS". */
static enum custody_status take_cover(struct reader *reader, struct settings_span name,
                                      struct settings_span value, struct custody_error *err)
{
    struct custody_form *form = reader->form;
    if (form->cover_count == CUSTODY_FORM_COVERS_MAX) {
        return refuse(reader, "a form has at most 32 lines of [cover]", err);
    }
    struct custody_form_cover *cover = &form->covers[form->cover_count];
    if (!settings_is_word(name, "-") &&
        !settings_copy_name(name, LOWER DIGITS "_", cover->member, sizeof cover->member)) {
        return refuse(reader, "this is no name of a member", err);
    }
    if (!settings_copy_words(value, cover->caption, sizeof cover->caption)) {
        return refuse(reader, "this caption is empty, too long or of other characters", err);
    }
    cover->line = reader->line;
    form->cover_count++;
    return CUSTODY_OK;
}

/* "MEMBER = WIDTH, text or number, TITLE"; a title may have commas. */
static enum custody_status take_column(struct reader *reader, struct settings_span name,
                                       struct settings_span value, struct custody_error *err)
{
    struct custody_form *form = reader->form;
    struct settings_span share;
    struct settings_span kind;
    uint64_t number = 0;
    if (form->column_count == CUSTODY_FORM_COLUMNS_MAX) {
        return refuse(reader, "a form has at most 32 columns", err);
    }
    struct custody_form_column *column = &form->columns[form->column_count];
    if (!settings_is_word(name, "-") &&
        !settings_copy_name(name, LOWER DIGITS "_", column->member, sizeof column->member)) {
        return refuse(reader, "this is no name of a member", err);
    }
    if (!settings_next_part(&value, &share) || !settings_next_part(&value, &kind)) {
        return refuse(reader, "a column is \"MEMBER = WIDTH, text or number, TITLE\"", err);
    }
    if (!text_parse_u64(share.text, share.len, SHARE_MAX, &number) || number == 0) {
        return refuse(reader, "a width is a whole number from 1 to 200", err);
    }
    if (!settings_is_word(kind, "text") && !settings_is_word(kind, "number")) {
        return refuse(reader, "a column is text or number", err);
    }
    if (!settings_copy_words(value, column->title, sizeof column->title)) {
        return refuse(reader, "this title is empty, too long or of other characters", err);
    }
    column->share = (double)number;
    column->is_number = settings_is_word(kind, "number");
    column->line = reader->line;
    form->column_count++;
    return CUSTODY_OK;
}

static enum custody_status begin_section(struct reader *reader, struct settings_span name,
                                         struct custody_error *err)
{
    for (size_t i = SECTION_FORM; i < SECTION_COUNT; i++) {
        if (!settings_is_word(name, SECTIONS[i])) {
            continue;
        }
        if (reader->had_section[i]) {
            return refuse(reader, "this section stands twice", err);
        }
        reader->had_section[i] = true;
        reader->section = (enum section)i;
        return CUSTODY_OK;
    }
    return refuse(reader, "this section is not known", err);
}

static enum custody_status read_line(struct reader *reader, const struct settings_line *line,
                                     struct custody_error *err)
{
    if (line->kind == SETTINGS_BRACKET) {
        return refuse(reader, "the bracket is not closed", err);
    }
    if (line->kind == SETTINGS_NEITHER) {
        return refuse(reader, "neither a section nor \"name = value\"", err);
    }
    if (line->kind == SETTINGS_SECTION) {
        return begin_section(reader, line->name, err);
    }
    switch (reader->section) {
    case SECTION_FORM:
        return take_field(reader, line->name, line->value, err);
    case SECTION_WHERE:
        return take_param(reader, line->name, line->value, err);
    case SECTION_COVER:
        return take_cover(reader, line->name, line->value, err);
    case SECTION_COLUMNS:
        return take_column(reader, line->name, line->value, err);
    case SECTION_NONE:
    case SECTION_COUNT:
        break;
    }
    return refuse(reader, "this line stands before any section", err);
}

static enum custody_status read_lines(struct reader *reader, struct settings_span text,
                                      struct custody_error *err)
{
    struct settings settings = {.text = text.text, .len = text.len};
    struct settings_line line;
    while (settings_next(&settings, &line)) {
        reader->line = line.number;
        enum custody_status rc = read_line(reader, &line, err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
    }
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        if (i != FIELD_SIGN && !reader->had_field[i]) {
            return custody_fail(err, CUSTODY_ERR_INVALID,
                                "%s: \"%s\" is missing in [form]: add it to the form file",
                                reader->path, FIELDS[i]);
        }
    }
    if (reader->form->column_count == 0) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "%s: there are no [columns]: add one to the form file",
                            reader->path);
    }
    return CUSTODY_OK;
}

/* The name of a form is that of its file. */
static bool take_file_name(const char *path, char out[CUSTODY_FORM_NAME_LEN + 1])
{
    const char *slash = strrchr(path, '/');
    const char *base = slash != NULL ? slash + 1 : path;
    size_t len = strlen(base);
    if (len > FORM_SUFFIX_LEN && strcmp(base + len - FORM_SUFFIX_LEN, FORM_SUFFIX) == 0) {
        len -= FORM_SUFFIX_LEN;
    }
    if (len == 0 || len > CUSTODY_FORM_NAME_LEN) {
        return false;
    }
    memcpy(out, base, len);
    out[len] = '\0';
    return true;
}

enum custody_status form_parse(const char *text, size_t len, const char *path,
                               struct custody_form *ret_form, struct custody_error *err)
{
    static const char mark[] = "\xEF\xBB\xBF"; /* a byte order mark, as editors leave it */
    const size_t mark_len = sizeof mark - 1;
    struct custody_form form = {0};
    struct reader reader = {.path = path, .form = &form};
    const bool is_marked = len >= mark_len && memcmp(text, mark, mark_len) == 0;
    const struct settings_span all = {is_marked ? text + mark_len : text,
                                      is_marked ? len - mark_len : len};
    if (!take_file_name(path, form.name)) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "%s: the name of a form has at most 31 bytes: rename the file",
                            path);
    }
    enum custody_status rc = read_lines(&reader, all, err);
    if (rc == CUSTODY_OK) {
        *ret_form = form;
    }
    return rc;
}

static enum custody_status load(const char *path, struct custody_form *ret_form,
                                struct custody_error *err)
{
    struct buf bytes = BUF_INIT(FORM_BYTES_MAX);
    enum custody_status rc = file_read(path, FORM_BYTES_MAX, &bytes, err);
    if (rc == CUSTODY_OK) {
        /* An empty file has no bytes to point at. */
        rc = form_parse(bytes.data != NULL ? (const char *)bytes.data : "", bytes.len, path,
                        ret_form, err);
    }
    buf_clear(&bytes);
    return rc;
}

static bool is_form_file(const char *name)
{
    const size_t len = strlen(name);
    return len > FORM_SUFFIX_LEN && strcmp(name + len - FORM_SUFFIX_LEN, FORM_SUFFIX) == 0;
}

enum custody_status custody_form_read(const char *dir, const char *form,
                                      struct custody_form *ret_form, struct custody_error *err)
{
    char path[4096];
    if (strchr(form, '/') != NULL || is_form_file(form)) {
        return load(form, ret_form, err);
    }
    const int len =
        dir != NULL ? snprintf(path, sizeof path, "%s/forms/%s" FORM_SUFFIX, dir, form) : -1;
    if (len < 0 || (size_t)len >= sizeof path || !file_exists(path)) {
        return custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                            "there is no form \"%.40s\": custody report forms lists them, or "
                            "name a file that ends in " FORM_SUFFIX,
                            form);
    }
    return load(path, ret_form, err);
}

/* K2 before K10, then by name. */
static int compare(const void *left, const void *right)
{
    const struct custody_form *a = left;
    const struct custody_form *b = right;
    const int order = strverscmp(a->rule, b->rule);
    return order != 0 ? order : strcmp(a->name, b->name);
}

enum custody_status custody_form_list(const char *dir, struct custody_form **ret_forms,
                                      size_t *ret_count, struct custody_error *err)
{
    char *folder = dir != NULL ? file_join(dir, "forms") : NULL;
    DIR *stream = folder != NULL ? opendir(folder) : NULL;
    struct custody_form *forms = NULL;
    size_t count = 0;
    enum custody_status rc = CUSTODY_OK;
    if (stream == NULL) {
        free(folder);
        return custody_fail(err, CUSTODY_ERR_NOT_FOUND,
                            "there is no directory of forms: install labels/, or set "
                            "CUSTODY_LABELS to where it is");
    }
    const struct dirent *entry = NULL;
    while (rc == CUSTODY_OK && (entry = readdir(stream)) != NULL) {
        if (!is_form_file(entry->d_name) || entry->d_name[0] == '.') {
            continue;
        }
        char *path = file_join(folder, entry->d_name);
        struct custody_form *more =
            count < FORMS_MAX ? realloc(forms, (count + 1) * sizeof *forms) : NULL;
        if (more != NULL) {
            forms = more;
        }
        rc = path != NULL && more != NULL
                 ? load(path, &forms[count], err)
                 : custody_fail(err, CUSTODY_ERR_NOMEM, "not enough memory to list the forms");
        count += rc == CUSTODY_OK;
        free(path);
    }
    (void)closedir(stream);
    free(folder);
    if (rc != CUSTODY_OK) {
        free(forms);
        return rc;
    }
    if (count > 0) {
        qsort(forms, count, sizeof *forms, compare);
    }
    *ret_forms = forms;
    *ret_count = count;
    return CUSTODY_OK;
}
