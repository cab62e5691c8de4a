/* Reads a JSON list of any length one entry at a time. */
#include "probe/entry_list.h"

#include "http/answer.h"

#include <string.h>

void fg_entry_list_init(fg_entry_list *list, fg_list_visit *visit, void *context)
{
    *list = (fg_entry_list){.visit = visit, .context = context, .text = {.limit = FG_ENTRY_LIMIT}};
}

void fg_entry_list_release(fg_entry_list *list)
{
    fg_buffer_free(&list->text);
}

static void break_off(fg_entry_list *list, const char *fault)
{
    list->state = FG_LIST_BROKEN;
    list->fault = fault;
}

static bool keep(fg_entry_list *list, char byte)
{
    if (list->text.size == FG_ENTRY_LIMIT) {
        break_off(list, "is larger than 1 MiB");
        return false;
    }
    fg_buffer_add(&list->text, &byte, 1);
    if (list->text.failed) {
        break_off(list, "does not fit into memory");
        return false;
    }
    return true;
}

static void finish_entry(fg_entry_list *list)
{
    cJSON *entry = fg_answer_parse(list->text.data, list->text.size);
    if (entry == NULL) {
        break_off(list, "is not JSON");
        return;
    }
    list->visit(list->context, list->count, entry);
    cJSON_Delete(entry);
    list->count++;
    fg_buffer_clear(&list->text);
    list->state = FG_LIST_BETWEEN;
}

/* Inside an entry only what tells where it ends is looked at; the rest is for the parser. */
static void take_inside(fg_entry_list *list, char byte)
{
    bool plain = !list->in_string && list->depth == 0;
    if (plain && list->text.size > 0 && (byte == ',' || byte == ']')) {
        finish_entry(list);
        if (list->state == FG_LIST_BETWEEN) {
            list->state = byte == ',' ? FG_LIST_NEXT : FG_LIST_END;
        }
        return;
    }
    if (!keep(list, byte)) {
        return;
    }
    if (list->in_string) {
        list->in_string = list->escaped || byte != '"';
        list->escaped = !list->escaped && byte == '\\';
    } else if (byte == '"') {
        list->in_string = true;
    } else if (byte == '{' || byte == '[') {
        list->depth++;
    } else if (byte == '}' || byte == ']') {
        list->depth--;
        if (list->depth == 0) {
            finish_entry(list);
        } else if (list->depth < 0) {
            break_off(list, "is not JSON");
        }
    }
}

static void take_byte(fg_entry_list *list, char byte)
{
    bool blank = byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
    if (list->state == FG_LIST_ENTRY) {
        take_inside(list, byte);
    } else if (blank || list->state == FG_LIST_BROKEN) {
        return;
    } else if (list->state == FG_LIST_START && byte == '[') {
        list->state = FG_LIST_FIRST;
    } else if (list->state == FG_LIST_BETWEEN && byte == ',') {
        list->state = FG_LIST_NEXT;
    } else if ((list->state == FG_LIST_FIRST || list->state == FG_LIST_BETWEEN) && byte == ']') {
        list->state = FG_LIST_END;
    } else if (list->state == FG_LIST_FIRST || list->state == FG_LIST_NEXT) {
        list->state = FG_LIST_ENTRY;
        list->in_string = list->escaped = false;
        list->depth = 0;
        take_inside(list, byte);
    } else {
        break_off(list, NULL);
    }
}

bool fg_entry_list_take(fg_entry_list *list, const char *data, size_t size)
{
    for (size_t i = 0; i < size && list->state != FG_LIST_BROKEN; i++) {
        take_byte(list, data[i]);
    }
    return list->state != FG_LIST_BROKEN;
}
