"""Nothing listens at the cache's address, or something listens and never answers."""

import logging
import socket
import time

import pytest
from django.core.cache import cache
from redis.exceptions import RedisError

from tests.accounts.conftest import PASSWORD, with_address
from tests.factories import BaseFactory, ProjectFactory
from tests.factories_accounts import UserFactory

NOBODY = "redis://127.0.0.1:1"


def use(settings, location):
    settings.CACHES = {
        "default": {"BACKEND": "chenzhou_pilot.redis_cache.ImpatientRedisCache", "LOCATION": location},
    }


@pytest.fixture
def without_redis(settings):
    use(settings, NOBODY)
    yield
    cache.clear()


@pytest.fixture
def silent_redis(settings):
    """Takes every connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=8) as server:
        use(settings, f"redis://127.0.0.1:{server.getsockname()[1]}")
        yield


@pytest.mark.usefixtures("without_redis")
def test_the_cache_of_the_process_stands_in_for_redis():
    cache.set("a", 1)
    cache.set_many({"b": 2, "c": 3})

    assert cache.get("a") == 1
    assert cache.get_many(["a", "b", "x"]) == {"a": 1, "b": 2}
    assert (cache.add("a", 9), cache.add("d", 4)) == (False, True)
    assert (cache.incr("a"), cache.decr("b")) == (2, 1)
    assert cache.has_key("c")
    assert (cache.touch("c", 60), cache.delete("c"), cache.delete("c")) == (True, True, False)
    assert cache.get_or_set("e", lambda: 5) == 5
    cache.delete_many(["a", "b"])
    assert cache.get_many(["a", "b", "d"]) == {"d": 4}
    with pytest.raises(ValueError, match="not found"):
        cache.incr("x")


@pytest.mark.usefixtures("without_redis")
def test_the_log_is_told_once_a_minute(caplog, settings):
    use(settings, "redis://127.0.0.1:1/7")
    with caplog.at_level(logging.WARNING, "chenzhou_pilot.redis_cache"):
        for number in range(3):
            cache.set("a", number)

    assert caplog.messages == ["The cache failed with ConnectionError; each process keeps its own meanwhile."]


@pytest.mark.usefixtures("without_redis")
def test_a_ping_is_about_redis_alone():
    with pytest.raises(RedisError):
        cache.ping()


@pytest.mark.usefixtures("silent_redis")
def test_a_redis_that_hangs_is_waited_for_once():
    began = time.monotonic()
    for number in range(20):
        cache.set("a", number)

    assert cache.get("a") == 19
    assert time.monotonic() - began < 4


@pytest.mark.django_db
@pytest.mark.usefixtures("without_redis")
@pytest.mark.parametrize(
    "address", ["/", "/bases/", "/projects/", "/bases/sample/", "/projects/sample/", "/en/", "/api/v1/bases/"]
)
def test_the_open_pages_are_served_without_redis(client, address):
    ProjectFactory(slug="sample", base=BaseFactory(slug="sample", state="listed"))

    assert [client.get(address).status_code for _ in range(2)] == [200, 200]


@pytest.mark.django_db
@pytest.mark.usefixtures("without_redis")
def test_the_api_goes_on_counting_without_redis(client, settings):
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": {"anon": "3/h", "user": "9/h"}}

    answers = [client.get("/api/v1/bases/", REMOTE_ADDR="10.9.8.7").status_code for _ in range(4)]

    assert answers == [200, 200, 200, 429]


@pytest.mark.django_db
@pytest.mark.usefixtures("without_redis")
def test_people_sign_in_without_redis_and_wrong_passwords_are_counted(client):
    person = with_address(UserFactory(email="person@example.invalid", password=PASSWORD))

    def answer(password):
        return client.post("/accounts/login/", {"login": person.email, "password": password}).status_code

    assert answer(PASSWORD) == 302
    client.post("/accounts/logout/")
    assert [answer("wrong") for _ in range(5)] == [200] * 4 + [429]
