"""The walk of the years: the scheme that was frozen, the versions of the plan."""

import hashlib
from collections.abc import Iterator

from shuping.core.walks import Finding, Tell, fault
from shuping.cycles.models import Cycle, PlanVersion


def walk(_tell: Tell) -> Iterator[Finding]:
    """Every year and every version of its plan."""
    for cycle in Cycle.objects.order_by("pk"):
        if hashlib.sha256(bytes(cycle.scheme_text)).hexdigest() != cycle.fingerprint:
            yield fault(f"Year {cycle.year} ({cycle.topic}): the scheme is not the one of its fingerprint.")
    for version in PlanVersion.objects.select_related("cycle").order_by("pk"):
        if version.fingerprint != version.digest:
            yield fault(f"Plan of {version.cycle.year}: version {version.number} is not the one of its fingerprint.")
