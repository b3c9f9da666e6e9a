# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever stands in the options, the environment and the credentials file, the answer is settings or words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import BackupError
from ansible_collections.azurefiles.backup.plugins.module_utils._options.settings import ENVIRONMENT, Settings, resolve
from ansible_collections.azurefiles.backup.plugins.module_utils._options.shares import Selection
from hypothesis import given, settings
from hypothesis import strategies as st

ID = "7e9a0c1d-2b3c-4d5e-8f90-a1b2c3d4e5f6"
SECRET = "Xq7.no~message~has~this"
EVERYTHING = settings(max_examples=1000, derandomize=True, deadline=None, database=None)

LINE_ENDS = st.sampled_from(["\n", "\r\n", "\r", "\n\n"])
NOISE = st.sampled_from(["", " ", "\t", "\n", "\r\n", "\ufeff", "\xa0", '"', "'", "\0", "%", "%(x)s", "${x}", "#", ";"])
PLAIN = st.sampled_from(
    [ID, "contoso.onmicrosoft.com", "auto", "env", "named", "default", "true", "ignore", "AzureCloud"]
)
TEXT = st.one_of(PLAIN, st.text(max_size=12))
VALUE = st.builds(lambda before, text, after: before + text + after, NOISE, TEXT, NOISE)
SECRETS = st.builds(lambda before, after: before + SECRET + after, NOISE, NOISE)
SECRET_KEYS = ("secret", "oidc_token", "password")


def values(names: list[str], secrets: set[str]) -> st.SearchStrategy[dict[str, str]]:
    """Some of these names with values; a secret stands under secret names alone, where it has to stay."""
    return st.fixed_dictionaries({}, optional={name: SECRETS if name in secrets else VALUE for name in names})


OPTIONS = values(list(ENVIRONMENT), set(SECRET_KEYS))
VARIABLES = values(
    [variable for variables in ENVIRONMENT.values() for variable in variables],
    {"AZURE_SECRET", "AZURE_CLIENT_SECRET", "AZURE_FEDERATED_TOKEN", "AZURE_PASSWORD"},
)


SIGN = st.sampled_from(["=", " = ", ":", " "])
PAIRS = st.builds(
    lambda key, sign, value: f"{key}{sign}{value}",
    st.sampled_from([*(name for name in ENVIRONMENT if name not in SECRET_KEYS), "color", " indented"]),
    SIGN,
    VALUE,
)
SECRET_PAIRS = st.builds(
    lambda key, sign, value: f"{key}{sign}{value}", st.sampled_from([*SECRET_KEYS, " secret"]), SIGN, SECRETS
)
HEADERS = st.sampled_from(["[default]", "[named]", "[ default ]", "[DEFAULT]", "[]", "[broken", '["named"]'])
LINES = st.one_of(HEADERS, PAIRS, SECRET_PAIRS, st.just(SECRET), VALUE)


@st.composite
def credentials_files(draw: st.DrawFn) -> bytes:
    """Sections, keys, values, and what else is found in such files, in several encodings."""
    lines = draw(st.lists(LINES, max_size=8))
    text = draw(st.sampled_from(["", "[default]\n", "\ufeff[default]\n"])) + draw(LINE_ENDS).join(lines)
    return text.encode(draw(st.sampled_from(["utf-8", "utf-16", "utf-8-sig", "latin-1", "utf-32"])), "replace")


FILES = st.one_of(credentials_files(), st.binary(max_size=200))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home on a machine outside Azure, without an az command."""
    folder = tmp_path_factory.mktemp("home")
    (folder / ".azure").mkdir()
    module = "ansible_collections.azurefiles.backup.plugins.module_utils._options.settings"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(folder))
        patch.setattr(f"{module}._CHASSIS_TAG", folder / "none")
        yield folder


def check(options: dict[str, str], variables: dict[str, str], home: Path) -> None:
    try:
        found = resolve(options, variables, home)
    except BackupError as error:
        told = f"{error.message} {error.to_result()}"
        assert "mistake in azurefiles.backup" not in told
        assert SECRET not in told
    else:
        assert isinstance(found, Settings)
        assert found.proof_value is None or found.proof_value.strip()
        if found.proof in ("secret", "oidc_token") and SECRET in str(found.proof_value):
            assert found.secrets == [found.proof_value]


@EVERYTHING
@given(content=FILES, name=st.sampled_from(["", "default", "named", " named\n"]))
def test_any_credentials_file(home: Path, content: bytes, name: str) -> None:
    (home / ".azure" / "credentials").write_bytes(content)

    check({"profile": name}, {}, home)


@EVERYTHING
@given(options=OPTIONS, variables=VARIABLES)
def test_any_options_and_environment(home: Path, options: dict[str, str], variables: dict[str, str]) -> None:
    (home / ".azure" / "credentials").write_text(
        f"[default]\nclient_id={ID}\nsecret={SECRET}\n[named]\ntenant={ID}\n", encoding="utf-8"
    )

    check(options, variables, home)


NAMES = st.sampled_from(["finance", "legal", "Finance", "a" * 63, "hr", "scratch*", "team-[0-9]", "*"])
BETWEEN = st.sampled_from([",", ", ", "\n", "\r\n", ",\n", "\t", ",\t", " , ", "\n\n"])


@st.composite
def lists(draw: st.DrawFn) -> list[str]:
    names = draw(st.lists(st.one_of(NAMES, NOISE, st.text(max_size=8)), max_size=6))
    if draw(st.booleans()):
        return names
    return [draw(BETWEEN).join(names) + draw(st.sampled_from(["", "\n", ",", "\r\n"]))]


@EVERYTHING
@given(names=st.none() | lists(), all_shares=st.booleans(), include=lists(), exclude=lists())
def test_any_lists(names: list[str] | None, all_shares: bool, include: list[str], exclude: list[str]) -> None:
    try:
        selection = Selection.parse(names, all_shares, include, exclude)
    except BackupError as error:
        assert "mistake in azurefiles.backup" not in error.message
    else:
        assert selection.all_shares or selection.names
        for name in (*selection.names, *selection.include, *selection.exclude):
            assert name == name.strip()
            assert name


@EVERYTHING
@given(
    st.lists(st.sampled_from(["finance", "legal", "hiring"]), min_size=1, unique=True),
    BETWEEN,
    st.sampled_from(["", "\n", ","]),
)
def test_a_list_and_its_text_mean_the_same(names: list[str], between: str, end: str) -> None:
    as_text = Selection.parse([between.join(names) + end], False, ["*"], [])

    assert as_text == Selection.parse(names, False, ["*"], [])
