"""Sealed ballots lie in the box until they are added up; tasks that checked them, with their times, are gone."""

from django.db import migrations, models


def forget_tasks(apps, schema_editor):
    tasks = apps.get_model("django_tasks_database", "DBTaskResult")
    tasks.objects.filter(task_path="shuping.ballots.casting.check_pending").delete()


class Migration(migrations.Migration):

    dependencies = [
        ("django_tasks_database", "0001_initial"),
        ("shuping", "0010_ballots_of_groups"),
    ]

    operations = [
        migrations.AddField(
            model_name="ballot",
            name="boxed",
            field=models.BooleanField(default=False),
        ),
        migrations.RunPython(forget_tasks, migrations.RunPython.noop),
    ]
