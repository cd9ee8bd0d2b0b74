from django.db import models
from django.utils.translation import gettext_lazy as _


class OrganisationKind(models.TextChoices):
    ENTERPRISE = "enterprise", _("Enterprise")
    UNIVERSITY = "university", _("University")
    INSTITUTE = "institute", _("Research institute")
    PUBLIC_INSTITUTION = "public_institution", _("Public institution")
    GOVERNMENT = "government", _("Government body")
    PARK_COMMITTEE = "park_committee", _("Park committee")


class MembershipRole(models.TextChoices):
    ADMINISTRATOR = "administrator", _("Organisation administrator")
    PROJECT_LEAD = "project_lead", _("Project lead")
    MEMBER = "member", _("Member")
    READER = "reader", _("Reader")
    BASE_OPERATOR = "base_operator", _("Base operator")
    OFFICER = "officer", _("Officer")


class PersonKind(models.TextChoices):
    """The ten kinds of people whose access is laid down; the staff kinds and EXPERT are also the names of groups."""

    PUBLIC = "public", _("General public")
    ENTERPRISE = "enterprise", _("Enterprise")
    BASE_OPERATOR = "base_operator", _("Base operator")
    COUNTY_OFFICER = "county_officer", _("County officer")
    BUREAU_CLERK = "bureau_clerk", _("Bureau clerk")
    SECTION_HEAD = "section_head", _("Section head")
    FINANCE = "finance", _("Finance officer")
    EXPERT = "expert", _("Expert")
    DISCIPLINE = "discipline", _("Discipline office")
    ADMINISTRATOR = "administrator", _("System administrator")


STAFF_KINDS = (
    PersonKind.COUNTY_OFFICER,
    PersonKind.BUREAU_CLERK,
    PersonKind.SECTION_HEAD,
    PersonKind.FINANCE,
    PersonKind.DISCIPLINE,
    PersonKind.ADMINISTRATOR,
)
