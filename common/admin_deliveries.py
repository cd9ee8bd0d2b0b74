from django.contrib import admin, messages
from django.contrib.admin.utils import flatten
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common import notices
from common.admin_tools import ReadOnlyAdmin
from common.letters import LETTERS
from common.models import Delivery
from common.templatetags.chenzhou import shanghai_moment


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """What became of e-mails and text messages: to whom, of which kind, and the error. Not what they say."""

    list_display = ["recipient", "kind", "channel", "state", "attempts", "next_try_at", "last_error"]
    list_filter = ["state", "channel"]
    list_select_related = ["notice__recipient"]
    search_fields = ["notice__recipient__email", "notice__recipient__name", "to"]
    fields = ("recipient", "kind", "channel", "state", "attempts", "told_at", "next_try_at", "sent_at", "last_error")
    readonly_fields = (*flatten(fields),)
    actions = ["try_again"]

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("common.change_delivery")

    @admin.display(description=gettext_lazy("for"), ordering="notice__recipient__email")
    def recipient(self, delivery: Delivery) -> str:
        return delivery.receiver

    @admin.display(description=gettext_lazy("kind"))
    def kind(self, delivery: Delivery) -> str:
        if delivery.notice:
            return notices.kind_of(delivery.notice).title
        letter = LETTERS.get(delivery.letter)
        return str(letter.title) if letter else delivery.letter

    @admin.display(description=gettext_lazy("told at"), ordering="created_at")
    def told_at(self, delivery: Delivery) -> str:
        return shanghai_moment(delivery.created_at)

    @admin.action(description=gettext_lazy("Send what was given up again"), permissions=["retry"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        count = notices.try_again(queryset)
        text = ngettext("%(count)d message is tried again.", "%(count)d messages are tried again.", count)
        messages.info(request, text % {"count": count} if count else _("None of these was given up."))
