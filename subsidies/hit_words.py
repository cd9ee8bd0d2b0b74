"""What a cross-check has found, as a sentence for the person who judges it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from subsidies.enums import HitKind
from subsidies.models import CrossCheckHit

ELSEWHERE = {
    HitKind.PATENT: gettext_lazy("The patent %(here)s is also named in another application, as %(there)s."),
    HitKind.PRODUCT: gettext_lazy("The product “%(here)s” is also named in another application, as “%(there)s”."),
    HitKind.FILE: gettext_lazy("The file “%(here)s” is, byte for byte, also in another application, as “%(there)s”."),
    HitKind.INVOICE: gettext_lazy("The invoice %(here)s is also named in another application, as %(there)s."),
}


class Told(NamedTuple):
    sentence: str
    is_gone: bool  # no longer so since a correction


def told(hit: CrossCheckHit) -> Told:
    return Told(_sentence(hit.kind, {"here": hit.key, **hit.facts}), bool(hit.facts.get("is_gone")))


def _sentence(kind: str, facts: Mapping[str, Any]) -> str:
    if "there" in facts:
        return str(ELSEWHERE[HitKind(kind)]) % facts
    if kind == HitKind.PROJECT:
        return _("Another application is for “%(name)s”, the same project or one much alike.") % facts
    if kind == HitKind.INTEGRITY:
        return _integrity(facts)
    if "amount_yuan" in facts:
        return _award(kind, facts)
    if "declared" in facts:
        return _("The firm declares support received: “%(declared)s”. Is it for the same thing?") % facts
    return _("The number %(here)s stands twice in this application.") % facts


def _integrity(facts: Mapping[str, Any]) -> str:
    if facts["by"] == "credit_code":
        return (
            _("The firm's credit code is on the integrity list as “%(name)s” since %(listed_on)s: %(basis)s.") % facts
        )
    return _("“%(name)s” is on the integrity list since %(listed_on)s: %(basis)s. The name may be another's.") % facts


def _award(kind: str, facts: Mapping[str, Any]) -> str:
    words = {**facts, "document": facts["document_number"] or _("without a document number")}
    if facts.get("waits"):
        sentence = _(
            "Entered as awarded before, not confirmed yet: “%(name)s”, %(amount_yuan)s yuan on %(awarded_on)s, "
            "%(document)s."
        )
        return sentence % words
    if kind == HitKind.AWARD:
        return _("Awarded before: “%(name)s”, %(amount_yuan)s yuan on %(awarded_on)s, %(document)s.") % words
    return _("Received under another scheme: “%(name)s”, %(amount_yuan)s yuan on %(awarded_on)s, %(document)s.") % words
