/* What the operators' plans share: values by name, layers and attributes. */
#include "kernels/network_planner.h"

#include "facegate/text.h"

#include <errno.h>
#include <stdlib.h>

int fg_planner_refuse(const fg_planner *plan, int code, const char *what)
{
    char operator[FG_TEXT_SHOWN], name[FG_TEXT_SHOWN];
    const fg_onnx_node *node = plan->node;
    return fg_error_set(plan->error, code, "operator %s \"%s\": %s",
                        fg_text_show(node->operator.at, node->operator.size, operator),
                        fg_text_show(node->name.at, node->name.size, name), what);
}

int fg_planner_refuse_input(const fg_planner *plan)
{
    return fg_planner_refuse(plan, -EBADMSG, "its input is missing");
}

const fg_plan_value *fg_planner_find_value(const fg_planner *plan, fg_onnx_text name)
{
    for (int i = 0; i < plan->value_count; i++) {
        if (fg_onnx_equals(plan->values[i].name, name)) {
            return &plan->values[i];
        }
    }
    return NULL;
}

/* How often the file asks for a value; its output counts. */
static int count_uses(const fg_planner *plan, fg_onnx_text name)
{
    int uses = fg_onnx_equals(plan->model->output.name, name);
    for (int i = 0; i < plan->model->node_count; i++) {
        const fg_onnx_node *node = &plan->model->nodes[i];
        for (int j = 0; j < node->input_count; j++) {
            uses += fg_onnx_equals(node->inputs[j], name);
        }
    }
    return uses;
}

static bool is_shared(const fg_planner *plan, const fg_plan_value *made)
{
    for (int i = 0; i < plan->value_count; i++) {
        if (plan->values[i].activation == made->activation && plan->values[i].is_shared) {
            return true;
        }
    }
    return count_uses(plan, made->name) != 1;
}

int fg_planner_put_value(fg_planner *plan, fg_plan_value made)
{
    made.name = plan->node->output;
    if (made.name.size == 0 || fg_planner_find_value(plan, made.name) != NULL) {
        return fg_planner_refuse(plan, -EBADMSG, "its output has no name of its own");
    }
    made.is_shared = is_shared(plan, &made);
    plan->values[plan->value_count++] = made;
    return 0;
}

int fg_planner_put_numbers(fg_planner *plan, const fg_onnx_numbers *numbers)
{
    return fg_planner_put_value(
        plan, (fg_plan_value){.activation = FG_PLANNER_NONE, .numbers = *numbers});
}

const fg_plan_value *fg_planner_activation(const fg_planner *plan, int input)
{
    const fg_plan_value *found = input < plan->node->input_count
                                     ? fg_planner_find_value(plan, plan->node->inputs[input])
                                     : NULL;
    return found != NULL && found->activation != FG_PLANNER_NONE ? found : NULL;
}

const fg_onnx_tensor *fg_planner_floats(const fg_planner *plan, int input)
{
    const fg_onnx_tensor *tensor = input < plan->node->input_count
                                       ? fg_onnx_find_tensor(plan->model, plan->node->inputs[input])
                                       : NULL;
    return tensor != NULL && tensor->type == FG_ONNX_FLOAT ? tensor : NULL;
}

const fg_onnx_numbers *fg_planner_numbers(const fg_planner *plan, int input)
{
    if (input >= plan->node->input_count) {
        return NULL;
    }
    const fg_plan_value *made = fg_planner_find_value(plan, plan->node->inputs[input]);
    if (made != NULL) {
        return made->activation == FG_PLANNER_NONE ? &made->numbers : NULL;
    }
    const fg_onnx_tensor *tensor = fg_onnx_find_tensor(plan->model, plan->node->inputs[input]);
    return tensor != NULL && tensor->type == FG_ONNX_INT64 ? &tensor->numbers : NULL;
}

const fg_activation *fg_planner_shape(const fg_planner *plan, const fg_plan_value *of)
{
    return &plan->network->activations[of->activation];
}

int fg_planner_add_activation(fg_planner *plan, int height, int width, int channels,
                              int *ret_activation)
{
    fg_network *network = plan->network;
    int lanes = network->kernels->lanes;
    int pitch = (channels + lanes - 1) / lanes * lanes;
    int64_t floats = (int64_t)height * width * pitch;
    if (height < 1 || width < 1 || channels < 1 || height > FG_NETWORK_SIDE ||
        width > FG_NETWORK_SIDE || channels > FG_NETWORK_CHANNELS ||
        plan->floats + floats > FG_NETWORK_FLOATS) {
        return fg_planner_refuse(plan, -EBADMSG, "what it makes is empty or too large");
    }
    plan->floats += floats;
    network->activations[network->activation_count] =
        (fg_activation){.height = height, .width = width, .channels = channels, .pitch = pitch};
    *ret_activation = network->activation_count++;
    return 0;
}

static float *allocate(int floats)
{
    return calloc((size_t)floats, sizeof(float));
}

int fg_planner_add_layer(fg_planner *plan, enum fg_step_does does, const fg_plan_value *in,
                         int height, int width, int channels, fg_layer **ret_layer)
{
    fg_network *network = plan->network;
    int out = FG_PLANNER_NONE;
    int result = fg_planner_add_activation(plan, height, width, channels, &out);
    if (result != 0) {
        return result;
    }
    fg_layer *layer = &network->layers[network->layer_count++];
    int pitch = network->activations[out].pitch;
    *layer = (fg_layer){.does = does,
                        .in = in->activation,
                        .other = FG_PLANNER_NONE,
                        .out = out,
                        .rows = 1,
                        .columns = 1,
                        .stride_y = 1,
                        .stride_x = 1,
                        .factors = allocate(pitch),
                        .bias = allocate(pitch),
                        .slopes = allocate(pitch)};
    if (layer->factors == NULL || layer->bias == NULL || layer->slopes == NULL) {
        return fg_onnx_fail_memory(plan->error);
    }
    for (int i = 0; i < channels; i++) {
        layer->factors[i] = 1;
        layer->slopes[i] = 1;
    }
    *ret_layer = layer;
    return 0;
}

int fg_planner_add_layer_like(fg_planner *plan, enum fg_step_does does, const fg_plan_value *in,
                              fg_layer **ret_layer)
{
    const fg_activation *shape = fg_planner_shape(plan, in);
    return fg_planner_add_layer(plan, does, in, shape->height, shape->width, shape->channels,
                                ret_layer);
}

int fg_planner_put_layer(fg_planner *plan, const fg_layer *layer, bool is_flat)
{
    return fg_planner_put_value(plan,
                                (fg_plan_value){.activation = layer->out, .is_flat = is_flat});
}

int fg_planner_add_work(fg_planner *plan, const fg_layer *layer, int channels)
{
    const fg_activation *out = &plan->network->activations[layer->out];
    int64_t window = (int64_t)channels * layer->rows * layer->columns;
    bool has_windows = layer->does == FG_STEP_PRODUCT && !fg_layer_is_plain(plan->network, layer);
    plan->work += (int64_t)out->height * out->width * out->pitch * window;
    plan->weights += out->pitch * window;
    if (plan->work > FG_NETWORK_WORK) {
        return fg_planner_refuse(plan, -ENOTSUP, "the network takes too long to run");
    }
    return plan->weights > FG_NETWORK_FLOATS ||
                   (has_windows && out->width * window > FG_NETWORK_FLOATS)
               ? fg_planner_refuse(plan, -ENOTSUP, "the network takes too much memory")
               : 0;
}

bool fg_planner_list(const fg_planner *plan, const char *name, int count, int64_t standard,
                     int64_t least, int64_t most, int ret_list[4])
{
    const fg_onnx_attribute *found = fg_onnx_find_attribute(plan->node, name);
    if (found != NULL && found->numbers.count != count) {
        return false;
    }
    for (int i = 0; i < count; i++) {
        int64_t number = found != NULL ? found->numbers.at[i] : standard;
        if (number < least || number > most) {
            return false;
        }
        ret_list[i] = (int)number;
    }
    return true;
}

int64_t fg_planner_number(const fg_planner *plan, const char *name, int64_t standard)
{
    const fg_onnx_attribute *found = fg_onnx_find_attribute(plan->node, name);
    return found != NULL ? found->number : standard;
}

float fg_planner_float(const fg_planner *plan, const char *name, float standard)
{
    const fg_onnx_attribute *found = fg_onnx_find_attribute(plan->node, name);
    return found != NULL ? found->value : standard;
}

bool fg_planner_is_one_position(const fg_activation *of)
{
    return of->height == 1 && of->width == 1;
}
