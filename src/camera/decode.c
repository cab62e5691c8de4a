/* Decodes JPEG into a frame. */
#include "decode.h"

#include "convert.h"
#include "jpeg_warnings.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <turbojpeg.h>

/* A progressive picture may ask for any number of passes over all of its pixels; TurboJPEG stops at
 * FG_JPEG_MAX_SCANS. */
#define LIMITS TJFLAG_LIMITSCANS

struct fg_decoder {
    tjhandle decompressor;
    bool used; /* for a picture already */
    tjhandle encoder;
    uint8_t *rgb;
    size_t rgb_size;
    fg_frame scratch;
};

struct header {
    int width, height;
    int subsampling; /* -1 where TurboJPEG has no name for it */
    int colours;
};

int fg_decoder_create(fg_decoder **ret_decoder)
{
    fg_decoder *decoder = calloc(1, sizeof(*decoder));
    if (decoder == NULL) {
        return -ENOMEM;
    }
    decoder->decompressor = tjInitDecompress();
    decoder->encoder = tjInitCompress();
    if (decoder->decompressor == NULL || decoder->encoder == NULL) {
        fg_decoder_free(decoder);
        return -ENOMEM;
    }
    *ret_decoder = decoder;
    return 0;
}

fg_decoder *fg_decoder_free(fg_decoder *decoder)
{
    if (decoder == NULL) {
        return NULL;
    }
    if (decoder->decompressor != NULL) {
        tjDestroy(decoder->decompressor);
    }
    if (decoder->encoder != NULL) {
        tjDestroy(decoder->encoder);
    }
    free(decoder->rgb);
    fg_frame_release(&decoder->scratch);
    free(decoder);
    return NULL;
}

fg_frame *fg_decoder_scratch(fg_decoder *decoder)
{
    return &decoder->scratch;
}

/*
 * TurboJPEG keeps the tables of the last picture, and of one it failed on a header half read: the
 * next would be judged, and decoded, by them.
 */
static int renew(fg_decoder *decoder)
{
    if (!decoder->used) {
        return 0;
    }
    tjhandle fresh = tjInitDecompress();
    if (fresh == NULL) {
        return -ENOMEM;
    }
    tjDestroy(decoder->decompressor);
    decoder->decompressor = fresh;
    decoder->used = false;
    return 0;
}

static int undecodable(const fg_decoder *decoder, fg_error *error)
{
    return fg_error_set(error, -EBADMSG, "does not decode (%s): take or save the picture again",
                        tjGetErrorStr2(decoder->decompressor));
}

/* Whether TurboJPEG ended with a warning that many good pictures have, and with no error. */
static bool may_be_harmless(const fg_decoder *decoder)
{
    static const char *const texts[] = {"Invalid SOS parameters", "extraneous bytes before marker",
                                        "Premature end of JPEG file", "unknown JFIF revision"};
    const char *text = tjGetErrorStr2(decoder->decompressor);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (strstr(text, texts[i]) != NULL) {
            return true;
        }
    }
    return false;
}

/* After a decode that failed: 0 where the pixels are right all the same. */
static int forgive(const fg_decoder *decoder, const uint8_t *jpeg, size_t size, bool stream,
                   fg_error *error)
{
    fg_error why = {0};
    if (!may_be_harmless(decoder)) {
        return undecodable(decoder, error);
    }
    if (stream && strstr(tjGetErrorStr2(decoder->decompressor), "extraneous bytes") != NULL) {
        return 0;
    }
    int result = fg_jpeg_check_warnings(jpeg, size, &why);
    return result == 0
               ? 0
               : fg_error_set(error, result, "does not decode (%s): take or save the picture again",
                              why.text);
}

/* Everything that can be refused before memory is taken for the pixels. */
static int read_header(fg_decoder *decoder, const uint8_t *jpeg, size_t size,
                       struct header *ret_header, fg_error *error)
{
    struct header header = {.subsampling = -1, .colours = -1};
    if (size == 0) {
        return fg_error_set(error, -EBADMSG, "is empty: take or save the picture again");
    }
    if (size < 3 || jpeg[0] != 0xff || jpeg[1] != 0xd8 || jpeg[2] != 0xff) {
        return fg_error_set(error, -EBADMSG, "is not a JPEG picture: convert it to JPEG");
    }
    if (renew(decoder) != 0) {
        return fg_error_set(error, -ENOMEM, "not enough memory to decode it");
    }
    decoder->used = true;
    if (tjDecompressHeader3(decoder->decompressor, jpeg, size, &header.width, &header.height,
                            &header.subsampling, &header.colours) != 0) {
        /* TurboJPEG refuses a subsampling without a name, but has the rest of the header by then.
         * Decoding repeats a warning. */
        bool nameless = header.width > 0 && header.colours >= 0 && header.subsampling < 0;
        if (!nameless && !may_be_harmless(decoder)) {
            return undecodable(decoder, error);
        }
    }
    if (header.width < 1 || header.height < 1) {
        return fg_error_set(error, -EBADMSG, "holds no picture: take or save the picture again");
    }
    if (header.width > FG_FRAME_MAX_SIDE || header.height > FG_FRAME_MAX_SIDE) {
        return fg_error_set(error, -EFBIG,
                            "has %dx%d pixels, more than the %d a side allowed: scale it down",
                            header.width, header.height, FG_FRAME_MAX_SIDE);
    }
    if (header.colours == TJCS_CMYK || header.colours == TJCS_YCCK) {
        return fg_error_set(error, -ENOTSUP, "has CMYK colours: convert it to an RGB JPEG");
    }
    *ret_header = header;
    return 0;
}

int fg_decoder_take_rgb(fg_decoder *decoder, const uint8_t *rgb, fg_frame *frame, fg_error *error)
{
    if (tjEncodeYUVPlanes(decoder->encoder, rgb, frame->width, 3 * frame->width, frame->height,
                          TJPF_RGB, frame->plane, frame->stride, TJSAMP_420, 0) != 0) {
        return fg_error_set(error, -EBADMSG,
                            "does not convert (%s): take or save the picture again",
                            tjGetErrorStr2(decoder->encoder));
    }
    return 0;
}

/* The rest of the subsamplings: by way of RGB, as TurboJPEG keeps a JPEG's own in its planes. */
static int decode_by_rgb(fg_decoder *decoder, const uint8_t *jpeg, size_t size, bool stream,
                         fg_frame *frame, fg_error *error)
{
    int row = 3 * frame->width;
    size_t needed = (size_t)row * (size_t)frame->height;
    if (needed > decoder->rgb_size) {
        uint8_t *rgb = malloc(needed);
        if (rgb == NULL) {
            return fg_error_set(error, -ENOMEM, "not enough memory for its pixels");
        }
        free(decoder->rgb);
        decoder->rgb = rgb;
        decoder->rgb_size = needed;
    }
    if (tjDecompress2(decoder->decompressor, jpeg, size, decoder->rgb, frame->width, row,
                      frame->height, TJPF_RGB, LIMITS) != 0) {
        int result = forgive(decoder, jpeg, size, stream, error);
        if (result != 0) {
            return result;
        }
    }
    return fg_decoder_take_rgb(decoder, decoder->rgb, frame, error);
}

static int decode(fg_decoder *decoder, const uint8_t *jpeg, size_t size, bool stream,
                  fg_frame *frame, fg_error *error)
{
    struct header header = {0};
    int result = read_header(decoder, jpeg, size, &header, error);
    if (result != 0) {
        return result;
    }
    result = fg_frame_resize(frame, header.width, header.height);
    if (result != 0) {
        return fg_error_set(error, result, "not enough memory for its pixels");
    }
    bool grey = header.subsampling == TJSAMP_GRAY;
    bool halved = header.subsampling == TJSAMP_420 && header.colours == TJCS_YCbCr;
    if (!grey && !halved) {
        return decode_by_rgb(decoder, jpeg, size, stream, frame, error);
    }
    if (tjDecompressToYUVPlanes(decoder->decompressor, jpeg, size, frame->plane, header.width,
                                frame->stride, header.height, LIMITS) != 0) {
        result = forgive(decoder, jpeg, size, stream, error);
        if (result != 0) {
            return result;
        }
    }
    if (grey) {
        size_t rows = ((size_t)header.height + 1) / 2;
        memset(frame->plane[1], 128, (size_t)frame->stride[1] * rows);
        memset(frame->plane[2], 128, (size_t)frame->stride[2] * rows);
        fg_convert_pad_luma(frame);
    }
    return 0;
}

int fg_decoder_decode(fg_decoder *decoder, const void *jpeg, size_t size, fg_frame *frame,
                      fg_error *error)
{
    return decode(decoder, jpeg, size, false, frame, error);
}

int fg_decoder_decode_stream(fg_decoder *decoder, const void *jpeg, size_t size, fg_frame *frame,
                             fg_error *error)
{
    return decode(decoder, jpeg, size, true, frame, error);
}
