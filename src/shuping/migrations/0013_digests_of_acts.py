"""Digests of what acts decide, and the nonces that make them tell nothing once the content is deleted."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('shuping', '0012_sessions'),
    ]

    operations = [
        migrations.AddField(
            model_name='act',
            name='digests',
            field=models.JSONField(null=True),
        ),
        migrations.CreateModel(
            name='ContentNonce',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('subject', models.CharField(max_length=80)),
                ('nonce', models.BinaryField()),
                ('act', models.PositiveBigIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'subject'), name='nonce_once')],
            },
        ),
    ]
