# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands in for the get-pip that ansible-test downloads, where only a package index can be reached.

ansible-test runs it in an empty virtual environment, with the packages to install and pip's own options as arguments.
"""

from __future__ import annotations

import subprocess
import sys

OF_GET_PIP = ("--no-setuptools", "--no-wheel")


def main() -> None:
    # Python brings a pip of its own along, which fetches the wanted one.
    subprocess.check_call([sys.executable, "-m", "ensurepip"], stdout=subprocess.DEVNULL)
    wanted = [argument for argument in sys.argv[1:] if argument not in OF_GET_PIP]
    subprocess.check_call([sys.executable, "-m", "pip", "install", "--quiet", *wanted])


if __name__ == "__main__":
    main()
