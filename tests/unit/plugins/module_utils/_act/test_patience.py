# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role does from beginning to end, beside a service that says to come again in a minute, as the real one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from ansible_collections.azurefiles.backup.plugins.module_utils._act.backup import trigger_backups
from ansible_collections.azurefiles.backup.plugins.module_utils._act.protection import ensure_protection
from ansible_collections.azurefiles.backup.plugins.module_utils._act.registration import ensure_registered
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.times import now
from ansible_collections.azurefiles.backup.plugins.module_utils._options.accounts import AccountRef
from ansible_collections.azurefiles.backup.plugins.module_utils._options.backup import WantedBackups
from ansible_collections.azurefiles.backup.plugins.module_utils._options.policies import PolicyRef
from ansible_collections.azurefiles.backup.plugins.module_utils._options.protection import Desired
from ansible_collections.azurefiles.backup.plugins.module_utils._options.registration import Registration
from ansible_collections.azurefiles.backup.plugins.module_utils._options.shares import Selection
from ansible_collections.azurefiles.backup.tests.unit.support.runs import Run, VirtualTime, run_of
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import account, world

# Seconds, as recorded from 2020 to 2026.
AS_RECORDED = {"refresh": 31, "register": 10, "inquire": 20, "protect": 43, "backup_start": 2, "backup": 75}


def whole_run(simulators: Simulators, manners: dict[str, Any]) -> tuple[float, dict[str, int]]:
    """The seconds that it takes, and all that it asks."""
    settings = world(account("finance"), durations=AS_RECORDED)
    del settings["retry_after"]
    simulator = simulators.start(settings | manners)
    time, ref, one = VirtualTime(simulator), AccountRef("contosofiles"), Selection(("finance",))
    steps: tuple[Callable[[Run], None], ...] = (
        lambda run: ensure_registered(run, ref, Registration(lock=True)),
        lambda run: ensure_protection(run, ref, Desired.of("present", one, PolicyRef("daily-30")), 20),
        lambda run: trigger_backups(run, ref, WantedBackups(one, now() + timedelta(days=30), 0), 20),
    )
    for step in steps:
        run = run_of(simulator, deadline=time.deadline(), poll_interval=5.0)
        step(run)
        assert run.outcome.failure is None
    assert simulator.items()["contosofiles", "finance"]["state"] == "Protected"
    return time.now, simulator.tally()


def test_neither_time_nor_requests_suffer_from_the_services_wish(simulators: Simulators) -> None:
    """60 seconds are what every 202 says, and what the simulator says where nothing else is asked for."""
    asked, plain = whole_run(simulators, {}), whole_run(simulators, {"retry_after": 0})

    assert asked == plain
    assert asked[0] < 1.1 * sum(AS_RECORDED.values())
