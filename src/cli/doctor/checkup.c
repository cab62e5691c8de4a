/* doctor's lines: kept, counted, printed for people and for programs. */
#include "doctor/checkup.h"

#include "common/options.h"
#include "facegate/base/wrap.h"
#include "facegate/text.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHECK_SIZE   32
#define TEXT_COLUMN  27
#define CHECK_COLUMN 9
#define FIX_COLUMN   14 /* after the word */

typedef struct finding {
    char check[CHECK_SIZE];
    enum fg_verdict verdict;
    fg_error text, fix;
    char *key, *value, *origin; /* of what the configuration has; else NULL */
} finding;

struct fg_checkup {
    finding *findings;
    int count, capacity;
    int lost;
};

static const char *const words[FG_VERDICTS] = {"ok", "n/a", "skipped", "warning", "error"};

fg_checkup *fg_checkup_create(void)
{
    return calloc(1, sizeof(fg_checkup));
}

fg_checkup *fg_checkup_free(fg_checkup *checkup)
{
    if (checkup != NULL) {
        for (int i = 0; i < checkup->count; i++) {
            free(checkup->findings[i].key);
            free(checkup->findings[i].value);
            free(checkup->findings[i].origin);
        }
        free(checkup->findings);
        free(checkup);
    }
    return NULL;
}

static finding *add(fg_checkup *checkup)
{
    if (checkup->count == checkup->capacity) {
        int capacity = checkup->capacity * 2 + 32;
        finding *grown =
            reallocarray(checkup->findings, (size_t)capacity, sizeof(*checkup->findings));
        if (grown == NULL) {
            checkup->lost++;
            return NULL;
        }
        checkup->findings = grown;
        checkup->capacity = capacity;
    }
    return &checkup->findings[checkup->count++];
}

void fg_checkup_say(fg_checkup *checkup, const char *check, enum fg_verdict verdict,
                    const char *format, ...)
{
    finding *line = add(checkup);
    if (line == NULL) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    *line = (finding){.verdict = verdict};
    snprintf(line->check, sizeof(line->check), "%s", check);
    vsnprintf(line->text.text, sizeof(line->text.text), format, arguments);
    fg_text_clean(line->text.text);
    va_end(arguments);
}

static char *copy_clean(const char *text)
{
    char *copy = strdup(text);
    if (copy != NULL) {
        fg_text_clean(copy);
    }
    return copy;
}

void fg_checkup_value(fg_checkup *checkup, const fg_config_item *item)
{
    finding *line = add(checkup);
    if (line == NULL) {
        return;
    }
    *line = (finding){.check = "config.value",
                      .verdict = FG_VERDICT_OK,
                      .key = copy_clean(item->key),
                      .value = copy_clean(item->value),
                      .origin = copy_clean(item->origin)};
    if (line->key == NULL || line->value == NULL || line->origin == NULL) {
        checkup->lost++;
    }
    fg_error_set(&line->text, 0, "[%s] %s = %s (%s)", item->section, item->key,
                 item->value[0] != '\0' ? item->value : "none", item->origin);
    fg_text_clean(line->text.text);
}

void fg_checkup_fix(fg_checkup *checkup, const char *format, ...)
{
    if (checkup->count == 0) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    fg_error *fix = &checkup->findings[checkup->count - 1].fix;
    vsnprintf(fix->text, sizeof(fix->text), format, arguments);
    fg_text_clean(fix->text);
    va_end(arguments);
}

int fg_checkup_count(const fg_checkup *checkup, enum fg_verdict verdict)
{
    int count = verdict == FG_VERDICT_ERROR ? checkup->lost : 0;
    for (int i = 0; i < checkup->count; i++) {
        count += checkup->findings[i].verdict == verdict ? 1 : 0;
    }
    return count;
}

void fg_checkup_print(const fg_checkup *checkup, int width, FILE *output)
{
    for (int i = 0; i < checkup->count; i++) {
        const finding *line = &checkup->findings[i];
        fprintf(output, "%-*s%-*s", CHECK_COLUMN, words[line->verdict], TEXT_COLUMN - CHECK_COLUMN,
                line->check);
        fg_wrap_values(output, line->text.text, TEXT_COLUMN, width);
        if (line->fix.text[0] != '\0') {
            fprintf(output, "%*sfix: ", CHECK_COLUMN, "");
            fg_wrap_values(output, line->fix.text, FIX_COLUMN, width);
        }
    }
    int errors = fg_checkup_count(checkup, FG_VERDICT_ERROR);
    int warnings = fg_checkup_count(checkup, FG_VERDICT_WARNING);
    int skipped = fg_checkup_count(checkup, FG_VERDICT_NOT_CHECKED);
    fprintf(output, "\n%s, %s, %d not checked\n", fg_text_count(errors, "error", "errors").text,
            fg_text_count(warnings, "warning", "warnings").text, skipped);
    if (checkup->lost > 0) {
        fprintf(output, "%s lost: not enough memory\n",
                fg_text_count(checkup->lost, "line", "lines").text);
    }
}

static bool add_text(cJSON *object, const char *name, const char *text)
{
    return text == NULL || cJSON_AddStringToObject(object, name, text) != NULL;
}

static bool add_finding(cJSON *checks, const finding *line)
{
    cJSON *object = cJSON_CreateObject();
    if (!cJSON_AddItemToArray(checks, object)) {
        cJSON_Delete(object);
        return false;
    }
    return cJSON_AddStringToObject(object, "check", line->check) != NULL &&
           cJSON_AddStringToObject(object, "verdict", words[line->verdict]) != NULL &&
           cJSON_AddStringToObject(object, "text", line->text.text) != NULL &&
           add_text(object, "key", line->key) && add_text(object, "value", line->value) &&
           add_text(object, "origin", line->origin) &&
           add_text(object, "fix", line->fix.text[0] != '\0' ? line->fix.text : NULL);
}

/* The worst that matters. */
static enum fg_verdict sum_up(const fg_checkup *checkup)
{
    if (fg_checkup_count(checkup, FG_VERDICT_ERROR) > 0) {
        return FG_VERDICT_ERROR;
    }
    return fg_checkup_count(checkup, FG_VERDICT_WARNING) > 0 ? FG_VERDICT_WARNING : FG_VERDICT_OK;
}

int fg_checkup_print_json(const fg_checkup *checkup, FILE *output)
{
    cJSON *object = cJSON_CreateObject();
    bool made = cJSON_AddStringToObject(object, "verdict", words[sum_up(checkup)]) != NULL;
    cJSON *checks = cJSON_AddArrayToObject(object, "checks");
    made = made && checks != NULL && checkup->lost == 0;
    for (int i = 0; i < checkup->count && made; i++) {
        made = add_finding(checks, &checkup->findings[i]);
    }
    char *text = made ? cJSON_PrintUnformatted(object) : NULL;
    cJSON_Delete(object);
    if (text == NULL) {
        return -ENOMEM;
    }
    fprintf(output, "%s\n", text);
    cJSON_free(text);
    return 0;
}

const char *fg_checkup_command(const fg_config *config, const char *command, unsigned options,
                               char ret_text[FG_CHECKUP_COMMAND])
{
    FILE *output = fmemopen(ret_text, FG_CHECKUP_COMMAND, "w");
    snprintf(ret_text, FG_CHECKUP_COMMAND, "facegate %s", command);
    if (output != NULL) {
        fg_command_line_put(output, config, fg_cli_config_path(), command, options);
        fclose(output);
        ret_text[FG_CHECKUP_COMMAND - 1] = '\0';
    }
    return ret_text;
}

/* As wide as the longest that is reported. */
#define PROGRESS_WIDTH 50

/* Whoever breaks off gets a clean line to type in. */
static void break_off(int number)
{
    static const char blank[] = "\r                                                  \r";
    _Static_assert(sizeof(blank) == PROGRESS_WIDTH + 3, "as wide as what it wipes out");
    ssize_t written = write(STDERR_FILENO, blank, sizeof(blank) - 1);
    (void)written;
    raise(number);
}

void fg_checkup_progress(const char *what)
{
    if (isatty(STDERR_FILENO) != 1) {
        return;
    }
    struct sigaction action = {.sa_handler = what != NULL ? break_off : SIG_DFL,
                               .sa_flags = (int)SA_RESETHAND};
    sigaction(SIGINT, &action, NULL);
    fprintf(stderr, "\r%-*s%s", PROGRESS_WIDTH, what != NULL ? what : "", what != NULL ? "" : "\r");
}
