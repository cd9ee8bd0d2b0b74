from django.db import migrations

from common.search import CountSearchTokens


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0046_papers_of_checks")]

    operations = [CountSearchTokens("applicationsearch"), CountSearchTokens("awardsearch")]
