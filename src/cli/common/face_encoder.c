#include "common/face_encoder.h"

#include "common/options.h"

int fg_look_open(fg_look *look, const fg_config *config)
{
    *look = (fg_look){0};
    if (!fg_cli_engine(config, &look->engine)) {
        return FG_EXIT_CONFIG;
    }
    if (fg_decoder_create(&look->decoder) != 0) {
        fg_look_close(look);
        return fg_cli_fail(FG_EXIT_FAILED, "not enough memory");
    }
    return 0;
}

void fg_look_close(fg_look *look)
{
    fg_decoder_free(look->decoder);
    fg_engine_free(look->engine);
    fg_frame_release(&look->frame);
}

int fg_look_at(fg_look *look, const char *path, int min_face, fg_error *error)
{
    look->count = 0;
    int result = fg_picture_load(look->decoder, path, true, &look->frame, error);
    if (result != 0) {
        return result;
    }
    result =
        fg_engine_detect(look->engine, &look->frame, min_face, look->faces, &look->count, error);
    return result == 0 ? 0 : fg_error_prefix(error, result, "%s", path);
}

int fg_look_encode(fg_look *look, int face, fg_quality *ret_quality,
                   float ret_encoding[FG_ENCODING_SIZE], fg_error *error)
{
    fg_landmarks landmarks;
    const fg_box *box = &look->faces[face].box;
    int result = fg_engine_align(look->engine, &look->frame, box, &landmarks, error);
    if (result == 0) {
        result = fg_engine_encode(look->engine, ret_encoding, error);
    }
    if (result == 0 && ret_quality != NULL) {
        *ret_quality = fg_quality_measure(&look->frame, box, &landmarks);
    }
    return result;
}
