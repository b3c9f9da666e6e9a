# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules: what can be asked for, and what is refused since it could match nothing."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import BackupError
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.ids import AccountId
from ansible_collections.azurefiles.backup.plugins.module_utils._options.rules import Rule, parse_rules

NOW = datetime(2026, 11, 27, 12, tzinfo=timezone.utc)
DEFAULTS = {"initial_backup": "never", "retention_days": 30, "stopped": "leave"}
CONTOSO = AccountId("5a3c", "Files-RG", "Microsoft.Storage", "contosofiles")


def rules(*given: dict[str, Any], **defaults: Any) -> tuple[Rule, ...]:
    return parse_rules(given, DEFAULTS | defaults, NOW)


def rule(**given: Any) -> Rule:
    (only,) = rules(given)
    return only


# Which accounts

TAKEN = [
    ({}, True),
    ({"storage_accounts": ["contoso*"]}, True),
    ({"storage_accounts": ["CONTOSO*"]}, True),
    ({"storage_accounts": ["fabrikam*"]}, False),
    ({"storage_accounts": ["fabrikam*", "*files"]}, True),
    ({"storage_accounts": ["contosofile"]}, False),
    ({"storage_accounts": ["contosofil?s"]}, True),
    ({"storage_accounts": ["[a-d]*"]}, True),
    ({"storage_accounts": [str(CONTOSO).upper()]}, True),
    ({"storage_accounts": [str(CONTOSO).replace("Files-RG", "other-rg")]}, False),
    ({"storage_accounts": [str(CONTOSO).replace("Files-RG", "other-rg"), "contoso*"]}, True),
    ({"resource_groups": ["files-*"]}, True),
    ({"resource_groups": ["backup-*"]}, False),
    ({"resource_groups": ["größe_(1).x*", "*-rg"]}, True),
    ({"tags": {"environment": "prod*"}}, True),
    ({"tags": {"Environment": "PRODUCTION"}}, True),
    ({"tags": {"environment": "test"}}, False),
    ({"tags": {"environment": "*", "tier": "*"}}, False),
    ({"storage_accounts": ["contoso*"], "resource_groups": ["backup-*"]}, False),
]


@pytest.mark.parametrize(("given", "taken"), TAKEN)
def test_a_rule_takes_an_account_where_all_its_keys_match(given: dict[str, Any], taken: bool) -> None:
    assert rule(**given).takes_account(CONTOSO, {"environment": "Production"}) is taken


# How shares are protected


def test_what_a_rule_does_not_say_is_said_for_all() -> None:
    one, two = rules(
        {"policy": "daily-30"},
        {"policy": " hourly-7 ", "initial_backup": "always", "retention_days": 7, "stopped": "resume"},
        initial_backup="if_missing",
        retention_days=90,
    )

    assert (one.index, one.initial_backup, one.stopped) == (0, "if_missing", "leave")
    assert one.expiry == NOW + timedelta(days=90)
    assert (two.index, two.initial_backup, two.stopped) == (1, "always", "resume")
    assert two.expiry == NOW + timedelta(days=7)
    assert two.policy
    assert two.policy.name == "hourly-7"


def test_lines_and_blanks_of_a_survey_are_taken_for_patterns() -> None:
    assert rule(policy="daily-30", include=["fin*\n  legal \n"], exclude=[""]).include == ("fin*", "legal")
    assert rule(policy="daily-30", include=[""]).include == ("*",)


# What is refused

WRONG = [
    ({"storage_accounts": []}, r"rules\[0\].storage_accounts is empty, so the rule can match nothing"),
    ({"storage_accounts": [" "]}, r"rules\[0\].storage_accounts is blank"),
    ({"storage_accounts": ["contoso-files"]}, "no name of a storage account can fit 'contoso-files'"),
    ({"storage_accounts": ["a" * 25]}, "can fit"),
    ({"storage_accounts": ["a" * 25 + "*"]}, "can fit"),
    ({"storage_accounts": ["??"]}, "can fit"),
    ({"storage_accounts": ["[-_]*"]}, "can fit"),
    ({"storage_accounts": ["contoso*, fabrikam*"]}, "can fit"),
    ({"storage_accounts": ["/subscriptions/x/resourceGroups/y"]}, "is not the id of a storage account"),
    ({"resource_groups": []}, r"resource_groups is empty"),
    ({"resource_groups": ["a/b"]}, "no name of a resource group can fit 'a/b'"),
    ({"tags": {}}, r"tags is empty"),
    ({"tags": {"": "x"}}, "a tag needs a name"),
    ({"tags": {"environment": ""}}, "a pattern for its value"),
    ({"tags": {"environment": None}}, "a pattern for its value"),
    ({"include": []}, r"include is empty"),
    ({"include": ["fin_ance"]}, "no name of a share can fit 'fin_ance'"),
    ({"include": ["-finance"]}, "can fit"),
    ({"include": ["*-"]}, "can fit"),
    ({"include": ["fin--ance"]}, "can fit"),
    ({"include": ["ab"]}, "can fit"),
    ({"include": ["[scratch*]"]}, "can fit"),
    ({"exclude": ["*"]}, "can match nothing: exclude leaves out all"),
    ({"include": ["finance"], "exclude": ["fin*"]}, "can match nothing"),
    ({"include": ["fin*", "legal"], "exclude": ["FIN*", "l*"]}, "can match nothing"),
    ({"policy": " "}, "policy is empty. Leave it out"),
    ({"initial_backup": "always"}, "has no policy, so it leaves its shares alone, and initial_backup says nothing"),
    ({"policy": "daily-30", "retention_days": 0}, r"rules\[0\]: retention_days is 0"),
    ({"policy": "daily-30", "retention_days": 9999}, "10 years at most"),
]


@pytest.mark.parametrize(("given", "words"), WRONG)
def test_a_rule_that_can_match_nothing_is_refused(given: dict[str, Any], words: str) -> None:
    with pytest.raises(BackupError, match=words):
        rule(**given)


@pytest.mark.parametrize(
    "given",
    [
        {"include": ["fin*"], "exclude": ["finance"]},
        {"include": ["fin*", "legal"], "exclude": ["fin*"]},
        {"include": ["a*b"]},
        {"include": ["???"]},
        {"include": ["[!a]*"]},
        {"storage_accounts": ["a" * 24]},
        {"storage_accounts": ["[]a]*"]},
    ],
)
def test_a_rule_that_can_match_something_is_taken(given: dict[str, Any]) -> None:
    assert rule(**given).index == 0


def test_the_number_of_a_wrong_rule_is_told() -> None:
    with pytest.raises(BackupError, match=r"^rules\[1\].include:"):
        rules({"policy": "daily-30"}, {"include": ["UPPER_case"]})


def test_no_rules_at_all_are_refused() -> None:
    with pytest.raises(BackupError, match="rules is empty"):
        rules()
