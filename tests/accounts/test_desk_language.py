"""The desk speaks the language of its user, whatever the browser asks for."""

import pytest
from django.test import Client

from accounts.enums import PersonKind
from accounts.models import User
from tests.factories_accounts import user_of_kind

pytestmark = pytest.mark.django_db


def desk_of(person: User) -> str:
    client = Client(headers={"Accept-Language": "fr"})
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.get("/admin/").content.decode()


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "工作台"), ("en", "Working desk")])
def test_the_desk_speaks_the_language_of_its_user(language, words):
    person = user_of_kind(PersonKind.BUREAU_CLERK)
    person.language = language
    person.save(update_fields=["language"])

    page = desk_of(person)

    assert f'<html lang="{language}"' in page
    assert words in page


def test_staff_read_beside_the_choice_that_the_desk_follows_it():
    client = Client()
    pages = {}
    for kind in (PersonKind.BUREAU_CLERK, PersonKind.ENTERPRISE):
        client.force_login(user_of_kind(kind), backend="allauth.account.auth_backends.AuthenticationBackend")
        pages[kind] = "The desk speaks it too." in client.get("/en/accounts/inbox/preferences/").content.decode()

    assert pages == {PersonKind.BUREAU_CLERK: True, PersonKind.ENTERPRISE: False}
