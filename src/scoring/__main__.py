"""`python -m scoring`: see cli.py."""

import sys

from scoring.cli import main

if __name__ == "__main__":
    sys.exit(main())
