/* Writes an entry as the JSON object of the contract. */
#include "store/entry.h"

#include <inttypes.h>

void fg_entry_json(fg_buffer *buffer, const fg_entry *entry)
{
    fg_buffer_print(buffer, "{\"id\":%" PRId64 ",\"timestamp\":", entry->id);
    fg_buffer_json(buffer, entry->timestamp);
    fg_buffer_print(buffer, ",\"status\":");
    fg_buffer_json(buffer, entry->status);
    fg_buffer_print(buffer, ",\"rfid_id\":");
    fg_buffer_json(buffer, entry->rfid_id);
    fg_buffer_print(buffer, ",\"user_name\":");
    fg_buffer_json(buffer, entry->user_name);
    if (entry->picture != NULL) {
        /* Its name is generated and needs no escape. */
        fg_buffer_print(buffer, ",\"image_path\":\"" FG_PICTURE_URL "%s\"", entry->picture);
    } else {
        fg_buffer_print(buffer, ",\"image_path\":null");
    }
    if (entry->reason != NULL) {
        fg_buffer_print(buffer, ",\"reason\":");
        fg_buffer_json(buffer, entry->reason);
    }
    fg_buffer_add(buffer, "}", 1);
}
