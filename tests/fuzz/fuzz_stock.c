/* A stock that loads can be printed: it passes its own check and lies on its page. */
#include "fuzz.h"
#include "stock.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct custody_error err = {0};
    struct stock stock = {.grid_count = 77};
    struct custody_label_stock info;
    char *text = fuzz_text(data, size);
    enum custody_status rc = stock_parse(text, size, "p.label", &stock, &err);

    if (rc == CUSTODY_OK) {
        size_t cells = stock_cells(&stock);
        CLAIM(stock_check(&stock, stock.name, &err) == CUSTODY_OK);
        CLAIM(stock.text_count <= STOCK_TEXTS_MAX && stock.grid_count <= STOCK_GRIDS_MAX);
        CLAIM(cells >= 1 && (!stock.is_roll || cells == 1));
        for (size_t i = 0; i < cells; i++) {
            struct stock_point at = stock_cell(&stock, i);
            CLAIM(at.x_mm > -0.01 && at.x_mm + stock.w_mm <= stock.page.x_mm + 0.01);
            CLAIM(at.y_mm > -0.01 && at.y_mm + stock.h_mm <= stock.page.y_mm + 0.01);
        }
        for (size_t i = 0; i < stock.text_count; i++) {
            CLAIM(stock_template_is_valid(stock.texts[i].value));
        }
        if (stock.has_code) {
            CLAIM(stock_module_mm(&stock, stock.code.dpi) > 0.0);
            CLAIM(stock_check_dpi(&stock, stock.code.dpi, &err) == CUSTODY_OK);
        }
        stock_describe(&stock, &info);
        CLAIM(info.per_page == cells && info.is_roll == stock.is_roll);
    } else {
        claim_told(rc, &err);
        CLAIM(stock.grid_count == 77);
    }
    free(text);
    return 0;
}
