# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The edge between event-driven Ansible and the work: options in, events out."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import AnsibleValidationError, UnsupportedError

from ._arm.connection import connect, missing_library, subscription_of
from ._azure.errors import BackupError
from ._azure.times import CLOCKS_DIFFER, format_time, now
from ._options.argspec import AUTHENTICATION
from ._options.coverage import WantedCoverage
from ._options.names import check_names
from ._options.settings import Settings, home, resolve
from ._options.texts import tidied
from ._options.vaults import WantedVaults
from ._options.watching import WATCHING, Watching
from ._plan.news import Memory, News, job_news, jobs_since, share_news
from ._read.coverage import report_coverage
from ._records.job import Job
from ._run.calls import ApiCalls
from ._run.deadline import Deadline
from ._session import Session

PATIENCE = 300  # seconds that one look may take, retries included
CONNECTIONS = 10
MASK = "********"

Event = dict[str, Any]


class Watcher:
    """Looks at a vault again and again. ``args`` are an event source's, as a rulebook has them.

    Raises BackupError for arguments that cannot be right, before any request.
    """

    def __init__(self, args: Mapping[str, Any], clock: Callable[[], datetime] | None = None) -> None:
        params = _checked(args)
        self.wanted = Watching.parse(params)
        self.feedback_timeout = float(params["feedback_timeout"])
        self._settings: Settings = resolve(params, os.environ, home())
        self._api_version: str = params["api_version"]
        self._file = Path(params["state_file"]).expanduser() if params["state_file"] else None
        self._clock = clock or now
        self._memory = self._recall()
        self._secrets: set[str] = set(self._settings.secrets)
        self._coverage_due: datetime | None = None

    def look(self) -> Iterator[Event]:
        """What is new. Each event counts as told when the next one is asked for, or the end is reached.

        Raises BackupError where the vault could not be read.
        """
        try:
            yield from self._look()
        except ImportError as missing:
            raise missing_library(missing) from None
        except BackupError as error:
            raise BackupError(self._masked(error.message), error.fault) from None

    def _look(self) -> Iterator[Event]:
        session = self._session()
        at = self._clock()
        if "job" in self.wanted.kinds:
            since = jobs_since(self._memory, at, self.wanted.look_back)
            jobs = session.vault.jobs(since=since, until=at + CLOCKS_DIFFER)
            yield from self._told(job_news(self._memory, jobs, at, self.wanted), session)
        if self.wanted.coverage and (self._coverage_due is None or at >= self._coverage_due):
            found = self._coverage(session)
            self._coverage_due = at + self.wanted.coverage_interval
            yield from self._told(share_news(self._memory, found, at, self.wanted), session)

    def _told(self, news: Iterator[News | Memory], session: Session) -> Iterator[Event]:
        for each in news:
            if isinstance(each, Memory):
                self._remember(each)
            else:
                yield self._event(each, session)
                self._remember(each.memory)

    def _event(self, news: News, session: Session) -> Event:
        if isinstance(news.what, Job):
            account, share = news.what.account_name, news.what.share
            told = {"job": news.what.to_result(), "failures": news.memory.failures_of(news.what)}
        else:
            account, share = news.what["storage_account"], news.what["share"]
            told = {"coverage": dict(news.what)}
        return {
            "kind": news.kind,
            "seen_at": format_time(self._clock()),
            "resource_group": self.wanted.vault.resource_group,
            "vault_name": self.wanted.vault.name,
            "subscription_id": session.subscription,
            "storage_account": account,
            "share": share,
            **told,
        }

    def _session(self) -> Session:
        deadline = Deadline(PATIENCE)
        client = connect(self._settings, deadline, ApiCalls(), CONNECTIONS, self._secrets.add)
        return Session(
            client=client,
            subscription=subscription_of(client, self._settings),
            deadline=deadline,
            check_mode=True,
            wait=False,
            warn=lambda _text: None,
            place=self.wanted.vault,
            api_version=self._api_version,
        )

    def _coverage(self, session: Session) -> dict[str, Any]:
        report_coverage(session, WantedCoverage(WantedVaults((self.wanted.vault,)), 1, False, True, CONNECTIONS))
        if session.outcome.failure:
            raise session.outcome.failure
        found: dict[str, Any] = session.outcome.values["coverage"]
        return found

    def _masked(self, text: str) -> str:
        for secret in sorted(filter(None, self._secrets), key=len, reverse=True):
            text = text.replace(secret, MASK)
        return text

    def _recall(self) -> Memory:
        if not self._file:
            return Memory()
        try:
            kept = json.loads(self._file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return Memory()
        except (OSError, ValueError) as problem:
            raise BackupError(f"state_file '{self._file}' cannot be read: {problem}") from None
        if not isinstance(kept, dict):
            raise BackupError(f"state_file '{self._file}' is of another kind: remove it, or name another one.")
        return Memory.parse(kept)

    def _remember(self, memory: Memory) -> None:
        """Written beside and moved into place, so that it is whole whenever this process is ended."""
        if memory == self._memory:
            return
        self._memory = memory
        if not self._file:
            return
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._file.parent, prefix=f".{self._file.name}.")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(memory.to_json(), file, indent=1)
            Path(name).replace(self._file)
        except OSError as problem:
            raise BackupError(f"state_file '{self._file}' cannot be written: {problem}") from None


def _checked(args: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments with their types and defaults. Raises BackupError that names what cannot be right."""
    # The rule engine hands these over with the rest.
    own = {name: value for name, value in args.items() if not name.startswith("eda_")}
    checked = ArgumentSpecValidator({**AUTHENTICATION, **WATCHING}).validate(own)
    if checked.error_messages:
        raise BackupError(f"{'; '.join(_told(each) for each in checked.errors)}.")
    params: dict[str, Any] = tidied(WATCHING, checked.validated_parameters)
    params["api_version"] = params["api_version"] or WATCHING["api_version"]["default"]
    check_names(params, ["resource_group", "vault_name"])
    return params


def _told(error: AnsibleValidationError) -> str:
    """Ansible begins with the names of unknown arguments, and says afterwards which ones there are."""
    return f"{'unknown arguments: ' if isinstance(error, UnsupportedError) else ''}{error.msg.rstrip('.')}"
