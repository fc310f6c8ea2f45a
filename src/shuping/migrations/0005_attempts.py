"""The table in which attempts to sign in are counted."""

from django.core.management import call_command
from django.db import migrations


def make_table(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("shuping", "0004_accounts_of_a_secretariat")]

    operations = [migrations.RunPython(make_table, migrations.RunPython.noop)]
