"""A wall clock that is wrong for one process alone: a library loaded before all others adds what a file says to the machine's time."""

from __future__ import annotations

import mmap
import shutil
import struct
import subprocess
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

_SOURCE = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>

static volatile const long long *seconds;

__attribute__((constructor)) static void look(void) {
    int file = open(getenv("WALL_CLOCK_OFF_BY"), O_RDONLY);
    seconds = mmap(NULL, sizeof *seconds, PROT_READ, MAP_SHARED, file, 0);
}

int clock_gettime(clockid_t which, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int failed = real(which, now);
    if (!failed && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE)) now->tv_sec += *seconds;
    return failed;
}

int gettimeofday(struct timeval *now, void *zone) {
    struct timespec told;
    clock_gettime(CLOCK_REALTIME, &told);
    now->tv_sec = told.tv_sec;
    now->tv_usec = told.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *now) {
    struct timespec told;
    clock_gettime(CLOCK_REALTIME, &told);
    if (now) *now = told.tv_sec;
    return told.tv_sec;
}
"""


@dataclass
class WallClock:
    """The wall clock of every process that is started with `environment`. Its monotonic clock stays right."""

    environment: dict[str, str]
    _shared: mmap.mmap

    def jump(self, by: timedelta) -> None:
        (before,) = struct.unpack("q", self._shared[:8])
        self._shared[:8] = struct.pack("q", before + int(by.total_seconds()))


def wall_clock(folder: Path) -> WallClock:
    """One that is right, for now. Skips the test where there is no compiler, or no such libraries."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("there is no C compiler")
    source, library, off = folder / "wall_clock.c", folder / "wall_clock.so", folder / "off_by"
    source.write_text(_SOURCE)
    made = subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source, "-ldl"], check=False, capture_output=True)
    if made.returncode != 0:
        pytest.skip("no library can be compiled here")
    off.write_bytes(bytes(8))
    with off.open("r+b") as file:
        return WallClock({"LD_PRELOAD": str(library), "WALL_CLOCK_OFF_BY": str(off)}, mmap.mmap(file.fileno(), 8))
