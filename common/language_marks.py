"""Chinese on an English page, which says so to browsers and readers (WCAG 3.1.2)."""

import re
from typing import Any

from django import forms
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe

from common.models.names import reads_english

HAN = re.compile("[\u3400-\u9fff]")
HAN_RUN = re.compile(
    "<[^>]*>|[\u3400-\u9fff](?:[\u3000-\u303f\u3400-\u9fff\uff00-\uffef·0-9]*[\u3400-\u9fff\uff00-\uffef])?"
)
LATIN_WORD = re.compile("[A-Za-z]+")


def stands_out(text: str) -> bool:
    """Whether a text is mostly Chinese and its reader reads English."""
    return reads_english() and len(HAN.findall(text)) > len(LATIN_WORD.findall(text))


def marked(text: str | None) -> str:
    """`{{ base.name|marked }}`: Chinese on an English page says so to browsers and readers. Not in attributes.

    A text that is mostly Chinese is marked whole; of an English sentence, or of markup, the Chinese words alone.
    """
    written = "" if text is None else str(text)
    if not reads_english() or not HAN.search(written):
        return text if isinstance(text, str) else written
    is_markup = hasattr(text, "__html__") and "<" in written
    if not is_markup and stands_out(written):
        return format_html('<span lang="zh-Hans">{}</span>', text)
    return mark_safe(HAN_RUN.sub(_marked_run, conditional_escape(text or "")))  # noqa: S308 - escaped


def _marked_run(found: re.Match[str]) -> str:
    return found[0] if found[0].startswith("<") else f'<span lang="zh-Hans">{found[0]}</span>'


class MarkedSelect(forms.Select):
    """A select whose options bear their language; their labels come from records and content."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(*args, **kwargs)
        if stands_out(str(option["label"])):
            option["attrs"]["lang"] = "zh-Hans"
        return option
