#!/usr/bin/env python3
"""Makes minifasnet_v2.onnx, a second liveness model for facegate, of Minivision's weights (Apache License 2.0).

Needs PyTorch, so run it on any machine that has it (Debian: apt install python3-torch), not at the door:

    git clone https://github.com/minivision-ai/Silent-Face-Anti-Spoofing
    ./convert_minivision.py Silent-Face-Anti-Spoofing minifasnet_v2.onnx

Copy the file into the folder of the models and name both in facegate.conf:

    liveness_models = fr_liveness.onnx, minifasnet_v2.onnx
"""

import argparse
import hashlib
import inspect
import io
import pathlib
import sys

WEIGHTS = "resources/anti_spoof_models/2.7_80x80_MiniFASNetV2.pth"
WEIGHTS_SUM = "a5eb02e1843f19b5386b953cc4c9f011c3f985d0ee2bb9819eea9a142099bec0"
SIDE = 80
# What facegate has to know of a model: which output means alive, and how much around the face it wants to see.
PROPERTIES = {"facegate_alive": "1", "facegate_crop": "2.7"}


def field(number, data):
    """A field of bytes in a Protocol Buffers message; all are shorter than 128 bytes."""
    return bytes([number << 3 | 2, len(data)]) + data


def properties():
    """ModelProto.metadata_props, which may follow a finished file."""
    entries = (field(1, key.encode()) + field(2, value.encode()) for key, value in PROPERTIES.items())
    return b"".join(field(14, entry) for entry in entries)


def load(repository, torch):
    """The network with its weights. The file is a pickle, so nothing is loaded but the right one."""
    data = (repository / WEIGHTS).read_bytes()
    if hashlib.sha256(data).hexdigest() != WEIGHTS_SUM:
        sys.exit(f"{repository / WEIGHTS} is not the right file: its SHA-256 sum should be {WEIGHTS_SUM}")
    sys.path.insert(0, str(repository))
    from src.model_lib.MiniFASNet import MiniFASNetV2

    network = MiniFASNetV2(conv6_kernel=(SIDE // 16, SIDE // 16))
    weights = torch.load(io.BytesIO(data), map_location="cpu")
    # They were saved by training on several cards, which puts this before each name.
    network.load_state_dict({name.removeprefix("module."): value for name, value in weights.items()})
    return network.eval()


def exporter_options(export):
    """PyTorch 2.9 uses a newer exporter unless it is told not to; 1.13 has only the older one and no such parameter."""
    return {"dynamo": False} if "dynamo" in inspect.signature(export).parameters else {}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repository", type=pathlib.Path, help="the folder of Silent-Face-Anti-Spoofing")
    parser.add_argument("output", type=pathlib.Path, help="the file to write")
    arguments = parser.parse_args()
    try:
        import torch
    except ImportError:
        sys.exit("PyTorch is missing: install it, with \"apt install python3-torch\" on Debian")
    if not (arguments.repository / WEIGHTS).is_file():
        sys.exit(f"{arguments.repository} has no {WEIGHTS}: clone Silent-Face-Anti-Spoofing first")
    network = load(arguments.repository, torch)
    made = io.BytesIO()
    torch.onnx.export(network, torch.zeros(1, 3, SIDE, SIDE), made, opset_version=11, input_names=["input"],
                      output_names=["output"], **exporter_options(torch.onnx.export))
    arguments.output.write_bytes(made.getvalue() + properties())
    print(f"{arguments.output}: {arguments.output.stat().st_size} bytes")


if __name__ == "__main__":
    main()
