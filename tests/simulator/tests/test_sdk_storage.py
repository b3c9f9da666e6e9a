# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Microsoft's SDK for storage lists accounts and shares."""

from collections.abc import Mapping
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.mgmt.storage.models import FileShare, FileShareProperties
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
      - {{name: large, size_gb: 1.5}}
  - {{name: fabrikamfiles, resource_group: Other-RG, location: eastus, shares: [plain]}}
"""
CONTOSO = {"resource_group_name": "Files-RG", "account_name": "contosofiles"}
FABRIKAM = {"resource_group_name": "Other-RG", "account_name": "fabrikamfiles"}


def shares(simulator: Simulation, account: Mapping[str, str] | None = None, **query: Any) -> list[Any]:
    return list(simulator.storage.file_shares.list(**(account or CONTOSO), **query))


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
    assert names == [*(f"data-0{number}" for number in range(1, 10)), "hiring", "large", "unix"]
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
    made = simulator.storage.file_shares.create(**FABRIKAM, share_name="fresh", file_share=FileShare())
    assert made.name == "fresh"
    simulator.storage.file_shares.delete(**FABRIKAM, share_name="fresh")
    assert "fresh" not in [share.name for share in shares(simulator, FABRIKAM)]
    assert "fresh" in [share.name for share in shares(simulator, FABRIKAM, expand="deleted")]


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


def test_a_share_has_metadata_and_a_size(simulator: Simulation) -> None:
    files = simulator.storage.file_shares
    wanted = FileShareProperties(metadata={"owner": "me"}, share_quota=7)
    made = files.create(**CONTOSO, share_name="marked", file_share=FileShare(file_share_properties=wanted))
    assert (made.metadata, made.share_quota) == ({"owner": "me"}, 7)
    wanted = FileShareProperties(share_quota=8)
    files.update(**CONTOSO, share_name="marked", file_share=FileShare(file_share_properties=wanted))
    told = files.get(**CONTOSO, share_name="marked", expand="stats")
    assert (told.metadata, told.share_quota, told.share_usage_bytes) == ({"owner": "me"}, 8, 0)
    assert files.get(**CONTOSO, share_name="large", expand="stats").share_usage_bytes == 3 * 2**29
    assert files.get(**CONTOSO, share_name="large").share_usage_bytes is None
    with pytest.raises(ResourceNotFoundError):
        files.update(**CONTOSO, share_name="absent", file_share=FileShare())


def test_a_lock_of_the_account_holds_for_its_shares(simulator: Simulation) -> None:
    with pytest.raises(HttpResponseError) as refusal:
        simulator.storage.file_shares.delete(**CONTOSO, share_name="large")
    assert refusal.value.status_code == 409
    assert refusal.value.error and refusal.value.error.code == "ScopeLocked"


def test_the_name_of_a_share_is_free_some_time_after_it_is_gone(start: Any) -> None:
    simulator = start(SCENARIO)
    simulator.control("POST", "shares", {"account": "fabrikamfiles", "share": "plain", "action": "purge"})
    again = FABRIKAM | {"share_name": "plain"}
    with pytest.raises(HttpResponseError) as refusal:
        simulator.storage.file_shares.create(**again, file_share=FileShare())
    assert refusal.value.error and refusal.value.error.code == "ShareBeingDeleted"
    simulator.control("POST", "clock", {"advance": 30})
    assert simulator.storage.file_shares.create(**again, file_share=FileShare()).name == "plain"
