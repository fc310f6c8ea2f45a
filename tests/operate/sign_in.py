"""Run as a program with SHUPING_DATA set: signs the people of a hall in, and tells the keys of their sessions."""

import json
import sys

import django


def main() -> None:
    """By the names of their accounts, which have a number behind them."""
    django.setup()
    from shuping.organisations.models import Person  # noqa: PLC0415 - needs Django set up
    from tests.builders import client_for  # noqa: PLC0415

    names = ("wei", "chair", "scrutineer", "ada", "second_trustee", "third_trustee")
    people = {name: Person.objects.get(username__regex=rf"^{name}-\d+$") for name in names}
    told = {name: client_for(person).cookies["sessionid"].value for name, person in people.items()}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
