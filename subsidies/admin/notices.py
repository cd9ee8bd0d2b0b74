"""Public notices in the desk: written by one person, looked through and published by another."""

from collections.abc import Mapping
from functools import cached_property, partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.requests import signed_in
from common.admin_tools import ReadOnlyAdmin
from common.calendar import shanghai_today
from subsidies.admin.notice_forms import ChooseCallForm, GiveBackForm, NoticeForm
from subsidies.admin.offers import Offer, asked, board_page
from subsidies.bound import why_bound
from subsidies.enums import NoticeState
from subsidies.models import Call, NoticeEntry, PublicNotice
from subsidies.publicity import publishing, writing
from subsidies.publicity.days import Days, days_from
from subsidies.publicity.lists import Line, lines_of
from subsidies.publicity.privacy import Find, finds_in
from subsidies.publicity.reading import entries_of


class NoticeBoard:
    def __init__(self, notice: PublicNotice, user: User) -> None:
        self.notice, self.user = notice, user
        self.address = reverse("admin:subsidies_publicnotice_change", args=[notice.pk])

    @property
    def title(self) -> str:
        return self.notice.title_zh

    @cached_property
    def entries(self) -> list[NoticeEntry]:
        return entries_of(self.notice)

    @cached_property
    def lines(self) -> list[Line]:
        return lines_of(self.notice, self.entries)

    @cached_property
    def is_unpublished(self) -> bool:
        return self.notice.state in (NoticeState.DRAFT, NoticeState.REVIEW)

    @cached_property
    def finds(self) -> list[Find]:
        """What keeps it from being published, before anybody tries."""
        return finds_in(self.notice, self.entries) if self.is_unpublished else []

    @cached_property
    def days(self) -> Days | None:
        """As they would be if it were published today."""
        return days_from(self.notice.call, shanghai_today()) if self.is_unpublished else None

    @cached_property
    def may_write(self) -> bool:
        return self.user.has_perm("subsidies.edit_notice")

    @property
    def may_change(self) -> bool:
        return self.notice.state == NoticeState.DRAFT and self.may_write and not self.not_theirs

    @cached_property
    def offers(self) -> Mapping[str, Offer]:
        return {} if self.not_theirs else self._offers

    @cached_property
    def not_theirs(self) -> str:
        """Why nothing is offered to somebody whose turn it would be but for an interest; the verbs refuse it alike."""
        return why_bound(self.user, [entry.application for entry in self.entries]) if self._offers else ""

    @cached_property
    def _offers(self) -> Mapping[str, Offer]:
        offers = {NoticeState.DRAFT: self._of_draft, NoticeState.REVIEW: self._in_review}
        build = offers.get(NoticeState(self.notice.state))
        return build() if build else {}

    def _of_draft(self) -> dict[str, Offer]:
        if not self.may_write:
            return {}
        send = Offer(
            gettext_lazy("Send to be published"),
            lambda form: writing.send(self.notice, by=self.user),
            gettext_lazy("Sent: another person looks through it and publishes it."),
        )
        return {"send": send}

    def _in_review(self) -> dict[str, Offer]:
        found: dict[str, Offer] = {}
        may_publish = self.user.has_perm("subsidies.publish_notice")
        if may_publish and self.user.pk not in writing.writers_of(self.notice):
            found["publish"] = Offer(
                gettext_lazy("Publish"),
                lambda form: publishing.publish(self.notice, by=self.user),
                gettext_lazy("Published: the list is frozen, and its days run from today."),
                about=gettext_lazy("The list and its days can no longer be changed afterwards."),
            )
        if may_publish or self.may_write:
            found["give_back"] = Offer(
                gettext_lazy("Give back to be changed"),
                lambda form: writing.give_back(self.notice, by=self.user, **form.cleaned_data),
                gettext_lazy("It is a draft again."),
                GiveBackForm,
            )
        return found


@admin.register(PublicNotice)
class PublicNoticeAdmin(ReadOnlyAdmin):
    """Drafted, sent and published by the verbs alone; each page asks them."""

    list_display = ["title_zh", "call", "state", "listed_count", "starts_on", "ends_on"]
    list_select_related = ["call"]
    list_filter = ["state", "call"]
    search_fields = ["title_zh", "entries__application__number"]
    sortable_by = ["starts_on"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return PublicNotice.objects.order_by("-pk").annotate(entry_count=Count("entries"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("subsidies.edit_notice")

    @admin.display(description=gettext_lazy("in the list"))
    def listed_count(self, notice: Any) -> int:
        return int(notice.entry_count)

    # ------------------------------------------------------------ pages
    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("<path:object_id>/edit/", wrap(self.edit_view), name="subsidies_publicnotice_edit"),
            path("<path:object_id>/drop/", wrap(self.drop_view), name="subsidies_publicnotice_drop"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        found = asked(self, request, object_id)
        read = partial(_board, found.pk, signed_in(request))
        return board_page(self, request, read, "admin/subsidies/notice/page.html")

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """The call first, since it says what can be listed."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if "call" not in request.GET:
            return self._drawn(request, None, ChooseCallForm(), is_choice=True)
        chosen = request.GET["call"]
        call = get_object_or_404(Call.objects.published(), pk=chosen if chosen.isdecimal() else 0)
        return self._form_page(request, call, None)

    def edit_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        notice = asked(self, request, object_id)
        if not self.has_add_permission(request):
            raise PermissionDenied
        if told := _board(notice.pk, signed_in(request)).not_theirs:
            messages.error(request, told)
            return redirect(self._address(notice))
        return self._form_page(request, notice.call, notice)

    def drop_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        notice = asked(self, request, object_id)
        if request.method != "POST":
            return redirect("admin:subsidies_publicnotice_change", notice.pk)
        try:
            with self.acting(request):
                writing.drop(notice, by=signed_in(request))
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
            return redirect("admin:subsidies_publicnotice_change", notice.pk)
        messages.success(request, _("The draft is dropped."))
        return redirect("admin:subsidies_publicnotice_changelist")

    def _form_page(self, request: HttpRequest, call: Call, notice: PublicNotice | None) -> HttpResponse:
        form = NoticeForm(request.POST if request.method == "POST" else None, call=call, notice=notice)
        if form.is_bound and form.is_valid():
            told = {"by": signed_in(request), "applications": form.cleaned_data["applications"], "texts": form.texts()}
            try:
                with self.acting(request):
                    kept = (
                        writing.change(notice, **told, version=form.cleaned_data["version"])
                        if notice
                        else writing.draft(call, **told)
                    )
            except ValidationError as refusal:
                form.add_error(None, refusal.messages)
            else:
                messages.success(request, _("The draft is kept. Look through it, and send it to be published."))
                return redirect("admin:subsidies_publicnotice_change", kept.pk)
        return self._drawn(request, notice, form)

    def _drawn(
        self, request: HttpRequest, notice: PublicNotice | None, form: Any, *, is_choice: bool = False
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Change the public notice") if notice else _("Write a public notice"),
            "opts": self.opts,
            "notice": notice,
            "form": form,
            "is_choice": is_choice,
            "back_url": self._address(notice),
        }
        template = "admin/subsidies/notice/form.html"
        return TemplateResponse(request, template, context, status=400 if form.errors else 200)

    @staticmethod
    def _address(notice: PublicNotice | None) -> str:
        if notice is None:
            return reverse("admin:subsidies_publicnotice_changelist")
        return reverse("admin:subsidies_publicnotice_change", args=[notice.pk])


def _board(key: int, user: User) -> NoticeBoard:
    rows = PublicNotice.objects.select_related("call", "edited_by", "published_by", "replaces", "replaced_by")
    return NoticeBoard(rows.get(pk=key), user)
