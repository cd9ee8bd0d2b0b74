import pytest
from django.utils.translation import override

from common.texts import clean_text, listed, shown


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("郴州中试基地", "郴州中试基地"),
        ("Lab (A-1), 5 %", "Lab (A-1), 5 %"),
        ("有色\u202e金属\u2066中试\u2069", "有色金属中试"),
        ("a\x00b\x1bc\x7fd\x9be", "abcde"),
        ("第一行\r\n第二行\t三", "第一行 第二行 三"),
        ("\u200d表情\u3000全角", "\u200d表情\u3000全角"),
    ],
)
def test_a_line_of_text_holds_nothing_that_cannot_be_seen(typed, kept):
    assert clean_text(typed) == kept


def test_a_longer_text_keeps_its_lines_and_tabs():
    assert clean_text("第一行\r\n\t第二行\r第三行\x0b\u202d\n", multiline=True) == "第一行\n\t第二行\n第三行 \n"


def test_what_is_quoted_back_is_short_and_shows_where_a_control_stood():
    assert shown("\x00" + "z" * 60) == "�" + "z" * 39


def test_a_list_is_parted_by_the_mark_of_the_readers_language():
    assert listed(["PDF", "JPG"]) == "PDF、JPG"
    with override("en"):
        assert listed(["PDF", "JPG"]) == "PDF, JPG"
