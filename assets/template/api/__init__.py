"""The HTTP service.

Importing scikit-learn takes a second, and older uvicorns handle signals only after that. Process 1 is not sent a signal
that it has no handler for, so a stop in that second would be ignored, and the container killed ten seconds later.
"""

import signal
import sys

if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
