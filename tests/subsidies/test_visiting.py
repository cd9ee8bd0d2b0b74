import io
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from PIL import Image

from accounts.enums import PersonKind
from accounts.models import User
from common.calendar import shanghai_today
from common.models import JournalEntry, Notice, StoredFile
from subsidies import visit_photos, visiting
from subsidies.enums import State, VisitTime
from subsidies.models import Application, SiteVisit
from subsidies.visit_times import visit_needed
from subsidies.visiting import Written, WrittenMeanwhile
from subsidies.workflow import MoveRefused
from tests.factories_accounts import MembershipFactory, user_of_kind
from tests.factories_files import jpg, pdf, png
from tests.factories_subsidies import SMALL_CONTENT, ApplicationFactory, CallFactory
from tests.subsidies.desk import clerk
from tests.worlds import parts

pytestmark = pytest.mark.django_db

DAY = shanghai_today()


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


def application_in(state: str, visit: str = VisitTime.AFTER_PANEL, **fields: Any) -> Application:
    call = CallFactory(content={**SMALL_CONTENT, "visit": visit})
    application: Application = ApplicationFactory(state=state, call=call, **fields)
    return application


# ---------------------------------------------------------------- when
@pytest.mark.parametrize(
    ("visit", "states"),
    [
        (VisitTime.NONE, set()),
        (VisitTime.BEFORE_PANEL, {State.CHECKED}),
        (VisitTime.AFTER_PANEL, {State.REVIEWED, State.DEFERRED}),
    ],
)
def test_the_call_says_when_a_visit_is_needed(visit, states):
    asked = (State.FORM_CHECK, State.CHECKED, State.REVIEW, State.REVIEWED, State.MEETING, State.DEFERRED)

    needed = {state for state in asked if visit_needed(application_in(state, visit))}

    assert needed == states


def test_a_planned_visit_is_still_missing():
    application = application_in(State.REVIEWED)
    application.visits.create(key=uuid4(), visited_on=DAY, place="车间", planned_by=clerk())

    assert visit_needed(application) is True


# ---------------------------------------------------------------- planning
def officers(number: int = 2) -> list[User]:
    return [clerk() for _number in range(number)]


def planned(application: Application | None = None, crew: list[User] | None = None) -> SiteVisit:
    application, crew = application or application_in(State.REVIEWED), crew or officers()
    return visiting.plan(application, by=crew[0], visited_on=DAY, place="临武县一号车间", officers=crew)


class World(NamedTuple):
    application: Application


def make_world() -> World:
    return World(application_in(State.REVIEWED))


(application,) = parts(World)


@pytest.fixture
def visit(application: Application) -> SiteVisit:
    return planned(application)


def written(findings: str = "设备运行正常", **fields: Any) -> Written:
    return Written(
        **{"visited_on": DAY, "place": "临武县一号车间", "findings": findings, "is_as_applied": True, **fields}
    )


def crew_of(visit: SiteVisit) -> list[User]:
    return [User.objects.get(pk=officer.user_id) for officer in visit.officers.all()]


def concluded() -> SiteVisit:
    visit = planned()
    visiting.write(visit, by=crew_of(visit)[0], version=1, written=written())
    for officer in crew_of(visit):
        visiting.sign(visit, by=officer)
    visit.refresh_from_db()
    return visit


def test_a_visit_is_planned_for_two_officers_and_the_others_are_told():
    crew = officers()

    visit = planned(crew=crew)

    assert (visit.state, visit.place, crew_of(visit)) == ("planned", "临武县一号车间", crew)
    notice = Notice.objects.get()
    assert (notice.kind, notice.recipient, notice.address) == ("visit-planned", crew[1], f"/visits/{visit.key}/")


@pytest.mark.parametrize("number", [0, 1])
def test_fewer_than_two_officers_make_no_visit(number, application):
    by = clerk()
    with pytest.raises(MoveRefused) as refused:
        visiting.plan(application, by=by, visited_on=DAY, place="车间", officers=[by, by][: number * 2])
    assert refused.value.code == "officers"


@pytest.mark.parametrize("kind", [PersonKind.COUNTY_OFFICER, PersonKind.FINANCE, PersonKind.EXPERT])
def test_officers_are_people_who_run_visits(kind, application):
    by = clerk()

    with pytest.raises(MoveRefused) as refused:
        visiting.plan(application, by=by, visited_on=DAY, place="车间", officers=[by, user_of_kind(kind)])
    assert refused.value.code == "officers"


def test_a_member_of_the_firm_is_no_officer_and_plans_nothing(application):
    by, bound = clerk(), clerk()
    MembershipFactory(user=bound, organisation=application.organisation)
    bound = User.objects.get(pk=bound.pk)

    with pytest.raises(MoveRefused):
        visiting.plan(application, by=by, visited_on=DAY, place="车间", officers=[by, bound])
    with pytest.raises(PermissionDenied):
        visiting.plan(application, by=bound, visited_on=DAY, place="车间", officers=officers())


@pytest.mark.parametrize(
    ("visit", "state"), [("none", State.REVIEWED), ("before_panel", State.REVIEWED), ("after_panel", State.CHECKED)]
)
def test_a_visit_is_planned_at_the_time_the_call_sets(visit, state):
    with pytest.raises(MoveRefused) as refused:
        planned(application_in(state, visit))
    assert refused.value.code == "state"


def test_one_visit_at_a_time_and_another_after_it():
    visit = concluded()
    planned(visit.application)

    with pytest.raises(MoveRefused) as refused:
        planned(visit.application)
    assert refused.value.code == "exists"


def test_a_visit_that_does_not_take_place_is_called_off_with_a_reason_that_stays_in_the_journal(visit):
    visiting.call_off(visit, by=clerk(), reason="企业停产检修")

    assert SiteVisit.objects.count() == 0
    assert set(JournalEntry.objects.filter(action="delete").values_list("reason", flat=True)) == {"企业停产检修"}


def test_what_is_on_record_is_not_called_off(visit):
    visiting.write(visit, by=crew_of(visit)[0], version=1, written=written())

    with pytest.raises(MoveRefused):
        visiting.call_off(visit, by=clerk(), reason="算了")


def test_nobody_takes_the_place_of_another_who_goes_already():
    crew = officers(3)
    visit = planned(crew=crew)

    with pytest.raises(MoveRefused) as refusal:
        visiting.replace_officer(visit, leaving=crew[0], by=crew[1], officer=crew[2], reason="请假")

    assert refusal.value.code == "officers"
    assert set(visit.officers.values_list("user", flat=True)) == {each.pk for each in crew}


# ---------------------------------------------------------------- writing
def test_officers_write_and_a_repetition_changes_nothing(visit):
    by = crew_of(visit)[1]

    first = visiting.write(visit, by=by, version=1, written=written(met="张工"))
    again = visiting.write(visit, by=by, version=1, written=written(met="张工"))

    assert (first.version, again.version) == (2, 2)
    assert (again.met, again.findings, again.is_as_applied) == ("张工", "设备运行正常", True)


def test_what_two_write_at_once_is_asked_about(visit):
    one, other = crew_of(visit)
    visiting.write(visit, by=one, version=1, written=written("甲所见"))

    with pytest.raises(WrittenMeanwhile) as refused:
        visiting.write(visit, by=other, version=1, written=written("乙所见"))

    assert (refused.value.stored.findings, refused.value.stored.version) == ("甲所见", 2)
    assert visiting.write(visit, by=other, version=2, written=written("乙所见")).findings == "乙所见"


def test_nobody_but_an_officer_of_the_visit_writes_signs_or_concludes():
    visit, other = planned(), clerk()

    for act in (
        lambda: visiting.write(visit, by=other, version=1, written=written()),
        lambda: visiting.sign(visit, by=other),
        lambda: visiting.conclude(visit, by=other),
        lambda: visit_photos.add(visit, by=other, key=uuid4(), content=jpg(), name="a.jpg"),
    ):
        with pytest.raises(PermissionDenied):
            act()


@pytest.mark.parametrize(
    "fields", [{"place": " "}, {"place": "长" * 201}, {"met": "长" * 301}, {"findings": "长" * 5001}]
)
def test_a_record_has_a_place_and_fits(fields, visit):
    with pytest.raises(MoveRefused):
        visiting.write(visit, by=crew_of(visit)[0], version=1, written=written(**fields))


# ---------------------------------------------------------------- signing
def test_the_last_signature_concludes_the_visit_and_the_need_ends(visit):
    one, other = crew_of(visit)
    visiting.write(visit, by=one, version=1, written=written())

    assert visiting.sign(visit, by=one).state == "planned"
    assert visit_needed(visit.application) is True
    assert visiting.sign(visit, by=other).state == "concluded"

    assert visit_needed(visit.application) is False


def test_signing_twice_counts_once(visit):
    one = crew_of(visit)[0]
    visiting.write(visit, by=one, version=1, written=written())

    visiting.sign(visit, by=one)

    assert visiting.sign(visit, by=one).state == "planned"
    with pytest.raises(MoveRefused):
        visiting.conclude(visit, by=one)


def test_two_of_three_may_conclude():
    visit = planned(crew=officers(3))
    one, other, _third = crew_of(visit)
    visiting.write(visit, by=one, version=1, written=written())
    visiting.sign(visit, by=one)
    assert visiting.sign(visit, by=other).state == "planned"

    assert visiting.conclude(visit, by=one).state == "concluded"


@pytest.mark.parametrize("gap", [{"findings": ""}, {"is_as_applied": None}])
def test_a_record_with_gaps_is_not_signed(gap, visit):
    by = crew_of(visit)[0]
    visiting.write(visit, by=by, version=1, written=written(**gap))

    with pytest.raises(MoveRefused) as refused:
        visiting.sign(visit, by=by)
    assert refused.value.code == "gaps"


def test_a_photograph_ends_signatures_and_asks_nobody_who_is_writing(visit):
    one, other = crew_of(visit)
    visiting.write(visit, by=one, version=1, written=written())
    visiting.sign(visit, by=one)

    visit_photos.add(visit, by=other, key=uuid4(), content=jpg(), name="a.jpg")

    assert visit.officers.filter(signed_at__isnull=False).count() == 0
    assert visiting.write(visit, by=one, version=2, written=written("补充")).version == 3


def test_a_change_after_a_signature_ends_it(visit):
    one, other = crew_of(visit)
    visiting.write(visit, by=one, version=1, written=written())
    visiting.sign(visit, by=one)

    visiting.write(visit, by=other, version=2, written=written("另有发现"))

    assert visit.officers.filter(signed_at__isnull=False).count() == 0


def test_a_concluded_visit_never_changes_by_verb_or_by_hand():
    visit = concluded()
    by = crew_of(visit)[0]

    for act in (
        lambda: visiting.write(visit, by=by, version=visit.version, written=written("改写")),
        lambda: visiting.sign(visit, by=by),
        lambda: visiting.call_off(visit, by=by, reason="撤"),
        lambda: visit_photos.add(visit, by=by, key=uuid4(), content=jpg(), name="a.jpg"),
    ):
        with pytest.raises(MoveRefused) as refused:
            act()
        assert refused.value.code == "state"
    for statement in (
        "UPDATE subsidies_sitevisit SET findings = 'x'",
        "DELETE FROM subsidies_visitofficer",
        "UPDATE subsidies_visitofficer SET signed_at = NULL",
        "INSERT INTO subsidies_visitofficer (visit_id, user_id) SELECT visit_id, (SELECT MIN(id) FROM accounts_user) "
        "FROM subsidies_visitofficer",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_database_concludes_nothing_that_two_have_not_signed(visit):
    visiting.write(visit, by=crew_of(visit)[0], version=1, written=written())

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE subsidies_sitevisit SET state = 'concluded', concluded_at = created_at")


# ---------------------------------------------------------------- photographs
def test_a_photograph_is_drawn_anew_without_a_word_of_the_original(visit):
    exif = Image.Exif()
    exif[0x010F] = "SECRET PHONE"
    sent = jpg((2400, 1200), exif=exif)

    photo = visit_photos.add(visit, by=crew_of(visit)[0], key=uuid4(), content=sent, name="现场.JPG", caption="反应釜")

    with photo.file.content.open("rb") as file:
        kept = file.read()
    with Image.open(io.BytesIO(kept)) as picture:
        assert (picture.format, picture.size, dict(picture.getexif())) == ("JPEG", (1600, 800), {})
    assert b"SECRET" not in kept
    assert (photo.caption, photo.file.media_type) == ("反应釜", "image/jpeg")


def test_a_photograph_sent_again_is_taken_once(visit):
    by, key = crew_of(visit)[0], uuid4()

    first = visit_photos.add(visit, by=by, key=key, content=png(), name="a.png")
    again = visit_photos.add(visit, by=by, key=key, content=png(), name="a.png")

    assert (again, visit.photos.count(), StoredFile.objects.count()) == (first, 1, 1)


def test_a_key_belongs_to_one_visit():
    visit, other, key = planned(), planned(), uuid4()
    visit_photos.add(visit, by=crew_of(visit)[0], key=key, content=jpg(), name="a.jpg")

    with pytest.raises(MoveRefused) as refused:
        visit_photos.add(other, by=crew_of(other)[0], key=key, content=jpg(), name="a.jpg")
    assert refused.value.code == "key_reused"


@pytest.mark.parametrize(
    ("content", "name", "code"), [(pdf(), "a.pdf", "format"), (pdf(), "a.jpg", "format"), (b"x", "a.jpg", "disguised")]
)
def test_what_is_no_picture_by_its_content_is_refused_and_nothing_stays(content, name, code, visit):
    with pytest.raises(ValidationError) as refused:
        visit_photos.add(visit, by=crew_of(visit)[0], key=uuid4(), content=content, name=name)

    assert refused.value.code == code
    assert (StoredFile.objects.count(), visit.photos.count()) == (0, 0)


def test_a_photograph_can_be_taken_out_until_the_visit_is_concluded(visit):
    one, other = crew_of(visit)
    visit_photos.add(visit, by=one, key=uuid4(), content=jpg(), name="a.jpg")
    gone = visit_photos.add(visit, by=one, key=uuid4(), content=jpg(), name="b.jpg")
    visit_photos.remove(gone, by=other)
    visiting.write(visit, by=one, version=1, written=written())
    for officer in (one, other):
        visiting.sign(visit, by=officer)

    with pytest.raises(MoveRefused):
        visit_photos.remove(visit.photos.get(), by=one)
    assert (visit.photos.count(), StoredFile.objects.count()) == (1, 1)
