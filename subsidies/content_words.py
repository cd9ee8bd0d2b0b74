"""What the parts and keys of a call's content are called, in the words of the forms that edit them."""

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy, pgettext_lazy

from common.models.names import field_label
from subsidies.enums import ExpertKind
from subsidies.models import Call, CallQuestion

PARTS: dict[str, Promise] = {
    "call": gettext_lazy("The call"),
    "criteria": gettext_lazy("Conditions"),
    "materials": gettext_lazy("Materials"),
    "sections": gettext_lazy("Form fields"),
    "check_items": gettext_lazy("Check table"),
    "score_items": gettext_lazy("Score sheet"),
    "panel": gettext_lazy("Expert panel and site visit"),
    "periods": gettext_lazy("Periods"),
    "pledge": gettext_lazy("Pledge"),
}
LIST_TITLES: dict[str, Promise] = {
    "fields": pgettext_lazy("of a form", "Fields"),
    "options": gettext_lazy("Options"),
    "columns": gettext_lazy("Columns"),
    "bands": gettext_lazy("Bands"),
    "rule": gettext_lazy("Rule"),
    "required_when": gettext_lazy("Required when"),
}
PERIOD_LABELS: dict[str, Promise] = {
    "recommendation": gettext_lazy("Recommendation"),
    "acceptance": gettext_lazy("Acceptance"),
    "form_check": gettext_lazy("Form check"),
    "correction": gettext_lazy("Correction by the applicant"),
    "correction_grace": gettext_lazy("Grace after an overdue correction"),
    "review": gettext_lazy("Expert review"),
    "appeal": gettext_lazy("Appeal against the decision"),
    "appeal_answer": gettext_lazy("Answer to an appeal"),
    "notice": pgettext_lazy("of awards", "Public notice"),
    "objection": gettext_lazy("Answer to an objection"),
}
# The labels of subsidies.content_forms, which come later; a test holds the two together.
ROW_LABELS: dict[str, Promise] = {
    "id": gettext_lazy("Id"),
    "code": gettext_lazy("Code"),
    "value": gettext_lazy("Value"),
    "text_zh": gettext_lazy("Text (Chinese)"),
    "text_en": gettext_lazy("Text (English)"),
    "name_zh": gettext_lazy("Name (Chinese)"),
    "name_en": gettext_lazy("Name (English)"),
    "title_zh": gettext_lazy("Title (Chinese)"),
    "title_en": gettext_lazy("Title (English)"),
    "label_zh": gettext_lazy("Label (Chinese)"),
    "label_en": gettext_lazy("Label (English)"),
    "help_zh": gettext_lazy("Help (Chinese)"),
    "help_en": gettext_lazy("Help (English)"),
    "basis_zh": gettext_lazy("Legal basis (Chinese)"),
    "basis_en": gettext_lazy("Legal basis (English)"),
    "is_draft": gettext_lazy("Draft, to be confirmed by the bureau"),
    "must": pgettext_lazy("heading", "Required"),
    "formats": gettext_lazy("Formats"),
    "largest_mb": gettext_lazy("Largest file (MB)"),
    "most_files": gettext_lazy("Most files"),
    "most_pages": gettext_lazy("Most pages of a file"),
    "is_confidential": gettext_lazy("Kept confidential"),
    "type": gettext_lazy("Type"),
    "is_required": pgettext_lazy("of a field", "Required"),
    "minimum": gettext_lazy("Smallest value"),
    "maximum": gettext_lazy("Largest value"),
    "longest": gettext_lazy("Most characters"),
    "checks": gettext_lazy("Compared with other applications as"),
    "most_rows": gettext_lazy("Most rows of a table"),
    "prefill": gettext_lazy("Filled in from"),
    "is_held": gettext_lazy("Follows the record and is not typed"),
    "looks_at": gettext_lazy("Looks at"),
    "most": gettext_lazy("Most points"),
    "at_least": gettext_lazy("From points"),
    "length": gettext_lazy("Length"),
    "counts_first_day": gettext_lazy("The first day counts"),
    "most_corrections": gettext_lazy("Corrections are asked for at most"),
    "size": gettext_lazy("Members"),
    "reserves": gettext_lazy("Reserves"),
    "least": gettext_lazy("Least number by kind"),
    "most_open": gettext_lazy("Most open reviews of one expert"),
    "is_trimmed": gettext_lazy("Drop the highest and the lowest total where there are five or more"),
    "least_total": gettext_lazy("Least total to be supported"),
    "widest_spread": gettext_lazy("Widest spread between two totals"),
    "visit": gettext_lazy("Site visit"),
    **{kind.value: kind.label for kind in ExpertKind},
}
LABELS: dict[str, Promise] = {
    **PARTS,
    **LIST_TITLES,
    **PERIOD_LABELS,
    **ROW_LABELS,
    "sections": pgettext_lazy("of a form", "Sections"),
    "unit": pgettext_lazy("of a number or a period", "Unit"),
    "questions": gettext_lazy("Questions and answers"),
    "content": gettext_lazy("What the call asks"),
    "draft_parts": gettext_lazy("Parts that are drafts"),
    "pledge_zh": gettext_lazy("Pledge (Chinese)"),
    "pledge_en": gettext_lazy("Pledge (English)"),
}
COLUMNS: dict[str, type[Model]] = {
    **dict.fromkeys(("scheme", "year", "notice_zh", "notice_en", "budget_yuan", "quota_per_recommender"), Call),
    **dict.fromkeys(("opens_at", "closes_at", "recommend_closes_at", "business_hotline", "system_hotline"), Call),
    **dict.fromkeys(("question_zh", "question_en", "answer_zh", "answer_en"), CallQuestion),
}


def label_of(key: str) -> str:
    """What a key of the file of a call is about; the key itself where nothing is known about it."""
    return capfirst(field_label(COLUMNS[key], key) if key in COLUMNS else str(LABELS.get(key, key)))
