"""Make the work tree ready to run: virtual environment, Python packages, front-end packages, message catalogues.

Runs on a bare Python 3.11. Each step leaves a stamp holding the digest of what it was made from, so a second
run does nothing and takes a moment.
"""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NODE_MODULES = ROOT / "node_modules"
FRONT_END_LOCKS = ["package.json", "package-lock.json", ".npmrc"]


def main() -> None:
    if sys.version_info[:2] != (3, 11):
        sys.exit(f"Chenzhou Pilot needs Python 3.11; this is {sys.version.split()[0]}. Try: make setup PYTHON=python3.11")
    step("virtual environment", VENV / "stamp-python", digest([], sys.version), make_environment)
    step("Python packages", VENV / "stamp-packages", digest(["requirements-dev.txt"], sys.version), install_packages)
    step("front-end packages", NODE_MODULES / ".stamp", digest(FRONT_END_LOCKS), install_front_end)
    catalogues = sorted(str(file.relative_to(ROOT)) for file in ROOT.glob("locale/*/LC_MESSAGES/*.po"))
    step("message catalogues", VENV / "stamp-messages", digest(catalogues) + compiled(catalogues), compile_messages)


def step(name: str, stamp: Path, made_from: str, make: Callable[[], None]) -> None:
    if stamp.exists() and stamp.read_text() == made_from:
        print(f"setup: {name}: up to date", flush=True)
        return
    print(f"setup: {name}: working…", flush=True)
    make()
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_text(made_from)
    print(f"setup: {name}: done", flush=True)


def digest(files: list[str], *more: str) -> str:
    parts = [*more, *((ROOT / file).read_text(encoding="utf-8") for file in files)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def compiled(catalogues: list[str]) -> str:
    """Catalogues deleted by hand must be compiled again, so their absence is part of the stamp."""
    missing = [name for name in catalogues if not (ROOT / name).with_suffix(".mo").exists()]
    return " missing" if missing else ""


def make_environment() -> None:
    run(sys.executable, "-m", "venv", *(["--clear"] if VENV.exists() else []), str(VENV))


def install_packages() -> None:
    pip_install("requirements-dev.txt")


def pip_install(locked: str) -> None:
    run(str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", locked)


def install_front_end() -> None:
    """`npm ci` with the system's npm, else with one from PyPI; nothing of Node is needed once this is done."""
    npm = shutil.which("npm")
    if npm is None:
        print("setup: no npm on this machine: taking one from PyPI into .venv", flush=True)
        pip_install("requirements-node.txt")
        npm = str(VENV / "bin" / "npm")
    run(npm, "ci", "--silent")


def compile_messages() -> None:
    run(str(PYTHON), "-m", "tools.messages", "compile")


def run(*command: str) -> None:
    """Run `command` at the root; where it fails, stop with its exit code (its own words are on the screen)."""
    if code := subprocess.run(command, cwd=ROOT, check=False).returncode:
        sys.exit(f"setup: failed with exit code {code}: {' '.join(command)}")


if __name__ == "__main__":
    main()
