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
LEADER = frozenset({Kind.BUREAU_LEADER})
READERS = EDITORS | LEADER | {Kind.FINANCE, Kind.DISCIPLINE}
BUREAU = READERS - {Kind.COUNTY_OFFICER}
ADMINISTRATOR = frozenset({Kind.ADMINISTRATOR})
ENTERPRISE = frozenset({Kind.ENTERPRISE})
STAFF = READERS | ADMINISTRATOR
FIGURES = HEAD | LEADER | {Kind.FINANCE, Kind.DISCIPLINE}


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
        "journal_anchors",
        "favicon",
        "sitemap",
        "sitemap_section",
        "home",
        "search",
        "about",
        "sources",
        "statistics",
        "styleguide",
        "demo",
        "bases:base_list",
        "bases:base_detail",
        "bases:base_feed_rss",
        "bases:base_feed_json",
        "base_picture",
        "projects:project_list",
        "projects:project_detail",
        "subsidies:call_list",
        "subsidies:call_detail",
        "subsidies:call_calendar",
        "subsidies:call_calendar_all",
        "subsidies:call_feed_rss",
        "subsidies:call_feed_atom",
        "subsidies:call_self_check",
        "subsidies:policy_list",
        "subsidies:policy_detail",
        "subsidies:award_list",
        "subsidies:award_detail",
        "subsidies:award_figures",
        "subsidies:award_feed_rss",
        "subsidies:award_feed_json",
        "subsidies:open_data",
        "subsidies:open_data_package",
        "subsidies:open_data_grants",
        "subsidies:open_data_file",
        "subsidies:receipt_check",
        "subsidies:receipt_checked",
        "subsidies:award_check",
        "subsidies:award_checked",
        "subsidies:draw_list",
        "subsidies:draw_verifier",
        "subsidies:check_list",
        "subsidies:check_verifier",
        "subsidies:objection_status",
        "subsidies:notice_list",
        "subsidies:notice_feed_rss",
        "subsidies:notice_feed_json",
        "subsidies:public_notice",
        "subsidies:notice_list_file",
        "subsidies:notice_object",
        "subsidies:subscribe",
        "subsidies:subscription_sent",
        "subsidies:subscription_confirm",
        "subsidies:subscription",
        "subsidies:subscription_end",
        "api:root",
        "api:base_list",
        "api:base_detail",
        "api:project_list",
        "api:project_detail",
        "api:organisation_list",
        "api:division_list",
        "api:statistics",
        "api:policy_list",
        "api:policy_detail",
        "api:scheme_list",
        "api:scheme_detail",
        "api:call_list",
        "api:call_detail",
        "api:award_list",
        "api:award_detail",
        "api:notice_list",
        "api:notice_detail",
        "api:schema",
        "api:docs",
    ],
    Row(EVERYONE),
)

CALL_PAGES = {
    "demo_enter": Row(NOBODY, "post"),  # the sample names no account of the demonstration
    "subsidies:call_carry": Row(SIGNED_IN),
    "subsidies:call_invitation": Row(ENTERPRISE),
}

OWN = frozenset({Kind.ENTERPRISE})  # of the sample application's firm
# Whoever sees an application sees its receipts.
RECEIPT_PAGES = dict.fromkeys(
    ["subsidies:receipt_detail", "subsidies:receipt_pdf", "subsidies:receipt_content", "subsidies:application_form"],
    Row(OWN | READERS),
)
AWARD_PAGES = {
    "subsidies:award_paper": Row(NOBODY),  # the sample is not awarded
    "subsidies:award_paper_pdf": Row(NOBODY),
    "subsidies:application_account": Row(OWN),
}
FILE_PAGES = {
    "subsidies:file_add": Row(OWN, "post"),
    "subsidies:upload_begin": Row(OWN, "post"),
    "subsidies:upload": Row(NOBODY),  # the sample upload is nobody's
    "subsidies:file_download": Row(OWN | READERS),
    "subsidies:file_preview": Row(OWN | READERS),
    "subsidies:file_page": Row(NOBODY),  # the sample file has no content to draw
    "subsidies:file_remove": Row(OWN, "post"),
}
PERSONAL_API = {
    "api:call_eligibility_check": Row(EVERYONE, "post"),
    "api:application_list": Row(SIGNED_IN),
    "api:application_detail": Row(OWN),
    "api:application_attachments": Row(OWN),
    "api:application_attachment": Row(OWN),
    "api:application_attachment_content": Row(OWN),
    "api:application_receipt": Row(OWN),
    "api:application_validate": Row(OWN),
    "api:application_submit": Row(OWN, "post"),
    "api:application_withdraw": Row(OWN, "post"),
    "api:application_ask_to_sign": Row(NOBODY, "post"),  # whoever can sign asks nobody: the sample's person can
    "api:application_history": Row(OWN),
    "api:application_corrections": Row(OWN),
    "api:application_reports": Row(OWN),
    "api:application_site_checks": Row(OWN),
    "api:application_account": Row(OWN),
    "api:application_payments": Row(NOBODY),  # the sample is not awarded
    "api:payment_list": Row(READERS - {Kind.COUNTY_OFFICER}),
    "api:inbox": Row(SIGNED_IN),
    "api:inbox_read_all": Row(SIGNED_IN, "post"),
    "api:inbox_read": Row(NOBODY, "post"),  # the sample notice is somebody else's
}

FIRM_PAGES = {
    "accounts:signed_out": Row(EVERYONE),
    "accounts:join": Row(SIGNED_IN),
    "accounts:organisation_create": Row(SIGNED_IN),
    "accounts:join_ask": Row(NOBODY, "post"),  # the sample names no code
    "accounts:join_claim": Row(NOBODY, "post"),
    "accounts:join_withdraw": Row(NOBODY, "post"),  # the sample request is somebody else's
    "accounts:claim_withdraw": Row(NOBODY, "post"),
    "accounts:invitation_detail": Row(EVERYONE),
    "accounts:invitation_accept": Row(SIGNED_IN, "post"),  # and told that it is for another address
    "accounts:own_invitation_accept": Row(SIGNED_IN, "post"),
    "accounts:organisation_detail": Row(OWN),
    "accounts:organisation_edit": Row(OWN),
    "accounts:organisation_verification": Row(OWN),
    "accounts:verification_withdraw": Row(NOBODY, "post"),  # the sample firm has sent no licence itself
    "accounts:organisation_licence": Row(NOBODY),
    "accounts:organisation_leave": Row(OWN, "post"),
    "accounts:organisation_invite": Row(OWN, "post"),
    "accounts:invitation_revoke": Row(OWN, "post"),
    "accounts:join_decide": Row(OWN, "post"),
    "accounts:member_role": Row(OWN, "post"),
    "accounts:member_remove": Row(OWN, "post"),
    "subsidies:firm": Row(OWN),
    "subsidies:firm_integrity": Row(OWN),
    "subsidies:firm_plead": Row(NOBODY, "post"),  # the sample entry is about nobody of the table
    "subsidies:application_people": Row(OWN),
    "subsidies:guest_let_in": Row(OWN, "post"),
    "subsidies:guest_end": Row(OWN, "post"),
    "subsidies:guest_revoke": Row(OWN, "post"),
    "subsidies:guest_invitation": Row(EVERYONE),
    "subsidies:guest_enter": Row(SIGNED_IN, "post"),
    "subsidies:own_guest_enter": Row(SIGNED_IN, "post"),
}

ACCOUNT_PAGES = {
    "accounts:me": Row(SIGNED_IN),
    "accounts:inbox": Row(SIGNED_IN),
    "accounts:inbox_read_all": Row(SIGNED_IN, "post"),
    "accounts:preferences": Row(SIGNED_IN),
    "accounts:notice_open": Row(NOBODY, "post"),  # the sample is nobody's notice
    "accounts:token_list": Row(SIGNED_IN),
    "accounts:token_create": Row(SIGNED_IN, "post"),
    "accounts:token_revoke": Row(NOBODY, "post"),  # the sample token is somebody else's
    # Whoever is in is led on by the steps of signing in: home, and staff to the desk.
    "account_login": Row(EVERYONE - STAFF),
    "account_logout": Row(EVERYONE),
    "account_inactive": Row(EVERYONE),
    "account_signup": Row(EVERYONE - STAFF),
    "account_reauthenticate": Row(NOBODY),  # the sample people have no password to give again
    "my_data": Row(SIGNED_IN),
    "my_data_copy": Row(SIGNED_IN, "post"),
    "my_account_close": Row(SIGNED_IN),
    "account_email": Row(SIGNED_IN),
    "account_email_verification_sent": Row(EVERYONE),
    "account_confirm_email": Row(EVERYONE),
    "account_change_password": Row(SIGNED_IN),
    "account_set_password": Row(SIGNED_IN),
    "account_reset_password": Row(EVERYONE),
    "account_reset_password_done": Row(EVERYONE),
    "account_reset_password_from_key": Row(EVERYONE),
    "account_reset_password_from_key_done": Row(EVERYONE),
    "account_confirm_login_code": Row(SIGNED_IN - STAFF),
    "mfa_index": Row(SIGNED_IN),
    "mfa_authenticate": Row(SIGNED_IN - STAFF),
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
    "mfa_login_webauthn": Row(SIGNED_IN - STAFF),
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
    **admin_rows("common_delivery", view=CLERKS | ADMINISTRATOR),
    **admin_rows("common_journalentry", view=frozenset({Kind.DISCIPLINE})),
    **admin_rows("accounts_user", view=ADMINISTRATOR | {Kind.DISCIPLINE}, add=ADMINISTRATOR),
    **admin_rows("accounts_organisation", view=STAFF, add=CLERKS),
    **admin_rows("accounts_verificationrequest", view=CLERKS | {Kind.DISCIPLINE}),
    "admin:accounts_verificationrequest_verify": Row(CLERKS, "post"),
    "admin:accounts_verificationrequest_send_back": Row(CLERKS, "post"),
    "admin:accounts_verificationrequest_licence": Row(NOBODY),  # the sample file has no content
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
    **admin_rows("subsidies_call", view=READERS, add=CLERKS),
    "admin:subsidies_call_import": Row(CLERKS),
    "admin:subsidies_call_import_confirm": Row(CLERKS, "post"),
    "admin:subsidies_call_publish": Row(HEAD),
    "admin:subsidies_call_draft": Row(CLERKS),
    "admin:subsidies_call_copy": Row(CLERKS),
    "admin:subsidies_call_export": Row(CLERKS),
    **admin_rows("subsidies_callversion", view=READERS),
    "admin:subsidies_callversion_part": Row(NOBODY),  # the sample is published
    "admin:subsidies_callversion_preview": Row(READERS),
    "admin:subsidies_callversion_publish": Row(HEAD),
    **admin_rows("subsidies_application", view=READERS),
    "admin:subsidies_application_history": Row(BUREAU),  # with the bureau's own reasons
    "admin:subsidies_application_letter": Row(NOBODY),  # the sample has none
    "admin:subsidies_application_summary": Row(READERS),
    "admin:subsidies_application_views": Row(READERS, "post"),
    "admin:subsidies_application_money": Row(NOBODY),  # the sample is not awarded
    "admin:subsidies_application_next": Row(NOBODY),  # it only leads on
    "admin:subsidies_application_timeline": Row(READERS),
    "admin:subsidies_application_versions": Row(READERS),
    "admin:subsidies_application_write": Row(CLERKS),
    "admin:subsidies_application_archive": Row(CLERKS | {Kind.DISCIPLINE}, "post"),
    **admin_rows("subsidies_applicationatunit"),  # the sample has left its unit
    "admin:subsidies_applicationatunit_changelist": Row(BUREAU),
    **admin_rows("subsidies_crosscheckhit", view=READERS - {Kind.COUNTY_OFFICER}),  # the bureau's own affair
    "admin:subsidies_crosscheckhit_changelist": Row(READERS),
    **admin_rows("subsidies_expert", view=CLERKS | {Kind.DISCIPLINE}, add=CLERKS),
    **admin_rows("subsidies_draw", view=CLERKS | LEADER | {Kind.DISCIPLINE}),
    **admin_rows("subsidies_checkround", view=CLERKS | LEADER | {Kind.DISCIPLINE}),
    "admin:subsidies_checkround_new": Row(CLERKS),
    **admin_rows("subsidies_sitecheck", view=CLERKS | LEADER | {Kind.DISCIPLINE}),
    "admin:subsidies_draw_calls": Row(CLERKS),
    "admin:subsidies_draw_new": Row(CLERKS),
    **admin_rows("subsidies_integrityentry", view=CLERKS | LEADER | {Kind.DISCIPLINE}, add=CLERKS),
    "admin:subsidies_award_figures": Row(FIGURES),
    "admin:subsidies_award_figures_cases": Row(NOBODY),  # the sample asks for no number
    "admin:subsidies_award_figures_excel": Row(FIGURES),
    **admin_rows("subsidies_award", view=CLERKS | LEADER | {Kind.FINANCE, Kind.DISCIPLINE}),
    **admin_rows("subsidies_namesake", view=CLERKS | LEADER | {Kind.DISCIPLINE}, add=CLERKS),
    **admin_rows("subsidies_earlieraward", view=CLERKS | LEADER | {Kind.FINANCE, Kind.DISCIPLINE}, add=CLERKS),
    **admin_rows("subsidies_awarddocument", view=BUREAU, add=CLERKS),
    "admin:subsidies_awarddocument_paper": Row(BUREAU),
    "admin:subsidies_awarddocument_pdf": Row(BUREAU),
    "admin:subsidies_awarddocument_scans": Row(CLERKS),
    "admin:subsidies_awarddocument_scan": Row(NOBODY),  # the sample has none
    **admin_rows("subsidies_payment", view=BUREAU),
    "admin:subsidies_payment_bank": Row(frozenset({Kind.FINANCE}), "post"),
    "admin:subsidies_payment_reconcile": Row(frozenset({Kind.FINANCE})),
    "admin:subsidies_payment_confirm": Row(frozenset({Kind.FINANCE}), "post"),
    **admin_rows("subsidies_meeting", view=BUREAU, add=CLERKS),
    "admin:subsidies_meeting_edit": Row(CLERKS),
    **admin_rows("subsidies_alert", view=frozenset({Kind.DISCIPLINE})),
    **admin_rows("subsidies_appeal", view=BUREAU - {Kind.FINANCE}),
    "subsidies:notice_final_file": Row(NOBODY),  # the sample notice still runs
    **admin_rows("subsidies_publicnotice", view=BUREAU, add=CLERKS),
    "admin:subsidies_publicnotice_edit": Row(CLERKS),
    "admin:subsidies_publicnotice_drop": Row(CLERKS, "post"),
    **admin_rows("subsidies_objection", view=CLERKS | LEADER | {Kind.DISCIPLINE}),
    "admin:subsidies_objection_objector": Row(HEAD | LEADER, "post"),
    "admin:subsidies_objection_file": Row(NOBODY, "post"),  # the sample has no evidence
    "admin:subsidies_subscription_changelist": Row(CLERKS),  # counts alone; no other page of the model
    **admin_rows("subsidies_budget", view=BUREAU, add=frozenset({Kind.FINANCE})),
    **admin_rows("subsidies_callinvitation", view=CLERKS),
    **admin_rows("subsidies_lettertemplate", view=CLERKS, add=CLERKS),
    "admin:subsidies_callinvitation_find": Row(CLERKS),
    "admin:subsidies_callinvitation_candidates": Row(CLERKS),
    **admin_rows("account_emailaddress"),
    **admin_rows("mfa_authenticator"),
    **admin_rows("usersessions_usersession"),
}

FIRM = frozenset({Kind.ENTERPRISE})  # the sample's own firm; who else is signed in is as far as a stranger
APPLICATION_PAGES = {
    "subsidies:application_list": Row(SIGNED_IN),
    "subsidies:application_start": Row(SIGNED_IN),
    "subsidies:application_detail": Row(FIRM),
    "subsidies:application_section": Row(FIRM),
    "subsidies:application_answers": Row(FIRM, "post"),
    "subsidies:application_here": Row(FIRM, "post"),
    "subsidies:comment_add": Row(FIRM, "post"),
    "subsidies:comment_settle": Row(FIRM, "post"),
    "subsidies:application_print": Row(FIRM),
    "subsidies:application_history": Row(FIRM),
    "subsidies:application_rename": Row(FIRM, "post"),
    "subsidies:application_hand_over": Row(FIRM, "post"),
    "subsidies:application_ask_to_sign": Row(NOBODY, "post"),  # as by API
    "subsidies:application_take_back": Row(FIRM, "post"),
    "subsidies:application_sign": Row(FIRM),
    "subsidies:application_withdraw": Row(FIRM),
    "subsidies:application_avoid": Row(FIRM),
    "subsidies:application_appeal": Row(FIRM),
    "subsidies:application_start_again": Row(FIRM, "post"),
    "subsidies:application_follow_up": Row(FIRM),
    "subsidies:report_detail": Row(NOBODY),  # nothing is paid in the sample, so nothing is to be reported
    "subsidies:report_file": Row(NOBODY),
    "subsidies:report_file_remove": Row(NOBODY, "post"),
}

EXPERT = frozenset({Kind.EXPERT})  # the one of the sample's seat
REVIEW_PAGES = {
    "subsidies:review_application": Row(EXPERT),
    "subsidies:review_file_preview": Row(NOBODY),  # the sample has no file
    "subsidies:review_file_page": Row(NOBODY),
    "subsidies:score_sheet": Row(EXPERT),
    "subsidies:score_sheet_print": Row(EXPERT),
    "subsidies:score_sheet_revise": Row(EXPERT, "post"),
    "subsidies:score_sheet_drop": Row(EXPERT, "post"),
    "subsidies:review_note": Row(EXPERT, "post"),
    "api:review_list": Row(SIGNED_IN),
    "api:review_sheet": Row(EXPERT),
    "api:review_sheet_sign": Row(EXPERT, "post"),
    "api:review_sheet_revise": Row(EXPERT, "post"),
    "api:review_sheet_drop": Row(EXPERT, "post"),
    "api:review_note": Row(EXPERT, "post"),
    "api:review_invitations": Row(SIGNED_IN),
    "api:review_invitation": Row(EXPERT),
    "api:review_accept": Row(EXPERT, "post"),
    "api:review_decline": Row(EXPERT, "post"),
    "subsidies:review_list": Row(EXPERT),
    "subsidies:review_seat": Row(EXPERT),
    "subsidies:review_accept": Row(EXPERT, "post"),
    "subsidies:review_decline": Row(EXPERT, "post"),
    "subsidies:review_register": Row(EXPERT),
    "subsidies:absence_add": Row(EXPERT, "post"),
    "subsidies:absence_remove": Row(EXPERT, "post"),
    "subsidies:interest_add": Row(EXPERT, "post"),
    # Of an application under review: open to the public once it is decided.
    "subsidies:draw_detail": Row(CLERKS | LEADER | {Kind.DISCIPLINE}),
    "subsidies:draw_file": Row(CLERKS | LEADER | {Kind.DISCIPLINE}),
}

DECISION_API = {
    "api:meeting_list": Row(BUREAU),
    "api:meeting_detail": Row(BUREAU),
    "api:meeting_what_if": Row(BUREAU),
    "api:meeting_decisions": Row(BUREAU),
    "api:decision_detail": Row(BUREAU),
    "api:decision_recusals": Row(CLERKS, "post"),
    "api:meeting_release": Row(LEADER, "post"),
    "api:budget_list": Row(BUREAU),
    "api:budget_detail": Row(BUREAU),
    "api:budget_entries": Row(BUREAU),
}

READERS_OF_VISITS = CLERKS | LEADER | {Kind.DISCIPLINE}
VISIT_PAGES = {
    "subsidies:visit_detail": Row(READERS_OF_VISITS),
    "subsidies:visit_worker": Row(NOBODY),
    "subsidies:visit_sign": Row(NOBODY, "post"),  # nobody of the table is an officer of the sample's visit
    "subsidies:visit_conclude": Row(NOBODY, "post"),
    "subsidies:visit_photo_add": Row(NOBODY, "post"),
    "subsidies:visit_photo": Row(NOBODY),  # the sample file has no content
    "subsidies:visit_photo_remove": Row(NOBODY, "post"),
    "subsidies:visit_document_add": Row(NOBODY, "post"),
    "subsidies:visit_document": Row(NOBODY),
    "subsidies:visit_document_remove": Row(NOBODY, "post"),
    # Of a round with an open check: open to the public once all of them are settled.
    "subsidies:check_round": Row(READERS_OF_VISITS),
    "subsidies:check_file": Row(READERS_OF_VISITS),
    "subsidies:site_check": Row(NOBODY),  # the sample application is far from its award
    "subsidies:site_check_photo": Row(NOBODY),
    "subsidies:site_check_file": Row(NOBODY),
}

TABLE = {
    **VISIT_PAGES,
    **REVIEW_PAGES,
    **DECISION_API,
    **APPLICATION_PAGES,
    **PUBLIC_PAGES,
    **PERSONAL_API,
    **CALL_PAGES,
    **RECEIPT_PAGES,
    **AWARD_PAGES,
    **FILE_PAGES,
    **ACCOUNT_PAGES,
    **FIRM_PAGES,
    **ADMIN_PAGES,
}
