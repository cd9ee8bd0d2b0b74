"""Organisations by API: what the public registry names of them, and nothing else."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from accounts.authentication import PersonalToken
from accounts.enums import OrganisationKind
from accounts.models import Organisation
from common.api_lists import ListOf, Row, list_answer
from common.api_schema import Described, DivisionReference, list_parameters, responses, text
from common.forms import CodeField
from common.places import divisions
from common.public_api import PublicReadAPIView
