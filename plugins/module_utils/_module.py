# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The edge between Ansible and the work: options in, result out.

The only place that ends a module.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable
from functools import partial
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from ._arm.client import ArmClient
from ._arm.connection import connect, missing_library, subscription_of
from ._azure.errors import AzureFault, BackupError, unexpected
from ._options.argspec import API_VERSION, AUTHENTICATION, VAULT, Options
from ._options.guards import with_guard_tenant
from ._options.names import check_names
from ._options.settings import Settings, home, resolve
from ._options.texts import tidied
from ._options.vaults import VaultName
from ._run.calls import ApiCalls
from ._run.deadline import LONGEST, Deadline
from ._run.interruption import Abandoned, interruptible
from ._run.progress import LiveProgress, way_out
from ._run.secrets import hide, silence, warn
from ._session import Outcome, Session

Params = dict[str, Any]
Work = Callable[[Session], None]


def run(options: Options, prepare: Callable[[Params], Work], **spec: Any) -> None:
    """Run a module.

    ``prepare`` checks the options without any request and returns the work to do; both raise BackupError
    for what goes wrong. Whatever the outcome's result is by then is returned in any case.
    """
    module = AnsibleModule(argument_spec={**AUTHENTICATION, **VAULT, **options}, supports_check_mode=True, **spec)
    with silence():
        _run(module, prepare)


def _run(module: AnsibleModule, prepare: Callable[[Params], Work]) -> None:
    module.params["api_version"] = module.params["api_version"] or API_VERSION
    outcome = Outcome()
    calls = ApiCalls()
    try:
        own = {name: option for name, option in module.argument_spec.items() if name not in AUTHENTICATION}
        module.params = tidied(own, module.params)
        _check_waiting(module.params)
        check_names(module.params, [name for name, option in module.argument_spec.items() if option.get("required")])
        work = prepare(module.params)
        settings = with_guard_tenant(resolve(module.params, os.environ, home()), module.params)
        hide(module, settings.secrets)
        deadline = Deadline(min(float(module.params.get("wait_timeout") or 3600), LONGEST))
        with interruptible(deadline):
            outcome.failure = _carry_out(module, work, settings, deadline, calls, outcome)
    except BackupError as error:
        outcome.failure = error
    _finish(module, outcome, calls)


def _carry_out(
    module: AnsibleModule, work: Work, settings: Settings, deadline: Deadline, calls: ApiCalls, outcome: Outcome
) -> BackupError | None:
    """Do the work, and return what went wrong; whatever that is, the result is told."""
    try:
        connections = min(int(module.params.get("parallel") or 10), 20)
        client = connect(
            settings,
            deadline,
            calls,
            connections,
            lambda token: hide(module, [token]),
            partial(warn, module),
            module.params.get("poll_interval"),
        )
        work(_session(module, client, settings, deadline, outcome))
    except BackupError as error:
        return error
    except ImportError as missing:
        return missing_library(missing)
    except Abandoned:
        return BackupError(
            f"The task ended while Azure had not answered ({deadline.reason}). What was asked of it may still happen; "
            "run again, and the task picks up where the service stands.",
            AzureFault(code="WaitTimeout"),
        )
    except Exception as problem:
        module.debug(traceback.format_exc())
        return unexpected(problem)
    return outcome.failure


def _session(
    module: AnsibleModule, client: ArmClient, settings: Settings, deadline: Deadline, outcome: Outcome
) -> Session:
    params = module.params
    return Session(
        client=client,
        subscription=subscription_of(client, settings),
        deadline=deadline,
        check_mode=module.check_mode,
        wait=params.get("wait", True),
        warn=partial(warn, module),
        hide=lambda secret: hide(module, [secret]),
        place=_place(params),
        api_version=params["api_version"],
        poll_interval=params.get("poll_interval") or 5.0,
        guard_tenant=settings.guard_tenant,
        outcome=outcome,
        progress=LiveProgress(way_out() if params.get("progress") else None),
    )


def _place(params: Params) -> VaultName | None:
    """The vault that the options name by themselves; its subscription is the login's."""
    group, name = params["resource_group"], params["vault_name"]
    return VaultName(group, name, None) if group and name else None


def _check_waiting(params: Params) -> None:
    for name in ("wait_timeout", "poll_interval", "parallel"):
        value = params.get(name)
        if value is not None and value <= 0:
            raise BackupError(f"{name} is {value}, but it has to be more than 0.")


def _finish(module: AnsibleModule, outcome: Outcome, calls: ApiCalls) -> None:
    result: dict[str, Any] = {"changed": outcome.changed, **outcome.values}
    if outcome.before is not None and module._diff:
        result["diff"] = {"before": outcome.before, "after": outcome.after}
    result["api_calls"] = calls.to_result()
    if outcome.failure:
        module.fail_json(msg=outcome.failure.message, error=outcome.failure.to_result(), **result)
    module.exit_json(**result)
