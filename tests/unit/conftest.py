# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the collection importable from a plain clone, and starts simulators for the tests."""

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

from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulators  # noqa: E402


def pytest_unconfigure() -> None:
    if _links:
        shutil.rmtree(_links, ignore_errors=True)


@pytest.fixture(scope="session")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of certificate authorities; every simulator adds its own."""
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
        yield


@pytest.fixture
def simulators(tmp_path: Path, trusted: Path) -> Iterator[Simulators]:
    """Starts simulators that live as long as one test."""
    with Simulators(tmp_path, trusted) as started:
        yield started


@pytest.fixture(scope="module")
def shared_simulators(tmp_path_factory: pytest.TempPathFactory, trusted: Path) -> Iterator[Simulators]:
    """Starts simulators that live as long as a file of tests."""
    with Simulators(tmp_path_factory.mktemp("simulators"), trusted) as started:
        yield started
