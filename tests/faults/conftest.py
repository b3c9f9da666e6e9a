# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the collection importable from a plain clone, and starts simulators and proxies for the tests."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

COLLECTION = Path(__file__).resolve().parents[2]


def _importable() -> bool:
    try:
        spec = importlib.util.find_spec("ansible_collections.azurefiles.backup")
    except ModuleNotFoundError:
        return False
    places = spec.submodule_search_locations if spec else None
    return any(Path(place).resolve() == COLLECTION for place in places or [])


_links: str | None = None
if not _importable():
    _links = tempfile.mkdtemp(prefix="azurefiles-backup-")
    namespace = Path(_links, "ansible_collections", "azurefiles")
    namespace.mkdir(parents=True)
    (namespace / "backup").symlink_to(COLLECTION)
    sys.path.insert(0, _links)

from ansible_collections.azurefiles.backup.plugins.module_utils._arm import client, pipeline  # noqa: E402
from ansible_collections.azurefiles.backup.plugins.module_utils._run import deadline, interruption  # noqa: E402
from ansible_collections.azurefiles.backup.tests.faults.support.authority import Authority  # noqa: E402
from ansible_collections.azurefiles.backup.tests.faults.support.lab import Bench, Lab, Places  # noqa: E402
from ansible_collections.azurefiles.backup.tests.faults.support.secrets import Watch  # noqa: E402
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulators  # noqa: E402


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: takes minutes; not among the tests of every day")


def pytest_unconfigure() -> None:
    if _links:
        shutil.rmtree(_links, ignore_errors=True)


@pytest.fixture(scope="session")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of certificate authorities; every server of the tests adds its own."""
    return tmp_path_factory.mktemp("trusted") / "ca.pem"


@pytest.fixture(scope="session", autouse=True)
def _own_environment(tmp_path_factory: pytest.TempPathFactory, trusted: Path) -> Iterator[None]:
    """No login of the person who runs the tests is used, and no proxy stands between them and the simulator."""
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ:
            if name.startswith(("AZURE_", "ANSIBLE_AZURE_", "MSI_", "IDENTITY_", "IMDS_")):
                patch.delenv(name)
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        patch.setenv("NO_PROXY", "localhost,127.0.0.1")
        patch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
        if _links:
            patch.setenv("PYTHONPATH", _links, prepend=os.pathsep)
            patch.setenv("ANSIBLE_COLLECTIONS_PATH", _links)
        yield


@pytest.fixture(scope="session", autouse=True)
def watch() -> Iterator[Watch]:
    """Sees whatever any module of the tests writes or logs, and fails the run over a secret in it."""
    with Watch() as watching:
        yield watching


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


@pytest.fixture(scope="session")
def authority(trusted: Path) -> Authority:
    """Issues the certificates of the tests' own servers."""
    return Authority(trusted)


@pytest.fixture
def lab(tmp_path: Path, trusted: Path, authority: Authority, watch: Watch) -> Iterator[Lab]:
    """Simulators with a proxy before each, for one test."""
    with Simulators(tmp_path, trusted) as simulators, Lab(simulators, authority, watch) as started:
        yield started


@pytest.fixture(scope="session")
def places(
    tmp_path_factory: pytest.TempPathFactory, trusted: Path, authority: Authority, watch: Watch
) -> Iterator[Places]:
    """One simulator for many tests, each of which gets an account of its own."""
    folder = tmp_path_factory.mktemp("lab")
    with Simulators(folder, trusted) as simulators, Lab(simulators, authority, watch) as started:
        yield Places(started)


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
