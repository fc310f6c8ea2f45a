"""`python -m ballotbox`."""

import sys

from ballotbox.cli import main

if __name__ == "__main__":
    sys.exit(main())
