# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  wait:
    description:
      - Wait for the end of what is started. Steps that a later step of the same task needs are waited for in any case.
    type: bool
    default: true
  wait_timeout:
    description:
      - How many seconds the whole task may take. What Azure has begun by then goes on, and another run picks it up.
    type: int
    default: 3600
  poll_interval:
    description:
      - How often, in seconds, one running operation is asked about. The interval is stretched when many run at once.
    type: float
    default: 5.0
"""
