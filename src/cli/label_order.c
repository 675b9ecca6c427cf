/* The order in which labels are printed: that in which tags are tied on. */
#include <stdlib.h>
#include <string.h>

#include "label_pick.h"
#include "label_select.h"

int label_compare_natural(const char *a, const char *b)
{
    while (*a != '\0' && *b != '\0') {
        const size_t digits_a = strspn(a, "0123456789");
        const size_t digits_b = strspn(b, "0123456789");
        if (digits_a > 0 && digits_b > 0) {
            if (digits_a != digits_b) {
                return digits_a < digits_b ? -1 : 1;
            }
            const int order = strncmp(a, b, digits_a);
            if (order != 0) {
                return order;
            }
            a += digits_a;
            b += digits_b;
            continue;
        }
        if (*a != *b) {
            return (unsigned char)*a < (unsigned char)*b ? -1 : 1;
        }
        a++;
        b++;
    }
    return *a == *b ? 0 : (*a == '\0' ? -1 : 1);
}

/* A home's bag before its keys, home by home. */
static int compare_addresses(const void *left, const void *right)
{
    const json_t *a = *(const json_t *const *)left;
    const json_t *b = *(const json_t *const *)right;
    int order = label_compare_natural(label_member(a, "label"), label_member(b, "label"));
    if (order == 0) {
        const json_int_t copy_a = json_integer_value(json_object_get(a, "copy"));
        const json_int_t copy_b = json_integer_value(json_object_get(b, "copy"));
        order = (copy_a > copy_b) - (copy_a < copy_b);
    }
    /* Words of a CSV have no label: they stay as they stand there. */
    if (order == 0) {
        const json_int_t line_a = json_integer_value(json_object_get(a, "line"));
        const json_int_t line_b = json_integer_value(json_object_get(b, "line"));
        order = (line_a > line_b) - (line_a < line_b);
    }
    return order != 0 ? order : strcmp(label_member(a, "item"), label_member(b, "item"));
}

static int compare_codes(const void *left, const void *right)
{
    const json_t *a = *(const json_t *const *)left;
    const json_t *b = *(const json_t *const *)right;
    const int order = strcmp(label_member(a, "item"), label_member(b, "item"));
    return order != 0 ? order : compare_addresses(left, right);
}

enum custody_status label_order(struct session *session, json_t **list,
                                struct custody_error *err)
{
    const char *name = option_get(session->args, "order");
    const bool is_code = name != NULL && strcmp(name, "code") == 0;
    if (name != NULL && strcmp(name, "given") == 0) {
        return CUSTODY_OK;
    }
    if (name != NULL && !is_code && strcmp(name, "address") != 0) {
        return custody_fail(err, CUSTODY_ERR_USAGE, "--order is given, address or code");
    }
    const size_t count = json_array_size(*list);
    json_t **order = calloc(count > 0 ? count : 1, sizeof(json_t *));
    json_t *sorted = json_array();
    enum custody_status rc = session_packed(order != NULL ? sorted : NULL, err);
    for (size_t i = 0; rc == CUSTODY_OK && i < count; i++) {
        order[i] = json_array_get(*list, i);
    }
    if (rc == CUSTODY_OK) {
        qsort(order, count, sizeof(json_t *), is_code ? compare_codes : compare_addresses);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < count; i++) {
        if (json_array_append(sorted, order[i]) != 0) {
            rc = session_packed(NULL, err);
        }
    }
    free(order);
    if (rc == CUSTODY_OK) {
        json_t *before = *list;
        *list = sorted;
        sorted = before;
    }
    json_decref(sorted);
    return rc;
}
