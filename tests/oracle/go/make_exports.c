/*
 * Grow one toy ledger and export it at the sizes named, each into DIR/<size>; DIR/vkey gets the
 * log's verifier key. usage: make_exports DIR SIZE...
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "toy_domain.h"

int main(int argc, char **argv)
{
    struct toy_site site;
    struct buf vkey = BUF_INIT(512);
    char path[512];
    int64_t size = 1;

    if (argc < 3) {
        return 2;
    }
    toy_open(&site, 5);
    /* Nothing here has to survive a power cut. */
    if (store_script(site.toy.store, "PRAGMA synchronous=OFF", NULL) != CUSTODY_OK ||
        note_key_write(&site.log_key, &vkey, NULL) != CUSTODY_OK) {
        return 1;
    }
    toy_found(&site);
    for (int i = 2; i < argc; i++) {
        long want = atol(argv[i]);
        toy_notes(&site, (int)(want - size));
        size = want;
        (void)snprintf(path, sizeof path, "%s/%ld", argv[1], want);
        toy_export(&site, path);
    }
    (void)snprintf(path, sizeof path, "%s/vkey", argv[1]);
    if (file_write_durable(path, vkey.data, vkey.len, 0644, NULL) != CUSTODY_OK) {
        return 1;
    }
    buf_clear(&vkey);
    toy_close(&site);
    return 0;
}
