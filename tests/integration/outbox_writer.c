/* Puts events into an outbox, and takes every second one out again, until it is killed:
 * outbox_writer FILE */
#include "facegate/clock.h"
#include "facegate/delivery/outbox.h"

#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    static uint8_t jpeg[60000];
    fg_error error;
    fg_outbox *outbox = NULL;
    fg_outbox_options options = {
        .path = argv[argc - 1], .max_events = 50, .max_bytes = 16 << 20, .own = true};
    if (argc != 2 || fg_outbox_open(&options, &outbox, &error) != 0) {
        fprintf(stderr, "%s\n", argc == 2 ? error.text : "outbox_writer FILE");
        return 1;
    }
    if (fg_outbox_warning(outbox) != NULL) {
        fprintf(stderr, "%s\n", fg_outbox_warning(outbox));
        return 2;
    }
    memset(jpeg, 0x5A, sizeof(jpeg));
    puts("open");
    fflush(stdout);
    for (int64_t round = 0;; round++) {
        int dropped;
        fg_event event = {.status = "Accepted",
                          .user_name = "a",
                          .rfid_id = "1",
                          .jpeg = jpeg,
                          .jpeg_size = sizeof(jpeg) - (size_t)(round % 1000)};
        fg_outbox_entry entry;
        if (fg_event_stamp(&event, fg_clock_monotonic(), fg_clock_realtime()) != 0 ||
            fg_outbox_put(outbox, &event, &dropped, &error) != 0 ||
            fg_outbox_oldest(outbox, &entry, &error) != 0) {
            fprintf(stderr, "%s\n", error.text);
            return 3;
        }
        int result = round % 4 == 0   ? fg_outbox_sent(outbox, entry.number, &error)
                     : round % 4 == 2 ? fg_outbox_set_aside(outbox, entry.number, "400", &error)
                                      : 0;
        fg_outbox_entry_release(&entry);
        if (result != 0) {
            fprintf(stderr, "%s\n", error.text);
            return 3;
        }
    }
}
