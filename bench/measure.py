# SPDX-License-Identifier: Apache-2.0
"""What the measurements share: which programs, and what one child process cost."""
import os
import pathlib
import sys
import time

TOP = pathlib.Path(__file__).resolve().parents[1]


def programs():
    """The folder of the release build, or of the debug build, and says so."""
    for preset in ("release", "dev"):
        folder = TOP / "build" / preset
        if (folder / "fmferry").exists() and (folder / "fmsim").exists():
            if preset == "dev":
                print("build/release is not there: figures of a debug build", file=sys.stderr)
            return folder
    sys.exit("bench: build first: cmake --preset release && cmake --build --preset release")


def measured(run):
    """(seconds, peak RSS in MB, processor seconds, exit code) of the child process that `run` starts."""
    began = time.monotonic()
    process = run()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return time.monotonic() - began, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime, process.returncode
