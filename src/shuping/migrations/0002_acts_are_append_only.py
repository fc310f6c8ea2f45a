"""The database itself refuses to change or delete an act (R116)."""

from django.db import migrations

SQLITE = """
CREATE TRIGGER act_no_update BEFORE UPDATE ON shuping_act
BEGIN SELECT RAISE(ABORT, 'the log of acts is append-only'); END;
CREATE TRIGGER act_no_delete BEFORE DELETE ON shuping_act
BEGIN SELECT RAISE(ABORT, 'the log of acts is append-only'); END;
"""
POSTGRESQL = """
CREATE FUNCTION act_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the log of acts is append-only'; END $$;
CREATE TRIGGER act_no_update BEFORE UPDATE OR DELETE ON shuping_act
FOR EACH STATEMENT EXECUTE FUNCTION act_is_append_only();
"""


def add(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL)
        return
    for statement in SQLITE.strip().split("END;\n"):
        schema_editor.execute(statement.removesuffix("END;").rstrip() + " END;")


def remove(apps, schema_editor):
    table = " ON shuping_act" if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(f"DROP TRIGGER act_no_update{table}")
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER act_no_delete")


class Migration(migrations.Migration):
    dependencies = [("shuping", "0001_tables")]
    operations = [migrations.RunPython(add, remove)]
