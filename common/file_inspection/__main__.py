import json
import resource
import sys

from common.file_inspection.inspector import inspect
from common.file_inspection.refusal import Refused

MEMORY_BYTES = 640 << 20
CPU_SECONDS = 10


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    path, family = sys.argv[1:]
    try:
        print(json.dumps(inspect(path, family)))
    except Refused as refusal:
        print(json.dumps({"refused": refusal.code}))


main()
