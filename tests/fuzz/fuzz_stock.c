/* A stock that loads can be printed: it passes its own check and lies on its page. */
#include "fuzz.h"
#include "stock.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct custody_error err = {0};
    struct stock stock = {.nx = 77};
    struct fuzz_file file = fuzz_file_open(data, size);
    enum custody_status rc = stock_load(file.path, &stock, &err);

    if (rc == CUSTODY_OK) {
        CLAIM(stock_check(&stock, stock.name, &err) == CUSTODY_OK);
        CLAIM(stock.text_count <= STOCK_TEXTS_MAX && stock.nx >= 1 && stock.ny >= 1);
        CLAIM(stock.x0_mm + (double)(stock.nx - 1) * stock.dx_mm + stock.w_mm <=
              stock.page.x_mm + 0.01);
        CLAIM(stock.y0_mm + (double)(stock.ny - 1) * stock.dy_mm + stock.h_mm <=
              stock.page.y_mm + 0.01);
        CLAIM(stock_module_mm(&stock) > 0);
    } else {
        claim_told(rc, &err);
        CLAIM(stock.nx == 77);
    }
    fuzz_file_close(&file);
    return 0;
}
