"""What the checks share: where things are, and how one ends.

A check is a function of the paths that returns a sentence with figures, or raises: Failed with what differs, or an
ImportError where a package is not there.
"""

import importlib.metadata
import json
import sys
import traceback
from pathlib import Path

PASSED, FAILED, CANNOT_RUN = 0, 1, 77


class Failed(Exception):
    """A comparison that does not hold."""


class Paths:
    """`trl` and `verl` are exported folders of one run, `record` has what Posterior computed, `work` is for scratch."""

    def __init__(self, arguments):
        self.trl, self.verl, self.record, self.work = map(Path, arguments)

    def recorded(self, name):
        return json.loads((self.record / f"{name}.json").read_text(encoding="utf-8"))


def versions(*packages):
    return ", ".join(f"{name} {importlib.metadata.version(name)}" for name in packages)


def need(holds, message):
    if not holds:
        raise Failed(message)


def run(check):
    try:
        print(check(Paths(sys.argv[1:])))
    except ImportError as error:
        print(f"a package is missing or does not fit the others: {error}")
        sys.exit(CANNOT_RUN)
    except Failed as error:
        print(error)
        sys.exit(FAILED)
    except Exception as error:
        traceback.print_exc()
        print(f"{type(error).__name__}: {error}".splitlines()[0])
        sys.exit(FAILED)
    sys.exit(PASSED)
