from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import transaction

from common import journal

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def verb(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """One transaction, journalled under the name of whoever acts, the keyword `by`."""

    @wraps(function)
    def acted(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        actor: Any = kwargs["by"]
        with transaction.atomic(), journal.acting(by=actor):
            return function(*args, **kwargs)

    return acted
