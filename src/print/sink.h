/*
 * Where finished bytes go: a file that appears whole or not at all, a descriptor, or a printer
 * on the network. Every format of a page writes through here.
 */
#ifndef CUSTODY_PRINT_SINK_H
#define CUSTODY_PRINT_SINK_H

#include <stddef.h>

#include "custody/error.h"

struct print_sink;

/*
 * How long a printer may take for one connection or one write. Finding the address of a host
 * that is given by name takes as long as the machine's resolver allows (resolv.conf: 10 s as a
 * rule) before that; a numeric address is not looked up.
 */
#define PRINT_SINK_TIMEOUT_MS 15000

/*
 * Open a sink.
 *
 * to     "-": descriptor 1, the caller's standard output; "tcp://HOST" or "tcp://HOST:PORT"
 *        (9100 when not said, IPv6 in brackets): a printer's raw port; else a path: a new or
 *        regular file, written beside itself (mode 0600) and renamed by the commit
 *
 * CUSTODY_ERR_INVALID   a path that is something other than a regular file, or a malformed
 *                       address
 * CUSTODY_ERR_IO        the directory takes no file, or nobody answers at that address; nothing
 *                       is left
 * CUSTODY_ERR_NOMEM
 */
enum custody_status print_sink_open(const char *to, struct print_sink **ret_sink,
                                    struct custody_error *err) CUSTODY_MUST_CHECK;

/*
 * Hand over bytes.
 *
 * CUSTODY_ERR_IO   full disk, or the printer closed the connection or takes nothing for
 *                  PRINT_SINK_TIMEOUT_MS; the sentence says how many bytes went out to a
 *                  printer; print_sink_close() it
 */
enum custody_status print_sink_write(struct print_sink *sink, const void *data, size_t len,
                                     struct custody_error *err) CUSTODY_MUST_CHECK;

/*
 * All is written: make the file durable and rename it over the path; wait until the printer has
 * taken everything and closed in order.
 *
 * CUSTODY_ERR_IO   what stood at the path stands; a printer may have printed a part
 *
 * The sink still wants print_sink_close(); a second commit is a bug.
 */
enum custody_status print_sink_commit(struct print_sink *sink,
                                      struct custody_error *err) CUSTODY_MUST_CHECK;

/* Free; a file that was not committed leaves nothing behind. NULL is fine. */
void print_sink_close(struct print_sink *sink);

#endif
