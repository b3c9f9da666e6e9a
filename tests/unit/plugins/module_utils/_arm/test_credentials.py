# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real azure-identity, logging in at the simulator."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._arm.client import ArmClient
from ansible_collections.azurefiles.backup.plugins.module_utils._arm.cloud import KNOWN_CLOUDS, Cloud
from ansible_collections.azurefiles.backup.plugins.module_utils._arm.credentials import (
    build_credential,
    cli_subscription,
    explain_refusal,
)
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import BackupError
from ansible_collections.azurefiles.backup.plugins.module_utils._options.settings import Settings
from ansible_collections.azurefiles.backup.plugins.module_utils._run.deadline import Deadline
from ansible_collections.azurefiles.backup.tests.unit.support.logins import install_az
from ansible_collections.azurefiles.backup.tests.unit.support.runs import cloud_of
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import world
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

SECRET = {"client_id": "c1e6a5f2-7d43-4a0b-8f1d-2b9e4c5d6003", "secret": "simulated-secret"}
WITH_CERTIFICATE = "c1e6a5f2-7d43-4a0b-8f1d-2b9e4c5d6004"
FEDERATED = "c1e6a5f2-7d43-4a0b-8f1d-2b9e4c5d6005"
FEDERATED_TOKEN = "header.claims.signature"


def certificate(folder: Path, name: str = "login.pem") -> Path:
    """A self-signed certificate and its key in one file."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "azurefiles.backup tests")])
    now = datetime.now(timezone.utc)
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    file = folder / name
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return file


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module")
def simulator(shared_simulators: Simulators, pem: Path) -> Simulator:
    clients = [
        SECRET,
        {"client_id": WITH_CERTIFICATE, "certificate": str(pem)},
        {"client_id": FEDERATED, "federated_token": FEDERATED_TOKEN},
    ]
    return shared_simulators.start(world(clients=clients))


Principal = Callable[..., Settings]


@pytest.fixture
def principal(simulator: Simulator) -> Principal:
    """Settings of a service principal; by default the right secret."""

    def settings(**changes: Any) -> Settings:
        values = {
            "login": "principal",
            "tenant": simulator.tenant,
            "client_id": simulator.client_id,
            "proof": "secret",
            "proof_value": simulator.client_secret,
        }
        return Settings(**values | changes)

    return settings


def subscriptions(simulator: Simulator, settings: Settings, cloud: Cloud | None = None) -> list[Any]:
    """Log in and use the token for something."""
    cloud = cloud or cloud_of(simulator)
    client = ArmClient(
        cloud,
        build_credential(settings, cloud),
        Deadline(30, sleep=lambda _seconds: None),
        explain=partial(explain_refusal, settings, cloud),
    )
    return [each["subscriptionId"] for each in client.pages("/subscriptions", {"api-version": "2022-12-01"})]


def refusal(simulator: Simulator, settings: Settings, cloud: Cloud | None = None) -> BackupError:
    with pytest.raises(BackupError) as caught:
        subscriptions(simulator, settings, cloud)
    return caught.value


# Service principals


def test_a_secret_logs_in(simulator: Simulator, principal: Principal) -> None:
    assert subscriptions(simulator, principal()) == [simulator.subscription_id]


def test_a_certificate_logs_in(simulator: Simulator, principal: Principal, pem: Path) -> None:
    settings = principal(client_id=WITH_CERTIFICATE, proof="x509_certificate_path", proof_value=str(pem))

    assert subscriptions(simulator, settings) == [simulator.subscription_id]


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_federated_token_logs_in_without_its_line_end(simulator: Simulator, principal: Principal, end: str) -> None:
    settings = principal(client_id=FEDERATED, proof="oidc_token", proof_value=FEDERATED_TOKEN + end)

    assert subscriptions(simulator, settings) == [simulator.subscription_id]


def test_a_federated_token_in_a_file_logs_in_without_its_line_end(
    simulator: Simulator, principal: Principal, tmp_path: Path
) -> None:
    file = tmp_path / "token"
    file.write_text(FEDERATED_TOKEN + "\n", encoding="ascii")

    settings = principal(client_id=FEDERATED, proof="oidc_token_file_path", proof_value=str(file))

    assert subscriptions(simulator, settings) == [simulator.subscription_id]


def test_a_token_file_below_the_home_folder_logs_in(simulator: Simulator, principal: Principal) -> None:
    file = Path.home() / "federated-token"
    file.write_text(FEDERATED_TOKEN, encoding="ascii")

    settings = principal(client_id=FEDERATED, proof="oidc_token_file_path", proof_value="~/federated-token")

    assert subscriptions(simulator, settings) == [simulator.subscription_id]


def test_a_token_file_is_read_anew_for_each_token(simulator: Simulator, principal: Principal, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("stale", encoding="ascii")
    settings = principal(client_id=FEDERATED, proof="oidc_token_file_path", proof_value=str(file))
    credential = build_credential(settings, cloud_of(simulator))

    file.write_text(FEDERATED_TOKEN, encoding="ascii")

    assert credential.get_token(cloud_of(simulator).scope).token


@pytest.mark.parametrize("proof", ["x509_certificate_path", "oidc_token_file_path"])
def test_a_file_that_is_not_there_is_named_before_any_request(
    simulator: Simulator, principal: Principal, proof: str
) -> None:
    settings = principal(proof=proof, proof_value="/nowhere/login")
    simulator.forget()

    with pytest.raises(BackupError, match=f"{proof} '/nowhere/login' cannot be read: No such file"):
        build_credential(settings, cloud_of(simulator))

    assert simulator.journal("token") == []


def made(kind: str, pem: Path) -> bytes:
    """The content of a file that is no usable certificate."""
    content = pem.read_bytes()
    begin = content.index(b"-----BEGIN CERT")
    key = serialization.load_pem_private_key(content, None)
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    if kind == "with a password":
        locked = serialization.BestAvailableEncryption(b"geheim")
        return key.private_bytes(*form, locked) + content[begin:]
    if kind == "PFX with a password":
        locked = serialization.BestAvailableEncryption(b"geheim")
        signed = x509.load_pem_x509_certificate(content[begin:])
        assert isinstance(key, rsa.RSAPrivateKey)
        return pkcs12.serialize_key_and_certificates(b"login", key, signed, None, locked)
    if kind == "elliptic":
        plain = serialization.NoEncryption()
        return ec.generate_private_key(ec.SECP256R1()).private_bytes(*form, plain) + content[begin:]
    return {"empty": b"", "no PEM": b"hello", "no key": content[begin:], "no certificate": content[:begin]}[kind]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("empty", ""),
        ("no PEM", ""),
        ("no key", ""),
        ("no certificate", ""),
        ("PFX with a password", ""),
        ("with a password", ", and the key has to be without a password"),
        ("elliptic", ", and the key has to be an RSA key"),
    ],
)
def test_a_file_without_certificate_and_key_is_refused(
    simulator: Simulator, principal: Principal, pem: Path, tmp_path: Path, kind: str, words: str
) -> None:
    file = tmp_path / "broken.pem"
    file.write_bytes(made(kind, pem))
    place = "x509_certificate_path (from AZURE_X509_CERTIFICATE_PATH)"
    settings = principal(proof="x509_certificate_path", proof_value=str(file), places={"x509_certificate_path": place})

    with pytest.raises(BackupError) as caught:
        build_credential(settings, cloud_of(simulator))

    assert caught.value.message.startswith(
        f"{place} '{file}' has to be a PEM file with a certificate and its private key{words}"
    )


@pytest.mark.parametrize(
    "content", [b"", b" \n", b"\xff\xfe\x00", b"\xef\xbb\xbf", "tökën".encode(), b"two tokens", b"<html> </html>"]
)
def test_a_file_without_a_token_is_refused(
    simulator: Simulator, principal: Principal, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "token"
    file.write_bytes(content)

    with pytest.raises(BackupError, match=f"^oidc_token_file_path '{file}' is a file that holds no token"):
        build_credential(principal(proof="oidc_token_file_path", proof_value=str(file)), cloud_of(simulator))


@pytest.mark.parametrize("proof", ["x509_certificate_path", "oidc_token_file_path"])
@pytest.mark.parametrize("place", ["/", "~nobody-of-that-name/x", "a\0b"])
def test_a_place_that_is_no_file_is_named(simulator: Simulator, principal: Principal, proof: str, place: str) -> None:
    with pytest.raises(BackupError) as caught:
        build_credential(principal(proof=proof, proof_value=place), cloud_of(simulator))

    assert caught.value.message.startswith(f"{proof} '{place}' cannot be read: ")


@pytest.mark.parametrize(("path", "sent"), [("", True), ("/adfs", False)])
def test_a_certificate_is_sent_with_its_chain_but_not_to_ad_fs(
    simulator: Simulator, principal: Principal, pem: Path, monkeypatch: pytest.MonkeyPatch, path: str, sent: bool
) -> None:
    from azure import identity

    given: dict[str, Any] = {}
    monkeypatch.setattr(identity, "CertificateCredential", lambda *_, **options: given.update(options))
    cloud = Cloud("Cloud", simulator.url, f"{simulator.url}{path}", f"{simulator.url}/.default", known=False)

    build_credential(principal(proof="x509_certificate_path", proof_value=str(pem)), cloud)

    assert given["send_certificate_chain"] is sent


def test_an_ended_token_comes_with_what_to_do(principal: Principal) -> None:
    problem = Exception("AADSTS700024: Client assertion is not within its valid time range. Trace ID: 1")

    error = explain_refusal(principal(proof="oidc_token"), KNOWN_CLOUDS["azurecloud"], problem)

    assert error.fault.code == "AADSTS700024"
    assert "oidc_token_file_path" in error.message
    assert "the run picks it up" in error.message
    assert "Trace ID" not in error.message


# Refusals, in Entra ID's own words


def test_a_wrong_secret(simulator: Simulator, principal: Principal) -> None:
    error = refusal(simulator, principal(proof_value="wrong-secret"))

    assert error.fault.code == "AADSTS7000215"
    assert error.message.startswith(f"Logging in to Simulator failed for client_id {simulator.client_id}")
    assert "AADSTS7000215: Invalid client secret provided." in error.message
    assert f"tenant {simulator.tenant}" in error.message
    assert "wrong-secret" not in error.message
    assert "Trace ID" not in error.message


def test_an_unknown_application(simulator: Simulator, principal: Principal) -> None:
    error = refusal(simulator, principal(client_id="99999999-9999-9999-9999-999999999999"))

    assert error.fault.code == "AADSTS700016"
    assert "was not found in the directory" in error.message


def test_an_unknown_tenant(simulator: Simulator, principal: Principal) -> None:
    tenant = "99999999-9999-9999-9999-999999999999"

    error = refusal(simulator, principal(tenant=tenant))

    assert f"tenant {tenant}" in error.message
    assert error.fault.code


def test_another_certificate(simulator: Simulator, principal: Principal, tmp_path: Path) -> None:
    other = certificate(tmp_path, "other.pem")

    error = refusal(
        simulator, principal(client_id=WITH_CERTIFICATE, proof="x509_certificate_path", proof_value=str(other))
    )

    assert error.fault.code == "AADSTS700027"
    assert "proved by x509_certificate_path" in error.message


def test_another_federated_token(simulator: Simulator, principal: Principal) -> None:
    error = refusal(simulator, principal(client_id=FEDERATED, proof="oidc_token", proof_value="other.token.here"))

    assert error.fault.code == "AADSTS700213"
    assert "other.token.here" not in error.message


def test_a_login_service_that_cannot_be_reached(
    simulator: Simulator, principal: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    cloud = Cloud("Simulator", simulator.url, "https://localhost:1", f"{simulator.url}/.default", known=False)

    error = refusal(simulator, principal(), cloud)

    assert error.message.startswith("Logging in to Simulator failed for client_id")
    assert "Connection refused" in error.message


# Where the login service is


def test_a_tenant_is_below_the_authority(simulator: Simulator, principal: Principal) -> None:
    simulator.forget()

    subscriptions(simulator, principal())

    assert [request.path for request in simulator.journal("token")] == [f"/{simulator.tenant}/oauth2/v2.0/token"]


@pytest.mark.parametrize("by", ["cloud", "option"])
def test_ad_fs_takes_the_place_of_the_tenant(simulator: Simulator, principal: Principal, by: str) -> None:
    address = f"{simulator.url}/adfs/"
    settings = principal(tenant="ignored", adfs_authority_url=address if by == "option" else None)
    authority = simulator.url if by == "option" else address
    cloud = Cloud("Stack", simulator.url, authority, f"{simulator.url}/.default", known=False)
    simulator.forget()

    subscriptions(simulator, settings, cloud)

    assert [request.path for request in simulator.journal("token")] == ["/adfs/oauth2/token"]


def test_an_unknown_certificate_of_the_login_service_is_refused_unless_ignored(
    simulator: Simulator, principal: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    scope = cloud_of(simulator).scope

    ignoring = build_credential(principal(validate_certificates=False), cloud_of(simulator))

    with pytest.warns(match="Unverified HTTPS request"):
        assert ignoring.get_token(scope).token


# Managed identity


@pytest.fixture
def machine_in_azure(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", simulator.imds_url)


@pytest.mark.parametrize("client_id", [None, FEDERATED], ids=["system-assigned", "user-assigned"])
@pytest.mark.usefixtures("machine_in_azure")
def test_a_managed_identity_logs_in(simulator: Simulator, client_id: str | None) -> None:
    simulator.forget()

    found = subscriptions(simulator, Settings(login="msi", client_id=client_id))

    assert found == [simulator.subscription_id]
    assert simulator.journal("imds")[-1].query.get("client_id") == client_id


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
@pytest.mark.usefixtures("machine_in_azure")
def test_a_managed_identity_is_asked_past_a_proxy(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY")
    credential = build_credential(Settings(login="msi"), cloud_of(simulator))

    assert credential.get_token(cloud_of(simulator).scope).token


def test_an_app_services_identity_logs_in(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"{simulator.imds_url}/msi/token")
    monkeypatch.setenv("IDENTITY_HEADER", "simulated-identity-header")

    assert subscriptions(simulator, Settings(login="msi")) == [simulator.subscription_id]


@pytest.mark.usefixtures("machine_in_azure")
def test_an_identity_that_the_machine_does_not_have(simulator: Simulator) -> None:
    error = refusal(simulator, Settings(login="msi", client_id="99999999-9999-9999-9999-999999999999"))

    assert error.message.startswith("Logging in to Simulator failed for the managed identity: ")
    assert error.fault.code == "AuthenticationFailed"


# The az command


@pytest.fixture
def az(simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    command = install_az(tmp_path, simulator)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return command


@pytest.mark.usefixtures("az")
def test_the_login_of_the_az_command_is_used(simulator: Simulator) -> None:
    simulator.forget()

    assert subscriptions(simulator, Settings(login="cli")) == [simulator.subscription_id]
    assert simulator.journal("token") == []


@pytest.mark.usefixtures("az", "machine_in_azure")
def test_the_az_command_stands_in_for_a_managed_identity_that_refuses(simulator: Simulator) -> None:
    settings = Settings(login="msi+cli", client_id="99999999-9999-9999-9999-999999999999")

    assert subscriptions(simulator, settings) == [simulator.subscription_id]


@pytest.mark.usefixtures("az", "machine_in_azure")
def test_a_managed_identity_comes_before_the_az_command(simulator: Simulator) -> None:
    simulator.forget()

    subscriptions(simulator, Settings(login="msi+cli"))

    assert simulator.journal("imds")


@pytest.mark.usefixtures("az")
def test_the_az_command_knows_the_subscription(simulator: Simulator) -> None:
    assert cli_subscription() == simulator.subscription_id


@pytest.mark.parametrize("script", ["exit 1", "echo not-json", "echo '{}'"])
def test_an_az_command_that_is_not_logged_in(az: Path, script: str) -> None:
    az.write_text(f"#!/bin/sh\n{script}\n", encoding="ascii")

    with pytest.raises(BackupError, match="run 'az login'"):
        cli_subscription()


def test_a_refusal_of_the_az_command_is_told(simulator: Simulator, az: Path) -> None:
    az.write_text("#!/bin/sh\necho 'Please run: az login' >&2\nexit 1\n", encoding="ascii")

    error = refusal(simulator, Settings(login="cli"))

    assert error.message.startswith("Logging in to Simulator failed for the az command's login: ")
    assert "az login" in error.message
