import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from common.row_triggers import Refuse

WROTE = ("draft_notice", "change_notice", "send_notice")
# Synthetic cases may be dated as they like; nothing real may.
REAL = """EXISTS (SELECT 1 FROM subsidies_noticeentry e JOIN subsidies_application a ON a.id = e.application_id
    WHERE e.notice_id = NEW.id AND NOT a.is_demo)"""
ANOTHER_MOMENT = f"""NEW.state = 'published' AND OLD.state = 'review' AND {REAL}
    AND (NEW.published_at < {{five_minutes_ago}} OR NEW.published_at > {{in_five_minutes}})"""
WROTE_IT = "SELECT 1 FROM subsidies_noticewriter w WHERE w.notice_id = NEW.id AND w.user_id = NEW"
OWN_WORDS = f"NEW.published_by_id IS NOT NULL AND EXISTS ({WROTE_IT}.published_by_id)"
UNNAMED = f"NEW.state = 'review' AND OLD.state = 'draft' AND NOT EXISTS ({WROTE_IT}.edited_by_id)"
STILL_LISTED = "EXISTS (SELECT 1 FROM subsidies_noticeentry e WHERE e.notice_id = OLD.notice_id)"
TOOK_PART = """NEW.answered_by_id IS NOT NULL AND OLD.answered_by_id IS NULL AND (EXISTS (
    SELECT 1 FROM subsidies_noticeentry e JOIN subsidies_decision d ON d.application_id = e.application_id
        JOIN subsidies_meeting m ON m.id = d.meeting_id WHERE e.id = NEW.entry_id AND d.released_at IS NOT NULL
        AND (d.put_by_id = NEW.answered_by_id OR d.staged_by_id = NEW.answered_by_id
            OR d.released_by_id = NEW.answered_by_id OR m.prepared_by_id = NEW.answered_by_id))
    OR EXISTS (SELECT 1 FROM subsidies_publicnotice n WHERE n.id = NEW.notice_id
        AND (n.edited_by_id = NEW.answered_by_id OR n.published_by_id = NEW.answered_by_id))
    OR EXISTS (SELECT 1 FROM subsidies_noticewriter w
        WHERE w.notice_id = NEW.notice_id AND w.user_id = NEW.answered_by_id))"""


def refuse(model, name, event, when, sentence):
    return Refuse(model, name=f"subsidies_{model.lower()}_{name}", event=event, when=when, sentence=sentence)


def name_writers(apps, schema_editor):
    """Of each notice, and of those that it replaces, oldest first: who wrote as the journal has it."""
    Entry, Notice = apps.get_model("common", "JournalEntry"), apps.get_model("subsidies", "PublicNotice")
    Writer = apps.get_model("subsidies", "NoticeWriter")
    writers = {}
    for notice in Notice.objects.order_by("pk"):
        entries = Entry.objects.filter(object_type="subsidies.publicnotice", object_id=str(notice.pk), action__in=WROTE)
        # A notice that replaces another is begun by whoever answered the objection, in the words of the other.
        wrote = entries.exclude(action="draft_notice") if notice.replaces_id else entries
        people = {notice.edited_by_id, *wrote.exclude(actor=None).values_list("actor", flat=True)}
        writers[notice.pk] = people | writers.get(notice.replaces_id, set())
    Writer.objects.bulk_create(
        Writer(notice_id=notice, user_id=person) for notice, people in writers.items() for person in sorted(people)
    )


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("subsidies", "0032_rows_held_however_written"),
    ]

    operations = [
        migrations.CreateModel(
            name="NoticeWriter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="writers",
                        to="subsidies.publicnotice",
                        verbose_name="public notice",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="written by",
                    ),
                ),
            ],
            options={
                "verbose_name": "writer of a public notice",
                "verbose_name_plural": "writers of a public notice",
                "ordering": ["id"],
                "constraints": [models.UniqueConstraint(fields=("notice", "user"), name="noticewriter_once")],
            },
        ),
        migrations.RunPython(name_writers, migrations.RunPython.noop),
        refuse(
            "PublicNotice",
            "clock",
            "UPDATE",
            ANOTHER_MOMENT,
            "subsidies_publicnotice is published now, not at another time",
        ),
        refuse(
            "PublicNotice", "apart", "UPDATE", OWN_WORDS, "subsidies_publicnotice is published by who wrote none of it"
        ),
        refuse("PublicNotice", "named", "UPDATE", UNNAMED, "subsidies_publicnotice names who wrote it"),
        refuse("NoticeWriter", "same", "UPDATE", "1 = 1", "subsidies_noticewriter stays what it is"),
        refuse("NoticeWriter", "kept", "DELETE", STILL_LISTED, "subsidies_noticewriter goes with its notice alone"),
        refuse(
            "Objection",
            "apart",
            "UPDATE",
            TOOK_PART,
            "subsidies_objection is answered by somebody who took no part",
        ),
        refuse(
            "Application", "real", "UPDATE", "NEW.is_demo <> OLD.is_demo", "subsidies_application stays demo or real"
        ),
    ]
