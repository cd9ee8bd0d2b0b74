"""What the cross-checks find: the same thing in another application, support before, the integrity list.

One function a check, each in a number of queries that does not grow with the applications. See also
subsidies.cross_checks, which runs them and keeps what they find.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import Q

from subsidies.enums import IN_THE_WAY, EarlierState, HitKind
from subsidies.follow_up.integrity import in_force
from subsidies.models import Application, ApplicationFile, Award, CrossCheckKey, EarlierAward
from subsidies.once import award_key, plain_name

MOST_NAMES = 2000  # the newest, for likeness; the same name is found by its key among all
MOST_KEYS = 500  # of one application and kind
MOST_OTHERS = 50  # applications named for one kind
FIRM_PAPERS = ("A01", "A11")  # licence and yearly audit
ALIKE = 0.8  # of the pairs of neighbouring characters
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


def keep_keys(application: Application) -> None:
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
