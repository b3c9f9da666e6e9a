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
      - How many seconds the whole task may take. Operations that Azure has begun go on after that, and another
        run picks them up.
    type: int
    default: 3600
  poll_interval:
    description:
      - How often, in seconds, one running operation is asked about. The interval is stretched when many run at once.
    type: float
    default: 5.0
  progress:
    description:
      - Show how far the work is while it is waited for, after 5 seconds and then every 10 to 30 seconds.
      - Of many shares, those that have to be changed are counted, as in C([contosofiles] 37/200 protected, 2 failed,
        12 running, 0:01:40). Otherwise it is said what goes on, as in C([contosofiles] restoring, 0:01:40).
      - The lines go to the standard error of Ansible, so that what callbacks write to the standard output stays as it
        is.
      - Nothing is shown where the module runs on another machine or as another user, for asynchronous tasks, and for
        tasks with C(no_log).
    type: bool
    default: true
"""
