# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a login's values come from, and how several sources make one login."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

# How a service principal proves itself, strongest claim first, as azure.azcollection orders them.
PROOFS = ("oidc_token", "oidc_token_file_path", "secret", "x509_certificate_path")
# Where the cloud is and how it is reached: taken from the environment whatever the login comes from.
PLACE = ("cloud_environment", "cert_validation_mode", "disable_instance_discovery", "adfs_authority_url")


@dataclass(frozen=True)
class Source:
    """Options, environment, or a section of a file. ``places`` names each value for messages, with where it stands."""

    values: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)

    @property
    def proof(self) -> str | None:
        return next((name for name in PROOFS if name in self.values), None)


@dataclass
class Login:
    """What the sources say together; of the proofs there is one at most, in ``proof``."""

    values: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    proof: str | None = None
    # Whether a source was left out because it has another application's login.
    others: bool = False

    def take(self, name: str, sources: Iterable[Source]) -> None:
        """The value of the first source that has it."""
        for source in sources:
            if name in source.values:
                self.values[name], self.places[name] = source.values[name], source.places.get(name, name)
                return


def combine(given: Source, kept: Sequence[Source], environment: Source, names: Iterable[str]) -> Login:
    """One login from the options and from what is kept elsewhere, best source first.

    Options are single values that win. Elsewhere, the application, its tenant and its proof belong together: they are
    taken from one source, and another one adds to them only if it has not an application of its own.
    """
    if "client_id" in given.values:
        own, strangers = list(kept), []
    else:
        with_application = [source for source in kept if "client_id" in source.values]
        base = next(iter(with_application or [source for source in kept if source.proof]), None)
        strangers = [source for source in kept if base and _of_another(source, base)]
        own = [source for source in kept if source not in strangers]
        own.sort(key=lambda source: source is not base)
    login = Login(others=any(source.proof for source in strangers))
    # A subscription is no part of a login, and may come from elsewhere.
    order = [given, *(source for source in kept if source not in strangers)]
    for name in names:
        if name in PROOFS:
            continue
        if name in ("client_id", "tenant"):
            login.take(name, [given, *own])
        elif name in PLACE:
            login.take(name, [*order, environment])
        else:
            login.take(name, [*order, *strangers] if name == "subscription_id" else order)
    for source in (given, *own):
        if source.proof:
            login.proof = source.proof
            login.take(source.proof, [source])
            break
    return login


def _of_another(source: Source, base: Source) -> bool:
    mine, theirs = base.values.get("client_id"), source.values.get("client_id")
    return bool(mine and theirs and mine.lower() != theirs.lower())
