from collections.abc import Iterable
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from accounts import invitations
from accounts.enums import RECOMMENDING_KINDS, PersonKind
from accounts.models import Membership, Organisation, User
from accounts.permissions import can_assign_roles, can_change_memberships, can_change_person, can_override_credit_code
from accounts.requests import signed_in
from common.admin_history import history_page
from common.admin_tools import NotesSight, PilotAdmin
from common.journal_words import ACTIONS, SPOKEN
from common.texts import listed

RIGHTS = {"groups", "is_staff", "is_superuser", "user_permissions"}


def role_name(name: str) -> str:
    return str(dict(PersonKind.choices).get(name, name))


def role_names(names: Iterable[str]) -> str:
    return listed(map(role_name, names))


ACTIONS["roles"] = _("Roles changed")
SPOKEN["accounts.user.groups"] = role_names


class GroupChoices(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Group) -> str:
        return role_name(obj.name)


class RoleFilter(admin.RelatedFieldListFilter):
    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[Any]:
        return [(group.pk, role_name(group.name)) for group in Group.objects.filter(name__in=PersonKind.values)]


class MembershipFormSet(forms.BaseInlineFormSet):
    """A membership may carry the rights of an office, so nobody changes their own, from whichever page."""

    actor: User

    def clean(self) -> None:
        super().clean()
        if any(self.actor.pk in self._people(form) for form in self.forms if form.has_changed()):
            raise forms.ValidationError(_("Nobody changes their own membership: somebody else does."))

    @staticmethod
    def _people(form: forms.ModelForm) -> set[int | None]:
        person = form.cleaned_data.get("user")
        return {form.initial.get("user"), person.pk if person else None}


class MembershipInline(admin.TabularInline):
    model = Membership
    formset = MembershipFormSet
    extra = 0
    raw_id_fields = ["user", "organisation"]
    fields = ["user", "organisation", "role", "is_active"]

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.actor = signed_in(request)
        return formset


class OwnMembershipsReadOnly(MembershipInline):
    def has_add_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_add_permission(request, obj) and self._may(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and self._may(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_delete_permission(request, obj) and self._may(request, obj)

    def _may(self, request: HttpRequest, obj: User | None) -> bool:
        return obj is None or can_change_memberships(signed_in(request), obj)


@admin.register(User)
class UserAdmin(NotesSight, admin.ModelAdmin):
    """People are invited by mail and never deleted; roles are groups, changed by others than their holder."""

    list_display = ["email", "name", "roles", "is_active", "last_login"]
    list_filter = ["is_active", ("groups", RoleFilter)]
    search_fields = ["email", "name"]
    show_full_result_count = False
    fields = ["email", "name", "phone", "groups", "is_active", "is_staff", "last_login", "date_joined"]
    inlines = [OwnMembershipsReadOnly]
    actions = ["invite_again"]

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Roles to be read stand in words; to be chosen, as boxes."""
        is_choice = self.has_change_permission(request, obj) and "groups" not in self.get_readonly_fields(request, obj)
        return [name if is_choice or name != "groups" else "roles" for name in self.fields]

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        return history_page(self, request, object_id)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description=_("roles"))
    def roles(self, user: User) -> str:
        return role_names(group.name for group in user.groups.all())

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and (
            obj is None or can_change_person(signed_in(request), obj)
        )

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        fixed = ["roles", "is_staff", "last_login", "date_joined"]
        if obj is not None:
            fixed.append("email")  # whoever could change it could take the account over
        if not can_assign_roles(signed_in(request), obj or User()):
            fixed.append("groups")
        if obj is not None and obj.pk == request.user.pk:
            fixed.append("is_active")
        return fixed

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "groups":
            roles = Group.objects.filter(name__in=PersonKind.values)
            return GroupChoices(roles, label=_("roles"), required=False, widget=forms.CheckboxSelectMultiple)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if request.method == "POST":
            self._refuse_forged_rights(request, object_id)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _refuse_forged_rights(self, request: HttpRequest, object_id: str | None) -> None:
        """The form of someone without the right holds no such field: whoever sends one made it up."""
        person = self.get_object(request, object_id) if object_id else None
        allowed = set(self.fields) - set(self.get_readonly_fields(request, person))
        if set(request.POST) & (RIGHTS - allowed):
            raise PermissionDenied

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if not change:
            invitations.confirm_address(obj)
            transaction.on_commit(partial(invitations.invite, obj, request))

    @admin.action(description=_("Send the invitation again"), permissions=["change"])
    def invite_again(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        waiting = [user for user in queryset if user.is_active and not user.has_usable_password()]
        for user in waiting:
            invitations.invite(user, request)
        messages.info(request, _("Invitations sent: %(count)d.") % {"count": len(waiting)})


@admin.register(Organisation)
class OrganisationAdmin(PilotAdmin):
    list_display = ["name_zh", "kind", "credit_code", "registered_division", "is_published", "is_demo"]
    list_filter = ["kind", "is_published", "is_demo", "registered_division"]
    list_select_related = ["registered_division"]
    search_fields = ["name_zh", "name_en", "credit_code"]
    readonly_fields = ["credit_code_override_by", "verified_at", "verified_by", "created_at", "updated_at"]
    inlines = [MembershipInline]
    fieldsets = [
        (None, {"fields": ["kind", "name_zh", "name_en", "slug", "is_published", "is_demo"]}),
        (
            _("Credit code"),
            {"fields": ["credit_code", "credit_code_override_reason", "credit_code_override_by"]},
        ),
        (
            _("Place"),
            {
                "fields": [
                    "registered_division",
                    "registered_address",
                    "operating_division",
                    "operating_address",
                    "park",
                ]
            },
        ),
        (
            _("Registration"),
            {"fields": ["established_on", "legal_representative", "registered_capital_yuan", "note_zh", "note_en"]},
        ),
        (_("Verification"), {"fields": ["recommender", "verified_at", "verified_by", "created_at", "updated_at"]}),
    ]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "recommender":
            kwargs["queryset"] = Organisation.objects.filter(kind__in=RECOMMENDING_KINDS)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Organisation | None = None) -> list[str]:
        if can_override_credit_code(signed_in(request), obj or Organisation()):
            return list(self.readonly_fields)
        return [*self.readonly_fields, "credit_code_override_reason"]

    def save_model(self, request: HttpRequest, obj: Organisation, form: forms.ModelForm, change: bool) -> None:
        if "credit_code_override_reason" in form.changed_data:
            obj.credit_code_override_by = signed_in(request) if obj.credit_code_override_reason else None
        request.__dict__["has_new_unit"] = change and "recommender" in form.changed_data
        super().save_model(request, obj, form, change)

    def response_change(self, request: HttpRequest, obj: Organisation) -> HttpResponse:
        """With a new recommending unit back to the page, which says what still waits at the old one."""
        answer = super().response_change(request, obj)
        return redirect(request.path) if request.__dict__.get("has_new_unit") else answer


admin.site.unregister(Group)


@admin.register(Group)
class RoleAdmin(GroupAdmin):
    """Read only: accounts.roles sets what a group may do."""

    list_display = ["role"]
    search_fields = ()

    @admin.display(description=_("role"))
    def role(self, group: Group) -> str:
        return role_name(group.name)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Group | None:
        """Under the name people know it by; nothing here is ever saved."""
        group = super().get_object(request, object_id, from_field)
        if group is not None:
            group.name = role_name(group.name)
        return group

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return False
