"""Django looks for an app's tables here: every room's are re-exported, nothing else."""

from shuping.ballots.models import *  # noqa: F403 - re-export for Django
from shuping.core.models import *  # noqa: F403
from shuping.cycles.models import *  # noqa: F403
from shuping.documents.models import *  # noqa: F403
from shuping.meetings.models import *  # noqa: F403
from shuping.organisations.models import *  # noqa: F403
from shuping.rectification.models import *  # noqa: F403
from shuping.reports.models import *  # noqa: F403
from shuping.results.models import *  # noqa: F403
