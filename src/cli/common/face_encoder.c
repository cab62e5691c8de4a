/* Finds and encodes the faces of a picture, for every command that takes pictures. */
#include "common/face_encoder.h"

#include "common/gallery_access.h"
#include "common/options.h"
#include "common/photo.h"
#include "facegate/camera/reduce.h"

/* A picture with a longer side is made smaller to look for faces. */
#define SEARCHED_SIDE 1500

/* A face so many times as wide as the smallest that can be found in the smaller picture is who it
 * is of: what was missed is far smaller. */
#define FAR_LARGER 3

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
    fg_frame_release(&encoder->reduced);
}

/* Looks for faces in a picture made smaller: that takes a fraction of the time, which grows with
 * the pixels. None is given where smaller faces may matter. */
static int search_reduced(fg_face_encoder *encoder, int min_face, fg_error *error)
{
    const fg_frame *frame = &encoder->frame;
    int side = frame->width > frame->height ? frame->width : frame->height;
    int factor = (side + SEARCHED_SIDE - 1) / SEARCHED_SIDE;
    if (factor < 2 || frame->width < 4 * factor || frame->height < 4 * factor) {
        return 0;
    }
    int result = fg_reduce_frame(frame, factor, &encoder->reduced);
    if (result != 0) {
        return fg_error_set(error, result, "not enough memory to look for faces");
    }
    result = fg_engine_detect(encoder->engine, &encoder->reduced, min_face, 0, encoder->faces,
                              &encoder->count, error);
    if (result != 0) {
        return result;
    }
    int largest = fg_face_encoder_largest(encoder);
    if (largest < 0 || encoder->faces[largest].box.width < FAR_LARGER * min_face) {
        encoder->count = 0;
        return 0;
    }
    for (int i = 0; i < encoder->count; i++) {
        fg_box *box = &encoder->faces[i].box;
        *box =
            (fg_box){box->x * factor, box->y * factor, box->width * factor, box->height * factor};
    }
    return 0;
}

int fg_face_encoder_load(fg_face_encoder *encoder, const char *path, int min_face, fg_error *error)
{
    encoder->count = 0;
    int result = fg_photo_load(encoder->decoder, path, &encoder->frame, error);
    if (result != 0) {
        return result;
    }
    result = search_reduced(encoder, min_face, error);
    if (result == 0 && encoder->count == 0) {
        result = fg_engine_detect(encoder->engine, &encoder->frame, min_face, 0, encoder->faces,
                                  &encoder->count, error);
    }
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

int fg_face_encoder_main(const fg_face_encoder *encoder)
{
    const fg_face *main = &encoder->faces[0];
    for (int i = 1; i < encoder->count; i++) {
        const fg_face *other = &encoder->faces[i];
        if (2 * other->box.width >= main->box.width || 2 * other->score >= main->score) {
            return -1;
        }
    }
    return encoder->count > 0 ? 0 : -1;
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
