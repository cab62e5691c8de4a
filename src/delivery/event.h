/* Of the event, for its tests: its wall-clock time with the clocks passed in. */
#ifndef FACEGATE_DELIVERY_EVENT_PRIVATE_H
#define FACEGATE_DELIVERY_EVENT_PRIVATE_H

#include "facegate/delivery/event.h"

/* Where the clocks stand now, ns, and in which boot. */
typedef struct fg_event_now {
    char boot_id[33]; /* empty where it is not known */
    int64_t boottime;
    int64_t realtime;
} fg_event_now;

/* See fg_event_realtime. */
int64_t fg_event_realtime_at(const fg_event *event, const fg_event_now *now);

#endif
