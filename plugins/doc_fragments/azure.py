# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
requirements:
  - python >= 3.10
  - azure-identity >= 1.19.0
  - azure-core >= 1.31.0
  - requests >= 2.32.0
options:
  auth_source:
    description:
      - Where the login comes from.
      - V(auto) takes the options, then the profile that O(profile) or E(AZURE_PROFILE) names, then the environment,
        then the section C(default) of C(~/.azure/credentials), then the machine's managed identity where it has one,
        then the login of the az command. A client id, its tenant and its proof are not mixed from two of these.
      - V(env) takes the environment, V(credential_file) a profile of C(~/.azure/credentials), V(msi) the machine's
        managed identity (O(client_id) selects a user-assigned one), and V(cli) the login of the az command.
      - An option always wins over these. A blank value counts as unset, for every option and variable.
      - What surrounds a value by accident, such as a line end, is no part of it. Quotes around a value are refused.
      - If unset, E(ANSIBLE_AZURE_AUTH_SOURCE) is taken, then V(auto).
    type: str
  profile:
    description:
      - The section of C(~/.azure/credentials) to take. One that is named outranks the environment.
      - If unset, E(AZURE_PROFILE) is taken, then V(default).
    type: str
  subscription_id:
    description:
      - The subscription of the vault, by its id or as C(/subscriptions/<id>).
      - If unset, E(AZURE_SUBSCRIPTION_ID) is taken. A managed identity that sees just one subscription needs none, and
        the az command has a default one.
    type: str
  tenant:
    description:
      - The tenant of the service principal, by its id or a domain name.
      - If unset, E(AZURE_TENANT) is taken, then E(AZURE_TENANT_ID).
    type: str
  client_id:
    description:
      - The application id of the service principal, or of a user-assigned managed identity.
      - If unset, E(AZURE_CLIENT_ID) is taken.
    type: str
  secret:
    description:
      - The service principal's secret.
      - If unset, E(AZURE_SECRET) is taken, then E(AZURE_CLIENT_SECRET).
    type: str
  x509_certificate_path:
    description:
      - A PEM file that holds the service principal's certificate and its private key, which has no password.
      - The certificate is sent with all that the file holds of its chain, for applications that trust a subject
        name and an issuer.
      - If unset, E(AZURE_X509_CERTIFICATE_PATH) is taken.
    type: path
  thumbprint:
    description:
      - Accepted for the sake of shared C(module_defaults), and not needed.
    type: str
  oidc_token:
    description:
      - A token of a federated identity provider (workload identity).
      - If unset, E(AZURE_FEDERATED_TOKEN) is taken.
    type: str
  oidc_token_file_path:
    description:
      - A file that holds such a token. It is read anew whenever a login is renewed.
      - If unset, E(AZURE_FEDERATED_TOKEN_FILE) is taken.
    type: path
  cloud_environment:
    description:
      - V(AzureCloud), V(AzureUSGovernment), V(AzureChinaCloud), or the C(https://) address of a resource manager that
        describes its cloud at C(/metadata/endpoints) (Azure Stack Hub, a private cloud).
      - If unset, E(AZURE_CLOUD_ENVIRONMENT) is taken, then V(AzureCloud).
    type: str
  cert_validation_mode:
    description:
      - V(validate) or V(ignore) the certificates of Azure's endpoints. A private authority is better named in
        E(REQUESTS_CA_BUNDLE).
      - If unset, E(AZURE_CERT_VALIDATION_MODE) is taken, then V(validate).
    type: str
  disable_instance_discovery:
    description:
      - Do not ask Microsoft whether the login service is a known one. Implied by a cloud that is given by its address.
      - V(true) or V(false), or any other of Ansible's words for these.
      - If unset, E(AZURE_DISABLE_INSTANCE_DISCOVERY) is taken, then V(false).
    type: raw
  adfs_authority_url:
    description:
      - The address of an AD FS login service, ending in C(/adfs). The address of a cloud tells it already.
      - If unset, E(AZURE_ADFS_AUTHORITY_URL) is taken.
    type: str
  ad_user:
    description:
      - Refused, because Entra ID enforces multi-factor authentication for users. Use a service principal or a managed
        identity.
    type: str
  password:
    description:
      - Refused, as O(ad_user) is.
    type: str
  api_profile:
    description:
      - Accepted for the sake of shared C(module_defaults), and not used.
    type: str
  log_mode:
    description:
      - Accepted for the sake of shared C(module_defaults), and not used.
    type: str
  log_path:
    description:
      - Accepted for the sake of shared C(module_defaults), and not used.
    type: str
notes:
  - The names of these options and variables are those of the collection azure.azcollection, so that one
    C(module_defaults) block, one credentials file and one credential of AWX serve both.
  - E(REQUESTS_CA_BUNDLE) and the usual proxy variables are respected.
"""
