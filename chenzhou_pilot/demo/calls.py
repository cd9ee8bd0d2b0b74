"""Calls: one that is open, so that a newcomer can go the whole way of an application, and some that are over."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from common.calendar import SHANGHAI, shanghai_today
from common.slugs import first_free
from subsidies.default_content import default_content
from subsidies.enums import VersionState, VisitTime
from subsidies.models import Call, CallQuestion, CallVersion, Scheme
from subsidies.publishing import what_keeps_from_publishing

SCHEME = "industrialisation-award"
PUBLISHER = "publisher@demo.invalid"
DAYS_OPEN, DAYS_TO_RECOMMEND = 90, 14
NAMES = {
    "name_zh": "演示：重大中试项目产业化奖补申报",
    "name_en": "Demonstration: award for industrialised pilot projects",
}
SMALL_PANEL = {"size": 3, "reserves": 0, "least": {}, "least_total": "75", "widest_spread": "20"}
HOTLINE = "演示科室 0735-0000001"
FEW_MATERIALS = ("A01", "A02")
NOTICE = {
    "notice_zh": "本批次仅供演示：条件、材料和日期都不是正式通知；"
    "在此可以试办申报到拨付的全部环节，但均不产生实际效力。",
    "notice_en": "This call is a demonstration: its conditions, materials and dates are no official notice, "
    "and whatever is submitted, decided or paid here has no effect.",
}
QUESTIONS = (
    (
        "项目使用了中试基地，还能申报吗？",
        "Can we apply if a pilot base was used?",
        "奖补针对企业自主开展的项目。使用基地的，请在申报书中说明基地承担的工作。",
        "The award is for projects that the enterprise carried out itself. Say in the form what the base did.",
    ),
    (
        "推荐函由谁上传？",
        "Who uploads the letter of recommendation?",
        "由推荐单位上传，企业不用上传。",
        "The recommending unit, not the enterprise.",
    ),
)


@transaction.atomic
def demo_call() -> Call | None:
    """The demo call that is open, or a new one; None before the schemes are loaded."""
    there = Call.objects.open_at(timezone.now()).filter(is_demo=True).first()
    scheme = Scheme.objects.filter(slug=SCHEME).first()
    if there is not None or scheme is None:
        return there
    today = shanghai_today()
    slug = first_free(Call, "demo award", "", set(Call.objects.values_list("slug", flat=True)))
    call = _call(scheme, slug, NAMES, today - timedelta(days=1), today + timedelta(days=DAYS_OPEN))
    for position, (question_zh, question_en, answer_zh, answer_en) in enumerate(QUESTIONS, 1):
        words = {"question_zh": question_zh, "question_en": question_en, "answer_zh": answer_zh, "answer_en": answer_en}
        CallQuestion.objects.create(call=call, position=position, **words)
    return _published(call, CallVersion(number=1, content=default_content(scheme)))


def finished_call(scheme: Scheme, slug: str, names: dict[str, str], first: date, last: date) -> Call:
    """With three experts, no visit and few materials: what was asked has been decided on."""
    content = {**default_content(scheme), "panel": SMALL_PANEL, "visit": VisitTime.NONE.value}
    for material in content["materials"]:
        if material["must"] == "yes" and material["code"] not in FEW_MATERIALS:
            material["must"] = "optional"
    call = _call(scheme, slug, {**names, "business_hotline": HOTLINE}, first, last)
    return _published(call, CallVersion(number=1, content=content))


def _call(scheme: Scheme, slug: str, names: dict[str, str], first: date, last: date) -> Call:
    call: Call = Call.objects.create(
        scheme=scheme,
        slug=slug,
        year=first.year,
        number_prefix=f"DEMO{Call.objects.filter(is_demo=True).count() + 1}",
        opens_at=_at(first, time(9)),
        closes_at=_at(last, time(17, 30)),
        recommend_closes_at=_at(last + timedelta(days=DAYS_TO_RECOMMEND), time(17, 30)),
        is_demo=True,
        **names,
        **NOTICE,
    )
    return call


def _published(call: Call, version: CallVersion) -> Call:
    """As subsidies.publishing does it, but by nobody who could sign in."""
    version.call = call
    if problems := what_keeps_from_publishing(call, version):
        raise ValueError([str(problem) for problem in problems])
    publisher, _created = User.objects.get_or_create(
        email=PUBLISHER, defaults={"name": "演示发布人", "is_active": False}
    )
    call.amount_yuan, call.rate_percent = call.scheme.amount_yuan, call.scheme.rate_percent
    call.cap_yuan = call.scheme.cap_yuan
    call.published_at, call.published_by = timezone.now(), publisher
    call.save()
    version.state, version.published_at, version.published_by = VersionState.PUBLISHED, call.published_at, publisher
    version.save()
    return call


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, SHANGHAI)
