/* Tells the warnings of libjpeg that change pixels from those that do not. */
#include "jpeg_warnings.h"

#include <errno.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jerror.h>
#include <jpeglib.h>

#define END_OF_IMAGE 0xd9

typedef struct reading {
    struct jpeg_decompress_struct decompressor;
    struct jpeg_error_mgr errors;
    struct jpeg_progress_mgr progress;
    jmp_buf end;
    bool damaged;               /* by a warning or an error */
    bool ended_early;           /* the end marker is missing */
    char text[JMSG_LENGTH_MAX]; /* of the first that may matter */
} reading;

static void keep_text(reading *of)
{
    if (of->text[0] == '\0') {
        of->errors.format_message((j_common_ptr)&of->decompressor, of->text);
    }
}

static void take_error(j_common_ptr common)
{
    reading *of = common->client_data;
    of->text[0] = '\0';
    keep_text(of);
    of->damaged = true;
    longjmp(of->end, 1);
}

static void take_message(j_common_ptr common, int level)
{
    reading *of = common->client_data;
    if (level >= 0) {
        return;
    }
    switch (of->errors.msg_code) {
    case JWRN_NOT_SEQUENTIAL: /* a baseline picture has no use for the parameters */
    case JWRN_JFIF_MAJOR:
        return;
    case JWRN_EXTRANEOUS_DATA:
        if (of->errors.msg_parm.i[1] == END_OF_IMAGE) {
            return;
        }
        break;
    case JWRN_JPEG_EOF:
        of->ended_early = true;
        keep_text(of);
        return;
    default:
        break;
    }
    keep_text(of);
    of->damaged = true;
}

static void print_nothing(j_common_ptr common)
{
    (void)common;
}

static void count_scans(j_common_ptr common)
{
    reading *of = common->client_data;
    if (of->decompressor.input_scan_number > FG_JPEG_MAX_SCANS) {
        snprintf(of->text, sizeof(of->text), "Progressive JPEG image has more than %d scans",
                 FG_JPEG_MAX_SCANS);
        of->damaged = true;
        longjmp(of->end, 1);
    }
}

/* Whether a picture without an end has all of its coefficients in full precision. */
static bool has_all(const struct jpeg_decompress_struct *decompressor)
{
    if (decompressor->arith_code) { /* whose decoder makes up what is missing, and says nothing */
        return false;
    }
    for (int i = 0; i < decompressor->num_components; i++) {
        if (decompressor->comp_info[i].quant_table == NULL) { /* no scan had it */
            return false;
        }
        for (int k = 0; decompressor->progressive_mode && k < DCTSIZE2; k++) {
            if (decompressor->coef_bits[i][k] != 0) {
                return false;
            }
        }
    }
    return true;
}

static void read_all(reading *of, const uint8_t *jpeg, size_t size)
{
    j_decompress_ptr decompressor = &of->decompressor;
    jpeg_mem_src(decompressor, jpeg, size);
    jpeg_read_header(decompressor, TRUE);
    /* Every coefficient is read; a pixel of each block is enough to have that done. */
    decompressor->scale_num = 1;
    decompressor->scale_denom = DCTSIZE;
    decompressor->out_color_space = decompressor->jpeg_color_space;
    decompressor->do_fancy_upsampling = FALSE;
    decompressor->do_block_smoothing = FALSE;
    jpeg_start_decompress(decompressor);
    JSAMPARRAY row = decompressor->mem->alloc_sarray(
        (j_common_ptr)decompressor, JPOOL_IMAGE,
        decompressor->output_width * (JDIMENSION)decompressor->output_components, 1);
    while (decompressor->output_scanline < decompressor->output_height) {
        jpeg_read_scanlines(decompressor, row, 1);
    }
    bool all = has_all(decompressor);
    jpeg_finish_decompress(decompressor);
    if (of->ended_early && !all) {
        of->damaged = true;
    }
}

int fg_jpeg_check_warnings(const uint8_t *jpeg, size_t size, fg_error *error)
{
    /* Not on the stack: longjmp would leave what has changed there undefined. */
    reading *of = calloc(1, sizeof(*of));
    if (of == NULL) {
        return fg_error_set(error, -ENOMEM, "not enough memory to decode it");
    }
    of->decompressor.err = jpeg_std_error(&of->errors);
    of->decompressor.client_data = of;
    of->errors.error_exit = take_error;
    of->errors.emit_message = take_message;
    of->errors.output_message = print_nothing;
    of->progress.progress_monitor = count_scans;
    if (setjmp(of->end) == 0) {
        jpeg_create_decompress(&of->decompressor);
        of->decompressor.progress = &of->progress;
        read_all(of, jpeg, size);
    }
    int result = of->damaged ? fg_error_set(error, -EBADMSG, "%s", of->text) : 0;
    jpeg_destroy_decompress(&of->decompressor);
    free(of);
    return result;
}
