# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recorded exchanges with the real service, asked again of a simulator in a matching world, and compared.

The world is told by data: a scenario, what the recording does not show of its beginning, and what happened in it
without being recorded. The clock is that of the recording, so that an operation ends between the same two questions as
it did. What the service made up, such as an operation's id, is learned from the answers and put into later questions.
"""

import datetime as dt
import email.utils
import json
import re
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from azure_simulator.clock import SECOND
from azure_simulator.dotnet import parse_filter_time
from azure_simulator.journal import Entry
from azure_simulator.messages import Answer, Request
from azure_simulator.model.discovery import look_into
from azure_simulator.model.guard import Plea
from azure_simulator.model.protection import Wanted
from azure_simulator.model.vault import ProtectedItem, Vault
from azure_simulator.scenario import Scenario
from azure_simulator.simulator import Simulator
from azure_simulator.typed import build

HERE = "https://localhost:443"
THERE = ("https://management.azure.com", "{endpoint}")
HEADERS = ("content-type", "retry-after", "location", "azure-asyncoperation", "x-ms-failure-cause")
COUNTER = "x-ms-ratelimit-remaining-"
ECHO = "x-ms-client-request-id"
IDENTIFIER = "x-ms-operation-identifier"

GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
OPERATION = re.compile(r"(?<=/backupCrrOperation)(sStatus|Results)/([A-Za-z0-9]+(?:=|%3D)*)")
# What it is called in the recordings, where nobody is to have it.
SECRET = "ACCESS.TOKEN.STRING"
A_NAME = 10**6
"""Numbers from here on are names that the service has made up."""
# What may differ in its digits but not in its form; the first that fits tells the form.
FORMS = {
    "NEVER": re.compile("0001-01-01T00:00:00"),
    "TIME": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,7}Z"),
    "WHOLE-TIME": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
    "SNAPSHOT-TIME": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.0000000Z"),
    "OFFSET-TIME": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?\+00:00"),
    "SECRET": re.compile(rf"{SECRET}|[\w-]{{100,}}\.[\w-]{{100,}}\.[\w-]{{100,}}"),
    "US-TIME": re.compile(r"\d{1,2}/\d{1,2}/\d{4} \d{1,2}:\d\d:\d\d [AP]M"),
    "DURATION": re.compile(r"PT(\d+H)?(\d+M)?(\d+(\.\d{1,7})?S)?"),
    "TIMESPAN": re.compile(r"(\d+\.)?\d\d:\d\d:\d\d(\.\d{7})?"),
    "ETAG": re.compile(r"W/\"datetime'[\dT%A.-]+Z'\"|\"0x[0-9A-F]+\""),
    "NUMBER": re.compile(r"\d+(\.\d+)?"),
}
# Times whose digits are somebody's choice and not the clock's.
CHOSEN = ("scheduleRunTimes", "retentionTimes", "scheduleWindowStartTime")


@dataclass(frozen=True)
class Exchange:
    number: int
    method: str
    url: str
    request: Any
    status: int | None
    headers: dict[str, str]
    date: str | None
    response: Any

    @classmethod
    def all_of(cls, recording: dict[str, Any], renamed: dict[str, str]) -> list["Exchange"]:
        text = json.dumps(recording["interactions"])
        for old, new in renamed.items():
            text = text.replace(old, new)
        return [
            cls(
                number,
                entry["method"],
                entry["url"],
                _request(entry["request"]),
                entry["status"],
                entry["headers"] or {},
                entry["date"],
                entry["response"],
            )
            for number, entry in enumerate(json.loads(text))
        ]


def _request(recorded: Any) -> Any:
    """The oldest recordings keep it as a text within texts."""
    if not isinstance(recorded, str):
        return recorded
    return json.loads(recorded[recorded.index("{") : recorded.rindex("}") + 1].replace("\\", ""))


@dataclass
class World:
    scenario: dict[str, Any]
    renamed: dict[str, str] = field(default_factory=dict)
    """Names of the recording which cannot be here, and what they are called instead."""
    hashes: dict[str, str] = field(default_factory=dict)
    """What the service calls the shares."""
    dates: dict[str, str] = field(default_factory=dict)
    """When what has no date in the recording was asked; by default a second after what came before it."""
    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What the shares' items hold from the start: ``upper``, ``backup``, ``synced``, ``points`` and ``older`` ones."""
    meanwhile: list[list[Any]] = field(default_factory=list)
    """``[number, seconds, what, names …]``: what happened so long before that exchange."""


class Replay:
    """One recording, exchange by exchange."""

    def __init__(self, world: World, exchanges: list[Exchange]) -> None:
        self._world = world
        self._exchanges = exchanges
        self._moments = _moments(exchanges, world.dates)
        first = self._moments[0]
        # Some time before: what happens without being recorded has to begin, too.
        settings = {**world.scenario, "clock_offset": first - 7200 - time.time()}
        self._simulator = Simulator(build(Scenario, settings, "scenario"))
        self._learned: dict[str, str] = {}
        self._token = self._log_in()
        for name, hashed in world.hashes.items():
            self._share(name).__dict__["system_name"] = hashed
        self._name_items()

    def differences(self) -> Iterator[str]:
        for exchange in self._exchanges:
            self._happen(exchange)
            self._wait_until(self._moments[exchange.number])
            answer = self._ask(exchange)
            if exchange.status is not None:
                for difference in _compare(exchange, answer, self._here):
                    yield f"[{exchange.number}] {difference}"
            self._learn(exchange, answer)

    # The world and its clock.

    @property
    def _vault(self) -> Vault:
        return self._simulator.world.vaults.all[0]

    def _share(self, name: str) -> Any:
        shares = [share for account in self._simulator.world.accounts for share in account.shares]
        return next(share for share in shares if share.name == name)

    def _items(self) -> dict[str, ProtectedItem]:
        return {item.share.name: item for item in self._vault.items.values()}

    def _name_items(self) -> None:
        """Put what is protected from the start under the names of its shares, and give it what it holds."""
        if not self._world.items:
            return
        items = self._items()
        self._vault.items.clear()
        for name, item in items.items():
            self._vault.items[item.key] = item
            known = self._world.items.get(name, {})
            item.upper = known.get("upper", False)
            for point in [*known.get("points", []), *self._older(known)]:
                made = self._simulator.world.backups.add_point(
                    item,
                    parse_filter_time(point["time"]),
                    scheduled=point.get("scheduled", False),
                    vaulted=point.get("vaulted", False),
                )
                made.name = point["name"]
                item.state = "Protected"
            if "synced" in known:
                item.synced_at = parse_filter_time(known["synced"])
            if "backup" in known:
                at, item.last_backup_status = known["backup"]
                item.last_backup_time = parse_filter_time(at) + SECOND // 7

    def _older(self, known: dict[str, Any]) -> list[dict[str, Any]]:
        """Recovery points which were counted and not listed; all the same to the judge."""
        return [{"time": "2026-07-25T10:00:00Z", "name": str(number)} for number in range(known.get("older", 0))]

    def _wait_until(self, moment: float) -> None:
        """The answer's date is of the second in which it was given."""
        ahead = moment + 0.9 - self._simulator.clock.now() / SECOND
        if ahead > 0:
            self._simulator.clock.advance(ahead)

    def _happen(self, exchange: Exchange) -> None:
        for number, before, what, *names in self._world.meanwhile:
            if number == exchange.number:
                self._wait_until(self._moments[number] - before)
                self._simulator.world.activity = str(uuid.uuid4())
                getattr(self, f"_{what}")(*names)

    def _protect(self, share: str, policy: str) -> None:
        vault, container = self._vault, self._container(share)
        name = f"azurefileshare;{self._share(share).system_name}"
        self._simulator.world.protection.put(
            vault, container, name, Wanted(vault.policy(policy), None, rehydrate=False, plea=Plea())
        )

    def _container(self, share: str) -> Any:
        account = self._share(share).account_id.lower()
        return next(each for each in self._vault.containers.values() if each.account.id.lower() == account)

    def _delete(self, share: str) -> None:
        self._simulator.world.protection.delete(self._vault, self._items()[share], Plea())

    def _back_up(self, share: str) -> None:
        self._simulator.world.backups.start(self._vault, self._items()[share], None)

    def _look_into(self, share: str) -> None:
        look_into(self._container(share))

    def _put(self, path: str, properties: dict[str, Any]) -> None:
        self._send("PUT", path, {"properties": properties})

    def _point_is(self, share: str, name: str) -> None:
        self._items()[share].points[-1].name = name

    def _keep_nothing(self) -> None:
        """As vaults of 2019 did, which had no soft delete."""
        self._vault.soft_delete = "Disabled"

    def _remember(self, account: str) -> None:
        """The account was registered before, and looked into."""
        found = self._simulator.world.account_by_name(account)
        assert found
        self._vault.remembered[found.id.lower()] = list(found.shares)

    # Questions and answers.

    def _log_in(self) -> str:
        settings = self._simulator.settings
        client = settings.clients[0]
        form = {
            "grant_type": "client_credentials",
            "client_id": client.client_id,
            "client_secret": client.secret or "",
            "scope": f"{HERE}/.default",
        }
        headers = {"content-type": "application/x-www-form-urlencoded"}
        content = urlencode(form).encode()
        request = Request("POST", f"/{settings.tenant}/oauth2/v2.0/token", "", headers, content, HERE)
        answer = self._simulator.answer(request, Entry(0, "token", "POST", "", {}, 0.0))
        return str(answer.body["access_token"])

    def _send(self, method: str, url: str, body: Any, headers: dict[str, str] | None = None) -> Answer:
        path, _unused, query = url.partition("?")
        known = {"authorization": f"Bearer {self._token}", **(headers or {})}
        content = b"" if body is None else json.dumps(body).encode()
        request = Request(method, path, quote(query, safe="=&%$"), known, content, HERE)
        return self._simulator.answer(request, Entry(0, "arm", method, "", {}, 0.0))

    def _ask(self, exchange: Exchange) -> Answer:
        url = self._here(exchange.url).removeprefix(HERE)
        headers = {}
        if ECHO in exchange.headers:
            headers[ECHO] = exchange.headers[ECHO].partition(",")[0]
        body = None if exchange.request is None else json.loads(self._here(json.dumps(exchange.request)))
        answer = self._send(exchange.method, self._known(url, exchange), body, headers)
        if answer.body is not None and isinstance(answer.body, str):
            answer.body = json.loads(answer.body)
        return answer

    def _known(self, url: str, exchange: Exchange) -> str:
        """Put in the newest job or operation for one whose beginning was not recorded."""
        match = re.search(r"/(backupJobs|backupOperations|operationResults)/([^/?]+)", url)
        if match:
            known: list[Any] = list((self._vault.jobs if match[1] == "backupJobs" else self._vault.operations).values())
            if match[2] not in [each.id for each in known]:
                wanted = (exchange.response or {}).get("properties", {}).get("operation")
                newest = [each for each in known if wanted is None or each.operation == wanted][-1]
                self._learned[match[2]] = newest.id
                return url.replace(match[2], newest.id)
        return url

    def _here(self, text: str) -> str:
        for host in THERE:
            text = text.replace(host, HERE)
        for recorded, ours in self._learned.items():
            text = text.replace(recorded, ours)
        return text

    def _learn(self, exchange: Exchange, answer: Answer) -> None:
        ours = {name.lower(): value for name, value in answer.headers.items()}
        for header in ("location", "azure-asyncoperation"):
            self._learn_from(exchange.headers.get(header), ours.get(header))
        self._learn_from(exchange.response, answer.body)

    def _learn_from(self, recorded: Any, ours: Any) -> None:
        if isinstance(recorded, dict) and isinstance(ours, dict):
            for key in recorded.keys() & ours.keys() - {"activityId"}:
                self._learn_from(recorded[key], ours[key])
        elif isinstance(recorded, list) and isinstance(ours, list):
            for old, new in zip(recorded, ours, strict=False):
                self._learn_from(old, new)
        elif isinstance(recorded, str) and isinstance(ours, str):
            if recorded == SECRET:
                self._learned[recorded] = ours
            for old, new in zip(OPERATION.findall(recorded), OPERATION.findall(ours), strict=False):
                for equals in ("=", "%3D"):
                    self._learned[old[1].replace("=", equals)] = new[1].replace("=", equals)
            there, here = GUID.findall(recorded), GUID.findall(ours)
            if len(there) == len(here):
                self._learned |= {old: new for old, new in zip(there, here, strict=True) if old != new}


def _moments(exchanges: list[Exchange], dates: dict[str, str]) -> list[float]:
    """Seconds since 1970. The recorded clocks, of several front ends, now and then go back by a second."""
    moments: list[float] = []
    for exchange in exchanges:
        date = exchange.date or dates.get(str(exchange.number))
        moments.append(
            email.utils.parsedate_to_datetime(date).astimezone(dt.UTC).timestamp() if date else moments[-1] + 1
        )
    return moments


# The comparison.


def _compare(exchange: Exchange, answer: Answer, here: Any) -> Iterator[str]:
    if answer.status != exchange.status:
        yield f"status: {answer.status}, recorded {exchange.status}: {json.dumps(answer.body)[:300]}"
        return
    yield from _compare_headers(exchange, _on_the_wire(answer))
    yield from _compare_bodies(json.loads(here(json.dumps(exchange.response))), answer.body, "body")


def _on_the_wire(answer: Answer) -> dict[str, str]:
    headers = {name.lower(): value for name, value in answer.headers.items()}
    if answer.content_type and (answer.body is not None or answer.status == 204):
        headers["content-type"] = answer.content_type
    return headers


def _compare_headers(exchange: Exchange, ours: dict[str, str]) -> Iterator[str]:
    """Recordings do not keep all headers, so that absence tells something only where the others are kept."""
    recorded = exchange.headers
    for name in HEADERS:
        there, here = recorded.get(name), ours.get(name)
        absence_tells = bool(recorded) and (name != "retry-after" or exchange.status != 202)
        if there is None and (here is None or not absence_tells):
            continue
        if there is None or here is None or _lead(there) != _lead(here):
            yield f"{name}: {here and _lead(here)}, recorded {there and _lead(there)}"
    counters = {name for name in recorded if name.startswith(COUNTER)}
    found = {name for name in ours if name.startswith(COUNTER)}
    if counters and counters != found:
        yield f"counters: {_names(found)}, recorded {_names(counters)}"
    if ECHO in recorded and recorded[ECHO].partition(",")[0] != ours.get(ECHO):
        yield f"{ECHO}: {ours.get(ECHO)}, recorded {recorded[ECHO]}"
    if IDENTIFIER in recorded and IDENTIFIER not in ours:
        yield f"{IDENTIFIER}: absent"


def _lead(text: str) -> str:
    """Where a header leads, without what is signed in it."""
    for host in (*THERE, HERE):
        text = text.replace(host, "")
    return _without_names(re.sub(r"(?<=[&?])([tcsh])=[^&]*", r"\1=", text))


def _without_names(text: str) -> str:
    return OPERATION.sub(r"\1/O", GUID.sub("O", text))


def _names(counters: set[str]) -> str:
    return ", ".join(sorted(name.removeprefix(COUNTER) for name in counters)) or "none"


def _compare_bodies(recorded: Any, ours: Any, where: str) -> Iterator[str]:
    if type(recorded) is not type(ours):
        yield f"{where}: {ours!r}, recorded {recorded!r}"
    elif isinstance(recorded, dict):
        for key in recorded.keys() - ours.keys():
            yield f"{where}.{key}: missing, recorded {json.dumps(recorded[key])}"
        for key in ours.keys() - recorded.keys():
            yield f"{where}.{key}: not recorded"
        for key in recorded.keys() & ours.keys():
            yield from _compare_bodies(recorded[key], ours[key], f"{where}.{key}")
    elif isinstance(recorded, list):
        yield from _compare_lists(recorded, ours, where)
    elif not isinstance(recorded, str):
        names = isinstance(recorded, int) and min(recorded, ours) >= A_NAME
        if recorded != ours and not names:
            yield f"{where}: {ours!r}, recorded {recorded!r}"
    elif recorded.startswith("{") and ours.startswith("{"):
        yield from _compare_bodies(json.loads(recorded), json.loads(ours), where)
    elif _form(recorded, where) != _form(ours, where):
        yield f"{where}: {ours!r}, recorded {recorded!r}"


def _compare_lists(recorded: list[Any], ours: list[Any], where: str) -> Iterator[str]:
    """Recordings of long lists are trimmed: what is in them has to be in ours; recovery points in the same order."""
    if bool(recorded) != bool(ours):
        yield f"{where}: {len(ours)} entries, recorded {len(recorded)}"
        return
    names = [_name(entry) for entry in ours]
    places = []
    for index, entry in enumerate(recorded):
        name = _name(entry)
        if name is None:
            if index < len(ours):
                yield from _compare_bodies(entry, ours[index], f"{where}[{index}]")
        elif name not in names:
            yield f"{where}[{index}]: missing, recorded {name}"
        else:
            places.append(names.index(name))
            yield from _compare_bodies(entry, ours[places[-1]], f"{where}[{index}]")
    if places != sorted(places) and recorded[0]["type"].endswith("/recoveryPoints"):
        yield f"{where}: in another order"


def _name(entry: Any) -> str | None:
    """Under which an entry is found in another list; none where the service makes it up each time."""
    name = entry.get("name") if isinstance(entry, dict) else None
    return None if name is None or GUID.fullmatch(name) else name


def _form(text: str, where: str) -> str:
    if not any(chosen in where for chosen in CHOSEN):
        for form, pattern in FORMS.items():
            if pattern.fullmatch(text):
                return form
    return _without_names(re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.0{7}Z$", "SNAPSHOT-TIME", text))
