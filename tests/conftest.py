# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all tests stand on: the collection is importable from a plain clone, and simulators can be started."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

COLLECTION = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(COLLECTION / "tests" / place) for place in (".", "docs", "simulator")]

# Whose tests start programs, which takes seconds. They come first, so that no core is without work at the end.
LONG = tuple(
    f"{COLLECTION}/tests/{place}" for place in ("docs/", "awx/", "live/", "unit/playbooks/", "faults/test_crash.py")
)


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

import warm  # noqa: E402
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulators  # noqa: E402
from azure_simulator.certificates import Authority  # noqa: E402
from azure_simulator.thread import Thread  # noqa: E402
from run_parts import CORES  # noqa: E402
from workplace import Azure, World  # noqa: E402


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: takes minutes; not among the tests of every day")
    config.addinivalue_line("markers", "story: the tests of this file go on where the one before has ended")


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores, for each waits now and then."""
    return CORES + 1


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """After the shuffle, what takes long goes first, and each story is told in the order of its file."""
    items.sort(key=lambda item: not str(item.path).startswith(LONG))
    stories = defaultdict[Path, list[int]](list)
    for place, item in enumerate(items):
        if item.get_closest_marker("story"):
            stories[item.path].append(place)
    for places in stories.values():
        told = sorted((items[place] for place in places), key=_line)
        for place, item in zip(places, told, strict=True):
            items[place] = item


def _line(item: pytest.Item) -> int:
    """Where the test stands in its file; those of one function keep the order of their parameters."""
    return item.location[1] or 0


def pytest_unconfigure() -> None:
    if _links:
        shutil.rmtree(_links, ignore_errors=True)


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Issues the certificates of all servers of the tests."""
    return Authority(tmp_path_factory.mktemp("authority") / "ca.pem")


@pytest.fixture(scope="session", autouse=True)
def _own_environment(tmp_path_factory: pytest.TempPathFactory, issuer: Authority) -> Iterator[None]:
    """No login of the person who runs the tests is used, and no proxy stands between them and the simulator."""
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ:
            if name.startswith(("AZURE_", "ANSIBLE_AZURE_", "MSI_", "IDENTITY_", "IMDS_")):
                patch.delenv(name)
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        patch.setenv("NO_PROXY", "localhost,127.0.0.1")
        patch.setenv("REQUESTS_CA_BUNDLE", str(issuer.file))
        for name, value in warm.compiled_once(tmp_path_factory.mktemp("compiled")).items():
            patch.setenv(name, value)
        if _links:
            patch.setenv("PYTHONPATH", _links, prepend=os.pathsep)
            patch.setenv("ANSIBLE_COLLECTIONS_PATH", _links)
        with warm.programs(tmp_path_factory.mktemp("warm")) as environment:
            for name, value in environment.items():
                patch.setenv(name, value)
            yield


@pytest.fixture(scope="session")
def thread(issuer: Authority) -> Thread:
    """The thread of this process in which simulators run."""
    return Thread(issuer)


@pytest.fixture
def simulators(thread: Thread) -> Iterator[Simulators]:
    """Starts simulators that live as long as one test."""
    with Simulators(thread) as started:
        yield started


@pytest.fixture(scope="module")
def shared_simulators(thread: Thread) -> Iterator[Simulators]:
    """Starts simulators that live as long as a file of tests."""
    with Simulators(thread) as started:
        yield started


@pytest.fixture
def azure(tmp_path: Path, thread: Thread) -> Iterator[Callable[[World], Azure]]:
    """Starts a simulated Azure with a world, for what runs programs as its users do."""
    with ExitStack() as stack:
        yield lambda world: stack.enter_context(Azure(world, tmp_path, thread))
