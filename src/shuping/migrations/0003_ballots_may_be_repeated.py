"""A year may have a second ballot after a void one (R64)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("shuping", "0002_acts_are_append_only"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="ballot",
            options={"ordering": ["-id"]},
        ),
        migrations.AlterField(
            model_name="ballot",
            name="cycle",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="ballots", to="shuping.cycle"
            ),
        ),
        migrations.AddConstraint(
            model_name="ballot",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "void"), _negated=True), fields=("cycle",), name="one_ballot_that_counts"
            ),
        ),
    ]
