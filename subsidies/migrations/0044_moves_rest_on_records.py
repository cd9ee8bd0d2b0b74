from django.db import migrations

from common.row_triggers import Refuse

# ---------------------------------------------------------------- what a move rests on
WITHOUT_OPINION = """NEW.state IN ('acceptance', 'not_recommended') AND OLD.state = 'recommendation' AND NOT EXISTS (
    SELECT 1 FROM subsidies_recommendation r WHERE r.application_id = NEW.id AND r.unit_id = NEW.recommender_id
        AND r.decided_at IS NOT NULL
        AND r.opinion = CASE NEW.state WHEN 'acceptance' THEN 'recommend' ELSE 'decline' END)"""
WITHOUT_CHECK = """NEW.state IN ('checked', 'form_rejected') AND OLD.state = 'form_check' AND NOT EXISTS (
    SELECT 1 FROM subsidies_formcheck c WHERE c.application_id = NEW.id AND c.confirmed_at IS NOT NULL
        AND c.proposal = CASE NEW.state WHEN 'checked' THEN 'pass' ELSE 'fail' END
        AND c.round = (SELECT COALESCE(MAX(s.round), 0) FROM subsidies_submission s WHERE s.application_id = NEW.id))"""
# Numbers hold letters, digits and hyphens alone, so that JSON writes them as they are.
WITHOUT_DRAW = """NEW.state = 'review' AND OLD.state = 'checked' AND NOT EXISTS (
    SELECT 1 FROM subsidies_draw d WHERE d.call_id = NEW.call_id AND d.confirmed_at IS NOT NULL
        AND CAST(d.result AS text) LIKE '%"' || NEW.number || '"%')"""
OTHER_SHEETS = """NEW.sheets_needed < OLD.sheets_needed
    OR NEW.sheets_needed <> OLD.sheets_needed AND OLD.state NOT IN ('checked', 'review')"""
SEAT_WITHOUT_SHEET = """NEW.state = 'reviewed' AND OLD.state = 'review' AND EXISTS (
    SELECT 1 FROM subsidies_assignment g WHERE g.application_id = NEW.id AND g.seat = 'member'
        AND NOT EXISTS (SELECT 1 FROM subsidies_assignment h WHERE h.replaces_id = g.id)
        AND NOT EXISTS (SELECT 1 FROM subsidies_scoresheet t WHERE t.assignment_id = g.id AND t.state = 'signed'
            AND g.state = 'accepted'))"""

# ---------------------------------------------------------------- what was decided stays
DECIDED = "OLD.decided_at IS NOT NULL"
CONFIRMED = "OLD.confirmed_at IS NOT NULL"
UNHEARD = """NEW.released_at IS NOT NULL AND OLD.released_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM subsidies_meeting m WHERE m.id = NEW.meeting_id AND m.released_at IS NOT NULL)"""

# ---------------------------------------------------------------- who sits on the panel
# Who had a part in the application; see also HANDS in subsidies/conflict_facts.py.
HANDS = """EXISTS (SELECT 1 FROM subsidies_expert x WHERE x.id = {who} AND x.user_id IN (
    SELECT a.started_by_id FROM subsidies_application a WHERE a.id = {about}
    UNION SELECT a.submitted_by_id FROM subsidies_application a WHERE a.id = {about}
    UNION SELECT s.signed_by_id FROM subsidies_submission s WHERE s.application_id = {about}
    UNION SELECT u.user_id FROM subsidies_applicationguest u WHERE u.application_id = {about}
    UNION SELECT r.prepared_by_id FROM subsidies_recommendation r WHERE r.application_id = {about}
    UNION SELECT r.decided_by_id FROM subsidies_recommendation r WHERE r.application_id = {about}
    UNION SELECT c.checked_by_id FROM subsidies_formcheck c WHERE c.application_id = {about}
    UNION SELECT c.confirmed_by_id FROM subsidies_formcheck c WHERE c.application_id = {about}
    UNION SELECT k.judged_by_id FROM subsidies_crosscheckhit k WHERE k.application_id = {about}))"""
TOOK_PART = HANDS.format(who="NEW.expert_id", about="NEW.application_id")
SEATED = f"NEW.state IN ('invited', 'accepted') AND (OLD.state <> NEW.state OR OLD.seat <> NEW.seat) AND {TOOK_PART}"
SIGNS = f"""NEW.state = 'signed' AND OLD.state <> 'signed' AND EXISTS (
    SELECT 1 FROM subsidies_assignment g WHERE g.id = NEW.assignment_id
        AND {HANDS.format(who="g.expert_id", about="g.application_id")})"""


def refuse(model, name, event, when, sentence, **more):
    table = f"subsidies_{model.lower()}"
    return Refuse(model, name=f"{table}_{name}", event=event, when=when, sentence=f"{table}{sentence}", **more)


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0043_site_checks_held_by_the_database")]

    operations = [
        refuse("Application", "recommended", "UPDATE", WITHOUT_OPINION, " needs the opinion of its unit first"),
        refuse("Application", "checked", "UPDATE", WITHOUT_CHECK, " needs a confirmed check first"),
        refuse("Application", "drawn", "UPDATE", WITHOUT_DRAW, " needs a confirmed draw first"),
        refuse("Application", "needed", "UPDATE", OTHER_SHEETS, " asks for no fewer score sheets than were drawn"),
        refuse(
            "Application",
            "seats",
            "UPDATE",
            SEAT_WITHOUT_SHEET,
            " needs the sheet of every seat first",
            time="AFTER",
        ),
        refuse("Recommendation", "begins", "INSERT", "NEW.decided_at IS NOT NULL", " begins undecided"),
        refuse("Recommendation", "decided", "UPDATE", DECIDED, " never changes once decided"),
        refuse("Recommendation", "kept", "DELETE", DECIDED, " never changes once decided"),
        refuse("FormCheck", "begins", "INSERT", "NEW.confirmed_at IS NOT NULL", " begins unconfirmed"),
        refuse("FormCheck", "confirmed", "UPDATE", CONFIRMED, " never changes once confirmed"),
        refuse("FormCheck", "kept", "DELETE", CONFIRMED, " never changes once confirmed"),
        refuse(
            "Decision",
            "heard",
            "UPDATE",
            UNHEARD,
            " is released with its meeting",
            time="AFTER",
        ),
        refuse("Assignment", "part", "INSERT", TOOK_PART, ": the expert had a part in the application"),
        refuse("Assignment", "parted", "UPDATE", SEATED, ": the expert had a part in the application"),
        refuse("ScoreSheet", "part", "UPDATE", SIGNS, ": the expert had a part in the application"),
    ]
