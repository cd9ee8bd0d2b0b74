"""What may stand in the way of support once only, and of trust: each check finds hits, a person judges them.

One function a check, each in a number of queries that does not grow with the applications. They refuse nothing by
themselves; an open hit, an obstacle or a waiver that has ended only keeps the form check from being passed.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common import journal
from common.calendar import shanghai_today
from subsidies import permissions
from subsidies.enums import IN_THE_WAY, EarlierState, HitKind, Judgement, State
from subsidies.follow_up.integrity import in_force
from subsidies.models import Application, ApplicationFile, Award, CrossCheckHit, CrossCheckKey, EarlierAward
from subsidies.once import award_key, plain_name
from subsidies.workflow import MoveRefused, given, locked

MOST_NAMES = 2000  # the newest, for likeness; the same name is found by its key among all
MOST_KEYS = 500  # of one application and kind
MOST_OTHERS = 50  # applications named for one kind
FIRM_PAPERS = ("A01", "A11")  # licence and yearly audit
ALIKE = 0.8  # of the pairs of neighbouring characters
BEING_CHECKED = (State.FORM_CHECK, State.CORRECTION)
LONGEST_KEY = 200


class Found(NamedTuple):
    kind: HitKind
    key: str
    facts: dict[str, Any]
    other: Application | None = None


class Named(NamedTuple):
    """Something an application names, as it is compared and as it was typed."""

    key: str
    shown: str


# ---------------------------------------------------------------- running and judging
@transaction.atomic
def run(application: Application) -> list[CrossCheckHit]:
    """At acceptance, after each resubmission and as a check begins; what is not found any more stands in no way.

    Of two that run at once neither finds the other: the later check to begin does.
    """
    _keep_keys(application)
    found = {_identity(each): each for check in CHECKS for each in check(application)}
    stored = {(hit.kind, hit.key, hit.other_id): hit for hit in application.hits.all()}
    with journal.acting(action="cross_check"):
        for row, each in _in_one_order(application, found.values()):
            hit = stored.get(_identity(each)) if row is application else None
            _keep(row, hit, each, is_own=row is application)
        for identity, hit in stored.items():
            if identity not in found:
                _set_facts(hit, {**hit.facts, "is_gone": True})
    return list(application.hits.all())


def blocking(application: Application) -> list[CrossCheckHit]:
    """The hits that keep the form check from being passed today; one query."""
    return [hit for hit in application.hits.select_related("other") if is_blocking(hit)]


def is_blocking(hit: CrossCheckHit) -> bool:
    """Not what was corrected, nor an application that has been withdrawn or refused meanwhile."""
    if hit.facts.get("is_gone") or hit.judgement == Judgement.HARMLESS:
        return False
    if hit.other and hit.other.state not in IN_THE_WAY:
        return False
    return not (hit.judgement == Judgement.WAIVED and hit.waiver_ends_on and hit.waiver_ends_on >= shanghai_today())


@transaction.atomic
def judge(hit: CrossCheckHit, *, by: User, judgement: str, reason: str) -> CrossCheckHit:
    """Harmless or an obstacle; a judgement may be changed while the application is checked."""
    application = locked(hit.application)
    if not permissions.can_judge(by, application):
        raise PermissionDenied
    if judgement not in (Judgement.HARMLESS, Judgement.CONFIRMED):
        raise MoveRefused(_("Choose whether this stands in the way."))
    return _judged(hit, application, by, judgement=judgement, reason=given(reason), waiver_ends_on=None)


@transaction.atomic
def waive(hit: CrossCheckHit, *, by: User, reason: str, ends_on: date) -> CrossCheckHit:
    """Until `ends_on`, the day itself included; by another person than the one who judged or checks."""
    application = locked(hit.application)
    if not permissions.can_waive(by, application):
        raise PermissionDenied
    if ends_on < shanghai_today():
        raise MoveRefused(_("A waiver ends today at the earliest."))
    if hit.judged_by_id == by.pk or application.checks.filter(checked_by=by, confirmed_at=None).exists():
        raise MoveRefused(_("You judged or check this application yourself: another person approves the waiver."))
    return _judged(hit, application, by, judgement=Judgement.WAIVED, reason=given(reason), waiver_ends_on=ends_on)


def _judged(hit: CrossCheckHit, application: Application, by: User, **values: Any) -> CrossCheckHit:
    if application.state not in BEING_CHECKED:
        raise MoveRefused(_("Hits are judged while the application is being checked."), code="state")
    current: CrossCheckHit = CrossCheckHit.objects.get(pk=hit.pk)
    for name, value in values.items():
        setattr(current, name, value)
    current.judged_by, current.judged_at = by, timezone.now()
    current.validate_constraints()
    with journal.acting(by=by, action="judge", reason=values["reason"]):
        current.save()
    return current


def _identity(found: Found) -> tuple[str, str, int | None]:
    return found.kind, found.key, found.other.pk if found.other else None


def _in_one_order(application: Application, found: Iterable[Found]) -> list[tuple[Application, Found]]:
    """Hits of this application, and of others that are still being checked, so that neither clerk misses them.

    In the order in which every run writes: of two that find each other at once one waits for the other.
    """
    own = [(application, each) for each in found]
    told = [
        (each.other, Found(each.kind, each.key, _seen_from_the_other(application, each.facts), application))
        for _row, each in own
        if each.other and each.other.state in BEING_CHECKED
    ]
    return sorted([*own, *told], key=lambda row: (row[1].kind, row[1].key, row[0].pk))


def _keep(row: Application, hit: CrossCheckHit | None, found: Found, *, is_own: bool) -> None:
    is_new = False
    if hit is None:
        hit, is_new = CrossCheckHit.objects.get_or_create(
            application=row, kind=found.kind, key=found.key, other=found.other, defaults={"facts": found.facts}
        )
    if is_own and not is_new:
        _set_facts(hit, found.facts)


def _set_facts(hit: CrossCheckHit, facts: dict[str, Any]) -> None:
    if hit.facts != facts:
        hit.facts = facts
        hit.save()


def _seen_from_the_other(application: Application, facts: dict[str, Any]) -> dict[str, Any]:
    if "there" in facts:
        return {"here": facts["there"], "there": facts["here"]}
    return {"name": application.project_name}


# ---------------------------------------------------------------- the checks
def project(application: Application) -> Iterator[Found]:
    """The same project of the registry, the same name, or one much alike, in another application; three queries."""
    name = plain_name(application.project_name)
    others = _others().exclude(pk=application.pk)
    keys = CrossCheckKey.objects.filter(kind=HitKind.PROJECT, key=name[:LONGEST_KEY])
    same = Q(pk__in=keys.values("application"))
    if application.project_id:
        same |= Q(project=application.project_id)
    found = list(others.filter(same)[:MOST_OTHERS])
    newest = others.exclude(pk__in=[other.pk for other in found]).values_list("pk", "project_name")[:MOST_NAMES]
    alike = [pk for pk, other_name in newest if _likeness(name, plain_name(other_name)) >= ALIKE]
    for other in [*found, *others.filter(pk__in=alike[:MOST_OTHERS])]:
        both = "+".join(sorted({name[:99], plain_name(other.project_name)[:99]}))
        yield Found(HitKind.PROJECT, both, {"name": other.project_name}, other)


def patent(application: Application) -> Iterator[Found]:
    yield from _elsewhere(application, HitKind.PATENT)


def product(application: Application) -> Iterator[Found]:
    yield from _elsewhere(application, HitKind.PRODUCT)


def invoice(application: Application) -> Iterator[Found]:
    """Elsewhere, and twice in the application itself."""
    yield from _twice(application, HitKind.INVOICE)
    yield from _elsewhere(application, HitKind.INVOICE)


def same_file(application: Application) -> Iterator[Found]:
    """The very bytes in another application, save papers of the firm in its own ones; two queries."""
    own = {row.file.sha256: row for row in application.files.in_force().select_related("file")}
    rows = ApplicationFile.objects.in_force().filter(file__sha256__in=own, application__in=_others())
    others = rows.exclude(application=application).select_related("application", "file").order_by("pk")
    found: set[tuple[str, int]] = set()
    for row in others[:MOST_OTHERS]:
        here, pair = own[row.file.sha256], (row.file.sha256, row.application_id)
        is_own_paper = here.material in FIRM_PAPERS and row.application.organisation_id == application.organisation_id
        if pair not in found and not is_own_paper:
            found.add(pair)
            facts = {"here": f"{here.material} {here.file.name}", "there": f"{row.material} {row.file.name}"}
            yield Found(HitKind.FILE, row.file.sha256, facts, row.application)


def support(application: Application) -> Iterator[Found]:
    """What the firm says it received, and what the ledger holds for it or the project under other schemes."""
    for name in named_by(application, HitKind.SUPPORT):
        yield Found(HitKind.SUPPORT, name.key, {"declared": name.shown})
    own = Q(organisation=application.organisation_id)
    if application.project_id:
        own |= Q(project=application.project_id)
    others = Award.objects.filter(own, revoked_on=None).exclude(scheme=application.call.scheme_id)
    for before in others.order_by("pk")[:MOST_OTHERS]:
        yield Found(HitKind.SUPPORT, f"award:{before.pk}", _about_award(before))


def integrity(application: Application) -> Iterator[Found]:
    """An entry in force with the firm's credit code, or with its name; one query."""
    firm = application.organisation
    for entry in in_force(firm)[:MOST_OTHERS]:
        by = "credit_code" if firm.credit_code and entry.credit_code == firm.credit_code else "name"
        facts = {"by": by, "name": entry.name, "basis": entry.basis, "listed_on": entry.listed_on.isoformat()}
        yield Found(HitKind.INTEGRITY, f"entry:{entry.pk}", facts)


def award(application: Application) -> Iterator[Found]:
    """The same support given before, to the same project or under the same key; see constraint award_once."""
    scheme = application.call.scheme
    key = award_key(scheme, application.organisation, application.project, application.project_name)
    same = Q(pk=None) if not key else Q(once_key=key)
    if application.project_id and scheme.is_once_per_project:
        same |= Q(project=application.project_id)
    for before in Award.objects.filter(same, scheme=scheme, revoked_on=None)[:MOST_OTHERS]:
        yield Found(HitKind.AWARD, f"award:{before.pk}", _about_award(before))
    for entry in EarlierAward.objects.filter(same, scheme=scheme, state=EarlierState.ENTERED)[:MOST_OTHERS]:
        yield _entered(entry)
    yield from _awards_alike(application)


CHECKS: tuple[Callable[[Application], Iterable[Found]], ...] = (
    project,
    patent,
    product,
    invoice,
    same_file,
    support,
    integrity,
    award,
)


# ---------------------------------------------------------------- what is compared
def named_by(application: Application, kind: HitKind) -> list[Named]:
    """What the application names in the fields that the call marks with this kind; see FormField.checks."""
    values = islice(_values(application, kind.value), MOST_KEYS)
    normalise = NORMALISE[kind]
    return [Named(key[:LONGEST_KEY], str(value)[:LONGEST_KEY]) for value in values if (key := normalise(str(value)))]


def _values(application: Application, kind: str) -> Iterator[Any]:
    for field in application.call_version.parsed.fields():
        answer = application.data.get(field.id)
        if field.checks == kind and answer not in (None, ""):
            yield answer
        columns = [column.id for column in field.columns if column.checks == kind]
        rows = answer if columns and isinstance(answer, list) else []
        yield from (row[name] for row in rows for name in columns if row.get(name))


def number_key(text: str) -> str:
    """Letters and figures alone, in capitals: spaces, points and hyphens make no other number."""
    return plain_name(text).upper()


def patent_key(text: str) -> str:
    """Without ZL and CN, which stand before the same number or not."""
    key = number_key(text)
    return key.removeprefix("CN").removeprefix("ZL").removeprefix("CN")


NORMALISE: dict[HitKind, Callable[[str], str]] = {
    HitKind.PATENT: patent_key,
    HitKind.INVOICE: number_key,
    HitKind.PRODUCT: plain_name,
    HitKind.SUPPORT: plain_name,
}


def _keep_keys(application: Application) -> None:
    """The keys under which others find this application."""
    names = {(HitKind.PROJECT, plain_name(application.project_name)[:LONGEST_KEY]): application.project_name}
    for kind in (HitKind.PATENT, HitKind.PRODUCT, HitKind.INVOICE):
        names |= {(kind, name.key): name.shown for name in named_by(application, kind)}
    application.cross_check_keys.all().delete()
    CrossCheckKey.objects.bulk_create(
        CrossCheckKey(application=application, kind=kind, key=key, shown=shown) for (kind, key), shown in names.items()
    )


def _elsewhere(application: Application, kind: HitKind) -> Iterator[Found]:
    """One query by the index of the keys."""
    names = {name.key: name.shown for name in named_by(application, kind)}
    rows = CrossCheckKey.objects.filter(kind=kind, key__in=names, application__in=_others())
    for row in rows.exclude(application=application).select_related("application").order_by("pk")[:MOST_OTHERS]:
        yield Found(kind, row.key, {"here": names[row.key], "there": row.shown}, row.application)


def _twice(application: Application, kind: HitKind) -> Iterator[Found]:
    seen: set[str] = set()
    for name in named_by(application, kind):
        if name.key in seen:
            yield Found(kind, name.key, {"here": name.shown})
        seen.add(name.key)


def _others() -> Any:
    """Applications under way or paid for: what was withdrawn or refused is in nobody's way."""
    return Application.objects.filter(state__in=IN_THE_WAY).defer("data", "touched")


def _awards_alike(application: Application) -> Iterator[Found]:
    """Given before for a project of much the same name, to whichever firm."""
    name = plain_name(application.project_name)
    rows = Award.objects.filter(scheme=application.call.scheme_id, revoked_on=None).order_by("-pk")[:MOST_NAMES]
    for row in rows:
        if _likeness(name, plain_name(row.project_name)) >= ALIKE:
            yield Found(HitKind.AWARD, f"award:{row.pk}", _about_award(row))
    waiting = EarlierAward.objects.filter(scheme=application.call.scheme_id, state=EarlierState.ENTERED)
    for entry in waiting.order_by("-pk")[:MOST_NAMES]:
        if _likeness(name, plain_name(entry.project_name)) >= ALIKE:
            yield _entered(entry)


def _entered(entry: EarlierAward) -> Found:
    """By one person so far; see subsidies.awarding.earlier."""
    return Found(HitKind.AWARD, f"earlier:{entry.pk}", {**_about_award(entry), "waits": True})


def _about_award(row: Award | EarlierAward) -> dict[str, Any]:
    return {
        "name": row.project_name,
        "document_number": row.document_number,
        "awarded_on": row.awarded_on.isoformat(),
        "amount_yuan": str(row.amount_yuan),
    }


def _likeness(one: str, other: str) -> float:
    """Of pairs of neighbouring characters: 1 for the same, 0 for nothing in common."""
    pairs, other_pairs = ({text[at : at + 2] for at in range(max(len(text) - 1, 1))} for text in (one, other))
    return 2 * len(pairs & other_pairs) / (len(pairs) + len(other_pairs))
