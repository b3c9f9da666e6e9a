# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who logs in where: options, environment and the credentials file, brought together.

Nothing here sends a request, so that whatever is missing is named before the first one.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ansible.module_utils.parsing.convert_bool import boolean

from .._azure.errors import BackupError
from . import texts
from .profiles import read_profile
from .sources import Login, Source, combine

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
SECRETS = ("secret", "oidc_token", "password")
PATHS = ("x509_certificate_path", "oidc_token_file_path")

# The chassis tag that the firmware of every virtual machine in Azure carries.
_AZURE_CHASSIS = "7783-7084-3265-9085-8269-3286-77"
_CHASSIS_TAG = Path("/sys/class/dmi/id/chassis_asset_tag")
_IDENTITY_VARIABLES = (
    "IDENTITY_ENDPOINT",
    "MSI_ENDPOINT",
    "AZURE_POD_IDENTITY_AUTHORITY_HOST",
    "IMDS_ENDPOINT",
)


@dataclass(frozen=True)
class Settings:
    """Everything needed to log in and to find the cloud.

    ``login`` is ``principal``, ``msi``, ``cli``, or ``msi+cli`` (the first that answers).
    ``proof`` names which proof a principal uses; its value is in ``proof_value``.
    ``guard_tenant`` is another tenant, of a resource guard, to which the same login goes for what is guarded.
    ``places`` names options as messages do, with the variable or the file that the value came from.
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
    guard_tenant: str | None = None
    places: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    @property
    def secrets(self) -> list[str]:
        """Values that must appear in no output."""
        return [self.proof_value] if self.proof in SECRETS and self.proof_value else []

    def named(self, option: str) -> str:
        return self.places.get(option, option)


def home() -> Path:
    """The user's home; a user without one has no files there either."""
    try:
        return Path.home()
    except RuntimeError:
        return Path(os.devnull)


def resolve(options: Mapping[str, object], environment: Mapping[str, str], home: Path) -> Settings:
    """Bring the sources together: an option wins over a profile that is named, and that over the environment.

    The section ``default`` of the credentials file, where nobody names one, comes last. A blank value counts as unset.
    Raises BackupError that names what is missing, contradictory, or cannot be right, and where it came from.
    """
    given, env = _options(options), _environment(environment)
    choice = combine(given, [env], env, ("auth_source", "profile"))
    auth_source = _one_of(choice, "auth_source", "auto", AUTH_SOURCES)
    profile = _checked(choice, "profile")
    uses_file = auth_source in ("auto", "credential_file")
    section = _section(home, profile, required=bool(profile) or auth_source != "auto") if uses_file else Source()

    by_source = {
        "auto": [section, env] if profile else [env, section],
        "credential_file": [section],
    }
    login = combine(given, by_source.get(auth_source, [env]), env, ENVIRONMENT)
    _refuse_passwords(given, login, auth_source)
    way = _way(auth_source, login, environment)
    cloud = _checked(login, "cloud_environment") or "AzureCloud"
    adfs = _checked(login, "adfs_authority_url")
    return Settings(
        login=way,
        cloud_environment=cloud,
        subscription_id=_checked(login, "subscription_id"),
        tenant=_tenant(login, way, everywhere=cloud.lower().startswith("https:") or adfs is not None),
        client_id=_checked(login, "client_id"),
        proof=login.proof if way == "principal" else None,
        proof_value=_checked(login, login.proof) if login.proof and way == "principal" else None,
        validate_certificates=_one_of(login, "cert_validation_mode", "validate", ("validate", "ignore")) == "validate",
        disable_instance_discovery=_truth(login, "disable_instance_discovery"),
        adfs_authority_url=adfs,
        places=login.places,
    )


def _options(options: Mapping[str, object]) -> Source:
    return _source({name: (name, options.get(name)) for name in ENVIRONMENT})


def _environment(environment: Mapping[str, str]) -> Source:
    """Of several variables, the first that is not blank."""
    return _source(
        {
            name: next(
                (
                    (f"{name} (from {variable})", environment[variable])
                    for variable in variables
                    if texts.stripped(environment.get(variable, ""))
                ),
                (name, None),
            )
            for name, variables in ENVIRONMENT.items()
        }
    )


def _section(home: Path, name: str | None, required: bool) -> Source:
    place, values = read_profile(home, name, required)
    return _source({name: (f"{name} (from {place})", values.get(name)) for name in ENVIRONMENT})


def _source(values: Mapping[str, tuple[str, object]]) -> Source:
    """Values without what surrounds them, and only those that are not blank."""
    kept = {}
    for name, (_place, value) in values.items():
        text = "" if value is None else str(value)
        text = texts.stripped_path(text) if name in PATHS else texts.stripped(text)
        if text:
            kept[name] = text
    return Source(kept, {name: values[name][0] for name in kept})


def _checked(login: Login, name: str) -> str | None:
    """A value that is used, and so has to be right; whatever else there is may be as it likes."""
    text = login.values.get(name)
    if text is None:
        return None
    place = login.places[name]
    if name == "subscription_id":
        return texts.subscription_id(place, text)
    if name == "client_id":
        return texts.client_id(place, text)
    return texts.plain(place, text, secret=name in SECRETS)


def _tenant(login: Login, way: str, everywhere: bool) -> str | None:
    """``everywhere``: whether the login service is not Entra ID for sure, whose tenants have ids and domain names."""
    text = _checked(login, "tenant")
    if text is None or everywhere or way == "msi":
        return text
    return texts.tenant(login.places["tenant"], text)


def _way(auth_source: str, login: Login, environment: Mapping[str, str]) -> str:
    """Which way to log in; raises where the chosen way lacks something."""
    if auth_source in ("msi", "cli"):
        if auth_source == "cli" and not shutil.which("az"):
            raise BackupError("auth_source is 'cli', but there is no az command on this machine's PATH.")
        return auth_source
    if login.proof:
        missing = [name for name in ("client_id", "tenant", "subscription_id") if name not in login.values]
        if missing:
            raise BackupError(f"{login.places[login.proof]} is given, but {_spell(missing)}.")
        return "principal"
    if auth_source != "auto":
        where = "the environment" if auth_source == "env" else "the credentials file"
        raise BackupError(f"auth_source is '{auth_source}', but {where} has no credentials: {_spell(['secret'])}.")
    offers_identity = _offers_managed_identity(environment)
    if "client_id" in login.values and not offers_identity:
        other = " Another login that was found has another client_id, and logins are not mixed." if login.others else ""
        raise BackupError(
            f"{login.places['client_id']} is given, but nothing proves it: {_spell(['secret'])}, "
            f"or x509_certificate_path, oidc_token or oidc_token_file_path.{other}"
        )
    ways = [way for way, found in (("msi", offers_identity), ("cli", shutil.which("az"))) if found]
    if not ways:
        raise BackupError(
            "There is nothing to log in to Azure with: "
            f"{_spell(['client_id', 'secret', 'tenant', 'subscription_id'])}; "
            "~/.azure/credentials has no usable profile, this machine has no managed identity and no az command."
        )
    return "+".join(ways)


def _refuse_passwords(given: Source, login: Login, auth_source: str) -> None:
    asked = {"ad_user", "password"} & set(given.values)
    inherited = {"ad_user", "password"} & set(login.values) and not login.proof and auth_source not in ("msi", "cli")
    if asked or inherited:
        raise BackupError(
            "ad_user and password are not supported: Microsoft Entra ID enforces multi-factor authentication for "
            "users, which a play cannot answer. Use a service principal (client_id with secret, certificate or "
            "oidc_token) or a managed identity (auth_source: msi)."
        )


def _offers_managed_identity(environment: Mapping[str, str]) -> bool:
    """Known without asking the network, where an absent service would cost five seconds."""
    if any(texts.stripped(environment.get(name, "")) for name in _IDENTITY_VARIABLES):
        return True
    try:
        return _CHASSIS_TAG.read_text(encoding="ascii").strip() == _AZURE_CHASSIS
    except (OSError, UnicodeDecodeError):
        return False


def _spell(names: list[str]) -> str:
    each = [f"{name} (or {ENVIRONMENT[name][0]} in the environment)" for name in names]
    return f"{', '.join(each)} {'is' if len(each) == 1 else 'are'} missing"


def _one_of(login: Login, name: str, default: str, choices: tuple[str, ...]) -> str:
    value = _checked(login, name) or default
    if value not in choices:
        raise BackupError(f"{login.places[name]} is '{value[:100]}', but it has to be one of {', '.join(choices)}.")
    return value


def _truth(login: Login, name: str) -> bool:
    value = _checked(login, name) or "false"
    try:
        return bool(boolean(value))
    except TypeError:
        raise BackupError(f"{login.places[name]} is '{value[:100]}', but it has to be true or false.") from None
