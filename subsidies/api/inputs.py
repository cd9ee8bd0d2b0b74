"""What may be sent, member by member."""

from rest_framework import serializers

from common.private_api import Sent


def _maybe(kind: type[serializers.CharField], longest: int, words: str) -> serializers.CharField:
    return kind(max_length=longest, default="", allow_blank=True, help_text=words)


class AnswersSent(Sent):
    answers = serializers.DictField(
        default=dict,
        help_text="By id of the field. Money in yuan as text, days as 2026-03-09, tables as lists of rows.",
    )


class StartSent(AnswersSent):
    call = serializers.SlugField(max_length=80, help_text="Short name of an open call.")
    organisation = _maybe(serializers.SlugField, 80, "Short name of the firm; needless where there is but one.")
    project = _maybe(serializers.SlugField, 80, "A project of the registry.")
    project_name = _maybe(serializers.CharField, 160, "Of a project that is not in the registry.")


class ChangesSent(AnswersSent):
    version = serializers.IntegerField(min_value=0, max_value=2_147_483_647, help_text="The one you read.")
    project_name = serializers.CharField(max_length=160, required=False)


class PledgeSent(Sent):
    pledge = serializers.BooleanField(help_text="That what the call's `pledge_zh` says is so.")


class ReasonSent(Sent):
    reason = serializers.CharField(max_length=1000)


class FileSent(Sent):
    material = serializers.CharField(max_length=12, help_text="A code of the call's materials.")
    file = serializers.FileField(max_length=500)
