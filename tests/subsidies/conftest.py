from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.db import connection
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from tests.lifted import taken_back


@pytest.fixture
def in_english() -> Iterator[None]:
    """For tests that read sentences."""
    with translation.override("en"):
        yield


@pytest.fixture(scope="module")
def _made(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Any]:
    with django_db_blocker.unblock(), taken_back():
        made = request.module.make_world()
        connection.check_constraints()  # what is held at the end of a transaction would else be held in every test
        yield made


@pytest.fixture
def world(_made: Any, db: None) -> Any:
    """What `make_world()` of the module returns: made once, and given to each test as it was made.

    What a test does to it is taken back by the test's own transaction, which lies within that of the module. Not for
    a module of which a test commits. By PostgreSQL's clock it is in every test the moment at which the module began.
    """
    return deepcopy(_made)
