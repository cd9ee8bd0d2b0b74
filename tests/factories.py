"""Rows of the registry that satisfy every constraint and hold nothing more."""

from typing import Any

import factory
from factory.django import DjangoModelFactory

from bases.codes import DEMO_PREFIX, PREFIX, compose
from bases.enums import Kind, State
from bases.models import Base, Equipment, Industry, Service
from common.models import Division, Park, Source
from projects import codes as project_codes
from projects.models import Project


class DivisionFactory(DjangoModelFactory):
    class Meta:
        model = Division
        django_get_or_create = ("code",)

    code = "431025"
    name_zh = "临武县"
    name_en = "Linwu County"


class ParkFactory(DjangoModelFactory):
    class Meta:
        model = Park
        django_get_or_create = ("code",)

    code = "high-tech-zone"
    name_zh = "郴州高新区"
    name_en = "Chenzhou High-tech Zone"


class SourceFactory(DjangoModelFactory):
    class Meta:
        model = Source

    title_zh = factory.Sequence(lambda n: f"来源{n}")
    title_en = factory.Sequence(lambda n: f"Source {n}")


class IndustryFactory(DjangoModelFactory):
    class Meta:
        model = Industry

    slug = factory.Sequence(lambda n: f"industry-{n}")
    name_zh = factory.Sequence(lambda n: f"行业{n}")
    name_en = factory.Sequence(lambda n: f"Industry {n}")


class BaseFactory(DjangoModelFactory):
    """A listed base of Linwu; `industries` are set after it. `complete=True`: with all that a submission needs."""

    class Meta:
        model = Base
        skip_postgeneration_save = True

    class Params:
        complete = factory.Trait(summary_zh="面向行业开放的中试基地。", source=factory.SubFactory(SourceFactory))

    code = factory.LazyAttributeSequence(lambda row, n: compose(DEMO_PREFIX if row.is_demo else PREFIX, 2026, n + 1))
    slug = factory.Sequence(lambda n: f"base-{n}")
    kind = Kind.SPECIALISED
    state = State.LISTED
    name_zh = factory.Sequence(lambda n: f"测试基地{n}")
    name_en = factory.Sequence(lambda n: f"Test Base {n}")
    division = factory.SubFactory(DivisionFactory)
    is_demo = False

    @factory.post_generation
    def industries(self, create: bool, given: list[Industry] | None, **kwargs: Any) -> None:
        if given:
            self.industries.set(given)


class EquipmentFactory(DjangoModelFactory):
    class Meta:
        model = Equipment

    base = factory.SubFactory(BaseFactory)
    name = "反应釜"
    category = "general"


class ServiceFactory(DjangoModelFactory):
    class Meta:
        model = Service

    base = factory.SubFactory(BaseFactory)
    type = "scale_up"
    title = "工艺放大"


class ProjectFactory(DjangoModelFactory):
    """A public project whose stage is not yet published; give it steps by projects.workflow.record_stage."""

    class Meta:
        model = Project

    code = factory.LazyAttributeSequence(
        lambda row, n: compose(project_codes.DEMO_PREFIX if row.is_demo else project_codes.PREFIX, 2026, n + 1)
    )
    slug = factory.Sequence(lambda n: f"project-{n}")
    name_zh = factory.Sequence(lambda n: f"测试项目{n}")
    name_en = factory.Sequence(lambda n: f"Test Project {n}")
    base = factory.SubFactory(BaseFactory)
    is_public = True
    is_demo = False
