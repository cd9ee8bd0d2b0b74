import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import translation

from accounts.templatetags.devices import device_words
from tests.factories_accounts import UserFactory

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
)
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile Safari/604.1"


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (CHROME, "Chrome 126 on Windows"),
        (f"{CHROME} Edg/126.0.2592.87", "Edge 126 on Windows"),
        (SAFARI, "Safari 17 on iOS"),
        (f"{SAFARI} MicroMessenger/8.0.50", "WeChat 8 on iOS"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox 127 on Linux"),
        ("curl/8.5.0", "an unknown browser on an unknown system"),
        ("", "an unknown browser on an unknown system"),
    ],
)
def test_a_device_is_told_by_browser_and_system(user_agent, words):
    with translation.override("en"):
        assert device_words(user_agent) == words


@pytest.mark.django_db
def test_the_page_bears_the_name_of_its_link_and_says_devices_in_words():
    client, user = Client(), UserFactory()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    facts = {"user": user, "session_key": client.session.session_key, "ip": "192.0.2.1"}
    UserSession.objects.create(**facts, user_agent=CHROME)

    account, devices = client.get("/en/accounts/"), client.get("/en/accounts/sessions/")

    assert "Signed-in devices</a>" in account.content.decode()
    assert "<h1>Signed-in devices</h1>" in devices.content.decode()
    assert ">Chrome 126 on Windows</span>" in devices.content.decode()
    assert "this device" in devices.content.decode()


@pytest.mark.django_db
def test_another_device_is_signed_out_from_here_and_this_one_and_other_people_stay():
    user, here, there, other = UserFactory(), Client(), Client(), Client()
    for client, person in ((here, user), (there, user), (other, UserFactory())):
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        UserSession.objects.create(user=person, session_key=client.session.session_key, ip="192.0.2.1", user_agent="")
    before = [client.get("/en/accounts/").status_code for client in (here, there, other)]

    here.post("/en/accounts/sessions/")

    assert before == [200, 200, 200]
    assert [client.get("/en/accounts/").status_code for client in (here, there, other)] == [200, 302, 200]
