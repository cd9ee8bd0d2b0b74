import re
from pathlib import Path

import pytest
from django.conf import settings

TEXT = 4.5  # WCAG 2.2, 1.4.3
SIGN = 3.0  # WCAG 2.2, 1.4.11
PAIRS = [
    *[
        (text, ground, TEXT)
        for text in ("ink", "ink-2", "green", "cinnabar", "amber")
        for ground in ("paper", "surface")
    ],
    ("ink", "sunken", TEXT),
    ("ink-2", "sunken", TEXT),
    ("green-strong", "green-tint", TEXT),
    ("green-strong", "surface", TEXT),
    ("ink", "green-tint", TEXT),
    ("violet-strong", "violet-tint", TEXT),
    ("cinnabar", "cinnabar-tint", TEXT),
    ("ink", "cinnabar-tint", TEXT),
    ("amber", "amber-tint", TEXT),
    ("ink", "amber-tint", TEXT),
    ("on-green", "green-fill", TEXT),
    ("on-green", "green-pressed", TEXT),
    ("on-violet", "violet-fill", TEXT),
    ("on-bar", "bar", TEXT),
    ("line-2", "paper", SIGN),
    ("line-2", "surface", SIGN),
    ("focus", "paper", SIGN),
    ("focus", "surface", SIGN),
    ("green-fill", "paper", SIGN),
    ("violet-fill", "paper", SIGN),
]
CSS = (Path(settings.BASE_DIR) / "static" / "css" / "tokens.css").read_text()
LIGHT_CSS, DARK_CSS = CSS.split("@media screen and (prefers-color-scheme: dark)")[:2]


def colours(css: str) -> dict[str, str]:
    found = re.findall(r"--([a-z0-9-]+): #([0-9a-f]{3,6});", css)
    return {name: value if len(value) == 6 else "".join(digit * 2 for digit in value) for name, value in found}


LIGHT = colours(LIGHT_CSS)
DARK = LIGHT | colours(DARK_CSS)


def luminance(colour: str) -> float:
    channels = [int(colour[position : position + 2], 16) / 255 for position in (0, 2, 4)]
    red, green, blue = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_of_black_on_white_is_twenty_one():
    assert contrast("000000", "ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "ground", "least"), PAIRS)
def test_tokens_keep_their_contrast(theme, front, ground, least):
    assert contrast(theme[front], theme[ground]) >= least


def test_dark_theme_changes_every_reading_colour():
    assert set(colours(DARK_CSS)) >= {"ink", "ink-2", "paper", "surface", "sunken", "line", "line-2", "green", "focus"}


def test_link_colours_given_as_numbers_are_the_greens():
    numbers = re.findall(r"--bs-link-(?:hover-)?color-rgb: (\d+), (\d+), (\d+);", CSS)

    assert ["".join(f"{int(part):02x}" for part in number) for number in numbers] == [
        LIGHT["green"],
        LIGHT["green-strong"],
        DARK["green"],
        DARK["green-strong"],
    ]
