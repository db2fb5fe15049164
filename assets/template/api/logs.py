"""One format for every line, uvicorn's too: 2026-11-24 09:30:00 INFO    POST /predict 200 2.1 ms"""

import logging
import sys


def configure(level: str) -> None:
    logging.basicConfig(stream=sys.stdout, level=level.upper(), force=True,
                        format="%(asctime)s %(levelname)-7s %(message)s", datefmt="%Y-%m-%d %H:%M:%S")
    for name in ("uvicorn", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    # The middleware writes a better line: with the time it took, and without the health checks.
    access = logging.getLogger("uvicorn.access")
    access.handlers.clear()
    access.propagate = False
