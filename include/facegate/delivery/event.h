/*
 * An event: one observation on its way to the backend.
 *
 * Its time is kept three ways. Boot id and boot time are what the timestamp is computed from when
 * it is sent, so an event taken before the clock was set goes out with the right time; the
 * wall-clock time noted at the capture serves after a reboot.
 */
#ifndef FACEGATE_DELIVERY_EVENT_H
#define FACEGATE_DELIVERY_EVENT_H

#include <stddef.h>
#include <stdint.h>

#define FG_EVENT_ID_SIZE 37 /* a UUID's text */

typedef struct fg_event {
    char id[FG_EVENT_ID_SIZE]; /* UUID version 4; sent as Idempotency-Key */
    char boot_id[33];          /* sd_id128 of the boot it was taken in */
    int64_t boottime;          /* ns of CLOCK_BOOTTIME */
    int64_t realtime;          /* ns of CLOCK_REALTIME as it stood then */
    char status[16];           /* Accepted or Refused */
    char user_name[129];
    char rfid_id[129];   /* never empty */
    char reason[129];    /* empty unless Refused */
    const uint8_t *jpeg; /* not owned */
    size_t jpeg_size;
} fg_event;

/*
 * Gives the event its id and its three times, from a frame's own: `monotonic` (ns) is moved to boot
 * time by the clocks' present difference.
 */
int fg_event_stamp(fg_event *event, int64_t monotonic, int64_t realtime);

/* The wall-clock time to send now, ns of CLOCK_REALTIME: by boot time within the same boot, else as
 * noted. */
int64_t fg_event_realtime(const fg_event *event);

#endif
