# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the service refuses, in its words; those which no public source shows are marked (inferred)."""

from typing import Any

from .messages import Answer


class Refusal(Exception):
    """An error answer: ``{"error": {"code", "message"}}`` and the party which gave it."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        cause: str = "service",
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.cause = cause
        """``gateway`` for ARM itself, ``service`` for a resource provider; told in x-ms-failure-cause."""
        self.headers = headers or {}
        self.more: dict[str, Any] = {}
        """Members of the error beside code and message."""

    @property
    def own(self) -> bool:
        """Whether ARM itself says it."""
        return self.cause == "gateway"

    def answer(self) -> Answer:
        """ARM's own have a charset and name it as the cause; a provider is named only where it is its fault."""
        headers = dict(self.headers)
        if self.own or self.status >= 500:
            headers["x-ms-failure-cause"] = self.cause
        plain = {} if self.own else {"content_type": "application/json"}
        return Answer(self.status, self.body(), headers, **plain)

    def body(self) -> dict[str, Any]:
        """The body; ``{}`` for a refusal without a code."""
        if not self.code:
            return {}
        return {"error": error_body(self.code, self.message)["error"] | self.more}


def error_body(code: str, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message}}


def gateway(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Refusal:
    return Refusal(status, code, message, cause="gateway", headers=headers)


def resource_not_found(resource_type: str, name: str, group: str) -> Refusal:
    return gateway(
        404,
        "ResourceNotFound",
        f"The Resource '{resource_type}/{name}' under resource group '{group}' was not found. "
        "For more details please go to https://aka.ms/ARMResourceNotFoundFix",
    )


def item_not_found() -> Refusal:
    return Refusal(
        404,
        "BMSUserErrorDataSourceObjectNotFound",
        "Item not found.\r\nSelected item might have been deleted. Please check if item is registered to the vault.",
    )


def invalid_input(detail: str = "Please check the required inputs") -> Refusal:
    """Azure Backup's answer to a call it cannot make sense of; any other ``detail`` is (inferred)."""
    return Refusal(400, "BMSUserErrorInvalidInput", f"Input provided for the call is invalid\r\n{detail}")


def invalid_protection(detail: str = "") -> Refusal:
    """Azure Backup's answer to the PUT of an item which it cannot make sense of; any ``detail`` is (inferred)."""
    return Refusal(
        400,
        "BMSUserErrorInvalidConfigureProtectionRequest",
        "\r\n".join(
            [
                "Input for configure protection is not in proper format",
                "Please ensure that container exists and other parameters are in valid format",
                *([detail] if detail else []),
            ]
        ),
    )


def immutable() -> Refusal:
    """The answer to what would destroy an immutable vault's data, and to a suspension in any other vault.

    Both are reported, with these words and the mistake in them.
    """
    return Refusal(
        400,
        "UserErrorOperationDeniedOnImmutableItem",
        "The Vault and Bakcup Item is in Immutable state where destructive operations are not supported. The Vault and "
        "Backup Item is immutable, hence operation is denied. Refer to the documentation to learn more: "
        "https://aka.ms/AB-ImmutableVaults-States ",
    )


def soft_deleted() -> Refusal:
    return Refusal(  # inferred
        400,
        "BMSUserErrorItemInSoftDeletedState",
        "The backup item is in soft deleted state. Undelete it before any other operation.",
    )


def guard_asked() -> Refusal:
    """A resource guard wants its consent named; the message is reported, status and code are inferred."""
    return Refusal(
        403,
        "ResourceGuardOperationRequestMissing",
        "ResourceGuard Operation requestid is either null or empty",
    )


def guard_elsewhere(action: str, scope: str, tenant: str, subscription: str) -> Refusal:
    """A resource guard of another tenant, of which there is no token: ARM's words for any link; here inferred."""
    return gateway(
        403,
        "LinkedAuthorizationFailed",
        f"The client has permission to perform action '{action}' on scope '{scope}', however the current tenant "
        f"'{tenant}' is not authorized to access linked subscription '{subscription}'.",
    )


def guard_not_approved(who: str, action: str, scope: str, request: str) -> Refusal:
    """The client has no role on the resource guard: ARM's words for any link; that they are said here is inferred."""
    return gateway(
        403,
        "LinkedAuthorizationFailed",
        f"{who} has permission to perform action '{action}' on scope '{scope}'; "
        "however, it does not have permission to perform action(s) "
        f"'Microsoft.DataProtection/resourceGuards/{request.split('/')[-2]}/read' on the linked scope(s) '{request}' "
        "or the linked scope(s) are invalid.",
    )


def internal_error() -> Refusal:
    return Refusal(
        500,
        "CloudInternalError",
        "Microsoft Azure Backup encountered an internal error. Wait for a few minutes and then try the "
        "operation again. If the issue persists, please contact Microsoft support.",
    )


class Failed(Exception):
    """An accepted operation or a job which does not end well.

    ``http`` is what operationResults then answers; recorded is only a 500 (inferred: 400).
    """

    def __init__(self, code: str, message: str, *, http: int = 400, cancelled: bool = False) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.http = http
        self.cancelled = cancelled
