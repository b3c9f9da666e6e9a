#!/usr/bin/env bash
# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What somebody at home in the az command writes to do the same: it lists first, does only what is missing, lets the
# first share register and inquire the account, and does the others eight at a time.
#
#   AZ=… az.sh protect|backup GROUP VAULT ACCOUNT_GROUP ACCOUNT POLICY
#
# It says "done: SHARE" of each share that it has done something for.

set -euo pipefail
work=$1 group=$2 vault=$3 account_group=$4 account=$5 policy=$6
storage="--backup-management-type AzureStorage --workload-type AzureFileShare"
export AZ group vault account policy storage

items() { # items [CONDITION]: the names of the account's shares in the vault
    # shellcheck disable=SC2086
    "$AZ" backup item list -g "$group" -v "$vault" $storage -o tsv --query \
        "[?ends_with(properties.containerName, ';$account')${1:+ && $1}].properties.friendlyName" | sort
}

eight_at_once() { # eight_at_once COMMAND: run it for each share of the standard input, which it knows as $1
    xargs -r -P 8 -n 1 sh -c "$1 > /dev/null && echo \"done: \$1\"" sh
}

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

if [ "$work" = backup ]; then
    running() {
        "$AZ" backup job list -g "$group" -v "$vault" --operation Backup --status InProgress -o tsv \
            --query "[].properties.entityFriendlyName" | sort
    }
    items > "$folder/items"
    running > "$folder/running"
    # shellcheck disable=SC2016
    comm -23 "$folder/items" "$folder/running" | eight_at_once \
        '"$AZ" backup protection backup-now -g "$group" -v "$vault" $storage -c "$account" -i "$1" -o none'
    while [ -n "$(running)" ]; do sleep 5; done
    exit
fi

"$AZ" storage share-rm list -g "$account_group" --storage-account "$account" -o tsv --query "[].name" \
    | sort > "$folder/shares"
items "ends_with(properties.policyId, '/$policy')" > "$folder/items"
comm -23 "$folder/shares" "$folder/items" > "$folder/missing"
# shellcheck disable=SC2016
enable='"$AZ" backup protection enable-for-azurefileshare -g "$group" -v "$vault" --storage-account "$account" \
    --policy-name "$policy" --azure-file-share "$1" -o none'
head -n 1 "$folder/missing" | eight_at_once "$enable"
tail -n +2 "$folder/missing" | eight_at_once "$enable"
