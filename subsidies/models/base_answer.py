from django.db import models

from bases.models import Base
from subsidies.models.application import Application


class BaseAnswer(models.Model):
    """The base as the answers name it, and those of the registry that are meant; kept by subsidies.named_bases.

    So that statements and triggers see the bond to a base that no project of the registry tells of.
    """

    application = models.OneToOneField(Application, models.CASCADE, primary_key=True, related_name="base_answer")
    words = models.TextField()  # plain names as typed, one a line
    bases = models.ManyToManyField(Base, related_name="+")

    def __str__(self) -> str:
        return str(self.application_id)
