from typing import ClassVar

from django.db import models


class JournalledQuerySet(models.QuerySet):
    pass


JournalledManager = models.Manager.from_queryset(JournalledQuerySet)


class Journalled(models.Model):
    journal_version: ClassVar[str] = ""
    journal_hidden: ClassVar[tuple[str, ...]] = ()
    journal_ignored: ClassVar[tuple[str, ...]] = ()

    objects = JournalledManager()

    class Meta:
        abstract = True

    def journal_label(self) -> str:
        return str(self)
