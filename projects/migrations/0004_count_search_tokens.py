from django.db import migrations

from common.search import CountSearchTokens


class Migration(migrations.Migration):
    dependencies = [("projects", "0003_project_verified_by_an_office")]

    operations = [CountSearchTokens("projectsearch")]
