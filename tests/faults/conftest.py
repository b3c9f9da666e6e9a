# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts simulators with proxies before them, and watches over secrets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._arm import client, pipeline
from ansible_collections.azurefiles.backup.plugins.module_utils._run import deadline, interruption
from ansible_collections.azurefiles.backup.tests.faults.support.lab import Bench, Lab, Places
from ansible_collections.azurefiles.backup.tests.faults.support.secrets import Watch
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulators
from azure_simulator.certificates import Authority


@pytest.fixture(scope="session")
def watch() -> Watch:
    """Knows the secrets of all simulators."""
    return Watch()


@pytest.fixture(autouse=True)
def _watched(watch: Watch) -> Iterator[None]:
    """Sees whatever any module writes or logs, and fails the test over a secret in it."""
    with watch:
        yield


@pytest.fixture(autouse=True)
def _quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses between attempts last as long as is asked for, and where nothing is asked for, are short."""
    monkeypatch.setattr(pipeline, "LONGEST_PAUSE", 0.05)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Little time for what comes after the end of a run's time."""
    for place in (client, deadline, interruption):
        monkeypatch.setattr(place, "LAST_WORD", 1)
    monkeypatch.setattr(interruption, "LATENESS", 1.0)


@pytest.fixture
def lab(simulators: Simulators, issuer: Authority, watch: Watch) -> Iterator[Lab]:
    """Simulators with a proxy before each, for one test."""
    with Lab(simulators, issuer, watch) as started:
        yield started


@pytest.fixture(scope="module")
def shared_lab(shared_simulators: Simulators, issuer: Authority, watch: Watch) -> Iterator[Lab]:
    """The same for a file of tests."""
    with Lab(shared_simulators, issuer, watch) as started:
        yield started


@pytest.fixture(scope="module")
def places(shared_lab: Lab) -> Places:
    """One simulator for the tests of a file, each of which gets an account of its own."""
    return Places(shared_lab)


@pytest.fixture
def fresh(places: Places) -> Bench:
    """An account that no vault knows; its shares are finance, hiring and legal."""
    return places.next("fresh")


@pytest.fixture
def known(places: Places) -> Bench:
    """An account that is registered and inquired, with shares that are not protected yet."""
    return places.next("known")


@pytest.fixture
def reader(places: Places) -> Bench:
    """The same, for tests that change nothing."""
    return places.reader()


@pytest.fixture
def guarded(places: Places) -> Bench:
    """An account whose shares are protected by daily-30."""
    return places.next("guarded")
