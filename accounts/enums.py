from django.db import models
from django.utils.translation import gettext_lazy as _


class OrganisationKind(models.TextChoices):
    ENTERPRISE = "enterprise", _("Enterprise")
    UNIVERSITY = "university", _("University")
    INSTITUTE = "institute", _("Research institute")
    PUBLIC_INSTITUTION = "public_institution", _("Public institution")
    GOVERNMENT = "government", _("Government body")
    PARK_COMMITTEE = "park_committee", _("Park committee")


# What a person may enter; offices and park committees are entered by the bureau.
FOUNDED_KINDS = (
    OrganisationKind.ENTERPRISE,
    OrganisationKind.UNIVERSITY,
    OrganisationKind.INSTITUTE,
    OrganisationKind.PUBLIC_INSTITUTION,
)
RECOMMENDING_KINDS = (OrganisationKind.GOVERNMENT, OrganisationKind.PARK_COMMITTEE, OrganisationKind.UNIVERSITY)


class MembershipRole(models.TextChoices):
    ADMINISTRATOR = "administrator", _("Organisation administrator")
    PROJECT_LEAD = "project_lead", _("Project lead")
    MEMBER = "member", _("Member")
    READER = "reader", _("Reader")
    BASE_OPERATOR = "base_operator", _("Base operator")
    OFFICER = "officer", _("Officer")
    LEADER = "leader", _("Office leader")


FIRM_ROLES = (
    MembershipRole.ADMINISTRATOR,
    MembershipRole.PROJECT_LEAD,
    MembershipRole.MEMBER,
    MembershipRole.READER,
)
WRITING_ROLES = FIRM_ROLES[:3]
OFFICE_ROLES = (MembershipRole.OFFICER, MembershipRole.LEADER)


class PersonKind(models.TextChoices):
    """The eleven kinds of people whose access is laid down; the staff kinds and EXPERT are also the names of groups."""

    PUBLIC = "public", _("General public")
    ENTERPRISE = "enterprise", _("Enterprise")
    BASE_OPERATOR = "base_operator", _("Base operator")
    COUNTY_OFFICER = "county_officer", _("County officer")
    BUREAU_CLERK = "bureau_clerk", _("Bureau clerk")
    SECTION_HEAD = "section_head", _("Section head")
    BUREAU_LEADER = "bureau_leader", _("Bureau leader")
    FINANCE = "finance", _("Finance officer")
    EXPERT = "expert", _("Expert")
    DISCIPLINE = "discipline", _("Discipline office")
    ADMINISTRATOR = "administrator", _("System administrator")


STAFF_KINDS = (
    PersonKind.COUNTY_OFFICER,
    PersonKind.BUREAU_CLERK,
    PersonKind.SECTION_HEAD,
    PersonKind.BUREAU_LEADER,
    PersonKind.FINANCE,
    PersonKind.DISCIPLINE,
    PersonKind.ADMINISTRATOR,
)
