"""What must not leave the house: each kind by its disguises, and what is let through."""

from typing import NamedTuple

import pytest

from accounts.enums import MembershipRole
from subsidies.models import Application, PublicNotice
from subsidies.publicity import publishing
from subsidies.publicity.privacy import finds_in
from subsidies.publicity.reading import entries_of
from subsidies.workflow import MoveRefused
from tests.factories_decision import ExpertFactory, seat
from tests.factories_subsidies import person_of
from tests.subsidies.publicity.desk import approved, house, sent, state_of
from tests.worlds import parts

pytestmark = pytest.mark.django_db


class World(NamedTuple):
    """A notice that was sent, of one application."""

    application: Application
    notice: PublicNotice


def make_world() -> World:
    (application,) = approved()
    return World(application, sent(house(), application))


application, notice = parts(World)


def finds(notice, text, field="text_zh"):
    setattr(notice, field, text)
    return finds_in(notice, entries_of(notice))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("联系电话13800138000", "手机"),
        ("联系电话 138 0013 8000", "手机"),
        ("电话：１３８－００１３－８０００", "手机"),
        ("电话 138.0013.8000", "手机"),
        ("电话138\u200b00138000", "手机"),
        ("手机一三八零零一三八零零零", "手机"),
        ("电话0735-2222222", "电话"),
        ("电话（0735）2222222", "电话"),
        ("身份证431002199001011234", "身份"),
        ("身份证43100219900101123x", "身份"),
        ("账号6222021234567890123", "账号"),
        ("账号6222 0212 3456 7890 123", "账号"),
        ("邮箱 wang@example.com", "邮"),
        ("邮箱wang＠example．com", "邮"),
        ("得分：86.5", "分"),
        ("平均 86.5分", "分"),
        ("score: 86.5", "分"),
        ("专家ZJ-T00012", "专家"),
    ],
)
def test_each_kind_is_found_however_it_is_written(notice, text, kind):
    (found,) = finds(notice, text)

    assert kind in found.kind
    assert "（中文）" in found.place or "中文" in found.place


@pytest.mark.parametrize(
    "text",
    [
        "根据郴科发〔2026〕12号文件，现将拟奖补项目予以公示，期限5个工作日。",
        "奖补金额2000000.00元，2026年3月2日至2026年3月6日。",
        "申报编号ZSBZ-2026-431025-0007，统一社会信用代码91431025MA4L000018。",
        "30分钟内到场；湖南分公司；第2分册；分3批。",
    ],
)
def test_what_a_notice_says_anyway_is_let_through(notice, text):
    assert finds(notice, text) == []


def test_an_office_telephone_may_stand_among_the_contacts_and_a_mobile_phone_may_not(notice):
    assert finds(notice, "成果科 0735-2222222", "business_contact") == []
    assert len(finds(notice, "张科长 13800138000", "business_contact")) == 1


def test_names_of_people_of_the_firm_and_of_experts_are_found(application, notice):
    member = person_of(application.organisation, MembershipRole.MEMBER)
    member.name = "欧阳明远"
    member.save()
    expert = ExpertFactory()
    expert.user.name = "诸葛清平"
    expert.user.save()
    seat(application, expert)
    application.organisation.legal_representative = "司马光华"
    application.organisation.save()
    text = "欧阳明远、诸葛清平、司马光华与李工参加。"

    found = {find.text: find.kind for find in finds(notice, text)}

    assert set(found) == {"欧阳明远", "诸葛清平", "司马光华", "李工"}
    assert found["诸葛清平"] != found["欧阳明远"]


def test_the_names_of_projects_are_looked_over_too():
    (application,) = approved(project_name="中试项目（联系13800138000）")

    (found,) = finds(sent(house(), application), "")

    assert found.text == "13800138000"


def test_publication_is_refused_with_every_find_until_all_is_mended():
    people = house()
    (application,) = approved()
    notice = sent(people, application, text_zh="得分86.5，电话13800138000", title_zh="公示 wang@example.com")

    with pytest.raises(MoveRefused) as refusal:
        publishing.publish(notice, by=people.publisher)

    assert len(refusal.value.messages) == 3
    assert {each.code for each in refusal.value.error_list} == {"privacy"}
    assert (state_of(application), PublicNotice.objects.get(pk=notice.pk).digest) == ("publicity_ready", "")
