"""`python -m milepost` is the command `milepost`."""

import sys

from milepost.cli.main import main

sys.exit(main())
