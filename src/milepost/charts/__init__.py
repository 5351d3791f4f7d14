"""Draw charts as PDF and SVG with matplotlib.

In: the values of `milepost.views.chart`. Out: bytes that depend on nothing else.
"""

import logging

# Without a home directory it announces in every run that it looks for the fonts of the machine; none is used.
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
