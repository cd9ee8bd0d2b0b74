"""Who may open what: one row for every route of the site, the API and the admin. A route without a row fails the build.

A row says which kinds of people get through; everybody else must be refused. Rows of POST-only routes say so.
"""

from typing import NamedTuple

from accounts.enums import PersonKind as Kind

NOBODY: frozenset[Kind] = frozenset()
EVERYONE = frozenset(Kind)
SIGNED_IN = EVERYONE - {Kind.PUBLIC}
VISITORS = frozenset({Kind.PUBLIC})
CLERKS = frozenset({Kind.BUREAU_CLERK, Kind.SECTION_HEAD})
HEAD = frozenset({Kind.SECTION_HEAD})
EDITORS = CLERKS | {Kind.COUNTY_OFFICER}
READERS = EDITORS | {Kind.FINANCE, Kind.DISCIPLINE}
ADMINISTRATOR = frozenset({Kind.ADMINISTRATOR})
STAFF = READERS | ADMINISTRATOR


class Row(NamedTuple):
    open_to: frozenset[Kind]
    method: str = "get"


def admin_rows(
    model: str,
    *,
    view: frozenset[Kind] = NOBODY,
    add: frozenset[Kind] = NOBODY,
    delete: frozenset[Kind] = NOBODY,
) -> dict[str, Row]:
    """The pages Django gives a model; its change page is read-only for whoever may only view."""
    pages = {"changelist": view, "change": view, "history": view, "add": add, "delete": delete}
    rows = {f"admin:{model}_{page}": Row(kinds) for page, kinds in pages.items()}
    return rows | {f"admin:{model}:redirect": Row(NOBODY)}  # an old address that only leads to the change page


PUBLIC_PAGES = dict.fromkeys(
    [
        "healthz",
        "readyz",
        "robots",
        "sitemap",
        "sitemap_section",
        "home",
        "search",
        "about",
        "sources",
        "statistics",
        "styleguide",
        "bases:base_list",
        "bases:base_detail",
        "projects:project_list",
        "projects:project_detail",
        "api:root",
        "api:base_list",
        "api:base_detail",
        "api:project_list",
        "api:project_detail",
        "api:organisation_list",
        "api:division_list",
        "api:statistics",
        "api:schema",
        "api:docs",
    ],
    Row(EVERYONE),
)

ACCOUNT_PAGES = {
    "accounts:me": Row(SIGNED_IN),
    "accounts:token_list": Row(SIGNED_IN),
    "accounts:token_create": Row(SIGNED_IN, "post"),
    "accounts:token_revoke": Row(NOBODY, "post"),  # the sample token is somebody else's
    "account_login": Row(EVERYONE),
    "account_logout": Row(EVERYONE),
    "account_inactive": Row(EVERYONE),
    "account_signup": Row(EVERYONE),
    "account_reauthenticate": Row(NOBODY),  # the sample people have no password to give again
    "account_email": Row(SIGNED_IN),
    "account_email_verification_sent": Row(EVERYONE),
    "account_confirm_email": Row(EVERYONE),
    "account_change_password": Row(SIGNED_IN),
    "account_set_password": Row(SIGNED_IN),
    "account_reset_password": Row(EVERYONE),
    "account_reset_password_done": Row(EVERYONE),
    "account_reset_password_from_key": Row(EVERYONE),
    "account_reset_password_from_key_done": Row(EVERYONE),
    "account_confirm_login_code": Row(SIGNED_IN),  # a step of signing in: it sends who is signed in home
    "mfa_index": Row(SIGNED_IN),
    "mfa_authenticate": Row(SIGNED_IN),
    "mfa_reauthenticate": Row(NOBODY),
    "mfa_activate_totp": Row(SIGNED_IN),
    "mfa_deactivate_totp": Row(NOBODY),  # nobody of the sample has a second factor to take away
    "mfa_view_recovery_codes": Row(NOBODY),
    "mfa_generate_recovery_codes": Row(SIGNED_IN),
    "mfa_download_recovery_codes": Row(NOBODY),
    "mfa_list_webauthn": Row(SIGNED_IN),
    "mfa_add_webauthn": Row(SIGNED_IN),
    "mfa_reauthenticate_webauthn": Row(NOBODY),
    "mfa_remove_webauthn": Row(NOBODY),
    "mfa_edit_webauthn": Row(NOBODY),
    "mfa_login_webauthn": Row(SIGNED_IN),
    "usersessions_list": Row(SIGNED_IN),
}

ADMIN_PAGES = {
    "admin:index": Row(STAFF),
    "admin:login": Row(NOBODY),  # the portal's own sign-in takes over
    "admin:logout": Row(STAFF, "post"),
    "admin:password_change": Row(STAFF),
    "admin:password_change_done": Row(NOBODY),
    "admin:autocomplete": Row(NOBODY),  # it answers for a named field alone
    "admin:jsi18n": Row(STAFF),
    "admin:app_list": Row(READERS),
    "admin:catch_all": Row(NOBODY),
    **admin_rows("common_division", view=READERS),
    **admin_rows("common_park", view=READERS),
    **admin_rows("common_source", view=READERS, add=CLERKS),
    **admin_rows("common_calendarday", view=READERS | ADMINISTRATOR, add=ADMINISTRATOR, delete=ADMINISTRATOR),
    **admin_rows("common_journalentry", view=frozenset({Kind.DISCIPLINE})),
    **admin_rows("accounts_user", view=ADMINISTRATOR | {Kind.DISCIPLINE}, add=ADMINISTRATOR),
    **admin_rows("accounts_organisation", view=STAFF, add=CLERKS),
    **admin_rows("auth_group", view=ADMINISTRATOR | {Kind.DISCIPLINE}),
    **admin_rows("bases_base", view=READERS, add=CLERKS),
    "admin:bases_base_move": Row(HEAD),  # the sample asks to remove a listed base
    "admin:bases_base_propose": Row(EDITORS),
    "admin:bases_base_import": Row(CLERKS),
    "admin:bases_base_import_confirm": Row(CLERKS, "post"),
    "admin:bases_base_import_template": Row(CLERKS),
    "admin:bases_base_export": Row(CLERKS, "post"),
    **admin_rows("bases_basechange", view=READERS),
    "admin:bases_basechange_approve": Row(HEAD, "post"),
    "admin:bases_basechange_decline": Row(HEAD, "post"),
    **admin_rows("bases_industry", view=READERS, add=CLERKS),
    **admin_rows("projects_project", view=READERS, add=CLERKS),
    "admin:projects_project_stage": Row(EDITORS),
    "admin:projects_project_import": Row(CLERKS),
    "admin:projects_project_import_confirm": Row(CLERKS, "post"),
    "admin:projects_project_import_template": Row(CLERKS),
    "admin:projects_project_export": Row(CLERKS, "post"),
    **admin_rows("subsidies_policy", view=READERS, add=CLERKS),
    **admin_rows("subsidies_scheme", view=READERS, add=CLERKS),
    **admin_rows("account_emailaddress"),
    **admin_rows("mfa_authenticator"),
    **admin_rows("usersessions_usersession"),
}

TABLE = PUBLIC_PAGES | ACCOUNT_PAGES | ADMIN_PAGES
