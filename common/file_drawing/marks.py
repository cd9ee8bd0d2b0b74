"""Words across a picture, so that a photograph or a copy of it says who had it before the eyes, and when."""

import math

from PIL import Image, ImageDraw, ImageFont

SLANT_DEGREES = 24
LEAST_SIZE = 14  # pixels
COLOUR = (150, 36, 36, 84)
EDGE = (255, 255, 255, 60)  # so that it shows on what is dark


def marked(picture: Image.Image, words: str) -> Image.Image:
    """The words again and again over the whole picture; plain ASCII, which needs no font of the machine."""
    size = max(picture.width // 45, LEAST_SIZE)
    font = ImageFont.load_default(size)
    box = font.getbbox(words)
    step_x, step_y = int(box[2] - box[0]) + 3 * size, 5 * size
    side = math.ceil(math.hypot(*picture.size))
    sheet = Image.new("RGBA", (side, side), (255, 255, 255, 0))
    drawing = ImageDraw.Draw(sheet)
    for number, y in enumerate(range(0, side, step_y)):
        for x in range(-(number % 2) * step_x // 2, side, step_x):
            drawing.text((x, y), words, fill=COLOUR, font=font, stroke_width=1, stroke_fill=EDGE)
    turned = sheet.rotate(SLANT_DEGREES)
    left, top = (side - picture.width) // 2, (side - picture.height) // 2
    over = turned.crop((left, top, left + picture.width, top + picture.height))
    return Image.alpha_composite(picture.convert("RGBA"), over).convert("RGB")
