import json
import sys

from common import process_limits
from common.file_inspection.inspector import inspect
from common.file_inspection.refusal import Refused

MEMORY_BYTES = 640 << 20
CPU_SECONDS = 10


def main() -> None:
    process_limits.bind(memory_bytes=MEMORY_BYTES, cpu_seconds=CPU_SECONDS)
    path, family = sys.argv[1:]
    try:
        print(json.dumps(inspect(path, family)))
    except Refused as refusal:
        print(json.dumps({"refused": refusal.code}))


main()
