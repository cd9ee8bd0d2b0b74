import pytest
from allauth.account.models import EmailAddress

from accounts.models import User
from tests.factories_accounts import UserFactory

PASSWORD = "a long and quiet evening"


@pytest.fixture
def person(db) -> User:
    """Someone who can sign in with PASSWORD."""
    return with_address(UserFactory(email="person@example.invalid", password=PASSWORD))


def with_address(user: User) -> User:
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user
