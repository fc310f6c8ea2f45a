"""The day: groups, lots, adjourning, undoing, quorums of voters, arrivals, printed scripts."""

import django.core.serializers.json
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('shuping', '0006_key_ceremony'),
    ]

    operations = [
        migrations.CreateModel(
            name='DeskStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(max_length=20)),
                ('number', models.CharField(blank=True, max_length=2)),
                ('at', models.DateTimeField()),
                ('before', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('undone', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='PrintedScript',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=2)),
                ('digests', models.JSONField(default=dict)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='QuorumRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('category', models.CharField(blank=True, max_length=10)),
                ('quorum_above', models.CharField(default='1/2', max_length=10)),
            ],
            options={
                'ordering': ['category'],
            },
        ),
        migrations.AddField(
            model_name='agendaitem',
            name='deputy',
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name='agendaitem',
            name='deputy_capacity',
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name='agendaitem',
            name='in_writing',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='agendaitem',
            name='why',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name='attendance',
            name='arrived_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='attendance',
            name='code',
            field=models.CharField(blank=True, max_length=8),
        ),
        migrations.AddField(
            model_name='attendance',
            name='left_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='attendance',
            name='substitute',
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name='attendance',
            name='substitute_office',
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name='meeting',
            name='adjourned_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='meeting',
            name='adjourned_for',
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name='meeting',
            name='explained_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='meeting',
            name='group',
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name='meeting',
            name='lots_order',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='meeting',
            name='lots_seed',
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name='meeting',
            name='lots_witness',
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name='meeting',
            name='resumes_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='meeting',
            name='version',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name='agendaitem',
            name='state',
            field=models.CharField(choices=[('waiting', 'waiting'), ('called', 'called'), ('speaking', 'speaking'), ('questions', 'questions'), ('comment', 'comment'), ('undertaking', 'undertaking'), ('done', 'done'), ('skipped', 'passed over'), ('withdrawn', 'withdrawn')], default='waiting', max_length=20),
        ),
        migrations.AlterField(
            model_name='meeting',
            name='cycle',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='meetings', to='shuping.cycle'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.UniqueConstraint(fields=('cycle', 'group'), name='meeting_once_a_group'),
        ),
        migrations.AddField(
            model_name='deskstep',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='deskstep',
            name='meeting',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='shuping.meeting'),
        ),
        migrations.AddField(
            model_name='printedscript',
            name='meeting',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='printed', to='shuping.meeting'),
        ),
        migrations.AddField(
            model_name='quorumrule',
            name='meeting',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='quorum_rules', to='shuping.meeting'),
        ),
        migrations.AddConstraint(
            model_name='printedscript',
            constraint=models.UniqueConstraint(fields=('meeting', 'language'), name='printed_script_once'),
        ),
        migrations.AddConstraint(
            model_name='quorumrule',
            constraint=models.UniqueConstraint(fields=('meeting', 'category'), name='quorum_rule_once'),
        ),
    ]
