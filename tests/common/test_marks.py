import pytest
from PIL import Image, ImageChops

from common.file_drawing.marks import COLOUR, marked

WORDS = "ZJ-0001 2026-11-28 09:30"


def changed(before: Image.Image, after: Image.Image) -> list[tuple[int, int, int, int] | None]:
    """Where the two differ, in each of the sixteen parts of the picture."""
    width, height = (side // 4 for side in before.size)
    parts = [(x * width, y * height, (x + 1) * width, (y + 1) * height) for y in range(4) for x in range(4)]
    difference = ImageChops.difference(before, after)
    return [difference.crop(part).getbbox() for part in parts]


@pytest.mark.parametrize("ground", ["white", "black"])
@pytest.mark.parametrize("size", [(1240, 1754), (1600, 900), (300, 300)])
def test_the_words_run_over_every_part_of_the_picture_whatever_its_ground(size, ground):
    picture = Image.new("RGB", size, ground)

    after = marked(picture, WORDS)

    assert (after.size, after.mode) == (size, "RGB")
    assert None not in changed(picture, after)


def test_what_is_under_the_words_can_still_be_read():
    picture = Image.new("RGB", (800, 600), "white")

    after = marked(picture, WORDS)

    darkest = min(low for low, _high in after.getextrema())
    assert darkest >= 255 - (255 - min(COLOUR[:3])) * COLOUR[3] // 255 - 2
    touched = sum(pixel != (255, 255, 255) for pixel in after.get_flattened_data())
    assert touched < 0.25 * 800 * 600


def test_other_words_make_another_picture_and_the_same_words_the_same():
    picture = Image.new("RGB", (800, 600), "white")

    assert marked(picture, WORDS).tobytes() == marked(picture, WORDS).tobytes()
    assert marked(picture, WORDS).tobytes() != marked(picture, "ZJ-0002 2026-11-28 09:30").tobytes()
    assert picture.getextrema() == ((255, 255),) * 3


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "CMYK"])
def test_pictures_of_every_mode_are_marked(mode):
    picture = Image.new("RGB", (400, 300), "white").convert(mode)

    after = marked(picture, WORDS)

    assert (after.mode, after.size) == ("RGB", (400, 300))
    assert None not in changed(picture.convert("RGB"), after)
