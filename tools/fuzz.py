"""Ask every operation of the API's own schema odd things, against a server and a database made for the occasion."""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.environments import bare
from tools.own_server import manage, own_server

CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
]


def fuzz(port: int, examples: int) -> int:
    command = [
        str(Path(sys.executable).parent / "schemathesis"),
        "run",
        f"http://127.0.0.1:{port}/api/schema/",
        *("--checks", ",".join(CHECKS)),
        *("--phases", "examples,coverage,fuzzing"),
        *("--max-examples", str(examples)),
        *("--request-timeout", "10"),
        "--generation-deterministic",
    ]
    return subprocess.run(command, check=False).returncode


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=50, help="examples for each operation")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = bare() | {
            "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
            "MEDIA_ROOT": folder,
            "API_RATE_ANONYMOUS": "1000000/min",
        }
        manage(environment, "prepare")
        with own_server(environment) as port:
            return fuzz(port, arguments.examples)


if __name__ == "__main__":
    sys.exit(main())
