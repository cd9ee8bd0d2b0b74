"""Chinese on an English page, which says so to browsers and readers (WCAG 3.1.2)."""

import re
from typing import Any

from django import forms

from common.models.names import reads_english

HAN = re.compile("[\u3400-\u9fff]")
LATIN_WORD = re.compile("[A-Za-z]+")


def stands_out(text: str) -> bool:
    """Whether a text is mostly Chinese and its reader reads English."""
    return reads_english() and len(HAN.findall(text)) > len(LATIN_WORD.findall(text))


class MarkedSelect(forms.Select):
    """A select whose options bear their language; their labels come from records and content."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(*args, **kwargs)
        if stands_out(str(option["label"])):
            option["attrs"]["lang"] = "zh-Hans"
        return option
