"""`policy fmt`: files as they are always laid out, so that a diff shows what was meant."""

import difflib
from collections.abc import Iterator, Sequence
from pathlib import Path

import typer

from orchestrator.cli.paths import replace_text
from orchestrator.cli.words import counted
from orchestrator.config import read_site
from orchestrator.config.layout import laid_out
from orchestrator.config.reading import POLICY_FILE, SITE_FILE, file_text
from orchestrator.errors import AuthorError, Finding


def lay_out(paths: Sequence[Path], *, write: bool, diff: bool) -> bool:
    """Lay out every file, or tell which would change; say whether any did or would.

    ``AuthorError`` with the mistakes of all files; then none is written. The folder of a site is
    read strictly first, with its policies; of other files, only the keys can be checked.
    """
    for path in paths:
        if (path / SITE_FILE).exists():
            read_site(path)
    files = sorted({file for path in paths for file in _files(path)})
    changed = _changes(files)
    for file, old, new in changed:
        if write:
            replace_text(file, new, "PATHS")
        print("".join(_difference(file, old, new)) if diff else file, end="" if diff else "\n")
    if not diff:
        became = "laid out" if write else "would change"
        print(f"{counted(len(files), 'file')}, {len(changed)} {became}")
    return bool(changed)


def _changes(files: Sequence[Path]) -> list[tuple[Path, str, str]]:
    """Return the files that are laid out otherwise, each as it is and as it would be."""
    changed: list[tuple[Path, str, str]] = []
    wrong: list[Finding] = []
    for file in files:
        try:
            old = file_text(file)
            new = laid_out(old, str(file), _kind(file))
        except AuthorError as error:
            wrong += error.findings
        else:
            if new != old:
                changed.append((file, old, new))
    if wrong:
        raise AuthorError(wrong)
    return changed


def _files(path: Path) -> Iterator[Path]:
    """Yield the files of a folder that people write; an inventory is written by its command."""
    if path.is_file():
        yield path
        return
    found = [
        *path.rglob(SITE_FILE),
        *path.rglob(POLICY_FILE),
        *path.rglob("cases/*.yaml"),
        *(path.glob("*.yaml") if path.name == "cases" else ()),
    ]
    if not found:
        raise typer.BadParameter(f"`{path}` holds no site, policy or case", param_hint="PATHS")
    yield from found


def _kind(file: Path) -> str:
    """Return what kind of file one is, by its name and folder."""
    if file.name in {SITE_FILE, POLICY_FILE}:
        return file.stem
    if file.parent.name == "cases":
        return "case"
    raise typer.BadParameter(
        f"`{file}` is none of `{SITE_FILE}`, `{POLICY_FILE}` and `cases/*.yaml`",
        param_hint="PATHS",
    )


def _difference(file: Path, old: str, new: str) -> Iterator[str]:
    return difflib.unified_diff(
        old.splitlines(keepends=True), new.splitlines(keepends=True), str(file), str(file)
    )
