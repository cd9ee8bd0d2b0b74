from PIL import Image, ImageOps

LONGEST_SIDE = 1600


def drawn(path: str, page: int, longest_side: int = LONGEST_SIDE) -> Image.Image:
    """Turned as the camera was held, on white where the original lets through."""
    if page != 1:
        raise IndexError(page)
    with Image.open(path, formats=("JPEG", "PNG", "WEBP")) as picture:
        picture.draft("RGB", (longest_side, longest_side))
        turned = ImageOps.exif_transpose(picture)
    turned.thumbnail((longest_side, longest_side))
    shown = Image.new("RGB", turned.size, "white")
    visible = turned.convert("RGBA")
    shown.paste(visible, mask=visible)
    return shown
