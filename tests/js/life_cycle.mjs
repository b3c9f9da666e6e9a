// Copyright (c) 2026, the azurefiles.backup maintainers
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Microsoft's JavaScript SDK, unmodified, takes a storage account of the simulator from its registration to its end.

import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { RecoveryServicesBackupClient } from "@azure/arm-recoveryservicesbackup";
import { ClientSecretCredential } from "@azure/identity";

const env = process.env;
const url = env.AZURE_CLOUD_ENVIRONMENT;
const credential = new ClientSecretCredential(env.AZURE_TENANT, env.AZURE_CLIENT_ID, env.AZURE_SECRET, {
  authorityHost: url,
  disableInstanceDiscovery: true,
});
const client = new RecoveryServicesBackupClient(credential, env.AZURE_SUBSCRIPTION_ID, {
  endpoint: url,
  credentialScopes: `${url}/.default`,
});
const vault = ["backup-vault", "backup-rg"];
const container = "StorageContainer;Storage;Files-RG;contosofiles";
const account =
  `/subscriptions/${env.AZURE_SUBSCRIPTION_ID}/resourceGroups/Files-RG` +
  "/providers/Microsoft.Storage/storageAccounts/contosofiles";
const policy =
  `/subscriptions/${env.AZURE_SUBSCRIPTION_ID}/resourceGroups/backup-rg` +
  "/providers/Microsoft.RecoveryServices/vaults/backup-vault/backupPolicies/daily-30";
const files = "backupManagementType eq 'AzureStorage'";

async function all(pages) {
  const found = [];
  for await (const each of pages) found.push(each);
  return found;
}

async function until(look) {
  for (let looks = 0; looks < 300; looks += 1) {
    const seen = await look();
    if (seen) return seen;
    await pause(100);
  }
  throw new Error(`still not: ${look}`);
}

// What the SDK does not follow by itself is followed by the operation that the answer names.
async function follow(start) {
  let answer;
  await start({ onResponse: (response) => (answer = response) });
  assert.equal(answer.status, 202);
  const operation = answer.headers.get("azure-asyncoperation").split("?")[0].split("/").pop();
  const ended = await until(async () => {
    const status = await client.backupOperationStatuses.get(...vault, operation);
    return status.status !== "InProgress" && status;
  });
  assert.equal(ended.status, "Succeeded");
  return ended.properties?.jobId;
}

async function job(id, operation) {
  const ended = await until(async () => {
    const { properties } = await client.jobDetails.get(...vault, id);
    return properties.status !== "InProgress" && properties;
  });
  assert.deepEqual([ended.operation, ended.status], [operation, "Completed"]);
}

await follow((options) => client.protectionContainers.refresh(...vault, "Azure", { filter: files, ...options }));
assert.equal((await all(client.protectableContainers.list(...vault, "Azure", { filter: files }))).length, 1);
const registered = await client.protectionContainers.beginRegisterAndWait(...vault, "Azure", container, {
  properties: {
    containerType: "StorageContainer",
    backupManagementType: "AzureStorage",
    sourceResourceId: account,
    friendlyName: "contosofiles",
  },
});
assert.equal(registered.properties.registrationStatus, "Registered");
await follow((options) => client.protectionContainers.inquire(...vault, "Azure", container, options));
const [share] = await all(client.backupProtectableItems.list(...vault, { filter: files }));
assert.equal(share.properties.friendlyName, "finance");

const [, , , , , , , , , , , , offered] = share.id.split("/");
const body = {
  properties: { protectedItemType: "AzureFileShareProtectedItem", policyId: policy, sourceResourceId: account },
};
const configured = await follow((options) =>
  client.protectedItems.createOrUpdate(...vault, "Azure", offered, share.name, body, options),
);
await job(configured, "ConfigureBackup");
const [item] = await all(client.backupProtectedItems.list(...vault, { filter: files }));
assert.equal(item.properties.protectionState, "IRPending");

const path = [...vault, "Azure", item.id.split("/")[12], item.name];
const backup = { properties: { objectType: "AzureFileShareBackupRequest" } };
await job(await follow((options) => client.backups.trigger(...path, backup, options)), "Backup");
const [point] = await all(client.recoveryPoints.list(...path));
await client.restores.beginTriggerAndWait(...path, point.name, {
  properties: {
    objectType: "AzureFileShareRestoreRequest",
    recoveryType: "OriginalLocation",
    sourceResourceId: account,
    copyOptions: "Overwrite",
    restoreRequestType: "FullShareRestore",
  },
});
const restored = await until(async () => {
  const jobs = await all(client.backupJobs.list(...vault, { filter: "operation eq 'Restore'" }));
  return jobs[0]?.properties.status === "Completed" && jobs[0];
});
assert.equal(restored.properties.entityFriendlyName, "finance");

await job(await follow((options) => client.protectedItems.delete(...path, options)), "DeleteBackupData");
await job(
  await follow((options) => client.protectionContainers.unregister(...vault, "Azure", container, options)),
  "UnRegister",
);
assert.deepEqual(await all(client.backupProtectionContainers.list(...vault, { filter: files })), []);
console.log("Microsoft's JavaScript SDK did all from registering to unregistering.");
