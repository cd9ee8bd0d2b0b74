"""Find the Chromium that the browser tests drive; install Debian's where none is and we may, else say how.

The shell is Chromium without its windows, built for this: the same engine for two thirds of the work.
"""

import os
import shutil
import subprocess
import sys

SHELL = "chromium-headless-shell"
DEBIAN = [SHELL, "fonts-noto-cjk"]


def chromium() -> str | None:
    return os.environ.get("CHROMIUM") or shutil.which(SHELL) or shutil.which("chromium")


def install() -> None:
    print(f"No Chromium here: installing Debian's {' and '.join(DEBIAN)}", flush=True)
    subprocess.run(["apt-get", "update", "-qq"], check=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *DEBIAN]
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    if not chromium() and os.geteuid() == 0 and shutil.which("apt-get"):
        install()
    if not chromium():
        sys.exit(
            f"The browser tests need Chromium. On Debian, as root: apt-get install {' '.join(DEBIAN)}; "
            "elsewhere name its path: make test-browser CHROMIUM=/path/to/chromium"
        )
    print(f"Chromium: {chromium()}")
