from django.db import models

from common.search import SearchField
from subsidies.models.application import Application


class ApplicationSearch(models.Model):
    """The words a case is found by on the desk, from its first signature on; kept by subsidies.case_search."""

    application = models.OneToOneField(Application, models.CASCADE, primary_key=True, related_name="search")
    document = SearchField()

    def __str__(self) -> str:
        return str(self.application_id)
