/* The classes and functions that a pickle may name. */
#include "import/pickle_names.h"
#include "facegate/text.h"
#include "import/pickle_machine.h"

#include <errno.h>
#include <string.h>

/* numpy 2 put an underscore before core; Python 2 has other names for some modules. */
static const struct {
    const char *module, *name;
    fg_pickle_function function;
} known[] = {
    {"numpy.core.multiarray", "_reconstruct", FG_PICKLE_RECONSTRUCT},
    {"numpy._core.multiarray", "_reconstruct", FG_PICKLE_RECONSTRUCT},
    {"numpy.core._multiarray_umath", "_reconstruct", FG_PICKLE_RECONSTRUCT},
    {"numpy._core._multiarray_umath", "_reconstruct", FG_PICKLE_RECONSTRUCT},
    {"numpy.core.multiarray", "scalar", FG_PICKLE_SCALAR},
    {"numpy._core.multiarray", "scalar", FG_PICKLE_SCALAR},
    {"numpy.core._multiarray_umath", "scalar", FG_PICKLE_SCALAR},
    {"numpy._core._multiarray_umath", "scalar", FG_PICKLE_SCALAR},
    {"numpy.core.numeric", "_frombuffer", FG_PICKLE_FROM_BUFFER},
    {"numpy._core.numeric", "_frombuffer", FG_PICKLE_FROM_BUFFER},
    {"numpy", "ndarray", FG_PICKLE_NDARRAY},
    {"numpy", "matrix", FG_PICKLE_NDARRAY},
    {"numpy.matrixlib.defmatrix", "matrix", FG_PICKLE_NDARRAY},
    {"numpy", "dtype", FG_PICKLE_DTYPE},
    {"_codecs", "encode", FG_PICKLE_ENCODE},
    {"__builtin__", "bytes", FG_PICKLE_MAKE_BYTES},
    {"builtins", "bytes", FG_PICKLE_MAKE_BYTES},
    {"__builtin__", "dict", FG_PICKLE_MAKE_DICT},
    {"builtins", "dict", FG_PICKLE_MAKE_DICT},
    {"collections", "OrderedDict", FG_PICKLE_MAKE_DICT},
    {"collections", "defaultdict", FG_PICKLE_MAKE_DICT},
    {"copy_reg", "_reconstructor", FG_PICKLE_MAKE_OBJECT},
    {"copyreg", "_reconstructor", FG_PICKLE_MAKE_OBJECT},
    {"copyreg", "__newobj__", FG_PICKLE_MAKE_OBJECT},
    {"copyreg", "__newobj_ex__", FG_PICKLE_MAKE_OBJECT},
    {"joblib.numpy_pickle", "NumpyArrayWrapper", FG_PICKLE_JOBLIB_ARRAY},
    {"_dlib_pybind11", "vector", FG_PICKLE_DLIB_VECTOR},
    {"dlib", "vector", FG_PICKLE_DLIB_VECTOR},
    {"dlib.dlib", "vector", FG_PICKLE_DLIB_VECTOR},
};

/* Of the builtins these only hold data; others, like eval, run it. */
static const char *const harmless[] = {
    "set",   "frozenset", "bytearray", "complex", "object", "range", "xrange",  "slice", "list",
    "tuple", "int",       "long",      "float",   "str",    "bool",  "unicode", "bytes", "dict"};

/* Modules that run programs, load code, or reach files and the network. Nothing of a pickle is run
 * in any case; a file that names these was not made to keep encodings. */
static const char *const refused[] = {"os",
                                      "posix",
                                      "nt",
                                      "posixpath",
                                      "ntpath",
                                      "subprocess",
                                      "pty",
                                      "sys",
                                      "socket",
                                      "shutil",
                                      "importlib",
                                      "imp",
                                      "runpy",
                                      "code",
                                      "codeop",
                                      "commands",
                                      "ctypes",
                                      "webbrowser",
                                      "pickle",
                                      "_pickle",
                                      "cPickle",
                                      "marshal",
                                      "types",
                                      "operator",
                                      "_operator",
                                      "functools",
                                      "_functools",
                                      "pip",
                                      "platform",
                                      "asyncio",
                                      "multiprocessing",
                                      "threading",
                                      "_thread",
                                      "signal",
                                      "builtin",
                                      "urllib",
                                      "urllib2",
                                      "http",
                                      "requests",
                                      "smtplib",
                                      "ftplib",
                                      "tempfile",
                                      "io",
                                      "_io",
                                      "pathlib",
                                      "inspect",
                                      "pdb",
                                      "bdb",
                                      "timeit",
                                      "cProfile",
                                      "profile",
                                      "trace",
                                      "linecache",
                                      "zipimport",
                                      "pkgutil",
                                      "site"};

/* Whether `module` is one of these or inside of it. */
static bool is_within(fg_value module, const char *outer)
{
    size_t length = strlen(outer);
    return module.size >= length && memcmp(module.bytes, outer, length) == 0 &&
           (module.size == length || module.bytes[length] == '.');
}

static bool is_refused(fg_value module, fg_value name)
{
    if (fg_value_is_text(module, "builtins") || fg_value_is_text(module, "__builtin__")) {
        for (size_t i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++) {
            if (fg_value_is_text(name, harmless[i])) {
                return false;
            }
        }
        return true;
    }
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        if (is_within(module, refused[i])) {
            return true;
        }
    }
    return false;
}

static int refuse(fg_pickle *pickle, fg_value module, fg_value name)
{
    char shown_module[FG_TEXT_SHOWN];
    char shown_name[FG_TEXT_SHOWN];
    return fg_error_set(pickle->error, -EPERM,
                        "refers to %s.%s, which no encodings file needs and which could run a "
                        "program: it was not run; do not load this file in Python unless you trust "
                        "whoever made it",
                        fg_text_show((const char *)module.bytes, module.size, shown_module),
                        fg_text_show((const char *)name.bytes, name.size, shown_name));
}

int fg_pickle_refer(fg_pickle *pickle, fg_value module, fg_value name)
{
    fg_value_name made = {.module = module, .name = name};
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (fg_value_is_text(module, known[i].module) && fg_value_is_text(name, known[i].name)) {
            made.function = (int)known[i].function;
        }
    }
    if (made.function == FG_PICKLE_UNKNOWN && is_refused(module, name)) {
        return refuse(pickle, module, name);
    }
    fg_value_name *kept = fg_value_allocate(pickle->memory, sizeof(*kept));
    if (kept == NULL) {
        return fg_pickle_out_of_memory(pickle);
    }
    *kept = made;
    return fg_pickle_push(pickle, (fg_value){.kind = FG_VALUE_GLOBAL, .name = kept});
}
