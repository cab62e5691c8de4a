/* Says what to do with a file that is refused. */
#include "import/advice.h"
#include "facegate/text.h"
#include "import/numpy.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#define DEPTH 2

static bool contains(fg_value text, const char *part)
{
    return memmem(text.bytes, text.size, part, strlen(part)) != NULL;
}

/* An object, or one in a list or dict that holds it. */
static fg_value find_object(fg_value value, int depth)
{
    value = fg_numpy_resolve(value);
    bool holds = fg_value_is_sequence(value) || value.kind == FG_VALUE_DICT;
    for (size_t i = 0; holds && depth < DEPTH && i < value.list->count && i < 16; i++) {
        fg_value inner = find_object(value.list->items[i], depth + 1);
        if (inner.kind == FG_VALUE_OBJECT) {
            return inner;
        }
    }
    return value;
}

bool fg_import_is_classifier(fg_value value)
{
    value = find_object(value, 0);
    return value.kind == FG_VALUE_OBJECT && contains(value.name->module, "sklearn");
}

/* Nearest neighbours keep what they were trained with; other classifiers do not. */
static bool is_neighbours(fg_value value)
{
    value = find_object(value, 0);
    return contains(value.name->name, "KNeighbors");
}

static void print_writer(fg_buffer *to)
{
    fg_buffer_print(to, "  json.dump({\"encodings\": [[float(x) for x in e] for e in encodings],\n"
                        "             \"names\": [str(n) for n in names]}, open(\"people.json\", "
                        "\"w\"))\n");
}

void fg_import_advise(fg_buffer *to, const char *path, fg_value value)
{
    char shown[PATH_MAX];
    snprintf(shown, sizeof(shown), "%s", path);
    fg_text_clean(shown);
    if (fg_import_is_classifier(value) && is_neighbours(value)) {
        fg_buffer_print(to,
                        "A classifier keeps encodings where only Python finds them. Loading the "
                        "file runs it, so do that only if you trust it:\n"
                        "  import json, pickle\n"
                        "  model = pickle.load(open(\"%s\", \"rb\"))\n"
                        "  encodings = model._fit_X\n"
                        "  names = model.classes_[model._y]\n",
                        shown);
    } else if (fg_import_is_classifier(value)) {
        fg_buffer_print(to, "This kind of classifier does not keep the encodings it was trained "
                            "with. Take them from the script that trained it, and write them "
                            "there:\n"
                            "  import json\n");
    } else {
        fg_buffer_print(to,
                        "In the Python script that has the encodings and their names, write them "
                        "so that import reads them:\n"
                        "  import json\n");
    }
    print_writer(to);
    fg_buffer_print(to, "and then: facegate import people.json. Or enrol the people from photos, "
                        "with \"facegate enroll\".\n");
}
