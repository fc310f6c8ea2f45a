"""A few seconds of random bytes; the long run is `make soak`."""

import pytest

from tests.ballotbox import fuzz


@pytest.mark.parametrize("target", fuzz.TARGETS)
def test_random_bytes_are_refused_by_name(target):
    fuzz.fuzz(target, 150)
