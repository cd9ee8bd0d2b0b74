"""The people of a public notice, and notices on their way by the verbs."""

from typing import Any, NamedTuple

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.enums import PersonKind
from accounts.models import User
from subsidies.enums import ObjectionKind, State
from subsidies.models import Application, Call, PublicNotice
from subsidies.publicity import publishing, writing
from subsidies.publicity.objecting import Objector
from subsidies.publicity.writing import Texts
from tests.factories_decision import staff
from tests.factories_files import pdf
from tests.factories_subsidies import ApplicationFactory, CallFactory

TEXTS = Texts("2026年度拟奖补项目公示", "成果科 0735-2222222", "机关纪委 0735-3333333", text_zh="现予公示。")
UNIT = Objector(ObjectionKind.UNIT, "某某公司", "郴州市苏仙区某路1号", "unit@example.com")
PERSON = Objector(ObjectionKind.PERSON, "王某某", "13800001234", "person@example.com")
GROUNDS = "该项目的中试线未建成"


class House(NamedTuple):
    """A clerk who writes, a head who publishes, another head and the leader who answer objections."""

    editor: User
    publisher: User
    handler: User
    leader: User


def house() -> House:
    kinds = (PersonKind.BUREAU_CLERK, PersonKind.SECTION_HEAD, PersonKind.SECTION_HEAD, PersonKind.BUREAU_LEADER)
    return House(*(staff(kind) for kind in kinds))


def approved(number: int = 1, call: Call | None = None, **fields: Any) -> list[Application]:
    call = call or CallFactory()
    return [ApplicationFactory(call=call, state=State.PUBLICITY_READY, **fields) for _number in range(number)]


def written(people: House, *applications: Application, **changed: Any) -> PublicNotice:
    return writing.draft(
        applications[0].call, by=people.editor, applications=applications, texts=TEXTS._replace(**changed)
    )


def sent(people: House, *applications: Application, **changed: Any) -> PublicNotice:
    return writing.send(written(people, *applications, **changed), by=people.editor)


def published(people: House, *applications: Application) -> PublicNotice:
    return publishing.publish(sent(people, *applications), by=people.publisher)


def state_of(application: Application) -> str:
    return str(Application.objects.get(pk=application.pk).state)


def paper(name: str = "letter.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf(), content_type="application/pdf")
