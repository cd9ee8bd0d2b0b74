import argparse
import importlib
import sys

from PIL import Image

from common import process_limits
from common.file_drawing.marks import marked

MEMORY_BYTES = 2 << 30
CPU_SECONDS = 10
QUALITY = 85


def main() -> None:
    process_limits.bind(memory_bytes=MEMORY_BYTES, cpu_seconds=CPU_SECONDS)
    asked = _asked()
    module = importlib.import_module("common.file_drawing.pdf" if asked.kind == "pdf" else "common.file_drawing.images")
    picture: Image.Image = module.drawn(asked.path, asked.page, *asked.side)
    if asked.mark:
        picture = marked(picture, asked.mark)
    picture.save(sys.stdout.buffer, "JPEG", quality=QUALITY)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("path")
    parser.add_argument("kind")
    parser.add_argument("page", type=int)
    parser.add_argument("side", type=int, nargs="*")
    parser.add_argument("--mark", default="")
    return parser.parse_args()


main()
