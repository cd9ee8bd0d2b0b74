import common.encryption
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('subsidies', '0033_writers_of_notices'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wants_calls', models.BooleanField(default=False, verbose_name='Calls for applications')),
                ('wants_notices', models.BooleanField(default=False, verbose_name='Public notices')),
                ('wants_awards', models.BooleanField(default=False, verbose_name='Awards')),
                ('language', models.CharField(choices=[('zh-hans', 'Chinese'), ('en', 'English')], default='zh-hans', max_length=8, verbose_name='language')),
                ('token', common.encryption.SealedField(editable=False, verbose_name='token of its links')),
                ('token_digest', models.CharField(editable=False, max_length=64, unique=True)),
                ('email', common.encryption.SealedField(blank=True, verbose_name='e-mail address')),
                ('email_digest', models.CharField(blank=True, editable=False, max_length=64)),
                ('told_until', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='told until')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='since')),
                ('user', models.OneToOneField(editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'subscription to news',
                'verbose_name_plural': 'subscriptions to news',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='NewsMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField(verbose_name='from')),
                ('until', models.DateTimeField(verbose_name='until')),
                ('subscription', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mails', to='subsidies.subscription', verbose_name='subscription to news')),
            ],
            options={
                'verbose_name': 'letter of news',
                'verbose_name_plural': 'letters of news',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='SubscriptionRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wants_calls', models.BooleanField(default=False, verbose_name='Calls for applications')),
                ('wants_notices', models.BooleanField(default=False, verbose_name='Public notices')),
                ('wants_awards', models.BooleanField(default=False, verbose_name='Awards')),
                ('language', models.CharField(choices=[('zh-hans', 'Chinese'), ('en', 'English')], default='zh-hans', max_length=8, verbose_name='language')),
                ('email', common.encryption.SealedField(verbose_name='e-mail address')),
                ('email_digest', models.CharField(editable=False, max_length=64)),
                ('digest', models.CharField(editable=False, max_length=64, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='asked at')),
                ('expires_at', models.DateTimeField(editable=False, verbose_name='ends at')),
            ],
            options={
                'verbose_name': 'request for news by e-mail',
                'verbose_name_plural': 'requests for news by e-mail',
                'ordering': ['id'],
                'indexes': [models.Index(fields=['email_digest', 'created_at'], name='subscriptionrequest_address')],
            },
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('email', ''), ('email_digest', ''), ('user__isnull', False)), models.Q(('user', None), models.Q(('email_digest', ''), _negated=True), models.Q(('email', ''), _negated=True)), _connector='OR'), name='subscription_of_account_or_address'),
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.UniqueConstraint(condition=models.Q(('email_digest', ''), _negated=True), fields=('email_digest',), name='subscription_once_an_address'),
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.CheckConstraint(condition=models.Q(('wants_calls', True), ('wants_notices', True), ('wants_awards', True), _connector='OR'), name='subscription_has_topic'),
        ),
        migrations.AddConstraint(
            model_name='newsmail',
            constraint=models.UniqueConstraint(fields=('subscription', 'until'), name='newsmail_once'),
        ),
    ]
