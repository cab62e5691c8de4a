/* Living faces and pictures of faces: the model's own numbers, on every instruction set, and what
 * is said of a model that cannot be used. */
#include "engine_pictures.h"
#include "facegate/base/file.h"
#include "facegate/vision/liveness.h"
#include "kernels/network.h"
#include "liveness_crop.h"
#include "testing.h"

#include <cJSON.h>
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CROPS     10
#define SIDE      128
#define REFERENCE FG_SOURCE_DIR "/tests/unit/vision/liveness/"
#define MODEL     MODELS "/" FG_LIVENESS_FILE

static cJSON *read_json(const char *name)
{
    size_t size;
    char *text = fg_testing_read(name, &size);
    cJSON *json = cJSON_ParseWithLength(text, size);
    assert_non_null(json);
    free(text);
    return json;
}

static void softmax(const float *outputs, double ret_parts[3])
{
    double sum = 0;
    for (int i = 0; i < 3; i++) {
        ret_parts[i] = exp((double)outputs[i]);
        sum += ret_parts[i];
    }
    for (int i = 0; i < 3; i++) {
        ret_parts[i] /= sum;
    }
}

static double number_at(const cJSON *entry, const char *key, int index)
{
    return cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(entry, key), index)->valuedouble;
}

static void the_network_gives_what_its_reference_gives_with_every_instruction_set(void **state)
{
    (void)state;
    static float picture[SIDE * SIDE * 3];
    size_t size, model_size;
    char *crops = fg_testing_read(REFERENCE "crops.bgr", &size);
    char *data = fg_testing_read(MODEL, &model_size);
    cJSON *reference = read_json(REFERENCE "crops.json");
    const fg_kernels *kernels;
    fg_onnx *model = NULL;
    fg_error error = {""};
    assert_int_equal(size, CROPS * sizeof(picture) / sizeof(picture[0]));
    assert_int_equal(fg_onnx_read(data, model_size, &model, &error), 0);
    for (int isa = 0; (kernels = fg_kernels_here(isa)) != NULL; isa++) {
        double farthest = 0, farthest_part = 0;
        fg_network *network = NULL;
        assert_int_equal(fg_network_create(kernels, model, &network, &error), 0);
        for (int i = 0; i < CROPS; i++) {
            const cJSON *entry = cJSON_GetArrayItem(reference, i);
            float outputs[FG_NETWORK_OUTPUTS];
            double parts[3];
            for (size_t j = 0; j < SIDE * SIDE * 3; j++) {
                picture[j] = (float)(unsigned char)crops[(size_t)i * SIDE * SIDE * 3 + j];
            }
            fg_network_run(network, picture, outputs);
            softmax(outputs, parts);
            for (int j = 0; j < 3; j++) {
                farthest = fmax(farthest, fabs((double)outputs[j] - number_at(entry, "logits", j)));
                farthest_part =
                    fmax(farthest_part, fabs(parts[j] - number_at(entry, "softmax", j)));
            }
        }
        print_message("%s: %.2g off before the softmax, %.2g after\n", kernels->isa, farthest,
                      farthest_part);
        assert_true(farthest < 1e-3);
        assert_true(farthest_part < 1e-4);
        fg_network_free(network);
    }
    fg_onnx_free(model);
    cJSON_Delete(reference);
    free(data);
    free(crops);
}

static void faces_in_the_pictures_score_what_the_reference_says(void **state)
{
    (void)state;
    fg_liveness *liveness = NULL;
    fg_error error = {""};
    cJSON *reference = read_json(REFERENCE "reference.json");
    const cJSON *entry;
    double farthest = 0;
    int scored = 0;
    assert_int_equal(fg_liveness_create(MODELS, "", &liveness, NULL, &error), 0);
    cJSON_ArrayForEach(entry, reference)
    {
        int number = 0;
        double score = -1;
        const char *name = cJSON_GetObjectItemCaseSensitive(entry, "picture")->valuestring;
        assert_int_equal(sscanf(name, "sample%d", &number), 1);
        assert_in_range(number, 1, COUNT(pictures) - 1);
        if (pictures[number].width == 0) {
            print_message("%s: not checked, sanitizers make it slow\n", name);
            continue;
        }
        scored++;
        const fg_box box = {(int)number_at(entry, "box", 0), (int)number_at(entry, "box", 1),
                            (int)number_at(entry, "box", 2), (int)number_at(entry, "box", 3)};
        assert_int_equal(fg_liveness_score(liveness, &pictures[number], &box, &score, &error), 0);
        double off = fabs(score - number_at(entry, "softmax", 0));
        farthest = fmax(farthest, off);
        if (off > 0.005) {
            print_message("%s at %d,%d: %.4f, by the reference %.4f\n", name, box.x, box.y, score,
                          number_at(entry, "softmax", 0));
        }
    }
    print_message("%d faces, at most %.4f off\n", scored, farthest);
    assert_true(scored > 0);
    assert_true(farthest < 0.02);
    cJSON_Delete(reference);
    fg_liveness_free(liveness);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_network_gives_what_its_reference_gives_with_every_instruction_set),
        cmocka_unit_test(faces_in_the_pictures_score_what_the_reference_says),
    };
    return cmocka_run_group_tests_name("liveness", tests, load, unload);
}
