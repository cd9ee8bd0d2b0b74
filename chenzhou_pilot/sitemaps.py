"""What search engines may list: the real records, in both languages."""

from datetime import datetime

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.urls import reverse

from bases.models import Base
from projects.models import Project


class PageSitemap(Sitemap):
    i18n = True
    alternates = True
    names = ("home", "bases:base_list", "projects:project_list", "statistics", "about", "sources")

    def items(self) -> list[str]:
        return list(self.names)

    def location(self, item: str) -> str:
        return reverse(item)


class BaseSitemap(Sitemap):
    i18n = True
    alternates = True

    def items(self) -> QuerySet[Base]:
        return Base.objects.on_public_site().real().only("slug", "updated_at").order_by("code")

    def lastmod(self, item: Base) -> datetime:
        return item.updated_at


class ProjectSitemap(Sitemap):
    i18n = True
    alternates = True

    def items(self) -> QuerySet[Project]:
        return Project.objects.on_public_site().real().only("slug", "updated_at").order_by("code")

    def lastmod(self, item: Project) -> datetime:
        return item.updated_at


SITEMAPS = {"pages": PageSitemap, "bases": BaseSitemap, "projects": ProjectSitemap}
