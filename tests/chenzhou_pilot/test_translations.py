import re

import polib
import pytest
from django.utils import translation
from django.utils.translation import gettext

from tools.messages import (
    Message,
    catalogues,
    extracted,
    given_translations,
    merged,
    messages_in,
    opened,
    problems,
    translate,
)


def catalogue_of(*entries):
    catalogue = polib.POFile(wrapwidth=0)
    for msgid, text in entries:
        catalogue.append(polib.POEntry(msgid=msgid, msgstr=text))
    return merged(catalogue, {Message(msgid) for msgid, _text in entries})


# ---------------------------------------------------------------- the portal's own catalogue
def test_every_message_of_the_portal_is_translated_and_none_is_stale():
    messages = extracted()

    found = {file.parts[-3]: problems(opened(file), messages) for file in catalogues()}

    assert found == {"zh_Hans": []}


def test_chinese_is_what_a_reader_gets_by_default():
    with translation.override("zh-hans"):
        assert gettext("Chinese") == "中文"


def test_english_shows_the_message_itself_and_never_falls_back_to_chinese():
    with translation.override("en"):
        assert [gettext(message.msgid) for message in extracted()] == [message.msgid for message in extracted()]


# ---------------------------------------------------------------- what is found in the code
@pytest.mark.parametrize(
    ("template", "message"),
    [
        ('{% translate "Pilot bases" %}', Message("Pilot bases")),
        ('{% translate "May" context "month" %}', Message("May", context="month")),
        ('{% include "x.html" with title=_("Sources") %}', Message("Sources")),
        ('{{ _("Sources")|upper }}', Message("Sources")),
        ("{% blocktranslate %}Found by {{ name }}{% endblocktranslate %}", Message("Found by %(name)s")),
        ("{% blocktranslate trimmed %}\n    Two\n    lines\n{% endblocktranslate %}", Message("Two lines")),
        (
            "{% blocktranslate count n=n %}{{ n }} base{% plural %}{{ n }} bases{% endblocktranslate %}",
            Message("%(n)s base", plural="%(n)s bases"),
        ),
    ],
)
def test_a_message_in_a_template_is_found(template, message, tmp_path):
    file = tmp_path / "page.html"
    file.write_text(f"<ul>\n      <li>it's\n  {template}</li>\n</ul>")

    assert list(messages_in(file)) == [message]


def test_messages_in_python_are_found_with_context_and_plural(tmp_path):
    file = tmp_path / "models.py"
    file.write_text(
        '_("One" " text")\npgettext("month", "May")\nngettext("%(n)s day", "%(n)s days", n)\ngettext(name)\n'
    )

    assert list(messages_in(file)) == [
        Message("One text"),
        Message("May", context="month"),
        Message("%(n)s day", plural="%(n)s days"),
    ]


# ---------------------------------------------------------------- what is wrong with a catalogue
def test_a_complete_catalogue_has_no_problem():
    catalogue = catalogue_of(("Found by %(name)s", "由 %(name)s 发现"), ("100 %% sure", "完全确定"))

    assert problems(catalogue, {Message("Found by %(name)s"), Message("100 %% sure")}) == []


def test_a_message_without_translation_is_a_problem():
    assert problems(catalogue_of(("Base", "")), {Message("Base")}) == ["not translated: 'Base'"]


def test_a_fuzzy_translation_is_a_problem():
    catalogue = catalogue_of(("Base", "基地"))
    catalogue[0].flags.append("fuzzy")

    assert problems(catalogue, {Message("Base")}) == ["fuzzy: 'Base'"]


@pytest.mark.parametrize("text", ["由他发现", "由 %(nome)s 发现"])
def test_a_translation_that_loses_a_placeholder_is_a_problem(text):
    found = problems(catalogue_of(("Found by %(name)s", text)), {Message("Found by %(name)s")})

    assert [problem.partition(" (")[0] for problem in found] == ["placeholders differ"]


def test_a_message_the_code_no_longer_has_makes_the_catalogue_stale():
    assert problems(catalogue_of(("Base", "基地")), set()) == ["differs from what the code says: run `make messages`"]


def test_a_plural_message_takes_one_chinese_form():
    catalogue = merged(polib.POFile(), {Message("%(n)s base", plural="%(n)s bases")})

    translate(catalogue[0], "%(n)s 个基地")

    assert catalogue[0].msgstr_plural == {0: "%(n)s 个基地"}


# ---------------------------------------------------------------- translations handed in
def test_translations_are_read_from_lines_with_escaped_newlines(tmp_path):
    file = tmp_path / "words.tsv"
    file.write_text("Base\t基地\nOne\\nTwo\t一\\n二\nEmpty\t\n")

    assert given_translations([file]) == {"Base": "基地", "One\nTwo": "一\n二"}


def test_the_first_of_two_translations_holds_and_the_second_is_named(tmp_path, capsys):
    file = tmp_path / "words.tsv"
    file.write_text("Base\t基地\nBase\t平台\n")

    assert given_translations([file]) == {"Base": "基地"}
    assert capsys.readouterr().out == "words.tsv: 'Base' is already '基地', so not '平台'\n"


@pytest.mark.parametrize(
    ("another_word", "the_word"),
    [("奖补文件", "下达文件"), ("拨款", "拨付"), (r"(?<!拨)付款", "拨付"), ("负担", "分担")],
)
def test_one_thing_has_one_word(another_word, the_word):
    texts = [text for entry in opened(catalogues()[0]) for text in (entry.msgstr, *entry.msgstr_plural.values())]

    assert [text for text in texts if re.search(another_word, text)] == []
    assert any(the_word in text for text in texts)
