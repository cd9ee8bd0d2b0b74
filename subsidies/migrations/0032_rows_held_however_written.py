from django.db import migrations

from common.row_triggers import Refuse

# Who is concerned: the applicant, the partners of the project, host and operator of its base; see also subsidies/ties.py.
CONCERNED = """(SELECT a.organisation_id FROM subsidies_application a WHERE a.id = NEW.application_id
    UNION SELECT p.organisation_id FROM projects_projectpartner p
        JOIN subsidies_application a ON a.project_id = p.project_id WHERE a.id = NEW.application_id
    UNION SELECT b.host_id FROM bases_base b JOIN projects_project j ON j.base_id = b.id
        JOIN subsidies_application a ON a.project_id = j.id
        WHERE a.id = NEW.application_id AND b.host_id IS NOT NULL
    UNION SELECT b.operator_id FROM bases_base b JOIN projects_project j ON j.base_id = b.id
        JOIN subsidies_application a ON a.project_id = j.id
        WHERE a.id = NEW.application_id AND b.operator_id IS NOT NULL)"""
TIED = f"""OLD.released_by_id IS NULL AND NEW.released_by_id IS NOT NULL AND (
    EXISTS (SELECT 1 FROM accounts_membership m WHERE m.user_id = NEW.released_by_id AND m.is_active
        AND m.organisation_id IN {CONCERNED})
    OR EXISTS (SELECT 1 FROM subsidies_applicationguest g
        WHERE g.application_id = NEW.application_id AND g.user_id = NEW.released_by_id)
    OR EXISTS (SELECT 1 FROM subsidies_recommendation r WHERE r.application_id = NEW.application_id
        AND (r.prepared_by_id = NEW.released_by_id OR r.decided_by_id = NEW.released_by_id))
    OR EXISTS (SELECT 1 FROM subsidies_assignment s JOIN subsidies_expert x ON x.id = s.expert_id
        WHERE s.application_id = NEW.application_id AND x.user_id = NEW.released_by_id))"""
DISCARDED_ALONE = "NEW.discarded_by_id IS NOT NULL AND NEW.discarded_by_id = NEW.drawn_by_id"
MEETING_CHANGED = """OLD.released_at IS NOT NULL AND (COALESCE(NEW.budget_id, 0) <> COALESCE(OLD.budget_id, 0)
    OR NEW.call_id <> OLD.call_id OR NEW.kind <> OLD.kind OR NEW.place <> OLD.place)"""
RELEASED = "EXISTS (SELECT 1 FROM subsidies_meeting m WHERE m.id = {row}.meeting_id AND m.released_at IS NOT NULL)"


def refuse(model, name, event, when, sentence):
    return Refuse(model, name=f"subsidies_{model.lower()}_{name}", event=event, when=when, sentence=sentence)


def begins(model, when, sentence):
    """What is held on UPDATE is not gone round by an INSERT."""
    return refuse(model, "begins", "INSERT", when, sentence)


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0031_reports_and_closing")]

    operations = [
        begins("ScoreSheet", "NEW.state <> 'draft'", "subsidies_scoresheet begins as a draft"),
        begins("SiteVisit", "NEW.state <> 'planned'", "subsidies_sitevisit begins as planned"),
        begins(
            "Appeal", "NEW.state <> 'open' OR NEW.answered_by_id IS NOT NULL", "subsidies_appeal begins without an answer"
        ),
        begins(
            "Decision",
            "NEW.released_at IS NOT NULL OR NEW.released_by_id IS NOT NULL",
            "subsidies_decision is released after it is recorded",
        ),
        refuse(
            "Decision",
            "untied",
            "UPDATE",
            TIED,
            "subsidies_decision is released by somebody who is tied to nothing in it",
        ),
        refuse(
            "Draw",
            "discarded_alone",
            "UPDATE",
            f"OLD.discarded_at IS NULL AND {DISCARDED_ALONE}",
            "subsidies_draw is discarded by another person than the one who drew",
        ),
        begins("Draw", DISCARDED_ALONE, "subsidies_draw is discarded by another person than the one who drew"),
        refuse("Draw", "settled", "UPDATE", "OLD.discarded_at IS NOT NULL", "subsidies_draw stays discarded"),
        refuse("Draw", "kept", "DELETE", "1 = 1", "subsidies_draw stays on record"),
        refuse("Meeting", "frozen", "UPDATE", MEETING_CHANGED, "subsidies_meeting stays as it is once released"),
        *(
            refuse(
                "MeetingMember",
                f"{event.lower()}_{row.lower()}",
                event,
                RELEASED.format(row=row),
                "subsidies_meetingmember never changes once the decisions are released",
            )
            for event, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("UPDATE", "NEW"), ("DELETE", "OLD"))
        ),
    ]
