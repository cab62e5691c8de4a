/* Finds and encodes the faces of a picture, for every command that takes pictures. */
#include "common/face_encoder.h"

#include "common/gallery_access.h"
#include "common/options.h"

int fg_face_encoder_open(fg_face_encoder *encoder, const fg_config *config)
{
    *encoder = (fg_face_encoder){0};
    if (!fg_cli_engine(config, &encoder->engine)) {
        return FG_EXIT_CONFIG;
    }
    if (fg_decoder_create(&encoder->decoder) != 0) {
        fg_face_encoder_close(encoder);
        return fg_cli_fail(FG_EXIT_FAILED, "not enough memory");
    }
    return 0;
}

void fg_face_encoder_close(fg_face_encoder *encoder)
{
    fg_decoder_free(encoder->decoder);
    fg_engine_free(encoder->engine);
    fg_frame_release(&encoder->frame);
}

int fg_face_encoder_load(fg_face_encoder *encoder, const char *path, int min_face, fg_error *error)
{
    encoder->count = 0;
    int result = fg_picture_load(encoder->decoder, path, true, &encoder->frame, error);
    if (result != 0) {
        return result;
    }
    result = fg_engine_detect(encoder->engine, &encoder->frame, min_face, 0, encoder->faces,
                              &encoder->count, error);
    return result == 0 ? 0 : fg_error_prefix(error, result, "%s", path);
}

int fg_face_encoder_largest(const fg_face_encoder *encoder)
{
    int largest = -1;
    for (int i = 0; i < encoder->count; i++) {
        if (largest < 0 || encoder->faces[i].box.width > encoder->faces[largest].box.width) {
            largest = i;
        }
    }
    return largest;
}

int fg_face_encoder_view(fg_face_encoder *encoder, int face, fg_quality *ret_quality,
                         fg_error *error)
{
    fg_landmarks landmarks;
    const fg_box *box = &encoder->faces[face].box;
    int result = fg_engine_align(encoder->engine, &encoder->frame, box, &landmarks, error);
    if (result == 0 && ret_quality != NULL) {
        *ret_quality = fg_quality_measure(&encoder->frame, box, &landmarks);
    }
    return result;
}

int fg_face_encoder_encode(fg_face_encoder *encoder, int face, fg_quality *ret_quality,
                           float ret_encoding[FG_ENCODING_SIZE], fg_error *error)
{
    int result = fg_face_encoder_view(encoder, face, ret_quality, error);
    return result == 0 ? fg_engine_encode(encoder->engine, ret_encoding, error) : result;
}
