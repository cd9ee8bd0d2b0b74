from django.db import models
from django.utils.translation import gettext_lazy as _

from bases.models.verification import VERIFICATION, verifying_office
from common.models import Source, Vouched, Vouching
from common.models.journalled import journal_fields
from common.validators import not_in_the_future


class Sourced(Vouched):
    """A part of a base that names its own source, whose date is the part's, and who last verified it.

    Each names its constraint by verified_when_and_by_whom().
    """

    source = models.ForeignKey(
        Source, models.PROTECT, verbose_name=_("source"), null=True, blank=True, related_name="+"
    )
    verified_on = models.DateField(_("verified on"), null=True, blank=True, validators=[not_in_the_future])
    verified_by = verifying_office()

    class Meta:
        abstract = True

    @classmethod
    def vouchings(cls) -> tuple[Vouching, ...]:
        names = [field.name for field in journal_fields(cls)]
        content = tuple(name for name in names if name not in ("source", *VERIFICATION))
        return (Vouching(("source",), content), Vouching(VERIFICATION, (*content, "source")))
