"""People and bodies that do not exist, for trying the site. The credit codes are fictional."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib.auth.models import Group
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import MembershipRole, OrganisationKind, PersonKind
from accounts.invitations import confirm_address
from accounts.models import Membership, Organisation, User
from common.models import Division

LINWU = "431025"


def linwu() -> Division:
    names = {"name_zh": "临武县", "name_en": "Linwu County"}
    return Division.objects.get_or_create(code=LINWU, defaults=names)[0]


def demo_bureau() -> Organisation:
    return _body(
        "demo-county-bureau",
        kind=OrganisationKind.GOVERNMENT,
        name_zh="演示县科技局",
        name_en="Demo County Science and Technology Bureau",
        registered_division=linwu(),
    )


def demo_enterprise() -> Organisation:
    """Verified and with its recommending unit, so that an application can be submitted at once."""
    enterprise = _body(
        "demo-enterprise",
        kind=OrganisationKind.ENTERPRISE,
        name_zh="演示新材料有限公司",
        name_en="Demo New Materials Co., Ltd.",
        credit_code="91431025DEM000081C",
        registered_division=linwu(),
    )
    return _ready_to_submit(enterprise)


def _ready_to_submit(enterprise: Organisation) -> Organisation:
    if not (enterprise.is_verified and enterprise.recommender_id):
        enterprise.verified_at = enterprise.verified_at or timezone.now()
        enterprise.recommender = enterprise.recommender or demo_bureau()
        enterprise.save()
    return enterprise


def other_enterprise() -> Organisation:
    """Not verified, and a stranger to whatever the first one does."""
    return _body(
        "demo-other-enterprise",
        kind=OrganisationKind.ENTERPRISE,
        name_zh="演示另一家有限公司",
        name_en="Demo Other Co., Ltd.",
        credit_code="91431025DEM000092G",
        registered_division=linwu(),
    )


def awarded_enterprise() -> Organisation:
    """Whose applications are decided already, some of them awarded and paid."""
    enterprise = _body(
        "demo-awarded-enterprise",
        kind=OrganisationKind.ENTERPRISE,
        name_zh="演示先行材料有限公司",
        name_en="Demo Forerunner Materials Co., Ltd.",
        credit_code="91431025DEM0001030",
        registered_division=linwu(),
    )
    return _ready_to_submit(enterprise)


def _body(slug: str, **facts: Any) -> Organisation:
    return Organisation.objects.get_or_create(slug=slug, defaults=facts | {"is_demo": True})[0]


class DemoPerson(NamedTuple):
    account: str  # before @demo.invalid
    name: str
    does: Any  # printed beside the address
    kind: PersonKind
    role: str = ""
    body: Callable[[], Organisation] | None = None

    @property
    def email(self) -> str:
        return f"{self.account}@demo.invalid"


ROLES, KINDS = MembershipRole, PersonKind
FIRM = PersonKind.ENTERPRISE
DEMO_PEOPLE = (
    DemoPerson("enterprise", "演示企业管理员", ROLES.ADMINISTRATOR.label, FIRM, ROLES.ADMINISTRATOR, demo_enterprise),
    DemoPerson("lead", "演示项目负责人", ROLES.PROJECT_LEAD.label, FIRM, ROLES.PROJECT_LEAD, demo_enterprise),
    DemoPerson("member", "演示企业成员", ROLES.MEMBER.label, FIRM, ROLES.MEMBER, demo_enterprise),
    DemoPerson("reader", "演示企业查看人员", ROLES.READER.label, FIRM, ROLES.READER, demo_enterprise),
    DemoPerson("consultant", "演示顾问", _("Consultant, to be let in to one application"), FIRM),
    DemoPerson(
        "other", "演示另一企业管理员", _("Administrator of another firm"), FIRM, ROLES.ADMINISTRATOR, other_enterprise
    ),
    DemoPerson(
        "awarded",
        "演示获奖企业管理员",
        _("Administrator of a firm that has been awarded"),
        FIRM,
        ROLES.ADMINISTRATOR,
        awarded_enterprise,
    ),
    DemoPerson(
        "operator", "演示基地运营", KINDS.BASE_OPERATOR.label, KINDS.BASE_OPERATOR, ROLES.BASE_OPERATOR, demo_enterprise
    ),
    DemoPerson("county", "演示县区经办", KINDS.COUNTY_OFFICER.label, KINDS.COUNTY_OFFICER, ROLES.OFFICER, demo_bureau),
    DemoPerson("leader", "演示县区领导", ROLES.LEADER.label, KINDS.COUNTY_OFFICER, ROLES.LEADER, demo_bureau),
    DemoPerson("clerk", "演示市局经办", KINDS.BUREAU_CLERK.label, KINDS.BUREAU_CLERK),
    DemoPerson("head", "演示科室负责人", KINDS.SECTION_HEAD.label, KINDS.SECTION_HEAD),
    # Who took no part in a decision answers the appeal against it.
    DemoPerson("head2", "演示另一科室负责人", KINDS.SECTION_HEAD.label, KINDS.SECTION_HEAD),
    DemoPerson("chief", "演示分管领导", KINDS.BUREAU_LEADER.label, KINDS.BUREAU_LEADER),
    DemoPerson("finance", "演示财务", KINDS.FINANCE.label, KINDS.FINANCE),
    *(DemoPerson(f"expert{number}", f"演示专家{number}", KINDS.EXPERT.label, KINDS.EXPERT) for number in range(1, 11)),
    DemoPerson("discipline", "演示机关纪委", KINDS.DISCIPLINE.label, KINDS.DISCIPLINE),
    DemoPerson("admin", "演示系统管理员", KINDS.ADMINISTRATOR.label, KINDS.ADMINISTRATOR),
)


def create_person(person: DemoPerson, password: str = "") -> User:
    """The account with its role, its group and its body; without a password nobody signs in with a new one."""
    user = User.objects.filter(email=person.email).first() or User(email=person.email, name=person.name)
    if password and not user.check_password(password):
        user.set_password(password)
    elif not user.password:
        user.set_unusable_password()
    user.save()
    confirm_address(user)
    user.groups.set(Group.objects.filter(name=person.kind.value))
    if person.body:
        Membership.objects.get_or_create(user=user, organisation=person.body(), defaults={"role": person.role})
    return user
