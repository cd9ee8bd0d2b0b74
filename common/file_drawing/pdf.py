import pypdfium2
from PIL import Image

WIDTH = 1400
HIGHEST = 4 * WIDTH


def drawn(path: str, page: int) -> Image.Image:
    """IndexError for a page there is not; forms are drawn as they stand and no script is run."""
    document = pypdfium2.PdfDocument(path)
    sheet = document[page - 1]
    width, height = sheet.get_size()
    scale = min(WIDTH / max(width, 1), HIGHEST / max(height, 1))
    return sheet.render(scale=scale, may_draw_forms=True).to_pil().convert("RGB")
