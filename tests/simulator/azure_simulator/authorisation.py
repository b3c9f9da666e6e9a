# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may do what: the action a request stands for, and ARM's refusal."""

from .errors import Refusal, gateway
from .messages import Request
from .scenario import Scenario
from .tokens import object_id

_VERBS = {"GET": "read", "HEAD": "read", "PUT": "write", "PATCH": "write", "DELETE": "delete"}


def authorise(settings: Scenario, request: Request, client_id: str, seconds: float) -> None:
    """``seconds`` have passed since the start."""
    action, scope = action_of(request)
    refused = not settings.storage_read and action.lower().startswith("microsoft.storage/")
    for rule in settings.denied:
        refused |= (
            rule.client_id in (None, client_id)
            and seconds < rule.seconds
            and bool(rule.action or rule.path)
            and action.lower().startswith(rule.action.lower())
            and rule.path.lower() in request.path.lower()
        )
    if refused:
        raise _refusal(client_id, action, scope)


def action_of(request: Request) -> tuple[str, str]:
    """The action, such as ``Microsoft.Storage/storageAccounts/read``, and the id it is done to."""
    segments = list(request.segments)
    lowered = [segment.lower() for segment in segments]
    last = len(lowered) - 1 - lowered[::-1].index("providers") if "providers" in lowered else None
    if last is None or last + 1 >= len(segments):
        return _action_of_resources(request.method, segments)
    namespace, rest = segments[last + 1], segments[last + 2 :]
    types = rest[::2]
    if request.method == "POST":
        action = "/".join([namespace, *types, "action"])
    else:
        action = "/".join([namespace, *types, _VERBS.get(request.method, "action")])
    in_resource = len(rest) - len(rest) % 2
    scope = segments[: last + 2 + in_resource] if in_resource else segments[:last]
    return action, "/" + "/".join(scope)


def _action_of_resources(method: str, segments: list[str]) -> tuple[str, str]:
    """``/subscriptions/S/resources`` is the subscription's, the other lists are their own."""
    kind = "/".join(["subscriptions", *segments[2:3]])
    depth = 2 if segments[2:] == ["resources"] else 4
    return f"Microsoft.Resources/{kind}/{_VERBS.get(method, 'action')}", "/" + "/".join(segments[:depth])


def _refusal(client_id: str, action: str, scope: str) -> Refusal:
    return gateway(
        403,
        "AuthorizationFailed",
        f"The client '{client_id}' with object id '{object_id(client_id)}' does not have authorization to "
        f"perform action '{action}' over scope '{scope}' or the scope is invalid. "
        "If access was recently granted, please refresh your credentials.",
    )
