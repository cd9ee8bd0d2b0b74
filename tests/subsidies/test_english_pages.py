"""On English pages, what has no English form says that it is Chinese."""

from copy import deepcopy
from typing import Any, NamedTuple

import pytest
from django.test import Client

from tests.factories_subsidies import SMALL_CONTENT
from tests.language_marks import unmarked
from tests.subsidies.calls import client_for
from tests.subsidies.way import Way, a_way, firm_pages, public_pages, with_company
from tests.worlds import parts

pytestmark = pytest.mark.django_db


def without_english(content: Any) -> Any:
    if isinstance(content, dict):
        return {name: without_english(value) for name, value in content.items() if not name.endswith("_en")}
    return [without_english(each) for each in content] if isinstance(content, list) else content


def chinese_content() -> dict[str, Any]:
    content = without_english(deepcopy(SMALL_CONTENT))
    choice = {"id": "held", "type": "choice", "label_zh": "场地来源", "unit": "处", "help_zh": "按合同填写"}
    content["sections"][1]["fields"].append({**choice, "options": [{"value": "own", "label_zh": "自有"}]})
    content["criteria"][3]["rule"] = {"field": "held", "is": "given"}
    return content


class World(NamedTuple):
    way: Way


def make_world() -> World:
    way = a_way(**chinese_content())
    with_company(way)
    return World(way)


(way,) = parts(World)


def test_the_reader_of_this_test_sees_what_is_not_marked():
    page = '<html lang="en"><p>A <b lang="zh-Hans">文</b> and 字</p><br><i>中</i><title>题</title></html>'

    assert unmarked(page) == ["and 字", "中"]


def test_public_pages_mark_chinese(way):
    pages = [f"/en{address}" for address in public_pages(way)]

    assert {page: unmarked(Client().get(page).content.decode()) for page in pages} == {page: [] for page in pages}


def test_the_result_of_a_self_check_marks_chinese(way):
    answers = {"a-own_pilot": "no", "a-trl_after": "3", "a-held": "own"}

    page = Client().post("/en/calls/example/self-check/", answers).content.decode()

    assert "Your answer" in page
    assert unmarked(page) == []


def test_pages_of_the_firm_mark_chinese(way):
    client = client_for(way.administrator)
    pages = [f"/en{address}" for address in firm_pages(way)]

    assert {page: unmarked(client.get(page).content.decode()) for page in pages} == {page: [] for page in pages}


def test_chinese_pages_mark_nothing(way):
    client = client_for(way.administrator)

    for address in (*public_pages(way), *firm_pages(way)):
        assert '<span lang="zh-Hans">' not in client.get(address).content.decode(), address
