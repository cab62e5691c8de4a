/* Sets the environment that libcamera reads: its messages, and a camera's tuning file. */
#include "environment.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void fg_environment_quieten(const char *levels)
{
    setenv("LIBCAMERA_LOG_LEVELS", levels, 0);
    if (isatty(STDERR_FILENO) == 0) {
        setenv("LIBCAMERA_LOG_NO_COLOR", "1", 0); /* the journal would show them as a blob */
    }
}

/* A pipeline whose tuning file cannot be read has no camera. */
int fg_environment_tune(const char *file, fg_error *error)
{
    struct stat status;
    if (file == NULL || file[0] == '\0') {
        return 0;
    }
    if (stat(file, &status) != 0 || access(file, R_OK) != 0) {
        int result = -errno;
        return fg_error_set(error, result, "[camera] tuning is %s: %s", file, strerror(-result));
    }
    if (!S_ISREG(status.st_mode)) {
        return fg_error_set(error, -EINVAL,
                            "[camera] tuning is %s, which is not a file: it must be a tuning file "
                            "of libcamera's",
                            file);
    }
    if (setenv("LIBCAMERA_RPI_TUNING_FILE", file, 1) != 0) {
        return fg_error_set(error, -ENOMEM, "not enough memory");
    }
    return 0;
}
