# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._arm.client import get_public_json
from ansible_collections.azurefiles.backup.plugins.module_utils._arm.cloud import Cloud, find_cloud
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import BackupError
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import world

ADDRESS = "https://management.local.example"
AUTHENTICATION = {"loginEndpoint": "https://login.local.example/", "audiences": ["https://arm.local.example/"]}


def unasked(url: str) -> Any:
    raise AssertionError(f"{url} was fetched")


def described(body: Any) -> Cloud:
    return find_cloud(ADDRESS, lambda _url: body)


@pytest.fixture(scope="module")
def simulator(shared_simulators: Simulators) -> Simulator:
    return shared_simulators.start(world())


# Known clouds


@pytest.mark.parametrize(
    ("name", "manager", "authority"),
    [
        ("AzureCloud", "https://management.azure.com", "https://login.microsoftonline.com"),
        ("AzureUSGovernment", "https://management.usgovcloudapi.net", "https://login.microsoftonline.us"),
        ("AzureChinaCloud", "https://management.chinacloudapi.cn", "https://login.chinacloudapi.cn"),
    ],
)
def test_known_clouds_are_found_by_name_and_by_address(name: str, manager: str, authority: str) -> None:
    expected = Cloud(name, manager, authority, f"{manager}/.default", known=True)

    for spelling in (
        name,
        name.lower(),
        name.upper(),
        manager,
        manager + "/",
        manager.upper().replace("HTTPS", "https"),
    ):
        assert find_cloud(spelling, unasked) == expected


@pytest.mark.parametrize(
    "name",
    ["AzurePublic", "azure", "http://management.azure.com", "management.azure.com", "https://", "", "https:///x"],
)
def test_a_wrong_name_is_answered_with_the_right_ones(name: str) -> None:
    with pytest.raises(BackupError) as caught:
        find_cloud(name, unasked)

    assert f"cloud_environment '{name}' is not a cloud" in caught.value.message
    assert "AzureCloud, AzureUSGovernment, AzureChinaCloud" in caught.value.message
    assert "https://" in caught.value.message


def test_an_address_that_is_none_is_refused_in_words() -> None:
    with pytest.raises(BackupError, match="is not a cloud"):
        find_cloud("https://[::1", unasked)


# Clouds that describe themselves


def test_an_address_is_asked_for_its_metadata() -> None:
    asked: list[str] = []

    def get_json(url: str) -> Any:
        asked.append(url)
        return {"authentication": AUTHENTICATION}

    find_cloud(ADDRESS + "/", get_json)

    assert asked == [f"{ADDRESS}/metadata/endpoints?api-version=2022-09-01"]


def test_a_cloud_describes_itself_by_an_object() -> None:
    cloud = described({"name": "Local", "resourceManager": f"{ADDRESS}/", "authentication": AUTHENTICATION})

    assert cloud == Cloud(
        "Local", ADDRESS, "https://login.local.example", "https://arm.local.example//.default", known=False
    )


def test_an_older_cloud_describes_itself_by_a_list() -> None:
    cloud = described([{"name": "Local", "authentication": AUTHENTICATION}])

    assert (cloud.name, cloud.resource_manager, cloud.authority) == ("Local", ADDRESS, "https://login.local.example")


def test_of_several_clouds_the_one_at_the_address_is_meant() -> None:
    other = {"loginEndpoint": "https://login.other.example", "audiences": ["https://other.example"]}

    cloud = described(
        [
            {"name": "Other", "resourceManager": "https://management.other.example", "authentication": other},
            {"name": "Local", "resourceManager": f"{ADDRESS.upper()}/", "authentication": AUTHENTICATION},
        ]
    )

    assert cloud.name == "Local"


def test_azure_stack_hub_names_no_name() -> None:
    cloud = described(
        {
            "galleryEndpoint": "https://gallery.local.example/",
            "graphEndpoint": "https://graph.local.example/",
            "authentication": {
                "loginEndpoint": "https://adfs.local.example/adfs/",
                "audiences": ["https://arm.x/guid"],
            },
        }
    )

    assert cloud == Cloud(
        ADDRESS, ADDRESS, "https://adfs.local.example/adfs", "https://arm.x/guid/.default", known=False
    )


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        None,
        "hello",
        {"authentication": None},
        {"authentication": {"loginEndpoint": "https://login.local.example"}},
        {"authentication": {"loginEndpoint": None, "audiences": ["https://x"]}},
        {"authentication": {"loginEndpoint": "https://login.local.example", "audiences": "https://x"}},
        {"authentication": "hello"},
        {"authentication": {"loginEndpoint": "https://login.local.example", "audiences": []}},
        ["hello", {"name": "Other"}],
    ],
)
def test_a_description_without_a_login_service_is_refused(body: Any) -> None:
    with pytest.raises(BackupError, match="does not say where this cloud's login service is"):
        described(body)


@pytest.mark.parametrize("login", ["http://login.local.example", "login.local.example"])
def test_a_login_service_that_would_get_secrets_in_the_clear_is_refused(login: str) -> None:
    with pytest.raises(BackupError, match="which is not an https:// address"):
        described({"authentication": {"loginEndpoint": login, "audiences": ["https://x"]}})


def test_a_cloud_without_a_login_service_is_refused() -> None:
    with pytest.raises(BackupError, match="does not say where this cloud's login service is"):
        described({"authentication": {"loginEndpoint": "", "audiences": ["https://x"]}})


# Over the wire


def public_json(url: str) -> Any:
    return get_public_json(url, validate_certificates=True)


def test_the_simulator_describes_itself(simulator: Simulator) -> None:
    cloud = find_cloud(simulator.url, public_json)

    assert cloud == Cloud("Simulator", simulator.url, simulator.url, f"{simulator.url}//.default", known=False)


def test_metadata_is_fetched_without_credentials(simulator: Simulator) -> None:
    simulator.forget()

    find_cloud(simulator.url, public_json)

    (request,) = simulator.journal("metadata")
    assert request.authorised is None


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 404},
        {"status": 503},
        {"status": 200, "body": "<html>Welcome</html>", "content_type": "text/html"},
        {"status": 302, "body": "", "headers": {"Location": "https://login.microsoftonline.com/"}},
        {"reset": "before"},
    ],
    ids=["absent", "unavailable", "not JSON", "redirect", "broken"],
)
def test_a_cloud_that_does_not_describe_itself_is_named(simulator: Simulator, fault: dict[str, Any]) -> None:
    simulator.plan({"path": "/metadata/endpoints", **fault})

    with pytest.raises(BackupError, match=f"The cloud at {simulator.url}/metadata.* did not describe itself"):
        find_cloud(simulator.url, public_json)


def test_a_certificate_that_nobody_knows_is_refused_unless_ignored(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")

    with pytest.raises(BackupError, match="certificate verify failed"):
        find_cloud(simulator.url, public_json)
    with pytest.warns(match="Unverified HTTPS request"):
        ignored = find_cloud(simulator.url, lambda url: get_public_json(url, validate_certificates=False))
    assert ignored.name == "Simulator"
