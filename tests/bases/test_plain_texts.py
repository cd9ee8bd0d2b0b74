import pytest

from accounts.enums import PersonKind
from bases import workflow
from bases.models import Base
from common.models import JournalEntry
from tests.bases.admin_pages import change_url, client_of, filled, staff
from tests.bases.test_import_bases import confirm, sheet, upload
from tests.factories import BaseFactory, EquipmentFactory, ProjectFactory, SourceFactory
from tests.factories_accounts import OrganisationFactory, user_of_kind

pytestmark = pytest.mark.django_db

TYPED = "有色\u202e金属\x1b\u2066中试\x85基地"
KEPT = "有色金属中试 基地"


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (BaseFactory, "name_zh"),
        (BaseFactory, "name_en"),
        (BaseFactory, "address"),
        (ProjectFactory, "name_zh"),
        (SourceFactory, "publisher"),
        (OrganisationFactory, "name_zh"),
        (EquipmentFactory, "model"),
    ],
)
def test_a_line_is_saved_without_what_cannot_be_seen(make, field):
    row = make(**{field: TYPED})

    row.refresh_from_db()

    assert getattr(row, field) == KEPT


def test_a_longer_text_keeps_its_lines():
    base = BaseFactory(summary_zh="一\r\n\t二\u202c\x00")

    base.refresh_from_db()

    assert base.summary_zh == "一\n\t二"


def test_the_rows_of_a_specification_are_cleaned_too():
    row = EquipmentFactory(specifications=[{"name": "容\u202e积", "value": "50", "unit": "L\x00"}])

    row.refresh_from_db()

    assert row.specifications == [{"name": "容积", "value": "50", "unit": "L"}]


def test_a_name_of_nothing_but_marks_is_no_name():
    client = client_of(staff())
    base = BaseFactory(state="draft", name_zh="原名")

    form = filled(client, change_url(base), name_zh="\u202e\u2069")
    answer = client.post(change_url(base), form)

    assert list(answer.context["adminform"].form.errors) == ["name_zh"]
    assert Base.objects.get().name_zh == "原名"


def test_the_desk_saves_a_clean_name():
    client = client_of(staff())
    base = BaseFactory(state="draft")

    client.post(change_url(base), filled(client, change_url(base), name_zh=TYPED))

    assert Base.objects.get().name_zh == KEPT


def test_an_import_shows_and_saves_a_clean_name():
    client = client_of(staff())

    preview = upload(client, sheet({"name_zh": "有色\u202e金属", "kind": "public"}))
    confirm(client, preview)

    assert preview.context["plan"].rows[0].label == "有色金属"
    assert Base.objects.get().name_zh == "有色金属"


def test_a_reason_is_kept_clean_with_the_record_and_in_the_journal():
    base = workflow.suspend(BaseFactory(), by=user_of_kind(PersonKind.SECTION_HEAD), reason="  整\u202e改\x00\n未完成 ")

    assert Base.objects.get(pk=base.pk).state_reason == "整改 未完成"
    assert JournalEntry.objects.latest("pk").reason == "整改\n未完成"


def test_a_reason_of_nothing_but_marks_is_no_reason():
    with pytest.raises(workflow.MoveRefused):
        workflow.suspend(BaseFactory(), by=user_of_kind(PersonKind.SECTION_HEAD), reason="\u202e\u2066")
