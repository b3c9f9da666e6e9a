# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
attributes:
  check_mode:
    description: Whether the module can say what it would change, without changing it.
  diff_mode:
    description: Whether the module shows the state before and after.
  idempotent:
    description: Whether a second run changes nothing.
  action_group:
    description: The group by which C(module_defaults) can name all modules of this collection.
    support: full
    membership:
      - azurefiles.backup.all
"""
