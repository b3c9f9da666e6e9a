# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the documentation's site: ``build_site.py FOLDER`` makes FOLDER/html. A warning is an error."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zlib
from pathlib import Path

HERE = Path(__file__).resolve().parent
COLLECTION = HERE.parents[1]
NAME = "azurefiles.backup"
TITLE = "azurefiles.backup: Azure Backup for file shares"
ANSIBLE = "https://docs.ansible.com/projects/ansible/devel/"
SETTINGS = "reference_appendices/config.html"
# What the generated pages refer to in Ansible's own documentation, so that the site is built without the network.
REFERENCES = {
    "action_plugins": ("std:label", "plugins/action.html"),
    "common_return_values": ("std:label", "reference_appendices/common_return_values.html"),
    "ansible_configuration_settings": ("std:label", SETTINGS),
    "ansible_collections.ansible.builtin.match_test": ("std:label", "collections/ansible/builtin/match_test.html"),
    "ansible_collections.ansible.builtin.search_test": ("std:label", "collections/ansible/builtin/search_test.html"),
} | {
    name: ("std:envvar", f"{SETTINGS}#envvar-{name}")
    for name in (
        "ANSIBLE_CACHE_PLUGIN",
        "ANSIBLE_CACHE_PLUGIN_CONNECTION",
        "ANSIBLE_CACHE_PLUGIN_PREFIX",
        "ANSIBLE_CACHE_PLUGIN_TIMEOUT",
    )
}


def main(folder: Path) -> int:
    shutil.rmtree(folder, ignore_errors=True)
    source = folder / "rst"
    for each in (folder, source):
        each.mkdir(mode=0o700, parents=True)  # antsibull-docs writes to folders that are the user's alone
    make = ["antsibull-docs", "sphinx-init", "--use-current", "--squash-hierarchy", "--fail-on-error"]
    run([*make, "--dest-dir", str(folder), "--project", NAME, "--title", TITLE, "--html-short-title", NAME, NAME])
    inventory(source / "ansible.inv")
    with (folder / "conf.py").open("a", encoding="utf-8") as configuration:
        configuration.write(settings())
    write = ["collection", "--use-current", "--squash-hierarchy", "--fail-on-error"]
    run(
        ["antsibull-docs", "--config-file", str(folder / "antsibull-docs.cfg"), *write, "--dest-dir", str(source), NAME]
    )
    index = source / "index.rst"
    index.write_text(opened(index.read_text(encoding="utf-8")), encoding="utf-8")
    run(
        ["sphinx-build", "-q", "-b", "html", "-c", str(folder), "-W", "--keep-going", str(source), str(folder / "html")]
    )
    if shutil.which("node"):
        run(["node", str(HERE / "site_search.mjs"), str(folder / "html")])
    else:
        print("Its search was not tried: there is no Node on this machine.")
    print(f"The site is in {folder / 'html' / 'index.html'}")
    return 0


def settings() -> str:
    """What Sphinx is told beyond what antsibull-docs makes for it."""
    told = {
        "copyright": "2026, the azurefiles.backup maintainers",
        "html_css_files": ["site.css"],
        "html_search_scorer": str(HERE / "site_scorer.js"),
        "html_static_path": [str(HERE / "site.css")],
        "intersphinx_mapping": {"ansible": (ANSIBLE, "ansible.inv")},
    }
    if not (COLLECTION / "changelogs" / "changelog.yaml").exists():
        told["suppress_warnings"] = ["toc.no_title"]  # the changelog before the first release
    return "".join(f"{name} = {value!r}\n" for name, value in told.items())


def opened(index: str) -> str:
    """The first page: an example and the guides come first, the changelog last; the sidebar has captions."""
    opening = (HERE / "site_opening.rst").read_text(encoding="utf-8")
    title, contents, rest = index.partition(".. contents::")
    assert contents, "the first page is not made as it was"
    before, changelog, guides = re.split(
        r"(?s)(\.\. _changelog_section_for_.*?)(?=^Guides\n)", rest, flags=re.MULTILINE
    )
    options, heading, description = before.partition("Description\n")
    rest = f"{options}{guides}\n{heading}{description}\n{changelog}"
    rest = re.sub(r"(?m)^( +)(\w+)_(module|inventory|role)$", r"\1\2 <\2_\3>", rest)
    rest = re.sub(r"(?m)^( +)changelog$", r"\1Release notes <changelog>", rest)
    for name in ("Guides", "Playbooks", "Modules", "Inventory Plugins", "Role Index", "Changelog"):
        above, heading, below = rest.partition(f"\n{name}\n")
        assert heading, f"the first page has no {name}"
        rest = above + heading + below.replace("    :maxdepth: 1\n", f"    :maxdepth: 1\n    :caption: {name}\n", 1)
    return f"{title.replace('Azurefiles.Backup', NAME)}{opening}{contents}{rest}"


def inventory(file: Path) -> None:
    """An inventory of what REFERENCES names, in the format of Sphinx."""
    head = "# Sphinx inventory version 2\n# Project: Ansible\n# Version: devel\n# The rest is compressed using zlib.\n"
    body = "".join(f"{name} {kind} -1 {page} {name}\n" for name, (kind, page) in REFERENCES.items())
    file.write_bytes(head.encode() + zlib.compress(body.encode()))


def run(command: list[str]) -> None:
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"$ {' '.join(command)}\n{done.stdout}")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
