/* Knows what scripts call encodings and names. */
#include "import/keys.h"

#include <ctype.h>
#include <string.h>

#define KEY_LIMIT 64

/* Letters and digits alone, in lower case; empty where it is no text or too long to be a key. */
static void fold(fg_value key, char ret_folded[KEY_LIMIT])
{
    size_t used = 0;
    ret_folded[0] = '\0';
    if (!fg_value_is_string(key) || key.size >= KEY_LIMIT) {
        return;
    }
    for (uint32_t i = 0; i < key.size; i++) {
        unsigned char byte = key.bytes[i];
        if (byte < 0x80 && isalnum(byte)) {
            ret_folded[used++] = (char)tolower(byte);
        } else if (byte >= 0x80) {
            used = 0; /* a person's name, perhaps */
            break;
        }
    }
    ret_folded[used] = '\0';
}

/* The place of a word among such that end with NULL, from 1 on; 0 for none. */
static int place_of(const char *word, const char *const words[])
{
    for (int i = 0; words[i] != NULL; i++) {
        if (strcmp(word, words[i]) == 0) {
            return i + 1;
        }
    }
    return 0;
}

int fg_key_for_encodings(fg_value key)
{
    static const char *const exact[] = {"encodings",           "encoding",
                                        "faceencodings",       "faceencoding",
                                        "knownencodings",      "knownfaceencodings",
                                        "knownfacesencodings", "embeddings",
                                        "embedding",           NULL};
    static const char *const parts[] = {"encod", "embed", "descriptor", NULL};
    static const char *const loose[] = {"data", "vectors", "vector", "features", "feature", NULL};
    char word[KEY_LIMIT];
    fold(key, word);
    int place = place_of(word, exact);
    if (place > 0) {
        return 100 - place;
    }
    for (int i = 0; parts[i] != NULL; i++) {
        if (strstr(word, parts[i]) != NULL) {
            return 50;
        }
    }
    return place_of(word, loose) > 0 ? 10 : 0;
}

int fg_key_for_names(fg_value key)
{
    static const char *const exact[] = {"names",          "name",     "knownnames", "facenames",
                                        "knownfacenames", "facename", "personname", "username",
                                        "studentname",    "fullname", NULL};
    static const char *const labels[] = {"labels", "label", NULL};
    static const char *const people[] = {"people",   "persons", "person", "users",   "user",
                                         "students", "student", "class",  "classes", NULL};
    static const char *const ids[] = {"ids", "id", "studentids", "userids", "personids", NULL};
    char word[KEY_LIMIT];
    fold(key, word);
    int place = place_of(word, exact);
    if (place > 0) {
        return 100 - place;
    }
    /* The names of pictures are nobody's. */
    bool of_files = strstr(word, "file") != NULL || strstr(word, "image") != NULL ||
                    strstr(word, "path") != NULL || strstr(word, "model") != NULL;
    if (strstr(word, "name") != NULL && !of_files) {
        return 50;
    }
    if (place_of(word, labels) > 0) {
        return 40;
    }
    if (place_of(word, people) > 0) {
        return 30;
    }
    return place_of(word, ids) > 0 ? 20 : 0;
}

bool fg_key_is_given(fg_value key)
{
    static const char numpys[] = "arr_";
    return !(fg_value_is_string(key) && key.size > sizeof(numpys) - 1 &&
             memcmp(key.bytes, numpys, sizeof(numpys) - 1) == 0);
}
