"""People and bodies that do not exist, for trying the site. The credit code is fictional."""

from accounts.enums import MembershipRole, OrganisationKind, PersonKind
from accounts.models import Organisation
from common.models import Division

LINWU = "431025"

DEMO_PEOPLE: dict[PersonKind, dict[str, str]] = {
    PersonKind.ENTERPRISE: {
        "email": "enterprise@demo.invalid",
        "name": "演示企业管理员",
        "role": MembershipRole.ADMINISTRATOR,
    },
    PersonKind.BASE_OPERATOR: {
        "email": "operator@demo.invalid",
        "name": "演示基地运营",
        "role": MembershipRole.BASE_OPERATOR,
    },
    PersonKind.COUNTY_OFFICER: {
        "email": "county@demo.invalid",
        "name": "演示县区经办",
        "role": MembershipRole.OFFICER,
    },
    PersonKind.BUREAU_CLERK: {"email": "clerk@demo.invalid", "name": "演示市局经办", "role": ""},
    PersonKind.SECTION_HEAD: {"email": "head@demo.invalid", "name": "演示科室负责人", "role": ""},
    PersonKind.FINANCE: {"email": "finance@demo.invalid", "name": "演示财务", "role": ""},
    PersonKind.EXPERT: {"email": "expert@demo.invalid", "name": "演示专家", "role": ""},
    PersonKind.DISCIPLINE: {"email": "discipline@demo.invalid", "name": "演示机关纪委", "role": ""},
    PersonKind.ADMINISTRATOR: {"email": "admin@demo.invalid", "name": "演示系统管理员", "role": ""},
}


def linwu() -> Division:
    names = {"name_zh": "临武县", "name_en": "Linwu County"}
    return Division.objects.get_or_create(code=LINWU, defaults=names)[0]


def demo_bureau() -> Organisation:
    return Organisation.objects.get_or_create(
        slug="demo-county-bureau",
        defaults={
            "kind": OrganisationKind.GOVERNMENT,
            "name_zh": "演示县科技局",
            "name_en": "Demo County Science and Technology Bureau",
            "registered_division": linwu(),
            "is_demo": True,
        },
    )[0]


def demo_enterprise() -> Organisation:
    return Organisation.objects.get_or_create(
        slug="demo-enterprise",
        defaults={
            "kind": OrganisationKind.ENTERPRISE,
            "name_zh": "演示新材料有限公司",
            "name_en": "Demo New Materials Co., Ltd.",
            "credit_code": "91431025DEM000081C",
            "registered_division": linwu(),
            "is_demo": True,
        },
    )[0]
