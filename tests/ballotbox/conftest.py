import pytest

from tests.ballotbox.meeting import FAIR, GOOD, GROUPS, NONE, Meeting


@pytest.fixture(scope="session")
def meeting():
    return Meeting()


@pytest.fixture(scope="session", params=GROUPS)
def any_meeting(request):
    """The same small election in each group."""
    return Meeting(request.param)


@pytest.fixture(scope="session")
def ballot(meeting):
    """Chen's ballot: voter 0."""
    return meeting.cast(0, GOOD, NONE)


@pytest.fixture(scope="session")
def ballots(meeting, ballot):
    """Three voters; the first votes again at the end."""
    return [ballot, meeting.cast(1, GOOD, FAIR), meeting.cast(2, FAIR, FAIR), meeting.cast(0, NONE, FAIR)]
