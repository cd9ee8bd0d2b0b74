from django.db import migrations

from common.search import CountSearchTokens


class Migration(migrations.Migration):
    dependencies = [("bases", "0005_choice_sets")]

    operations = [CountSearchTokens("basesearch")]
