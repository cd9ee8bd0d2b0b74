"""What the tests of the desk share: who asks, and how a page's own form is filled in and sent back."""

from html.parser import HTMLParser
from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.enums import PersonKind
from accounts.models import User
from tests.factories_accounts import user_of_kind


def staff(kind: str = PersonKind.BUREAU_CLERK, **place: str) -> User:
    return user_of_kind(kind, **place)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def change_url(row: Any, page: str = "change", *more: str) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}", args=[row.pk, *more])


def filled(client: Client, url: str, **changes: Any) -> dict[str, Any]:
    """The page's form as a browser would send it, with these changes; None takes a field out."""
    parser = _Fields()
    parser.feed(client.get(url).content.decode())
    data = parser.values | changes
    return {name: value for name, value in data.items() if value is not None and "__prefix__" not in name}


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, Any] = {}
        self._inside = ""
        self._area = ""
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = attributes.get("id", "")
        if not self._inside.endswith("_form"):
            return
        name = attributes.get("name", "")
        match tag:
            case "input" if name and attributes.get("type") not in ("submit", "checkbox", "radio", "file"):
                self.values[name] = attributes.get("value", "")
            case "input" if name and attributes.get("type") == "checkbox" and "checked" in attributes:
                self.values.setdefault(name, []).append(attributes.get("value", "on"))
            case "textarea":
                self._area, self.values[name] = name, ""
            case "select":
                self._select, self.values[name] = name, [] if "multiple" in attributes else ""
            case "option" if self._select and "selected" in attributes:
                self._choose(attributes.get("value", ""))

    def _choose(self, value: str) -> None:
        if isinstance(self.values[self._select], list):
            self.values[self._select].append(value)
        else:
            self.values[self._select] = value

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area] += (
                data.removeprefix("\n").removeprefix("\r\n") if not self.values[self._area] else data
            )

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""
        elif tag == "form":
            self._inside = ""
