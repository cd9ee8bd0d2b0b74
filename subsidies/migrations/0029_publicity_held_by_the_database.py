from django.db import migrations

from common.row_triggers import Refuse
from common.state_triggers import StateMoves

# The table of moves in subsidies/workflow.py as it stood with this migration.
PAIRS = [
    ("acceptance", "form_check"),
    ("acceptance", "not_accepted"),
    ("acceptance", "withdrawn"),
    ("awarded", "annulled"),
    ("awarded", "paying"),
    ("checked", "review"),
    ("checked", "withdrawn"),
    ("cleared", "annulled"),
    ("cleared", "awarded"),
    ("cleared", "reviewed"),
    ("closed", "recovery"),
    ("correction", "form_check"),
    ("correction", "lapsed"),
    ("correction", "withdrawn"),
    ("deferred", "meeting"),
    ("deferred", "withdrawn"),
    ("draft", "recommendation"),
    ("draft", "unit_review"),
    ("draft", "withdrawn"),
    ("form_check", "checked"),
    ("form_check", "correction"),
    ("form_check", "form_rejected"),
    ("form_check", "withdrawn"),
    ("meeting", "deferred"),
    ("meeting", "not_approved"),
    ("meeting", "publicity_ready"),
    ("meeting", "reviewed"),
    ("meeting", "withdrawn"),
    ("not_approved", "reviewed"),
    ("paid", "closed"),
    ("paid", "paying"),
    ("paid", "recovery"),
    ("paying", "annulled"),
    ("paying", "paid"),
    ("publicity", "annulled"),
    ("publicity", "cleared"),
    ("publicity", "publicity_ready"),
    ("publicity", "reviewed"),
    ("publicity_ready", "annulled"),
    ("publicity_ready", "publicity"),
    ("publicity_ready", "reviewed"),
    ("recommendation", "acceptance"),
    ("recommendation", "draft"),
    ("recommendation", "not_recommended"),
    ("recommendation", "withdrawn"),
    ("recovery", "recovered"),
    ("review", "reviewed"),
    ("review", "withdrawn"),
    ("reviewed", "meeting"),
    ("reviewed", "withdrawn"),
    ("unit_review", "draft"),
    ("unit_review", "recommendation"),
    ("unit_review", "withdrawn"),
]
OF_NOTICE = [
    ("draft", "review"),
    ("published", "concluded"),
    ("published", "replaced"),
    ("review", "draft"),
    ("review", "published"),
]

# ---------------------------------------------------------------- the application
ENTRY = """SELECT 1 FROM subsidies_noticeentry e JOIN subsidies_publicnotice n ON n.id = e.notice_id
    WHERE e.application_id = NEW.id"""
OPEN_OBJECTION = """EXISTS (SELECT 1 FROM subsidies_objection o JOIN subsidies_noticeentry x ON x.id = o.entry_id
    WHERE x.application_id = {application} AND o.state = 'open')"""
NOT_LISTED = f"""NEW.state = 'publicity' AND OLD.state <> 'publicity' AND NOT EXISTS (
    {ENTRY} AND n.state = 'published' AND e.removed_at IS NULL AND e.cleared_at IS NULL)"""
NOT_CLEAR = f"""NEW.state = 'cleared' AND OLD.state <> 'cleared' AND (NOT EXISTS (
    {ENTRY} AND n.state = 'published' AND e.removed_at IS NULL AND n.ends_on < {{shanghai_today}})
    OR {OPEN_OBJECTION.format(application="NEW.id")})"""
NOT_REPLACED = f"""NEW.state = 'publicity_ready' AND OLD.state = 'publicity' AND (
    NOT EXISTS ({ENTRY} AND n.state = 'replaced') OR EXISTS ({ENTRY} AND n.state = 'published'))"""
NOT_UPHELD = """NEW.state IN ('reviewed', 'annulled') AND OLD.state IN ('publicity_ready', 'publicity', 'cleared')
    AND NOT EXISTS (
        SELECT 1 FROM subsidies_objection o JOIN subsidies_noticeentry e ON e.id = o.entry_id
            WHERE e.application_id = NEW.id AND o.state = 'upheld' AND o.answered_at >= OLD.state_since
                AND o.consequence = CASE NEW.state WHEN 'annulled' THEN 'annul' ELSE 'reconsider' END)"""

# ---------------------------------------------------------------- the notice
KEPT = ("call_id", "slug", "title_zh", "title_en", "text_zh", "text_en", "business_contact", "discipline_contact")
KEPT += ("starts_on", "listed", "digest", "published_at", "published_by_id", "edited_by_id")
CHANGED = " OR ".join(f"NEW.{name} <> OLD.{name}" for name in KEPT)
FROZEN = f"OLD.published_at IS NOT NULL AND ({CHANGED} OR NEW.ends_on < OLD.ends_on OR NEW.published_at IS NULL)"
FINAL = "OLD.final_digest <> '' AND (NEW.final_digest <> OLD.final_digest OR NEW.final <> OLD.final)"
OTHER_DAY = """NEW.state = 'published' AND OLD.state = 'review'
    AND NEW.starts_on <> {day_of}NEW.published_at{in_shanghai}"""
EMPTY = """NEW.state = 'published' AND OLD.state = 'review'
    AND NOT EXISTS (SELECT 1 FROM subsidies_noticeentry e WHERE e.notice_id = NEW.id)"""
UNSETTLED = """NEW.state = 'concluded' AND OLD.state <> 'concluded' AND EXISTS (
    SELECT 1 FROM subsidies_noticeentry e WHERE e.notice_id = NEW.id
        AND e.cleared_at IS NULL AND e.removed_at IS NULL)"""
WITHOUT_CAUSE = """NEW.state = 'replaced' AND OLD.state <> 'replaced' AND NOT EXISTS (
    SELECT 1 FROM subsidies_objection o WHERE o.notice_id = NEW.id AND o.state = 'upheld')"""

# ---------------------------------------------------------------- its entries
NOT_DRAFT = "NOT EXISTS (SELECT 1 FROM subsidies_publicnotice n WHERE n.id = {row}.notice_id AND n.state = 'draft')"
OTHER_AMOUNT = """NOT EXISTS (SELECT 1 FROM subsidies_decision d WHERE d.application_id = NEW.application_id
    AND d.released_at IS NOT NULL AND d.verdict = 'approve' AND ROUND(d.amount_yuan * 100) = ROUND(NEW.amount_yuan * 100)
    AND d.id = (SELECT MAX(f.id) FROM subsidies_decision f WHERE f.application_id = NEW.application_id
        AND f.released_at IS NOT NULL))"""
LISTED_TWICE = """EXISTS (SELECT 1 FROM subsidies_noticeentry e JOIN subsidies_publicnotice n ON n.id = e.notice_id
    WHERE e.application_id = NEW.application_id AND n.state IN ('draft', 'review', 'published')
        AND e.removed_at IS NULL AND e.cleared_at IS NULL)"""
OTHER_ENTRY = """NEW.notice_id <> OLD.notice_id OR NEW.application_id <> OLD.application_id
    OR NEW.amount_yuan <> OLD.amount_yuan OR (OLD.cleared_at IS NOT NULL
        AND (NEW.cleared_at IS NULL OR NEW.cleared_at <> OLD.cleared_at)) OR (OLD.removed_at IS NOT NULL
        AND (NEW.removed_at IS NULL OR NEW.removed_at <> OLD.removed_at))"""
CLEARED_EARLY = f"""NEW.cleared_at IS NOT NULL AND OLD.cleared_at IS NULL AND (NOT EXISTS (
    SELECT 1 FROM subsidies_publicnotice n WHERE n.id = NEW.notice_id AND n.state = 'published'
        AND n.ends_on < {{shanghai_today}}) OR {OPEN_OBJECTION.format(application="NEW.application_id")})"""
REMOVED_WITHOUT_CAUSE = """NEW.removed_at IS NOT NULL AND OLD.removed_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM subsidies_objection o JOIN subsidies_noticeentry e ON e.id = o.entry_id
        WHERE e.application_id = NEW.application_id AND o.state = 'upheld')"""

# ---------------------------------------------------------------- objections
OTHER_NOTICE = """NOT EXISTS (
    SELECT 1 FROM subsidies_noticeentry e WHERE e.id = NEW.entry_id AND e.notice_id = NEW.notice_id)"""
OUT_OF_TIME = """NEW.kind <> 'lead' AND NOT EXISTS (
    SELECT 1 FROM subsidies_noticeentry e JOIN subsidies_publicnotice n ON n.id = e.notice_id
        WHERE e.id = NEW.entry_id AND n.state = 'published' AND e.cleared_at IS NULL AND e.removed_at IS NULL
            AND {day_of}NEW.received_at{in_shanghai} BETWEEN n.starts_on AND n.ends_on)"""
REWRITTEN = """NEW.notice_id <> OLD.notice_id OR NEW.entry_id <> OLD.entry_id OR NEW.kind <> OLD.kind
    OR NEW.received_at <> OLD.received_at OR NEW.key <> OLD.key OR NEW.code_digest <> OLD.code_digest
    OR (OLD.state <> 'open' AND (NEW.state <> OLD.state OR NEW.answer <> OLD.answer
        OR NEW.consequence <> OLD.consequence OR NEW.answered_by_id <> OLD.answered_by_id
        OR NEW.answered_at <> OLD.answered_at))"""
TOOK_PART = """NEW.answered_by_id IS NOT NULL AND OLD.answered_by_id IS NULL AND (EXISTS (
    SELECT 1 FROM subsidies_noticeentry e JOIN subsidies_decision d ON d.application_id = e.application_id
        JOIN subsidies_meeting m ON m.id = d.meeting_id WHERE e.id = NEW.entry_id AND d.released_at IS NOT NULL
        AND (d.put_by_id = NEW.answered_by_id OR d.staged_by_id = NEW.answered_by_id
            OR d.released_by_id = NEW.answered_by_id OR m.prepared_by_id = NEW.answered_by_id))
    OR EXISTS (SELECT 1 FROM subsidies_publicnotice n WHERE n.id = NEW.notice_id
        AND (n.edited_by_id = NEW.answered_by_id OR n.published_by_id = NEW.answered_by_id)))"""


def entry(name, event, when, sentence, locks=""):
    return Refuse(
        "NoticeEntry", name=f"subsidies_noticeentry_{name}", event=event, when=when, sentence=sentence, locks=locks
    )


def notice(name, when, sentence, event="UPDATE"):
    return Refuse("PublicNotice", name=f"subsidies_publicnotice_{name}", event=event, when=when, sentence=sentence)


def application(name, when, sentence):
    return Refuse("Application", name=f"subsidies_application_{name}", event="UPDATE", when=when, sentence=sentence)


def objection(name, event, when, sentence):
    return Refuse("Objection", name=f"subsidies_objection_{name}", event=event, when=when, sentence=sentence)


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0028_objections")]

    operations = [
        StateMoves("Application", first="draft", pairs=PAIRS),
        StateMoves("PublicNotice", first="draft", pairs=OF_NOTICE),
        application("listed", NOT_LISTED, "subsidies_application is put in public notice by a published list alone"),
        application("cleared", NOT_CLEAR, "subsidies_application waits for the end of its public notice"),
        application("replaced", NOT_REPLACED, "subsidies_application leaves a notice when it is replaced"),
        application("objected", NOT_UPHELD, "subsidies_application goes back after an upheld objection alone"),
        notice("frozen", FROZEN, "subsidies_publicnotice never changes once published"),
        notice("final", FINAL, "subsidies_publicnotice keeps its final list"),
        notice("day", OTHER_DAY, "subsidies_publicnotice begins on the day of its publication"),
        notice("empty", EMPTY, "subsidies_publicnotice needs an entry"),
        notice("settled", UNSETTLED, "subsidies_publicnotice is over when every entry is settled"),
        notice("cause", WITHOUT_CAUSE, "subsidies_publicnotice is replaced after an upheld objection alone"),
        notice("kept", "OLD.state <> 'draft'", "subsidies_publicnotice is deleted as a draft alone", "DELETE"),
        entry("added", "INSERT", NOT_DRAFT.format(row="NEW"), "subsidies_noticeentry is added to a draft alone"),
        entry("amount", "INSERT", OTHER_AMOUNT, "subsidies_noticeentry bears the amount that was decided"),
        entry(
            "once",
            "INSERT",
            LISTED_TWICE,
            "subsidies_noticeentry stands in one notice at a time",
            "SELECT id FROM subsidies_application WHERE id = NEW.application_id FOR NO KEY UPDATE",
        ),
        entry("same", "UPDATE", OTHER_ENTRY, "subsidies_noticeentry stays what it is"),
        entry("cleared", "UPDATE", CLEARED_EARLY, "subsidies_noticeentry waits for the end of its public notice"),
        entry("removed", "UPDATE", REMOVED_WITHOUT_CAUSE, "subsidies_noticeentry is taken off by an upheld objection"),
        entry("kept", "DELETE", NOT_DRAFT.format(row="OLD"), "subsidies_noticeentry is deleted from a draft alone"),
        objection("entry", "INSERT", OTHER_NOTICE, "subsidies_objection is about an entry of its notice"),
        objection("time", "INSERT", OUT_OF_TIME, "subsidies_objection comes while its notice runs"),
        objection(
            "begins", "INSERT", "NEW.state NOT IN ('open', 'kept')", "subsidies_objection begins as open or as a lead"
        ),
        objection("same", "UPDATE", REWRITTEN, "subsidies_objection never changes once answered"),
        objection("apart", "UPDATE", TOOK_PART, "subsidies_objection is answered by somebody who took no part"),
        objection("kept", "DELETE", "OLD.id IS NOT NULL", "subsidies_objection is never deleted"),
    ]
