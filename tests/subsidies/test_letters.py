from typing import NamedTuple

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.enums import PersonKind
from accounts.models import User
from common.models import JournalEntry, Notice
from common.notices import words_of
from subsidies import letters
from subsidies.enums import State
from subsidies.models import Application, Letter, LetterTemplate
from subsidies.placeholders import NAMES, filled, problems_of
from subsidies.workflow import MoveRefused
from tests.bases.admin_pages import client_of
from tests.factories_accounts import MembershipFactory, user_of_kind
from tests.factories_subsidies import ApplicationFactory, firm, person_of, put
from tests.subsidies.desk import clerk, in_check, section_head
from tests.worlds import parts

pytestmark = pytest.mark.django_db
TEMPLATES = "/admin/subsidies/lettertemplate/"


class World(NamedTuple):
    application: Application
    by: User


def make_world() -> World:
    """An application in form check, and a clerk."""
    return World(in_check(), clerk())


application, by = parts(World)


def page(application):
    return f"/admin/subsidies/application/{application.pk}/write/"


# ---------------------------------------------------------------- placeholders
@pytest.mark.parametrize(
    "text", ["", "全文没有占位符", "{project}、{firm}", "\n".join(f"{{{name}}}" for name in NAMES)]
)
def test_the_names_of_the_list_may_stand_in_a_template(text):
    assert problems_of(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "{a.__class__}",
        "{project.__class__.__mro__}",
        "{project[0]}",
        "{project!r}",
        "{project:>1000000}",
        "{{project}}",
        "{{a}}",
        "{0}",
        "{}",
        "{",
        "}",
        "{project",
        "project}",
        "{ project }",
        "{Project}",
        "{unknown}",
        "{项目}",
        "{project\n}",
        "%(project)s {settings}",
    ],
)
def test_nothing_else_may_stand_between_braces(text):
    assert problems_of(text) != []
    with pytest.raises(ValidationError):
        LetterTemplate(name="试", subject="题", body=f"文 {text}").full_clean()
    with pytest.raises(ValidationError):
        LetterTemplate(name="试", subject=f"题{text}", body="文").full_clean()


def test_what_a_value_holds_is_text_and_not_looked_at_again():
    assert filled("{project} {firm}", {"project": "{firm}", "firm": "甲"}) == "{firm} 甲"
    assert filled("{project.__class__} {0} %s {}", {"project": "甲"}) == "{project.__class__} {0} %s {}"


def test_a_draft_is_filled_from_the_case():
    application = in_check(project_name="六氟磷酸锂中试", organisation=firm(name_zh="郴州锂源公司"))
    put(application, due_on="2026-12-01")
    application.refresh_from_db()
    template = LetterTemplate(subject="关于{project}", body="{firm}：编号 {number}，{due_on} 前。{unit}")

    drafted = letters.draft(template, application)

    unit = application.recommender.name_zh
    assert drafted.subject == "关于六氟磷酸锂中试"
    assert drafted.body == f"郴州锂源公司：编号 {application.number}，2026 年 12 月 1 日 前。{unit}"


def test_three_templates_are_delivered_and_each_is_well_formed():
    delivered = list(LetterTemplate.objects.all())

    assert [each.name for each in delivered] == ["办理进展告知", "现场考察通知", "补正提醒函"]
    for each in delivered:
        each.full_clean()


# ---------------------------------------------------------------- sending
def test_a_letter_is_kept_told_and_journalled(application, by):
    letter = letters.send(application, by=by, subject="关于补正", body="第一行\n第二行")

    assert (letter.subject, letter.body, letter.sent_by) == ("关于补正", "第一行\n第二行", by)
    told = Notice.objects.filter(kind="letter")
    assert set(told.values_list("recipient", flat=True)) == {application.started_by_id, application.submitted_by_id}
    assert "关于补正" in words_of(told[0]).text
    assert told[0].address == f"{application.get_absolute_url()}#letters"
    assert JournalEntry.objects.filter(action="send_letter", object_id=str(application.pk)).count() == 1


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("", "文"),
        ("题", "  "),
        ("题", "还没有填 {due_on}"),
        ("{project}", "文"),
        ("题" * 201, "文"),
        ("题", "文" * 8001),
    ],
)
def test_an_empty_too_long_or_unfilled_letter_is_refused(subject, body, application, by):
    with pytest.raises(MoveRefused):
        letters.send(application, by=by, subject=subject, body=body)
    assert not Letter.objects.exists()


def test_other_braces_in_the_final_text_are_text(application, by):
    assert letters.send(application, by=by, subject="题", body="集合 {1, 2}").body == "集合 {1, 2}"


@pytest.mark.parametrize("kind", [PersonKind.FINANCE, PersonKind.DISCIPLINE, PersonKind.BUREAU_LEADER])
def test_who_may_not_write_sends_nothing(kind, application):
    person = user_of_kind(kind)

    with pytest.raises(PermissionDenied):
        letters.send(application, by=person, subject="题", body="文")
    assert client_of(person).get(page(application)).status_code == 403


def test_somebody_of_the_firm_writes_no_letter_to_it(application):
    person = clerk()
    MembershipFactory(user=person, organisation=application.organisation)

    assert client_of(person).get(page(application)).status_code == 403


def test_nothing_is_written_to_those_who_still_write():
    with pytest.raises(MoveRefused):
        letters.send(ApplicationFactory(state=State.DRAFT), by=clerk(), subject="题", body="文")


# ---------------------------------------------------------------- pages
def test_the_page_fills_a_template_shows_a_preview_and_then_sends(application):
    client = client_of(section_head())
    template = LetterTemplate.objects.get(name="办理进展告知")

    form = client.get(f"{page(application)}?template={template.pk}").context["form"]
    assert application.project_name in form.initial["subject"]
    written = {"subject": form.initial["subject"], "body": "正文 <b>一</b>"}
    preview = client.post(page(application), written)
    assert "正文 &lt;b&gt;一&lt;/b&gt;" in preview.content.decode()
    assert not Letter.objects.exists()

    answer = client.post(page(application), {**written, "do": "send"})
    assert answer.headers["Location"] == f"/admin/subsidies/application/{application.pk}/change/#letters"
    assert Letter.objects.get().body == "正文 <b>一</b>"


def test_what_is_refused_stays_on_the_page(application):
    answer = client_of(clerk()).post(page(application), {"subject": "题", "body": "{due_on}", "do": "send"})

    assert answer.status_code == 400
    assert answer.context["form"].data["body"] == "{due_on}"


def test_the_letter_stands_on_the_page_of_the_applicant_and_of_the_desk(application):
    letters.send(application, by=clerk(), subject="关于补正", body="请 <i>补正</i>")
    reader = person_of(application.organisation)

    for client, address in (
        (client_of(reader), application.get_absolute_url()),
        (client_of(clerk()), f"/admin/subsidies/application/{application.pk}/change/"),
    ):
        text = client.get(address).content.decode()
        assert "关于补正" in text
        assert "请 &lt;i&gt;补正&lt;/i&gt;" in text


def test_a_template_with_a_wrong_placeholder_is_not_saved():
    client = client_of(clerk())
    written = {"name": "试", "subject": "题", "is_active": "on"}

    refused = client.post(f"{TEMPLATES}add/", {**written, "body": "{a.__class__}"})
    assert refused.status_code == 200
    assert "大括号内只能填写列出的占位符，例如 {project}。" in refused.content.decode()
    assert not LetterTemplate.objects.filter(name="试").exists()

    client.post(f"{TEMPLATES}add/", {**written, "body": "{project}"})
    assert LetterTemplate.objects.filter(name="试").exists()


def test_the_list_of_placeholders_stands_beside_the_text():
    text = client_of(clerk()).get(f"{TEMPLATES}add/").content.decode()

    assert all(f"{{{name}}}" in text for name in NAMES)
