import pytest
from django.db import IntegrityError, connection, transaction

from subsidies.enums import State
from subsidies.models import Application, CallVersion
from subsidies.workflow import pairs_of_states
from tests.factories_decision import prepare
from tests.factories_follow_up import prepare as prepare_follow_up
from tests.factories_steps import prepare as prepare_step
from tests.factories_subsidies import ApplicationFactory, CallFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("before", list(State), ids=str)
def test_the_database_lets_an_application_move_along_the_table_alone_even_by_raw_sql(before):
    key, went = ApplicationFactory(state=before).pk, []
    for after in State:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                application = Application.objects.get(pk=key)
                if (before, after) in pairs_of_states():
                    prepare_step(application, before, after)
                    prepare(application, before, after)
                    prepare_follow_up(application, before, after)
                application.steps.create(
                    from_state=application.state,
                    to_state=after,
                    version=application.version + 1,
                    by=application.started_by,
                )
                cursor.execute(
                    "UPDATE subsidies_application SET state = %s, version = version + 1, "
                    "number = COALESCE(number, %s), first_submitted_at = COALESCE(first_submitted_at, saved_at), "
                    "submitted_by_id = started_by_id, once_key = 'x' WHERE id = %s",
                    [after, f"N-{after}", application.pk],
                )
                raise RuntimeError  # taken back with what it needed, so that each pair begins at the same row
        except RuntimeError:
            went.append((before.value, after.value))
        except IntegrityError:
            pass

    assert sorted(set(went) - {(before.value, before.value)}) == [p for p in pairs_of_states() if p[0] == before]


def test_an_application_begins_as_a_draft():
    application = ApplicationFactory()
    fields = {field.name: getattr(application, field.name) for field in Application._meta.fields}
    for name in ("id", "public_id"):
        del fields[name]

    with pytest.raises(IntegrityError, match="begins as draft"):
        Application.objects.create(**{**fields, "state": State.UNIT_REVIEW})


def test_the_version_of_an_application_never_falls():
    application = ApplicationFactory(version=5)

    with pytest.raises(IntegrityError, match="cannot go back"), connection.cursor() as cursor:
        cursor.execute("UPDATE subsidies_application SET version = 4 WHERE id = %s", [application.pk])


@pytest.mark.parametrize("statement", ["UPDATE {} SET content = '{{}}' WHERE id = %s", "DELETE FROM {} WHERE id = %s"])
def test_a_published_version_of_a_call_never_changes(statement):
    version = CallFactory().current_version()

    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format("subsidies_callversion"), [version.pk])
    assert CallVersion.objects.get(pk=version.pk).content == version.content
