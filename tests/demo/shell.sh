# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What the shell of "make shell" begins with.
# shellcheck shell=bash

unset NO_COLOR
export ANSIBLE_INVENTORY_UNPARSED_WARNING=false ANSIBLE_LOCALHOST_WARNING=false
PS1='simulated Azure$ '

cat <<'EOF'
This shell is logged in to a simulated Azure, which ends with it ("exit"). It is in a folder of its own, .build/shell.

  vault     backup-vault in backup-rg, with the policies daily-30 and hourly-7
  accounts  contosofiles, with backups of two of its shares; fabrikamfiles, with none
            drillfiles, to drill restores to; contosorefuge, in the other region

For example:  ansible-playbook azurefiles.backup.report \
                -e resource_group=backup-rg -e vault_name=backup-vault -e output_dir=coverage

EOF
