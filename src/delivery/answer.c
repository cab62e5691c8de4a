#include "delivery/answer.h"

#include "facegate/text.h"

#include <math.h>
#include <string.h>

#define MAX_EXACT 9007199254740992.0 /* 2^53 */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

cJSON *fg_answer_parse(const char *body, size_t size)
{
    const char *end = NULL;
    cJSON *value = cJSON_ParseWithLengthOpts(body, size, &end, 0);
    if (value == NULL) {
        return NULL;
    }
    while (end < body + size && is_blank(*end)) {
        end++;
    }
    if (end != body + size) {
        cJSON_Delete(value);
        return NULL;
    }
    return value;
}

const char *fg_answer_text(const cJSON *object, const char *name)
{
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, name);
    return cJSON_IsString(member) && member->valuestring[0] != '\0' ? member->valuestring : NULL;
}

bool fg_answer_whole_number(const cJSON *value, int64_t *ret_number)
{
    if (!cJSON_IsNumber(value) || !(fabs(value->valuedouble) <= MAX_EXACT) ||
        floor(value->valuedouble) != value->valuedouble) {
        return false;
    }
    *ret_number = (int64_t)value->valuedouble;
    return true;
}

void fg_answer_excerpt(const char *body, size_t size, char ret_text[FG_EXCERPT_SIZE])
{
    size_t used = 0;
    for (size_t at = 0; at < size;) {
        unsigned char first = (unsigned char)body[at];
        size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
        bool valid = length <= size - at && fg_text_is_utf8(body + at, length);
        /* The second control block, U+0080 to U+009F, is two bytes. */
        bool control = first < 0x20 || first == 0x7F ||
                       (valid && first == 0xC2 && (unsigned char)body[at + 1] < 0xA0);
        if (!valid || control) {
            length = valid ? length : 1;
        }
        size_t taken = !valid || control ? 1 : length;
        if (used + taken > FG_EXCERPT_SIZE - 1) {
            break;
        }
        if (is_blank((char)first)) {
            /* Pages come with line breaks and margins: one space says as much. */
            if (used > 0 && ret_text[used - 1] != ' ') {
                ret_text[used++] = ' ';
            }
        } else if (!valid || control) {
            ret_text[used++] = '?';
        } else {
            memcpy(ret_text + used, body + at, length);
            used += length;
        }
        at += length;
    }
    used -= used > 0 && ret_text[used - 1] == ' ' ? 1 : 0;
    ret_text[used] = '\0';
}
