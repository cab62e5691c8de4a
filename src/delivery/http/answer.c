/* Reads a backend's answer: its JSON, and an excerpt that is safe to print. */
#include "http/answer.h"

#include "facegate/text.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#define MAX_EXACT 9007199254740992.0 /* 2^53 */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool fg_answer_is_status_line(const char *line, size_t size)
{
    static const char start[] = "HTTP/1.";
    const unsigned char *at = (const unsigned char *)line;
    return size > 12 && memcmp(line, start, strlen(start)) == 0 && isdigit(at[7]) && at[8] == ' ' &&
           isdigit(at[9]) && isdigit(at[10]) && isdigit(at[11]) && isspace(at[12]);
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

bool fg_answer_is_encrypted_path(const char *path)
{
    size_t length = strlen(path);
    return length >= 4 && strcmp(path + length - 4, ".bin") == 0;
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

/* The value of so many hexadecimal digits, or -1. */
static int hex(const char *digits, size_t count)
{
    int value = 0;
    for (size_t i = 0; i < count; i++) {
        int c = tolower((unsigned char)digits[i]);
        if (!isxdigit(c)) {
            return -1;
        }
        value = value * 16 + (c <= '9' ? c - '0' : c - 'a' + 10);
    }
    return value;
}

/* How many bytes spell the character there, 0 where it is another. */
static size_t spelled(const char *at, size_t left, char c)
{
    if (left >= 1 && at[0] == c) {
        return 1;
    }
    if (left >= 3 && at[0] == '%' && hex(at + 1, 2) == c) {
        return 3;
    }
    if (left >= 6 && memcmp(at, "\\u", 2) == 0 && hex(at + 2, 4) == c) {
        return 6;
    }
    return left >= 2 && at[0] == '\\' && at[1] == c ? 2 : 0;
}

/* How many bytes the characters of the token take there, as far as they go; 0 for too few to tell
 * anything. */
static size_t run_at(const char *at, size_t left, const char *token)
{
    size_t used = 0, count = 0, length;
    while (token[count] != '\0' && (length = spelled(at + used, left - used, token[count])) > 0) {
        used += length;
        count++;
    }
    if (count < FG_SECRET_LENGTH) {
        return 0;
    }
    /* An escape may be cut off. */
    bool cut = used < left &&
               ((at[used] == '%' && left - used < 3) || (at[used] == '\\' && left - used < 6));
    return cut ? left : used;
}

void fg_answer_mask(char *body, size_t size, const char *token)
{
    size_t token_length = strlen(token);
    for (size_t at = 0; at < size;) {
        size_t longest = 0;
        /* From any place in it: a server may shorten it, or spell a character in a way of its own.
         */
        for (size_t from = 0; from + FG_SECRET_LENGTH <= token_length; from++) {
            size_t length = run_at(body + at, size - at, token + from);
            longest = length > longest ? length : longest;
        }
        memset(body + at, '*', longest);
        at += longest > 0 ? longest : 1;
    }
}

/* Bytes of the character of UTF-8 that begins so. */
static size_t length_of(unsigned char first)
{
    if (first >= 0xF0) {
        return 4;
    }
    if (first >= 0xE0) {
        return 3;
    }
    return first >= 0xC0 ? 2 : 1;
}

void fg_answer_excerpt(const char *body, size_t size, char ret_text[FG_EXCERPT_SIZE])
{
    size_t used = 0;
    for (size_t at = 0; at < size;) {
        unsigned char first = (unsigned char)body[at];
        size_t length = length_of(first);
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
