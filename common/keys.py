"""Keys as browsers send them."""

LONGEST = 18  # figures, so that the database takes it


def key_of(text: str) -> int | None:
    """The figures 0 to 9 alone: others, such as “²”, are digits to Python and numbers to nobody."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST else None
