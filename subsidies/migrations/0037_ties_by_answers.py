from django.db import migrations

from common.row_triggers import Refuse

# The refusals of 0009, 0014 and 0032, with the bases that only the answers name; see also subsidies/ties.py.
BASES = """(SELECT j.base_id FROM projects_project j JOIN subsidies_application a ON a.project_id = j.id
        WHERE a.id = {about}
    UNION SELECT n.base_id FROM subsidies_baseanswer_bases n WHERE n.baseanswer_id = {about})"""
CONCERNED = f"""(SELECT a.organisation_id FROM subsidies_application a WHERE a.id = {{about}}
    UNION SELECT p.organisation_id FROM projects_projectpartner p
        JOIN subsidies_application a ON a.project_id = p.project_id WHERE a.id = {{about}}
    UNION SELECT b.host_id FROM bases_base b WHERE b.host_id IS NOT NULL AND b.id IN {BASES}
    UNION SELECT b.operator_id FROM bases_base b WHERE b.operator_id IS NOT NULL AND b.id IN {BASES})"""
NAMED = """EXISTS (SELECT 1 FROM subsidies_expertemployment m WHERE m.expert_id = {who}
        AND (m.until IS NULL OR m.until > {{three_years_ago}})
        AND m.name IN (SELECT o.name_zh FROM accounts_organisation o WHERE o.id IN {concerned}))"""
BOUND = """(EXISTS (SELECT 1 FROM subsidies_expertemployment m WHERE m.expert_id = {who}
        AND (m.until IS NULL OR m.until > {{three_years_ago}}) AND m.organisation_id IN {concerned})
    OR EXISTS (SELECT 1 FROM subsidies_expertinterest i WHERE i.expert_id = {who}
        AND i.ended_on IS NULL AND i.organisation_id IN {concerned})
    OR EXISTS (SELECT 1 FROM accounts_membership s JOIN subsidies_expert x ON x.user_id = s.user_id
        WHERE x.id = {who} AND s.is_active AND s.organisation_id IN {concerned}))"""
TIED = """OLD.released_by_id IS NULL AND NEW.released_by_id IS NOT NULL AND (
    EXISTS (SELECT 1 FROM accounts_membership m WHERE m.user_id = NEW.released_by_id AND m.is_active
        AND m.organisation_id IN {concerned})
    OR EXISTS (SELECT 1 FROM subsidies_application a WHERE a.id = NEW.application_id
        AND (a.started_by_id = NEW.released_by_id OR a.submitted_by_id = NEW.released_by_id))
    OR EXISTS (SELECT 1 FROM subsidies_applicationguest g
        WHERE g.application_id = NEW.application_id AND g.user_id = NEW.released_by_id)
    OR EXISTS (SELECT 1 FROM subsidies_recommendation r WHERE r.application_id = NEW.application_id
        AND (r.prepared_by_id = NEW.released_by_id OR r.decided_by_id = NEW.released_by_id))
    OR EXISTS (SELECT 1 FROM subsidies_assignment s JOIN subsidies_expert x ON x.id = s.expert_id
        WHERE s.application_id = NEW.application_id AND x.user_id = NEW.released_by_id))"""


def asked(condition: str, about: str, who: str = "") -> str:
    return condition.format(who=who, concerned=CONCERNED.format(about=about))


def bound(who: str, about: str) -> str:
    return f"({asked(BOUND, about, who)} OR {asked(NAMED, about, who)})"


SEATED = f"""NEW.state IN ('invited', 'accepted') AND (OLD.state <> NEW.state OR OLD.seat <> NEW.seat)
    AND {bound("NEW.expert_id", "NEW.application_id")}"""
SIGNS = f"""NEW.state = 'signed' AND OLD.state <> 'signed' AND EXISTS (
    SELECT 1 FROM subsidies_assignment g WHERE g.id = NEW.assignment_id
        AND {bound("g.expert_id", "g.application_id")})"""
CONDITIONS = (
    (
        "Assignment",
        "bound",
        "INSERT",
        asked(BOUND, "NEW.application_id", "NEW.expert_id"),
        "subsidies_assignment: the expert is bound to an organisation concerned",
    ),
    (
        "Assignment",
        "named",
        "INSERT",
        asked(NAMED, "NEW.application_id", "NEW.expert_id"),
        "subsidies_assignment: the expert works for an organisation concerned",
    ),
    (
        "Assignment",
        "seated",
        "UPDATE",
        SEATED,
        "subsidies_assignment: the expert has become bound to an organisation concerned",
    ),
    (
        "ScoreSheet",
        "bound",
        "UPDATE",
        SIGNS,
        "subsidies_scoresheet: the expert has become bound to an organisation concerned",
    ),
    (
        "Decision",
        "untied",
        "UPDATE",
        asked(TIED, "NEW.application_id"),
        "subsidies_decision is released by somebody who is tied to nothing in it",
    ),
)


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0036_bases_named_in_answers")]

    operations = [
        Refuse(model, name=f"subsidies_{model.lower()}_{name}", event=event, when=when, sentence=sentence)
        for model, name, event, when, sentence in CONDITIONS
    ]
