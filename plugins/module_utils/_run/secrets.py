# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module must not show: how Ansible is told of it.

Before ansible-core 2.22 a module takes secrets out of its own result; since then Ansible does, wherever it shows one.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from ansible.module_utils.basic import AnsibleModule

try:
    from ansible.module_utils.secrets import register_secrets
except ImportError:
    register_secrets = None


def hide(module: AnsibleModule, secrets: Iterable[str]) -> None:
    """From now on, these appear in no output of the module."""
    if register_secrets:
        register_secrets(secrets)
    else:
        module.no_log_values.update(secrets)


def warn(module: AnsibleModule, text: str) -> None:
    """Before 2.22, Ansible takes secrets out of a result, but not out of its warnings."""
    if not register_secrets:
        from ansible.module_utils.common.parameters import remove_values

        text = remove_values(text, module.no_log_values)
    module.warn(text)


@contextmanager
def silence() -> Iterator[None]:
    """The libraries log what they send and receive, and why they fail: nothing of that is for the standard error."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)
