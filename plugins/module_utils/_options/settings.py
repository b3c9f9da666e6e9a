# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who logs in where: options, environment and the credentials file, brought together. Private to the collection.

Nothing here sends a request, so that whatever is missing is named before the first one.
"""

from __future__ import annotations

import configparser
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ansible.module_utils.parsing.convert_bool import boolean

from .._azure.errors import BackupError

# The variables behind each option, in the order in which they are looked at.
ENVIRONMENT: dict[str, tuple[str, ...]] = {
    "auth_source": ("ANSIBLE_AZURE_AUTH_SOURCE",),
    "profile": ("AZURE_PROFILE",),
    "subscription_id": ("AZURE_SUBSCRIPTION_ID",),
    "tenant": ("AZURE_TENANT", "AZURE_TENANT_ID"),
    "client_id": ("AZURE_CLIENT_ID",),
    "secret": ("AZURE_SECRET", "AZURE_CLIENT_SECRET"),
    "x509_certificate_path": ("AZURE_X509_CERTIFICATE_PATH",),
    "oidc_token": ("AZURE_FEDERATED_TOKEN",),
    "oidc_token_file_path": ("AZURE_FEDERATED_TOKEN_FILE",),
    "cloud_environment": ("AZURE_CLOUD_ENVIRONMENT",),
    "cert_validation_mode": ("AZURE_CERT_VALIDATION_MODE",),
    "disable_instance_discovery": ("AZURE_DISABLE_INSTANCE_DISCOVERY",),
    "adfs_authority_url": ("AZURE_ADFS_AUTHORITY_URL",),
    "ad_user": ("AZURE_AD_USER",),
    "password": ("AZURE_PASSWORD",),
}
AUTH_SOURCES = ("auto", "cli", "env", "credential_file", "msi")
# How a service principal proves itself, strongest claim first, as azure.azcollection orders them.
PROOFS = ("oidc_token", "oidc_token_file_path", "secret", "x509_certificate_path")
# Where the cloud is and how it is reached: taken from the environment whatever the login comes from.
PLACE = ("cloud_environment", "cert_validation_mode", "disable_instance_discovery", "adfs_authority_url")

# The chassis tag that the firmware of every virtual machine in Azure carries.
_AZURE_CHASSIS = "7783-7084-3265-9085-8269-3286-77"
_CHASSIS_TAG = Path("/sys/class/dmi/id/chassis_asset_tag")
_IDENTITY_VARIABLES = (
    "IDENTITY_ENDPOINT",
    "MSI_ENDPOINT",
    "AZURE_POD_IDENTITY_AUTHORITY_HOST",
    "IMDS_ENDPOINT",
)

Values = Mapping[str, str]


@dataclass(frozen=True)
class Settings:
    """Everything needed to log in and to find the cloud.

    ``login`` is ``principal``, ``msi``, ``cli``, or ``msi+cli`` (the first that answers).
    ``proof`` names which of PROOFS a principal uses; its value is in ``proof_value``.
    """

    login: str
    cloud_environment: str = "AzureCloud"
    subscription_id: str | None = None
    tenant: str | None = None
    client_id: str | None = None
    proof: str | None = None
    proof_value: str | None = None
    validate_certificates: bool = True
    disable_instance_discovery: bool = False
    adfs_authority_url: str | None = None

    @property
    def secrets(self) -> list[str]:
        """Values that must appear in no output."""
        return [self.proof_value] if self.proof in ("secret", "oidc_token") and self.proof_value else []


def home() -> Path:
    """The user's home; a user without one has no files there either."""
    try:
        return Path.home()
    except RuntimeError:
        return Path(os.devnull)


def resolve(options: Mapping[str, object], environment: Mapping[str, str], home: Path) -> Settings:
    """Bring the sources together: an option wins over the environment, the environment over the credentials file.

    A profile that is named by the option outranks the environment. An empty value counts as unset.
    Raises BackupError that names what is missing or contradictory.
    """
    given = _filled({name: options.get(name) for name in ENVIRONMENT})
    env = _filled({name: _first(environment, variables) for name, variables in ENVIRONMENT.items()})
    auth_source = _one_of("auth_source", given.get("auth_source") or env.get("auth_source") or "auto", AUTH_SOURCES)
    profile = given.get("profile") or env.get("profile")
    uses_file = auth_source in ("auto", "credential_file")
    section = _profile(home, profile, required=bool(profile) or auth_source != "auto") if uses_file else {}

    by_source: dict[str, list[Values]] = {
        "auto": [given, section, env] if "profile" in given else [given, env, section],
        "env": [given, env],
        "credential_file": [given, section],
        "msi": [given, env],
        "cli": [given, env],
    }
    sources = by_source[auth_source]
    merged = {name: env[name] for name in PLACE if name in env}
    for source in reversed(sources):
        merged.update(source)
    proof, proof_value = _proof(sources)
    _refuse_passwords(given, merged, proof, auth_source)
    login = _login(auth_source, merged, proof, environment)
    return Settings(
        login=login,
        cloud_environment=merged.get("cloud_environment", "AzureCloud"),
        subscription_id=merged.get("subscription_id"),
        tenant=merged.get("tenant"),
        client_id=merged.get("client_id"),
        proof=proof if login == "principal" else None,
        proof_value=proof_value if login == "principal" else None,
        validate_certificates=_one_of(
            "cert_validation_mode", merged.get("cert_validation_mode", "validate"), ("validate", "ignore")
        )
        == "validate",
        disable_instance_discovery=_truth(
            "disable_instance_discovery", merged.get("disable_instance_discovery", "false")
        ),
        adfs_authority_url=merged.get("adfs_authority_url"),
    )


def _login(auth_source: str, merged: Values, proof: str | None, environment: Mapping[str, str]) -> str:
    """Which way to log in; raises where the chosen way lacks something."""
    if auth_source in ("msi", "cli"):
        if auth_source == "cli" and not shutil.which("az"):
            raise BackupError("auth_source is 'cli', but there is no az command on this machine's PATH.")
        return auth_source
    if proof:
        missing = [name for name in ("client_id", "tenant", "subscription_id") if name not in merged]
        if missing:
            raise BackupError(f"{proof} is given, but {_spell(missing)}.")
        return "principal"
    if auth_source != "auto":
        where = "the environment" if auth_source == "env" else "the credentials file"
        raise BackupError(f"auth_source is '{auth_source}', but {where} has no credentials: {_spell(['secret'])}.")
    offers_identity = _offers_managed_identity(environment)
    if "client_id" in merged and not offers_identity:
        raise BackupError(
            f"client_id is given, but nothing proves it: {_spell(['secret'])}, "
            "or x509_certificate_path, oidc_token or oidc_token_file_path."
        )
    ways = [way for way, found in (("msi", offers_identity), ("cli", shutil.which("az"))) if found]
    if not ways:
        raise BackupError(
            "There is nothing to log in to Azure with: "
            f"{_spell(['client_id', 'secret', 'tenant', 'subscription_id'])}; "
            "~/.azure/credentials has no usable profile, this machine has no managed identity and no az command."
        )
    return "+".join(ways)


def _proof(sources: list[Values]) -> tuple[str | None, str | None]:
    """A proof is taken whole from the best source that has one, so that two sources' proofs never mix."""
    for source in sources:
        for name in PROOFS:
            if name in source:
                return name, source[name]
    return None, None


def _refuse_passwords(given: Values, merged: Values, proof: str | None, auth_source: str) -> None:
    asked = {"ad_user", "password"} & set(given)
    inherited = {"ad_user", "password"} & set(merged) and not proof and auth_source not in ("msi", "cli")
    if asked or inherited:
        raise BackupError(
            "ad_user and password are not supported: Microsoft Entra ID enforces multi-factor authentication for "
            "users, which a play cannot answer. Use a service principal (client_id with secret, certificate or "
            "oidc_token) or a managed identity (auth_source: msi)."
        )


def _profile(home: Path, name: str | None, required: bool) -> dict[str, str]:
    """One section of ~/.azure/credentials."""
    file = home / ".azure" / "credentials"
    parser = configparser.ConfigParser(interpolation=None)
    try:
        found = parser.read(file, encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError) as problem:
        raise BackupError(f"{file} cannot be read as a credentials file: it is not in INI form.") from problem
    section = name or "default"
    if section in parser:
        return _filled({key: value for key, value in parser[section].items() if key in ENVIRONMENT})
    if required:
        state = f"has no section [{section}]" if found else "does not exist or cannot be read"
        raise BackupError(f"The profile '{section}' is asked for, but {file} {state}.")
    return {}


def _offers_managed_identity(environment: Mapping[str, str]) -> bool:
    """Known without asking the network, where an absent service would cost five seconds."""
    if any(environment.get(name) for name in _IDENTITY_VARIABLES):
        return True
    try:
        return _CHASSIS_TAG.read_text(encoding="ascii").strip() == _AZURE_CHASSIS
    except (OSError, UnicodeDecodeError):
        return False


def _spell(names: list[str]) -> str:
    each = [f"{name} (or {ENVIRONMENT[name][0]} in the environment)" for name in names]
    return f"{', '.join(each)} {'is' if len(each) == 1 else 'are'} missing"


def _filled(values: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items() if value not in (None, "")}


def _first(environment: Mapping[str, str], variables: tuple[str, ...]) -> str | None:
    return next((environment[name] for name in variables if environment.get(name)), None)


def _one_of(name: str, value: str, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise BackupError(f"{name} is '{value}', but it has to be one of {', '.join(choices)}.")
    return value


def _truth(name: str, value: str) -> bool:
    try:
        return bool(boolean(value))
    except TypeError:
        raise BackupError(f"{name} is '{value}', but it has to be true or false.") from None
