from django.db import migrations, models

from common.row_triggers import Lift, Refuse

# As in migration 0015. It asks the table of budgets, which SQLite cannot rebuild meanwhile.
OTHER_SCHEME = {
    "name": "subsidies_budgetentry_scheme",
    "event": "INSERT",
    "when": """NEW.kind = 'reserve' AND (SELECT b.scheme_id FROM subsidies_budget b WHERE b.id = NEW.budget_id)
    <> (SELECT c.scheme_id FROM subsidies_application a JOIN subsidies_call c ON c.id = a.call_id
        WHERE a.id = NEW.application_id)""",
    "sentence": "subsidies_budgetentry takes from the budget of its scheme",
}


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0017_concluded_visits")]

    operations = [
        Lift("BudgetEntry", **OTHER_SCHEME),
        migrations.AddField(
            model_name="budget",
            name="is_demo",
            field=models.BooleanField(default=False, editable=False, verbose_name="demo data"),
        ),
        Refuse("BudgetEntry", **OTHER_SCHEME),
    ]
