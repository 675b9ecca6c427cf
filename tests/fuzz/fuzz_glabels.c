/* Whatever a file of the gLabels database says: a product becomes a stock that can be printed,
 * or a sentence. */
#include "fuzz.h"
#include "glabels.h"

#define PRODUCTS_MAX 20

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct custody_error err = {0};
    struct glabels glabels = {.templates = NULL};
    char *text = fuzz_text(data, size);
    enum custody_status rc = glabels_parse(text, size, "p.xml", &glabels, &err);

    if (rc != CUSTODY_OK) {
        claim_told(rc, &err);
    }
    for (size_t i = 0; rc == CUSTODY_OK && i < glabels.template_count && i < PRODUCTS_MAX;
         i++) {
        const struct glabels_template *product = &glabels.templates[i];
        struct stock stock = {.text_count = 77};
        char name[2 * GLABELS_NAME_LEN + 2];

        CLAIM(product->grid_count <= STOCK_GRIDS_MAX);
        (void)snprintf(name, sizeof name, "%s %s", product->brand, product->part);
        const struct glabels_template *found = glabels_find(&glabels, name);
        if (found == NULL) {
            continue; /* an alias of nothing */
        }
        rc = glabels_make_stock(&glabels, found, "glabels", &stock, &err);
        if (rc == CUSTODY_OK) {
            CLAIM(stock_check(&stock, "glabels", &err) == CUSTODY_OK);
            CLAIM(stock_cells(&stock) >= 1);
        } else {
            claim_told(rc, &err);
            CLAIM(rc == CUSTODY_ERR_INVALID && stock.text_count == 77);
            rc = CUSTODY_OK;
        }
    }
    glabels_clear(&glabels);
    free(text);
    return 0;
}
