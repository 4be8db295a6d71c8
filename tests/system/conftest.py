# SPDX-License-Identifier: GPL-2.0-or-later
"""Machines as fixtures; the log of a machine and how to repeat with each failure."""
import os
import shlex
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import machine as machines  # noqa: E402  (the path above)

LOG_LINES = 120
_STARTED = {}


def _start(owner, name, **settings):
    box = machines.Machine(name, **settings)
    _STARTED.setdefault(owner, []).append(box)
    return box.start()


def _stop(owner):
    for box in _STARTED.pop(owner, []):
        box.stop()


@pytest.fixture
def boot(request):
    """boot(**settings) switches a machine on for this test alone."""
    owner = request.node.nodeid
    yield lambda **settings: _start(owner, request.node.name, **settings)
    _stop(owner)


@pytest.fixture
def watch(request):
    """watch(machine) switches on a machine that the test made itself, and off in the end."""
    owner = request.node.nodeid

    def start(box):
        _STARTED.setdefault(owner, []).append(box)
        return box.start()
    yield start
    _stop(owner)


@pytest.fixture(scope="class")
def boot_shared(request):
    """The same for all the tests of a class and parameter."""
    owner = request.node.nodeid
    yield lambda name, **settings: _start(owner, name, **settings)
    _stop(owner)


def _log(box):
    """The command and the end of the console; once for a machine that several tests share."""
    if box.is_shown:
        return "as above"
    box.is_shown = True
    lines = [x for x in box.log().splitlines() if "warning: TCG doesn't support" not in x]
    return "\n".join(lines if len(lines) <= LOG_LINES else lines[:1] + lines[-LOG_LINES:])


def _again(item):
    name = item.nodeid.rsplit("/", 1)[-1].split("@")[0]
    return f"tests/system/run {shlex.quote(name)}"


def pytest_configure(config):
    """The markers."""
    config.addinivalue_line("markers", "slow: minutes; started first")


def pytest_collection_modifyitems(items):
    """The longest first, so that no processor is left with them in the end."""
    def rank(item):
        return 0 if item.get_closest_marker("slow") else \
            1 if item.get_closest_marker("xdist_group") else 2
    items.sort(key=rank)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Adds the logs of the test's machines and the command that repeats it."""
    report = (yield).get_result()
    if not report.failed:
        return
    owners = {item.nodeid} | {node.nodeid for node in item.listchain()}
    for owner, boxes in _STARTED.items():
        for box in boxes if owner in owners else []:
            report.sections.append((f"console of {box.name} ({box.log_path})", _log(box)))
    report.sections.append(("again", _again(item)))
