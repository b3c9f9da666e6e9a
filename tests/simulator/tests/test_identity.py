# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""azure-identity, unmodified, gets tokens in every way a user may choose; ARM takes the good ones only."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import requests
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import (
    CertificateCredential,
    ClientSecretCredential,
    ManagedIdentityCredential,
    WorkloadIdentityCredential,
)
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from simulation import Simulation

SECRET = "11111111-1111-1111-1111-111111111111"
CERTIFICATE = "22222222-2222-2222-2222-222222222222"
FEDERATED = "33333333-3333-3333-3333-333333333333"
SUBSCRIPTIONS = "/subscriptions?api-version=2022-12-01"


def self_signed() -> bytes:
    """A key and its certificate, in PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "client")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("client") / "client.pem"
    file.write_bytes(self_signed())
    return file


@pytest.fixture(scope="module")
def simulator(start: Any, pem: Path) -> Any:
    return start(f"""
clients:
  - {{client_id: {SECRET}, secret: right}}
  - {{client_id: {CERTIFICATE}, certificate: {pem}}}
  - {{client_id: {FEDERATED}, federated_token: the-token}}
vaults: [{{name: backup-vault, resource_group: backup-rg}}]
""")


def settings(simulator: Simulation) -> dict[str, Any]:
    return {
        "authority": simulator.url,
        "disable_instance_discovery": True,
        "connection_verify": simulator.ca_file,
    }


def status_with(simulator: Simulation, token: str) -> int:
    return answer_to(simulator, f"Bearer {token}").status_code


def answer_to(simulator: Simulation, authorization: str | None) -> requests.Response:
    headers = {"Authorization": authorization} if authorization else {}
    session = requests.Session()
    session.trust_env = False
    return session.get(simulator.url + SUBSCRIPTIONS, headers=headers, verify=simulator.ca_file, timeout=5)


def token_of(simulator: Simulation, credential: Any) -> str:
    return str(credential.get_token(simulator.url + "/.default").token)


def test_a_secret(simulator: Simulation) -> None:
    credential = ClientSecretCredential(simulator.tenant, SECRET, "right", **settings(simulator))
    assert status_with(simulator, token_of(simulator, credential)) == 200


def test_a_secret_in_the_adfs_tenant(simulator: Simulation) -> None:
    credential = ClientSecretCredential("adfs", SECRET, "right", **settings(simulator))
    assert status_with(simulator, token_of(simulator, credential)) == 200


def test_a_certificate(simulator: Simulation, pem: Path) -> None:
    credential = CertificateCredential(simulator.tenant, CERTIFICATE, str(pem), **settings(simulator))
    assert status_with(simulator, token_of(simulator, credential)) == 200


def test_another_certificate(simulator: Simulation) -> None:
    credential = CertificateCredential(
        simulator.tenant, CERTIFICATE, certificate_data=self_signed(), **settings(simulator)
    )
    with pytest.raises(ClientAuthenticationError, match="AADSTS700027"):
        token_of(simulator, credential)


@pytest.mark.parametrize(("text", "good"), [("the-token\n", True), ("another", False)])
def test_a_federated_token(simulator: Simulation, tmp_path: Path, text: str, good: bool) -> None:
    file = tmp_path / "token"
    file.write_text(text, encoding="utf-8")
    credential = WorkloadIdentityCredential(
        tenant_id=simulator.tenant,
        client_id=FEDERATED,
        token_file_path=str(file),
        **settings(simulator),
    )
    if good:
        assert status_with(simulator, token_of(simulator, credential)) == 200
    else:
        with pytest.raises(ClientAuthenticationError, match="AADSTS700213"):
            token_of(simulator, credential)


@pytest.mark.parametrize("client_id", [None, FEDERATED])
def test_a_managed_identity(simulator: Simulation, monkeypatch: pytest.MonkeyPatch, client_id: str | None) -> None:
    monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", simulator.imds_url)
    credential = ManagedIdentityCredential(client_id=client_id)
    assert status_with(simulator, token_of(simulator, credential)) == 200
    assert simulator.journal("imds")[-1]["status"] == 200


def test_a_managed_identity_of_app_service(simulator: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDENTITY_ENDPOINT", simulator.imds_url + "/msi/token")
    monkeypatch.setenv("IDENTITY_HEADER", "simulated-identity-header")
    assert status_with(simulator, token_of(simulator, ManagedIdentityCredential())) == 200


def test_the_metadata_service_wants_its_header(simulator: Simulation) -> None:
    url = simulator.imds_url + "/metadata/identity/oauth2/token?resource=x"
    assert requests.get(url, timeout=5).status_code == 400


@pytest.mark.parametrize(
    ("tenant", "client_id", "secret", "number"),
    [
        (None, SECRET, "wrong", "AADSTS7000215"),
        (None, "99999999-9999-9999-9999-999999999999", "right", "AADSTS700016"),
    ],
)
def test_wrong_credentials(simulator: Simulation, tenant: str | None, client_id: str, secret: str, number: str) -> None:
    credential = ClientSecretCredential(tenant or simulator.tenant, client_id, secret, **settings(simulator))
    with pytest.raises(ClientAuthenticationError, match=number):
        token_of(simulator, credential)


def test_an_unknown_tenant(simulator: Simulation) -> None:
    url = f"{simulator.url}/00000000-0000-0000-0000-00000000dead/v2.0/.well-known/openid-configuration"
    answer = simulator.http.get(url)
    assert answer.status_code == 400
    assert answer.json()["error_description"].startswith("AADSTS90002: Tenant")


@pytest.mark.parametrize("tenant", ["organizations", "common", "adfs"])
def test_discovery_of_shared_tenants(simulator: Simulation, tenant: str) -> None:
    path = ".well-known/openid-configuration"
    url = f"{simulator.url}/{tenant}/{path if tenant == 'adfs' else 'v2.0/' + path}"
    document = simulator.http.get(url).json()
    assert document["token_endpoint"].startswith(f"{simulator.url}/{tenant}/oauth2/")


def refusal(simulator: Simulation, authorization: str | None) -> str:
    answer = answer_to(simulator, authorization)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith(f'Bearer authorization_uri="{simulator.url}/')
    return str(answer.json()["error"]["code"])


def test_calls_without_a_good_token(simulator: Simulation) -> None:
    good = simulator.http.headers["Authorization"]
    assert refusal(simulator, None) == "AuthenticationFailed"
    assert refusal(simulator, "Basic abc") == "AuthenticationFailedInvalidHeader"
    assert refusal(simulator, str(good)[:-8] + "AAAAAAAA") == "InvalidAuthenticationToken"
    assert simulator.journal()[-1]["authorised"] is False


def test_a_token_for_somebody_else(simulator: Simulation) -> None:
    token = simulator.credential.get_token("https://vault.azure.net/.default").token
    assert refusal(simulator, f"Bearer {token}") == "InvalidAuthenticationTokenAudience"


def test_an_expired_token(start: Any) -> None:
    simulator = start("token_lifetime: 0\n")
    assert refusal(simulator, str(simulator.http.headers["Authorization"])) == "ExpiredAuthenticationToken"
