# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From settings to a client of their cloud's resource manager."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from ansible.module_utils.basic import missing_required_lib

from .._azure.errors import BackupError
from .._azure.ids import path
from .._options.settings import Settings
from .._run.calls import ApiCalls
from .._run.deadline import Deadline
from .client import ArmClient, get_public_json
from .cloud import Cloud, find_cloud
from .credentials import HidingCredential, build_credential, cli_subscription, explain_refusal
from .network import check_network, proxy_secrets, unmistakable
from .pipeline import Auxiliary

SUBSCRIPTIONS = {"api-version": "2022-12-01"}


def connect(
    settings: Settings,
    deadline: Deadline,
    calls: ApiCalls,
    connections: int,
    hide: Callable[[str], None],
    tell: Callable[[str], None] = lambda _words: None,
    pause: float | None = None,
) -> ArmClient:
    """A client for the settings' cloud.

    ``hide`` is given every token and the proxies' logins, so that none appears in an output. ``tell`` and ``pause`` are
    the client's.

    Nobody is logged in yet: that happens with the first request. Raises ImportError where a library is missing.
    """
    for secret in unmistakable(proxy_secrets(os.environ)):
        hide(secret)

    get_json = partial(get_public_json, validate_certificates=settings.validate_certificates)
    cloud = find_cloud(settings.cloud_environment, get_json, settings.named("cloud_environment"))
    check_network(cloud.resource_manager, settings.validate_certificates)
    return ArmClient(
        cloud,
        HidingCredential(build_credential(settings, cloud), hide),
        deadline,
        calls,
        validate_certificates=settings.validate_certificates,
        connections=connections,
        explain=partial(explain_refusal, settings, cloud),
        auxiliary=_auxiliary(replace(settings, tenant=settings.guard_tenant), cloud, hide)
        if settings.guard_tenant
        else None,
        pause=pause,
        tell=tell,
    )


def _auxiliary(settings: Settings, cloud: Cloud, hide: Callable[[str], None]) -> Auxiliary:
    """The login to the tenant of a resource guard."""

    def explain(problem: Exception) -> BackupError:
        error = explain_refusal(settings, cloud, problem)
        words = f" It was for resource_guard_tenant_id, the tenant {settings.tenant} of the resource guard."
        return BackupError(error.message + words, error.fault)

    return Auxiliary(HidingCredential(build_credential(settings, cloud), hide), explain)


def subscription_of(client: ArmClient, settings: Settings) -> str:
    """The subscription to work in: a login of a person or a machine that sees just one need not name it."""
    if settings.subscription_id:
        return settings.subscription_id
    if settings.login == "cli":
        return cli_subscription()
    found = [str(each.get("subscriptionId")) for each in client.pages(path("subscriptions"), SUBSCRIPTIONS)]
    if len(found) == 1:
        return found[0]
    seen = f"sees {', '.join(sorted(found))}" if found else "sees none: it has no role in any"
    raise BackupError(f"subscription_id is missing (or AZURE_SUBSCRIPTION_ID in the environment); this login {seen}.")


def missing_library(problem: ImportError) -> BackupError:
    """A library that cannot be imported, by the name under which it is installed."""
    library = (problem.name or "azure-identity").split(".", maxsplit=1)[0]
    return BackupError(missing_required_lib({"azure": "azure-identity"}.get(library, library)))
