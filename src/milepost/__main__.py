"""`python -m milepost` is the command `milepost`."""

import sys

from milepost.cli import main

sys.exit(main())
