from django.db import migrations

from common.row_triggers import Refuse

# ---------------------------------------------------------------- who sits on the panel
# The panels of a draw name experts by their codes, members and reserves apart; see also drawing.confirm().
NOT_NAMED = """NOT EXISTS (
    SELECT 1 FROM subsidies_draw d JOIN subsidies_application a ON a.call_id = d.call_id
        JOIN subsidies_expert x ON x.id = NEW.expert_id
        CROSS JOIN {each_of}(d.result -> 'panels') AS p
        CROSS JOIN {each_text_of}(p.value -> CASE NEW.seat WHEN 'member' THEN 'members' ELSE 'reserves' END) AS c
        WHERE d.id = NEW.draw_id AND d.confirmed_at IS NOT NULL AND a.id = NEW.application_id
            AND (p.value ->> 'application') = a.number AND c.value = x.code)"""
LEFT = """EXISTS (SELECT 1 FROM subsidies_assignment g WHERE g.id = NEW.replaces_id
    AND g.application_id = NEW.application_id AND g.seat = 'member' AND g.state IN ('declined', 'released'))"""
CALLED = f"OLD.seat = 'reserve' AND OLD.state = 'waiting' AND NEW.seat = 'member' AND OLD.replaces_id IS NULL AND {LEFT}"
OTHER_SEAT = f"""NEW.draw_id <> OLD.draw_id OR ((NEW.seat <> OLD.seat
    OR COALESCE(NEW.replaces_id, 0) <> COALESCE(OLD.replaces_id, 0)) AND NOT ({CALLED}))"""
SITS_AS_RESERVE = "NEW.seat = 'reserve' AND NEW.state IN ('invited', 'accepted')"
OTHER_PERSON = "NEW.code <> OLD.code OR NEW.user_id <> OLD.user_id"
COMES_BACK = "OLD.state IN ('declined', 'released') AND NEW.state <> OLD.state"


def refuse(model, name, event, when, sentence, **more):
    table = f"subsidies_{model.lower()}"
    return Refuse(model, name=f"{table}_{name}", event=event, when=when, sentence=f"{table} {sentence}", **more)


def last(model, name, event, when, sentence):
    """After every other condition has spoken."""
    return refuse(model, name, event, when, sentence, time="AFTER")


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0048_news_of_bases")]

    operations = [
        refuse("Draw", "unconfirmed", "INSERT", "NEW.confirmed_at IS NOT NULL", "begins unconfirmed"),
        last("Assignment", "panel", "INSERT", NOT_NAMED, "is of an expert whom the confirmed draw named for it"),
        last(
            "Assignment",
            "empty",
            "INSERT",
            f"NEW.replaces_id IS NOT NULL AND NOT {LEFT}",
            "takes over a seat of this panel that was left",
        ),
        last("Assignment", "same", "UPDATE", OTHER_SEAT, "changes when a reserve takes over a seat that was left"),
        last("Assignment", "waits", "INSERT", SITS_AS_RESERVE, "in reserve only waits"),
        last("Assignment", "sits", "UPDATE", SITS_AS_RESERVE, "in reserve only waits"),
        last("Assignment", "gone", "UPDATE", COMES_BACK, "that was left stays left"),
        refuse("Expert", "same", "UPDATE", OTHER_PERSON, "keeps the code and the person that draws were made of"),
        refuse("Assignment", "kept", "DELETE", "OLD.id IS NOT NULL", "stays on record"),
    ]
