#!/usr/bin/python3
"""Writes four quadrants of colour as photos of every format that is read, into a folder: make_photos.py FOLDER"""

import subprocess
import sys
from pathlib import Path

from PIL import Image

COLOURS = ((255, 0, 0), (0, 255, 0), (0, 0, 255), (230, 180, 40))
# Those of EXIF 2.32, table 4, undone: how a picture is stored that is to be seen upright.
STORED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def quadrants(width, height):
    picture = Image.new("RGB", (width, height))
    for i, colour in enumerate(COLOURS):
        box = (i % 2 * width // 2, i // 2 * height // 2, (i % 2 + 1) * width // 2, (i // 2 + 1) * height // 2)
        picture.paste(colour, box)
    return picture


def encode(source, target, *options):
    subprocess.run(["heif-enc", *options, "-q", "95", "-o", str(target), str(source)], check=True, capture_output=True)


def main():
    folder = Path(sys.argv[1])
    picture = quadrants(192, 128)
    picture.save(folder / "plain.png")
    picture.convert("RGBA").save(folder / "alpha.png")
    picture.quantize(16).save(folder / "palette.png")
    picture.save(folder / "lossy.webp", quality=95)
    picture.save(folder / "lossless.webp", lossless=True)
    picture.save(folder / "jpeg.png", format="JPEG", quality=95)  # by its contents, not its name
    picture.save(folder / "png.jpg", format="PNG")
    for orientation, how in STORED.items():
        exif = Image.Exif()
        exif[0x0112] = orientation
        stored = picture.transpose(how)
        stored.save(folder / f"turned-{orientation}.png", exif=exif)
        stored.save(folder / f"turned-{orientation}.webp", exif=exif, quality=95)
    encode(folder / "plain.png", folder / "plain.heic")
    encode(folder / "plain.png", folder / "plain.avif", "-A")
    # What is not read, and what is too large.
    picture.save(folder / "no.gif")
    picture.save(folder / "no.bmp")
    picture.save(folder / "no.tif")
    wide = Image.new("RGB", (8256, 64))
    wide.save(folder / "wide.png")
    wide.save(folder / "wide.webp", lossless=True)
    encode(folder / "wide.png", folder / "wide.heic")


main()
