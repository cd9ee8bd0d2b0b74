from django.db import migrations

from common.row_triggers import Refuse

# Who is concerned by the application {about}: the applicant, the partners of the project, host and operator of its base.
CONCERNED = """(SELECT a.organisation_id FROM subsidies_application a WHERE a.id = {about}
    UNION SELECT p.organisation_id FROM projects_projectpartner p
        JOIN subsidies_application a ON a.project_id = p.project_id WHERE a.id = {about}
    UNION SELECT b.host_id FROM bases_base b JOIN projects_project j ON j.base_id = b.id
        JOIN subsidies_application a ON a.project_id = j.id
        WHERE a.id = {about} AND b.host_id IS NOT NULL
    UNION SELECT b.operator_id FROM bases_base b JOIN projects_project j ON j.base_id = b.id
        JOIN subsidies_application a ON a.project_id = j.id
        WHERE a.id = {about} AND b.operator_id IS NOT NULL)"""
# An employer that the register knows by its name alone.
NAMED = """EXISTS (SELECT 1 FROM subsidies_expertemployment m WHERE m.expert_id = {who}
        AND (m.until IS NULL OR m.until > {{three_years_ago}})
        AND m.name IN (SELECT o.name_zh FROM accounts_organisation o WHERE o.id IN {concerned}))"""
BOUND = """(EXISTS (SELECT 1 FROM subsidies_expertemployment m WHERE m.expert_id = {who}
        AND (m.until IS NULL OR m.until > {{three_years_ago}}) AND m.organisation_id IN {concerned})
    OR EXISTS (SELECT 1 FROM subsidies_expertinterest i WHERE i.expert_id = {who}
        AND i.ended_on IS NULL AND i.organisation_id IN {concerned})
    OR EXISTS (SELECT 1 FROM accounts_membership s JOIN subsidies_expert x ON x.user_id = s.user_id
        WHERE x.id = {who} AND s.is_active AND s.organisation_id IN {concerned})
    OR {named})"""


def named(who: str, about: str) -> str:
    return NAMED.format(who=who, concerned=CONCERNED.format(about=about))


def bound(who: str, about: str) -> str:
    concerned = CONCERNED.format(about=about)
    return BOUND.format(who=who, concerned=concerned, named=NAMED.format(who=who, concerned=concerned))


SITTING = "('invited', 'accepted')"
SEATED = f"""NEW.state IN {SITTING} AND (OLD.state <> NEW.state OR OLD.seat <> NEW.seat)
    AND {bound("NEW.expert_id", "NEW.application_id")}"""
SIGNS = f"""NEW.state = 'signed' AND OLD.state <> 'signed' AND EXISTS (
    SELECT 1 FROM subsidies_assignment g WHERE g.id = NEW.assignment_id
        AND {bound("g.expert_id", "g.application_id")})"""
WITHOUT_DRAW = """NOT EXISTS (SELECT 1 FROM subsidies_draw d JOIN subsidies_application a ON a.call_id = d.call_id
    WHERE d.id = NEW.draw_id AND a.id = NEW.application_id AND d.confirmed_at IS NOT NULL)"""


class Migration(migrations.Migration):
    """See also subsidies/conflicts.py, which says the same with its reasons, and knows names however they are written."""

    dependencies = [("subsidies", "0013_same_file_hits")]

    operations = [
        Refuse(
            "Assignment",
            name="subsidies_assignment_named",
            event="INSERT",
            when=named("NEW.expert_id", "NEW.application_id"),
            sentence="subsidies_assignment: the expert works for an organisation concerned",
        ),
        Refuse(
            "Assignment",
            name="subsidies_assignment_seated",
            event="UPDATE",
            when=SEATED,
            sentence="subsidies_assignment: the expert has become bound to an organisation concerned",
        ),
        Refuse(
            "Assignment",
            name="subsidies_assignment_drawn",
            event="INSERT",
            when=WITHOUT_DRAW,
            sentence="subsidies_assignment comes of a confirmed draw of the call",
        ),
        Refuse(
            "ScoreSheet",
            name="subsidies_scoresheet_bound",
            event="UPDATE",
            when=SIGNS,
            sentence="subsidies_scoresheet: the expert has become bound to an organisation concerned",
        ),
    ]
