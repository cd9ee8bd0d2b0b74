from typing import Any

from django.db import models

from accounts import credit_code


class CreditCodeField(models.CharField):
    """A unified social credit code, normalised before it is validated; null when it is not known."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", credit_code.LENGTH)
        super().__init__(*args, **kwargs)

    def to_python(self, value: Any) -> str | None:
        return credit_code.normalise(str(value or "")) or None
