/*
 * What the commands with --json share.
 */
#ifndef FACEGATE_CLI_COMMON_JSON_H
#define FACEGATE_CLI_COMMON_JSON_H

#include "facegate/gallery/rate.h"

#include <cjson/cJSON.h>

/* Prints it on one line of stdout and deletes it. Returns the exit code. */
int fg_json_print(cJSON *object);

/* Three digits are what a distance is worth, where cJSON would print seventeen; null where there is
 * none. */
void fg_json_distance(cJSON *object, const char *key, double distance);

/* A rate with its counts and its interval; the rate is null without trials. */
void fg_json_rate(cJSON *object, const char *key, const fg_rate *rate);

#endif
