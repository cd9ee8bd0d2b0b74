from django.db import migrations

from common.row_triggers import Refuse

REWRITTEN = """NEW.sha256 <> OLD.sha256 OR NEW.size <> OLD.size OR NEW.content <> OLD.content
    OR NEW.media_type <> OLD.media_type OR NEW.public_id <> OLD.public_id"""


class Migration(migrations.Migration):
    dependencies = [("common", "0010_files_without_a_sender")]

    operations = [
        Refuse(
            "StoredFile",
            name="common_storedfile_same",
            event="UPDATE",
            when=REWRITTEN,
            sentence="common_storedfile stays what was sent",
        )
    ]
