import dataclasses
import importlib
from typing import Any

# Loaded one at a time: the library for PDF takes a tenth of a second that pictures need not wait for.
INSPECTORS = {"pdf": "pdf", "jpg": "images", "png": "images", "webp": "images", "zip": "archives"}


def inspect(path: str, family: str) -> dict[str, Any]:
    module = importlib.import_module(f"common.file_inspection.{INSPECTORS[family]}")
    return dataclasses.asdict(module.look_into(path))
