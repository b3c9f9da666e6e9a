# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Microsoft's SDK for storage lists accounts and shares."""

from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.mgmt.storage.models import FileShare
from simulation import Simulation, swift

pytestmark = pytest.mark.story
SCENARIO = f"""{swift()}
page_size: 4
vaults:
  - {{name: backup-vault, resource_group: backup-rg, policies: [daily-30]}}
storage_accounts:
  - name: contosofiles
    resource_group: Files-RG
    kind: FileStorage
    tags: {{owner: contoso}}
    shares:
      - {{name: data, count: 9}}
      - {{name: unix, protocol: NFS}}
      - {{name: old, deleted: true}}
      - {{name: hiring, protected_by: daily-30, recovery_points: 2}}
  - {{name: fabrikamfiles, resource_group: Other-RG, location: eastus}}
"""
CONTOSO = {"resource_group_name": "Files-RG", "account_name": "contosofiles"}


def shares(simulator: Simulation, **query: Any) -> list[Any]:
    return list(simulator.storage.file_shares.list(**CONTOSO, **query))


def test_accounts_are_listed(simulator: Simulation) -> None:
    contoso, fabrikam = simulator.storage.storage_accounts.list()
    assert (contoso.name, contoso.kind, contoso.tags) == ("contosofiles", "FileStorage", {"owner": "contoso"})
    assert (fabrikam.name, fabrikam.location) == ("fabrikamfiles", "eastus")
    in_group = simulator.storage.storage_accounts.list_by_resource_group("other-rg")
    assert [account.name for account in in_group] == ["fabrikamfiles"]


def test_an_account_can_be_got(simulator: Simulation) -> None:
    account = simulator.storage.storage_accounts.get_properties("files-rg", "contosofiles")
    assert account.id == simulator.account_id("contosofiles")
    with pytest.raises(ResourceNotFoundError) as refusal:
        simulator.storage.storage_accounts.get_properties("Files-RG", "absent")
    assert refusal.value.error and refusal.value.error.code == "ResourceNotFound"


def test_shares_come_in_pages(simulator: Simulation) -> None:
    names = [share.name for share in shares(simulator)]
    assert names == [*(f"data-0{number}" for number in range(1, 10)), "hiring", "unix"]
    pages = [entry for entry in simulator.journal() if entry["path"].endswith("/shares")]
    assert len(pages) == 3


def test_a_share_tells_its_protocol(simulator: Simulation) -> None:
    protocols = {share.name: share.enabled_protocols for share in shares(simulator)}
    assert (protocols["hiring"], protocols["unix"]) == ("SMB", "NFS")


def test_deleted_shares_are_listed_on_request(simulator: Simulation) -> None:
    (old,) = [share for share in shares(simulator, expand="deleted") if share.deleted]
    assert old.name == "old"
    assert old.deleted_time is not None
    assert old.remaining_retention_days == 7


def test_recovery_points_are_snapshots_of_the_share(simulator: Simulation) -> None:
    snapshots = [share for share in shares(simulator, expand="snapshots") if share.snapshot_time]
    assert [share.name for share in snapshots] == ["hiring", "hiring"]


def test_shares_are_filtered_by_prefix(simulator: Simulation) -> None:
    assert [share.name for share in shares(simulator, filter="startswith(name, un)")] == ["unix"]


def test_a_share_can_be_got(simulator: Simulation) -> None:
    assert simulator.storage.file_shares.get(**CONTOSO, share_name="hiring").name == "hiring"
    with pytest.raises(ResourceNotFoundError) as refusal:
        simulator.storage.file_shares.get(**CONTOSO, share_name="absent")
    assert refusal.value.error and refusal.value.error.code == "ShareNotFound"


def test_a_share_is_made_and_deleted(simulator: Simulation) -> None:
    made = simulator.storage.file_shares.create(**CONTOSO, share_name="fresh", file_share=FileShare())
    assert made.name == "fresh"
    simulator.storage.file_shares.delete(**CONTOSO, share_name="fresh")
    assert "fresh" not in [share.name for share in shares(simulator)]
    assert "fresh" in [share.name for share in shares(simulator, expand="deleted")]


def test_storage_can_be_closed_to_the_client(start: Any) -> None:
    simulator = start(SCENARIO + "storage_read: false\n")
    with pytest.raises(HttpResponseError) as refusal:
        shares(simulator)
    assert refusal.value.status_code == 403
    assert refusal.value.error and refusal.value.error.code == "AuthorizationFailed"
    assert "'Microsoft.Storage/storageAccounts/fileServices/shares/read'" in str(refusal.value)


def test_an_account_is_moved_and_deleted(start: Any) -> None:
    simulator = start(
        swift()
        + """
vaults: [{name: backup-vault, resource_group: backup-rg, policies: [daily-30]}]
storage_accounts:
  - {name: contosofiles, resource_group: Files-RG, shares: [{name: hiring, protected_by: daily-30}]}
"""
    )
    (before,) = simulator.call("GET", "/backupProtectedItems").json()["value"]
    simulator.control("POST", "accounts", {"account": "contosofiles", "action": "move", "resource_group": "New-RG"})
    assert simulator.call("GET", simulator.account_id("contosofiles")).status_code == 404
    moved = simulator.account_id("contosofiles", "New-RG")
    assert simulator.call("GET", moved).status_code == 200
    assert simulator.call("GET", "/backupProtectedItems").json()["value"] == [before]
    simulator.control("POST", "accounts", {"account": "contosofiles", "action": "delete"})
    assert simulator.call("GET", moved).status_code == 404
    item = simulator.call("GET", before["id"]).json()["properties"]
    assert item["extendedInfo"]["resourceState"] == "Deleted"
