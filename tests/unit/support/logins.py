# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An az command that is logged in at a simulator, as far as azure-identity and the collection ask it."""

from __future__ import annotations

import json
from pathlib import Path

from .simulator import Simulator


def install_az(folder: Path, simulator: Simulator) -> Path:
    """Put the command into a folder, which the caller puts on PATH."""
    token = simulator.credential.get_token(f"{simulator.url}/.default")
    answers = {
        "get-access-token": {
            "accessToken": token.token,
            "expiresOn": "2099-01-01 00:00:00.000000",
            "expires_on": token.expires_on,
            "tokenType": "Bearer",
        },
        "show": {"id": simulator.subscription_id, "name": "Simulated", "isDefault": True},
    }
    cases = "\n".join(f"*' {word} '*) printf '%s' '{json.dumps(answer)}';;" for word, answer in answers.items())
    command = folder / "az"
    command.write_text(f'#!/bin/sh\ncase " $* " in\n{cases}\n*) exit 2;;\nesac\n', encoding="ascii")
    command.chmod(0o755)
    return command
