// The one file of C++: ZXing has no other face.
#define ZX_USE_UTF8 1 /* text() gives std::string */
#include <ReadBarcode.h>
#include <cstdio>
#include <string>

#include "read_code.h"

void read_code_zxing(const struct grey *picture, char *out, size_t size)
{
    ZXing::DecodeHints hints;
    hints.setFormats(ZXing::BarcodeFormat::QRCode);
    hints.setTryHarder(true);
    const ZXing::ImageView view(picture->dots, picture->width, picture->height,
                                ZXing::ImageFormat::Lum);
    std::string all;
    for (const auto &found : ZXing::ReadBarcodes(view, hints)) {
        all += (all.empty() ? "" : " | ") + found.text();
    }
    (void)std::snprintf(out, size, "%s", all.c_str());
}
