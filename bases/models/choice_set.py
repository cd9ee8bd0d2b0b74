from django.db import models
from django.utils.translation import gettext_lazy as _


class ChoiceSet(models.Model):
    """The public bases that fit one choice of a filter, one bit for each; kept by bases.choice_sets."""

    filter = models.CharField(max_length=20, blank=True)
    key = models.CharField(max_length=80, blank=True)
    bits = models.BinaryField()  # base number n is bit n, the lowest first
    token = models.CharField(max_length=32)  # a new one with every change of the bits

    class Meta:
        verbose_name = _("set of bases by a choice")
        verbose_name_plural = _("sets of bases by their choices")
        ordering = ["filter", "key"]
        constraints = [models.UniqueConstraint(name="choice_set_once", fields=["filter", "key"])]

    def __str__(self) -> str:
        return f"{self.filter}={self.key}"
