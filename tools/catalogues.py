"""Write the .mo files that Django reads, by a package of the runtime alone: python -m tools.catalogues"""

from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"


def catalogues() -> list[Path]:
    return sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))


def opened(file: Path) -> polib.POFile:
    return polib.pofile(str(file), wrapwidth=0, encoding="utf-8")


if __name__ == "__main__":
    for catalogue in catalogues():
        opened(catalogue).save_as_mofile(str(catalogue.with_suffix(".mo")))
        print(f"compiled {catalogue.relative_to(ROOT)}")
