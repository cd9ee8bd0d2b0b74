import pytest
from django.utils import translation

from subsidies.differences import FieldChange, FileChange, Line, RowChange, differences, lines_of, since_last
from subsidies.enums import Action
from subsidies.models import Application, Submission
from subsidies.snapshots import digest_of, snapshot_of
from subsidies.submitting import submit
from subsidies.workflow import move
from tests.factories_subsidies import person_of
from tests.subsidies.signing import put_file, ready, rewritten


def snapshot(data=None, files=(), **facts):
    organisation = {"name": "甲公司", "credit_code": None, "recommender": "临武县科技局"}
    return {"project_name": "赤泥", "organisation": organisation, "data": data or {}, "files": list(files), **facts}


def a_file(material, sha256, name="a.pdf"):
    return {"material": material, "sha256": sha256, "name": name, "size": 1}


def test_the_same_twice_has_no_difference():
    one = snapshot({"a": 1}, [a_file("A01", "x")])

    found = differences(one, one)

    assert not found
    assert found == ((), (), ())


def test_fields_that_came_went_and_changed_are_named_with_both_values():
    found = differences(snapshot({"same": 1, "gone": "x", "changed": 1}), snapshot({"same": 1, "changed": 2, "new": 3}))

    assert found.fields == (FieldChange("gone", "x", None), FieldChange("changed", 1, 2), FieldChange("new", None, 3))
    assert found


@pytest.mark.parametrize("empty", [None, "", []])
def test_no_answer_and_an_empty_one_are_the_same(empty):
    assert not differences(snapshot({}), snapshot({"a": empty}))


def test_no_is_an_answer_and_zero_too():
    found = differences(snapshot({"a": None, "b": ""}), snapshot({"a": False, "b": 0}))

    assert found.fields == (FieldChange("a", None, False), FieldChange("b", None, 0))


def test_tables_are_told_row_by_row():
    before, after = [{"n": "1"}, {"n": "2"}], [{"n": "1"}, {"n": "3"}, {"n": "4"}]

    found = differences(snapshot({"t": before}), snapshot({"t": after}))

    assert found.fields[0].rows == (RowChange(2, {"n": "2"}, {"n": "3"}), RowChange(3, None, {"n": "4"}))


def test_a_table_that_was_emptied_lists_its_rows_as_gone():
    found = differences(snapshot({"t": [{"n": "1"}]}), snapshot({"t": []}))

    assert found.fields == (FieldChange("t", [{"n": "1"}], None, (RowChange(1, {"n": "1"}, None),)),)


def test_files_are_told_by_their_content_and_not_by_their_name():
    before = [a_file("A01", "x", "old.pdf"), a_file("A02", "y"), a_file("A02", "y")]
    after = [a_file("A01", "x", "new.pdf"), a_file("A02", "y"), a_file("A03", "y", "moved.pdf")]

    found = differences(snapshot(files=before), snapshot(files=after))

    assert found.files == (FileChange("A02", "a.pdf", "y", False), FileChange("A03", "moved.pdf", "y", True))


def test_names_that_changed_outside_the_form_are_told_too():
    changed = {"name": "乙公司", "credit_code": None, "recommender": "临武县科技局"}

    found = differences(snapshot(), snapshot(organisation=changed, project_name="钪"))

    assert found.facts == (
        FieldChange("project_name", "赤泥", "钪"),
        FieldChange("organisation.name", "甲公司", "乙公司"),
    )


@pytest.mark.django_db
def test_what_a_second_signature_changed_reads_in_the_order_of_the_form():
    application, signatory = ready()
    first = submit(application, signatory)
    move(application, Action.RETURN, by=person_of(application.recommender, "officer"), reason="请补充")
    application = Application.objects.get()
    changed = {"investment_yuan": "9500000.00", "contact_name": "王工", "gone": "x"}
    rewritten(application, **changed)
    put_file(application, "A18", b"new", "补充.pdf")

    second = submit(application, signatory)

    assert since_last(first) is None
    with translation.override("en"):
        assert lines_of(since_last(second), application.call_version.parsed) == [
            Line("contact_name", "Contact", "李工", "王工"),
            Line("investment_yuan", "Pilot investment", "9,000,000.00 yuan", "9,500,000.00 yuan"),
            Line("A18", "A18 Other", "", "补充.pdf"),
            Line("gone", "gone", "", "x"),
        ]
    assert Submission.objects.get(round=1).digest == digest_of(snapshot_of(application))
