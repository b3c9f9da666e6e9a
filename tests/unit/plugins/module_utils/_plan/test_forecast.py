# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of recovery points, by the policies' own rules."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._plan.forecast import Forecast, forecast
from ansible_collections.azurefiles.backup.plugins.module_utils._records.policy import (
    VAULT,
    Policy,
    Retention,
    Rule,
    Schedule,
    Terms,
)

NOW = datetime(2026, 11, 27, 12, tzinfo=timezone.utc)  # a Friday
DAILY = Schedule("Daily", ("19:30",))
HOURLY = Schedule("Hourly", interval_hours=4, window_start="08:00", window_hours=12)
SUNDAYS = Rule(12, weekdays=("sunday",))


def policy(terms: Terms) -> Policy:
    return Policy("/policies/p", "p", "AzureStorage", "AzureFileShare", terms, 1)


def outlook(
    retention: Retention, schedule: Schedule = DAILY, days_old: int | None = None, latest: datetime | None = NOW
) -> Forecast:
    oldest = None if days_old is None else NOW - timedelta(days=days_old)
    return forecast(policy(Terms(schedule, "UTC", retention)), latest, oldest, NOW)


def test_retention_is_told_by_tier() -> None:
    assert outlook(Retention(30, weeks=SUNDAYS)).snapshots == {"days": 30, "weeks": 12}
    assert outlook(Retention(30)).vault is None
    tiered = forecast(policy(Terms(DAILY, "UTC", Retention(60), VAULT, 5)), NOW, None, NOW)
    assert (tiered.snapshots, tiered.vault, tiered.at_most) == ({"days": 5}, {"days": 60}, 5)
    assert tiered.last_point_expires == date(2027, 1, 26)


def test_what_is_not_known_is_not_told() -> None:
    assert forecast(None, NOW, NOW, NOW) == Forecast()
    unread = forecast(policy(Terms(None, "UTC", None)), NOW, NOW, NOW)
    assert unread == Forecast()
    assert outlook(Retention(30), latest=None).last_point_expires is None


@pytest.mark.parametrize(
    "retention,schedule,at_most",
    [(Retention(30), DAILY, 30), (Retention(30), HOURLY, 120), (Retention(7, weeks=SUNDAYS), DAILY, 18)],
)
def test_how_many_snapshots_there_will_be(retention: Retention, schedule: Schedule, at_most: int) -> None:
    assert outlook(retention, schedule).at_most == at_most


def test_a_policy_that_stays_below_the_limit_never_fills_a_share() -> None:
    assert outlook(Retention(199), days_old=10).full_on is None


def test_the_day_on_which_a_share_is_full() -> None:
    """200 days of daily backups, of which 150 are over: some 50 are left."""
    full = outlook(Retention(200), days_old=150).full_on
    assert full
    assert 42 <= (full - NOW.date()).days <= 56
    assert outlook(Retention(200), days_old=400).full_on == NOW.date()
    assert outlook(Retention(200)).full_on is None


def test_hourly_backups_fill_a_share_sooner() -> None:
    daily, hourly = outlook(Retention(200), days_old=0).full_on, outlook(Retention(60), HOURLY, days_old=0).full_on
    assert daily and hourly
    assert (hourly - NOW.date()).days <= 56 < (daily - NOW.date()).days


@pytest.mark.parametrize(
    "retention,latest,expires",
    [
        (Retention(30), NOW, date(2026, 12, 27)),
        (Retention(7, weeks=SUNDAYS), NOW, date(2026, 12, 4)),
        (Retention(7, weeks=SUNDAYS), NOW - timedelta(days=5), date(2027, 2, 14)),
        (Retention(7, months=Rule(6, last_day=True)), datetime(2026, 10, 31, tzinfo=timezone.utc), date(2027, 4, 29)),
        (
            Retention(7, years=Rule(2, months=("november",), days=(27,))),
            NOW,
            date(2028, 11, 26),
        ),
    ],
)
def test_when_the_latest_recovery_point_expires(retention: Retention, latest: datetime, expires: date) -> None:
    assert outlook(retention, latest=latest).last_point_expires == expires
