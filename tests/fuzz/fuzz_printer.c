/* A profile that loads says nothing that a printer of its language could not do. */
#include "fuzz.h"
#include "printer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct custody_error err = {0};
    struct printer printer = {.speed = 77};
    char *text = fuzz_text(data, size);
    enum custody_status rc = printer_parse("p.printer", text, size, &printer, &err);

    if (rc == CUSTODY_OK) {
        bool has_head =
            printer.language == CUSTODY_LABEL_TSPL || printer.language == CUSTODY_LABEL_ZPL;
        CLAIM(printer.name[0] != '\0' && strlen(printer.name) <= CUSTODY_PRINTER_NAME_LEN);
        CLAIM(printer.title[0] != '\0' && strlen(printer.title) < CUSTODY_PRINTER_TITLE_SIZE);
        CLAIM(printer.dpi >= 100.0 && printer.dpi <= 1200.0);
        CLAIM(printer.density >= -1 &&
              printer.density <= (printer.language == CUSTODY_LABEL_TSPL ? 15 : 30));
        CLAIM(printer.speed >= 0 && printer.speed <= 14);
        CLAIM(printer.direction == 0 || printer.direction == 1);
        CLAIM(has_head ||
              (printer.density == -1 && printer.speed == 0 && printer.direction == 0));
        CLAIM(printer.language == CUSTODY_LABEL_TSPL ||
              (!printer.invert && printer.gap_mm == 2.0));
        CLAIM(printer.gap_mm >= 0.0 && printer.gap_mm <= 50.0);
        CLAIM(printer.dx_mm >= -50.0 && printer.dx_mm <= 50.0);
        CLAIM(printer.dy_mm >= -50.0 && printer.dy_mm <= 50.0);
        CLAIM(printer.pitch_x >= 0.95 && printer.pitch_x <= 1.05);
        CLAIM(printer.pitch_y >= 0.95 && printer.pitch_y <= 1.05);
    } else {
        claim_told(rc, &err);
        CLAIM(rc == CUSTODY_ERR_INVALID);
        CLAIM(printer.speed == 77);
    }
    free(text);
    return 0;
}
