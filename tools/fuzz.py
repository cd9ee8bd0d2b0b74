"""Ask every operation of the API's own schema odd things, against a server and a database made for the occasion.

All are asked with the token of a demo firm's administrator, so that the personal ones answer more than 401.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.environments import bare
from tools.own_server import ROOT, manage, own_server

CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
]
ISSUE = (
    "from accounts import tokens; from accounts.models import User; "
    "person = User.objects.get(email='enterprise@demo.invalid'); "
    "print(tokens.issue(person, name='fuzz', days=1)[1])"
)


def token_of_a_firm(environment: dict[str, str]) -> str:
    command = [sys.executable, "manage.py", "shell", "--no-imports", "--command", ISSUE]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    return done.stdout.split()[-1]


def fuzz(port: int, token: str, examples: int) -> int:
    command = [
        str(Path(sys.executable).parent / "schemathesis"),
        "run",
        f"http://127.0.0.1:{port}/api/schema/",
        *("--header", f"Authorization: Token {token}"),
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
            "API_RATE_USER": "1000000/min",
        }
        manage(environment, "prepare")
        manage(environment, "load_demo", "--bases", "5", "--projects", "5")
        manage(environment, "create_demo_accounts")
        token = token_of_a_firm(environment)
        with own_server(environment) as port:
            return fuzz(port, token, arguments.examples)


if __name__ == "__main__":
    sys.exit(main())
