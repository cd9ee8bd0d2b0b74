from django.db import migrations

from common.search import CreateSearchIndex


class Migration(migrations.Migration):
    dependencies = [("projects", "0001_initial")]

    operations = [CreateSearchIndex("projectsearch")]
