# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The edge between Ansible and the work: options in, result out. Private to the collection.

The only place that ends a module.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from ._argspec import AUTHENTICATION, VAULT, Options
from ._client import ArmClient
from ._connection import connect, missing_library, subscription_of
from ._deadline import Deadline
from ._errors import BackupError
from ._operations import Waiter
from ._session import Outcome, Session
from ._settings import Settings, resolve
from ._storage import Storage
from ._vault import Vault

Params = dict[str, Any]
Work = Callable[[Session], None]


def run(options: Options, prepare: Callable[[Params], Work], **spec: Any) -> None:
    """Run a module.

    ``prepare`` checks the options without any request and returns the work to do; both raise BackupError
    for what goes wrong. Whatever the work has put into its outcome by then is returned in any case.
    """
    module = AnsibleModule(argument_spec={**AUTHENTICATION, **VAULT, **options}, supports_check_mode=True, **spec)
    outcome = Outcome()
    client: ArmClient | None = None
    failure: BackupError | None = None
    try:
        _check_waiting(module.params)
        work = prepare(module.params)
        settings = resolve(module.params, os.environ, Path.home())
        module.no_log_values.update(settings.secrets)
        deadline = Deadline(float(module.params.get("wait_timeout") or 3600))
        client, explain = connect(settings, deadline, min(int(module.params.get("parallel") or 10), 20))
        try:
            work(_session(module, client, settings, deadline, outcome))
        except Exception as problem:
            raise explain(problem) from problem
        failure = outcome.failure
    except BackupError as error:
        failure = error
    except ImportError as missing:
        failure = missing_library(missing)
    _finish(module, outcome, client, failure)


def _session(
    module: AnsibleModule, client: ArmClient, settings: Settings, deadline: Deadline, outcome: Outcome
) -> Session:
    params = module.params
    subscription = subscription_of(client, settings)
    vault = Vault(client, subscription, params["resource_group"], params["vault_name"], params["api_version"])
    return Session(
        vault=vault,
        storage=Storage(client, subscription),
        waiter=Waiter(vault, deadline, params.get("poll_interval") or 5.0),
        check_mode=module.check_mode,
        wait=params.get("wait", True),
        warn=module.warn,
        outcome=outcome,
    )


def _check_waiting(params: Params) -> None:
    for name in ("wait_timeout", "poll_interval", "parallel"):
        value = params.get(name)
        if value is not None and value <= 0:
            raise BackupError(f"{name} is {value}, but it has to be more than 0.")


def _finish(module: AnsibleModule, outcome: Outcome, client: ArmClient | None, failure: BackupError | None) -> None:
    result: dict[str, Any] = {"changed": outcome.changed, **outcome.values}
    if outcome.before is not None and module._diff:
        result["diff"] = {"before": outcome.before, "after": outcome.after}
    result["api_calls"] = client.calls.to_result() if client else {}
    if failure:
        module.fail_json(msg=failure.message, error=failure.to_result(), **result)
    module.exit_json(**result)
