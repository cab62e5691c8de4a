/* Checks entries of a backend's list against the wire contract. */
#include "probe/contract.h"

#include "facegate/clock.h"
#include "http/answer.h"

#include <string.h>

/* What an entry of the list lacks, or NULL. */
static const char *find_fault(const cJSON *entry)
{
    int64_t id;
    const cJSON *path = cJSON_GetObjectItemCaseSensitive(entry, "image_path");
    const cJSON *reason = cJSON_GetObjectItemCaseSensitive(entry, "reason");
    const char *status = fg_answer_text(entry, "status");
    if (!cJSON_IsObject(entry)) {
        return "is not an object";
    }
    if (!fg_answer_whole_number(cJSON_GetObjectItemCaseSensitive(entry, "id"), &id)) {
        return "has no whole number as id";
    }
    if (fg_answer_text(entry, "timestamp") == NULL) {
        return "has no timestamp";
    }
    if (status == NULL || (strcmp(status, "Accepted") != 0 && strcmp(status, "Refused") != 0)) {
        return "has a status that is neither Accepted nor Refused";
    }
    if (fg_answer_text(entry, "rfid_id") == NULL) {
        return "has no rfid_id";
    }
    if (fg_answer_text(entry, "user_name") == NULL) {
        return "has no user_name";
    }
    if (path != NULL && !cJSON_IsString(path) && !cJSON_IsNull(path)) {
        return "has an image_path that is not a string";
    }
    if (reason != NULL && !cJSON_IsString(reason) && !cJSON_IsNull(reason)) {
        return "has a reason that is not a string";
    }
    return NULL;
}

static bool says(const cJSON *entry, const char *name, const char *wanted)
{
    const char *text = fg_answer_text(entry, name);
    return text != NULL && strcmp(text, wanted) == 0;
}

/* What is wrong with the entry of something posted, or NULL. */
static const char *compare(const cJSON *entry, const fg_event *event)
{
    char timestamp[32];
    const char *fault = find_fault(entry);
    fg_clock_format(event->realtime, timestamp);
    if (fault != NULL) {
        return fault;
    }
    if (!says(entry, "timestamp", timestamp)) {
        return "has a different timestamp from the one sent";
    }
    if (!says(entry, "status", event->status)) {
        return "has a different status from the one sent";
    }
    if (!says(entry, "rfid_id", event->rfid_id)) {
        return "has a different rfid_id from the one sent";
    }
    if (!says(entry, "user_name", event->user_name)) {
        return "has a different user_name from the one sent";
    }
    if (event->reason[0] != '\0' && !says(entry, "reason", event->reason)) {
        return "has a different reason from the one sent";
    }
    if (event->jpeg_size > 0 && fg_answer_text(entry, "image_path") == NULL) {
        return "has no image_path";
    }
    return NULL;
}

static void check(void *context, int64_t index, const cJSON *entry)
{
    fg_contract *contract = context;
    const char *fault = find_fault(entry);
    int64_t id = 0;
    contract->last_faults[index % FG_CONTRACT_CHECKED] = fault;
    if (index < FG_CONTRACT_CHECKED && fault != NULL && contract->first_fault == NULL) {
        contract->first_fault = fault;
        contract->first_faulty = index;
    }
    if (!fg_answer_whole_number(cJSON_GetObjectItemCaseSensitive(entry, "id"), &id)) {
        return;
    }
    for (int i = 0; i < contract->post_count; i++) {
        fg_posted *post = &contract->posts[i];
        if (post->stored && post->id == id) {
            post->found = true;
            post->fault = compare(entry, &post->event);
        }
    }
}

void fg_contract_init(fg_contract *contract, fg_posted *posts, int post_count, size_t enough)
{
    *contract = (fg_contract){.posts = posts, .post_count = post_count, .enough = enough};
    fg_entry_list_init(&contract->list, check, contract);
}

void fg_contract_release(fg_contract *contract)
{
    fg_entry_list_release(&contract->list);
}

bool fg_contract_take(void *context, const char *data, size_t size)
{
    fg_contract *contract = context;
    bool whole = fg_entry_list_take(&contract->list, data, size);
    contract->taken += size;
    contract->stopped = whole && contract->enough > 0 && contract->taken >= contract->enough &&
                        contract->list.count > 0 && contract->list.state != FG_LIST_END;
    return whole && !contract->stopped;
}

const char *fg_contract_fault(const fg_contract *contract, int64_t *ret_index)
{
    int64_t count = contract->list.count;
    int64_t index = count > FG_CONTRACT_CHECKED ? count - FG_CONTRACT_CHECKED : 0;
    if (contract->first_fault != NULL) {
        *ret_index = contract->first_faulty;
        return contract->first_fault;
    }
    for (; index < count; index++) {
        if (contract->last_faults[index % FG_CONTRACT_CHECKED] != NULL) {
            *ret_index = index;
            return contract->last_faults[index % FG_CONTRACT_CHECKED];
        }
    }
    return NULL;
}
