from urllib.parse import unquote

from common.qr import qr_data_uri


def test_a_qr_code_is_a_data_address_of_a_drawing_without_style_or_script():
    address = qr_data_uri("https://pilot.example.com/bases/a/?x=1&y=<2>")

    assert address.startswith("data:image/svg+xml")
    drawing = unquote(address)
    assert "<svg" in drawing
    assert [word for word in ("style=", "script", "href") if word in drawing] == []
