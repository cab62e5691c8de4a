/*
 * Stands in for the network below libcurl: whatever is connected to answers with bytes that were
 * loaded before. Linked with --wrap for curl_easy_perform and curl_multi_add_handle, so that the
 * sources under test are the real ones. Needs no network and no name.
 */
#ifndef FACEGATE_FUZZ_WIRE_H
#define FACEGATE_FUZZ_WIRE_H

#include <stddef.h>
#include <stdint.h>

#define FG_WIRE_URL "http://127.0.0.1:9"

/*
 * The answers of the connections to come, one after the other, each up to the separator or the end;
 * when there are no more, connections are closed unanswered. The bytes are borrowed.
 */
void fg_wire_load(const uint8_t *data, size_t size);

/* Closes the far ends. */
void fg_wire_close(void);

#endif
