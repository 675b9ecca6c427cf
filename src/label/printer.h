/*
 * Printer profiles and the languages of label printers. A profile is a text file
 * (labels/printers/NAME.printer) of "name = value" lines.
 */
#ifndef CUSTODY_LABEL_PRINTER_H
#define CUSTODY_LABEL_PRINTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "custody/label.h"
#include "custody/printer.h"
#include "doc.h"
#include "sink.h"

/*
 * A line of the file each, every one at most once. name, title, language and dpi must stand
 * there; what may be left out has its value in brackets. A line that the language has no use
 * for is refused, so that nobody waits for its effect.
 *
 * name = a-z, 0-9, -; as the file
 * title = words for people
 * language = pdf, svg, png, pbm, tspl, zpl
 * dpi = 100..1200; a "203 dpi" head has 8 dots to the millimetre, write 203
 * invert = yes, no [no]: TSPL, 1 is black rather than 0 (some clones)
 * density = TSPL 0..15, ZPL 0..30 [as set on the printer]
 * speed = inches a second, 1..14: TSPL, ZPL [as set on the printer]
 * gap = millimetres between labels of a roll, 0: no gaps; TSPL [2]; a ZPL printer has it from
 *       its own calibration
 * offset = dx,dy in millimetres, each -50..50 [0,0]
 * pitch = x,y: all positions times this (drift over a sheet), each 0.95..1.05 [1,1]
 * direction = 0, 1 [0]: 1 turns the label round; TSPL, ZPL
 *
 * dx_mm to pitch_y are for whoever draws the page: the functions below send dots as they are.
 */
struct printer {
    char name[CUSTODY_PRINTER_NAME_LEN + 1];
    char title[CUSTODY_PRINTER_TITLE_SIZE];
    double dpi;
    enum custody_label_format language;
    bool invert;
    int density; /* -1: the printer's own */
    int speed;   /* 0: the printer's own */
    double gap_mm;
    double dx_mm;
    double dy_mm;
    double pitch_x;
    double pitch_y;
    int direction;
};

/* No profile: 203 dpi for rolls and 300 for sheets, nothing shifted. */
struct printer printer_default(bool is_roll);

/*
 * name      of a profile in the labels directory, or a path (with a "/", or ending in
 *           ".printer")
 *
 * CUSTODY_ERR_NOT_FOUND, CUSTODY_ERR_IO, CUSTODY_ERR_NOMEM
 * CUSTODY_ERR_INVALID    malformed: the sentence names the line
 */
enum custody_status printer_load(const char *name, struct printer *ret_printer,
                                 struct custody_error *err) CUSTODY_MUST_CHECK;

/* The bytes of a profile; path for sentences. Errors as printer_load(). */
enum custody_status printer_parse(const char *path, const char *text, size_t len,
                                  struct printer *ret_printer,
                                  struct custody_error *err) CUSTODY_MUST_CHECK;

/*
 * One label, whole, in the printer's language: what follows SIZE/CLS (TSPL) or ^XA..^XZ (ZPL,
 * the field compressed with the run codes of ^GF). PBM: P4 of the page.
 *
 * width_mm, height_mm   of the label
 * copies                how often the printer prints it, 1..99999
 *
 * A density is sent to a printer of the profile's own language only: the scales differ.
 *
 * CUSTODY_ERR_INVALID   more dots than the label has, or no copies; nothing was sent
 * CUSTODY_ERR_NOMEM     nothing was sent
 * CUSTODY_ERR_IO        as print_sink_write()
 */
enum custody_status printer_write_tspl(struct print_sink *sink, const struct printer *printer,
                                       const struct print_bits *bits, double width_mm,
                                       double height_mm, size_t copies,
                                       struct custody_error *err) CUSTODY_MUST_CHECK;
enum custody_status printer_write_zpl(struct print_sink *sink, const struct printer *printer,
                                      const struct print_bits *bits, double width_mm,
                                      double height_mm, size_t copies,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;
enum custody_status printer_write_pbm(struct print_sink *sink, const struct print_bits *bits,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;

/* For the languages only: the ceiling of one label's bytes, "40" or "40.25" of millimetres
 * (whatever the locale), and the check that bits fit the label. */
#define PRINTER_LABEL_BYTES_MAX ((size_t)64 * 1024 * 1024)
enum custody_status printer_put_mm(struct buf *out, double mm,
                                   struct custody_error *err) CUSTODY_MUST_CHECK;
enum custody_status printer_check_label(const struct printer *printer,
                                        const struct print_bits *bits, double width_mm,
                                        double height_mm, size_t copies,
                                        struct custody_error *err) CUSTODY_MUST_CHECK;

#endif
