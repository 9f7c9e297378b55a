import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('cases', '0018_old_cases_read_only'),
        ('workflow', '0015_downloads_append_only'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CaseWords',
            fields=[
                ('case', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='words', serialize=False, to='cases.case')),
                ('form', models.TextField(default='')),
                ('category', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='workflow.category')),
            ],
        ),
        migrations.CreateModel(
            name='PhoneSearch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid_utils.compat.uuid7, unique=True)),
                ('role', models.CharField(max_length=20)),
                ('purpose', models.CharField(choices=[('answer', 'the caller asks how it stands'), ('same', 'to see whether it was told before'), ('check', 'to examine a complaint')], max_length=20)),
                ('hashes', models.JSONField()),
                ('tail', models.CharField(blank=True, max_length=4)),
                ('found', models.PositiveIntegerField()),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.unit')),
            ],
            options={
                'indexes': [models.Index(fields=['by', '-at'], name='phone_search_by_person')],
            },
        ),
    ]
