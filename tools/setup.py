"""Make the work tree ready to run: virtual environment, Python packages, front-end packages, message catalogues.

Runs on a bare Python 3.11. Each step leaves a stamp holding the digest of what it was made from, so a second
run does nothing and takes a moment.
"""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NODE_MODULES = ROOT / "node_modules"
FRONT_END_LOCKS = ["package.json", "package-lock.json", ".npmrc"]


def main() -> None:
    python = sys.version.split()[0]
    if sys.version_info[:2] != (3, 11):
        sys.exit(f"Chenzhou Pilot needs Python 3.11; this is {python}. Name one: make setup PYTHON=/path/to/python3.11")
    step("virtual environment", [PYTHON, VENV / "bin" / "pip"], python, make_environment)
    step("Python packages", [], digest(["requirements-dev.txt"], python), install_packages)
    step("front-end packages", [NODE_MODULES], digest(FRONT_END_LOCKS), install_front_end)
    sources = sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po"))
    step("message catalogues", [file.with_suffix(".mo") for file in sources], digest(sources), compile_messages)


def step(name: str, makes: list[Path], made_from: str, make: Callable[[], None]) -> None:
    """Call `make` unless the stamp says that it ran on the same `made_from` and what it makes is still there."""
    stamp = VENV / f"stamp-{name.replace(' ', '-')}"
    if stamp.exists() and stamp.read_text() == made_from and all(path.exists() for path in makes):
        print(f"setup: {name}: up to date", flush=True)
        return
    print(f"setup: {name}: working…", flush=True)
    make()
    stamp.write_text(made_from)
    print(f"setup: {name}: done", flush=True)


def digest(files: Sequence[str | Path], *more: str) -> str:
    parts = [*more, *((ROOT / file).read_text(encoding="utf-8") for file in files)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def make_environment() -> None:
    run(sys.executable, "-m", "venv", "--clear", str(VENV))


def install_packages() -> None:
    pip_install("requirements-dev.txt")


def pip_install(locked: str) -> None:
    run(str(PYTHON), "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--require-hashes", "-r", locked)


def install_front_end() -> None:
    """`npm ci` with the system's npm, else with one from PyPI; nothing of Node is needed once this is done."""
    npm = shutil.which("npm")
    if npm is None:
        print("setup: no npm on this machine: taking one from PyPI into .venv", flush=True)
        pip_install("requirements-node.txt")
        npm = str(VENV / "bin" / "npm")
    run(npm, "ci", "--silent")


def compile_messages() -> None:
    run(str(PYTHON), "-m", "tools.catalogues")


def run(*command: str) -> None:
    """Run `command` at the root; where it fails, stop with its exit code (its own words are on the screen)."""
    if code := subprocess.run(command, cwd=ROOT, check=False).returncode:
        sys.exit(f"setup: failed with exit code {code}: {' '.join(command)}")


if __name__ == "__main__":
    main()
