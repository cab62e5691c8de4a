/* Prints a JSON object and says if that failed. */
#include "common/json.h"

#include "common/options.h"

#include <math.h>
#include <stdio.h>

int fg_json_print(cJSON *object)
{
    char *text = cJSON_PrintUnformatted(object);
    cJSON_Delete(object);
    if (text == NULL) {
        return fg_cli_fail(FG_EXIT_FAILED, "not enough memory");
    }
    puts(text);
    cJSON_free(text);
    return FG_EXIT_DONE;
}

void fg_json_distance(cJSON *object, const char *key, double distance)
{
    if (isfinite(distance)) {
        cJSON_AddNumberToObject(object, key, round(distance * 1e3) / 1e3);
    } else {
        cJSON_AddNullToObject(object, key);
    }
}

void fg_json_rate(cJSON *object, const char *key, const fg_rate *rate)
{
    cJSON *added = cJSON_AddObjectToObject(object, key);
    cJSON_AddNumberToObject(added, "hits", (double)rate->hits);
    cJSON_AddNumberToObject(added, "trials", (double)rate->trials);
    cJSON_AddNumberToObject(added, "rate", rate->rate); /* NAN is printed as null */
    cJSON_AddNumberToObject(added, "low", rate->low);
    cJSON_AddNumberToObject(added, "high", rate->high);
}
