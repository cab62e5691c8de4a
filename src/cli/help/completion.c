/* The completion of the shell. */
#include "help/completion.h"

#include "facegate/base/camera_source.h"
#include "help/manual.h"

#include <string.h>

/* A word that bash takes as it is. */
static void write_word(FILE *out, const char *prefix, const char *word, const char *argument,
                       char between)
{
    fprintf(out, " '%s", prefix);
    for (; *word != '\0'; word++) {
        if (*word == '\'') {
            fputs("'\\''", out);
        } else {
            fputc(*word, out);
        }
    }
    if (argument != NULL && argument[0] != '\0') {
        fprintf(out, "%c%s", between, argument);
    }
    fputc('\'', out);
}

static bool is_operand(const char *word, size_t length)
{
    static const char options[] = "OPTION";
    return length > 0 && word[0] >= 'A' && word[0] <= 'Z' &&
           (length != strlen(options) || strncmp(word, options, length) != 0);
}

/* The operands a usage line has, as bash's words: what is in capitals, but for that of options. */
static void write_operands(FILE *out, const char *usage)
{
    static const char frame[] = " []{}()|";
    bool of_option = false; /* the next word is an option's argument */
    while (*(usage += strspn(usage, frame)) != '\0') {
        size_t length = strcspn(usage, frame);
        size_t name = strcspn(usage, " []{}()|.");
        if (usage[0] == '-') {
            of_option = usage[length] == ' ' && is_operand(usage + length + 1, 1);
        } else {
            if (!of_option && is_operand(usage, name)) {
                fprintf(out, " '%.*s'", (int)length, usage);
            }
            of_option = false;
        }
        usage += length;
    }
}

static void write_options(FILE *out, const fg_option *options, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        write_word(out, "--", options[i].name, options[i].argument, '=');
    }
}

static void write_command(FILE *out, const fg_command *command)
{
    size_t count = 0;
    fprintf(out, "    %s", command->name);
    if (command->alias != NULL) {
        fprintf(out, " | %s", command->alias);
    }
    fprintf(out, ")\n        options=(");
    if (command->options != NULL) {
        const fg_option *options = command->options(&count);
        write_options(out, options, count);
    }
    const fg_option *common = fg_cli_common_options(command, &count);
    write_options(out, common, count);
    fprintf(out, " )\n        verbs=(");
    for (const fg_verb *verb = command->verbs; verb != NULL && verb->name != NULL; verb++) {
        write_word(out, "", verb->name, verb->arguments, ' ');
    }
    fprintf(out, " )\n        operands=(");
    if (command->verbs == NULL) {
        write_operands(out, command->arguments);
    }
    fprintf(out, " )\n        ;;\n");
}

static bool fill(void *context, FILE *out, const char *hole)
{
    const fg_command *const *commands = context;
    if (strcmp(hole, "names") == 0) {
        for (size_t i = 0; commands[i]->name != NULL; i++) {
            write_word(out, "", commands[i]->name, NULL, ' ');
        }
        return true;
    }
    if (strcmp(hole, "sources") == 0) {
        for (int i = 0; i < FG_CAMERA_SOURCE_UNKNOWN; i++) {
            fprintf(out, "%s%s", i > 0 ? " " : "", fg_camera_sources[i].prefix);
        }
        return true;
    }
    if (strcmp(hole, "commands") == 0) {
        for (size_t i = 0; commands[i]->name != NULL; i++) {
            write_command(out, commands[i]);
        }
        return true;
    }
    return false;
}

bool fg_completion_write(FILE *out, const char *shell, const fg_command *const *commands)
{
    return strcmp(shell, "bash") == 0 &&
           fg_manual_fill_in(out, "facegate.bash", fill, (void *)(uintptr_t)commands);
}
