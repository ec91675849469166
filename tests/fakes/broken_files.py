"""250 files that no site can use, each broken in a way that has a name: the same every time.

Some are written out below; the rest spoils one line of a good file in ways that cannot be right.
``BrokenFile.where`` is the place in ``spoiled_site`` that the file takes.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

ROOT = Path(__file__).parents[2]
COUNT = 250
POLICY, SITE = "policies/spoiled/policy.yaml", "config/demo/site.yaml"


@dataclass(frozen=True, slots=True)
class BrokenFile:
    """A file that has to be refused: how it is broken, where it belongs, and what is in it."""

    name: str
    where: str
    raw: bytes


def spoiled_site(folder: Path) -> Path:
    """Copy the demo's site and policies, to be spoiled by one file; return the site's folder."""
    shutil.copytree(ROOT / "config/demo", folder / "config/demo", dirs_exist_ok=True)
    shutil.copytree(ROOT / "policies", folder / "policies", dirs_exist_ok=True)
    (folder / POLICY).parent.mkdir()
    return folder / "config/demo"


def corpus(count: int = COUNT) -> tuple[BrokenFile, ...]:
    """Return the corpus: what is written out, then as many spoiled lines as are wanted."""
    files = [
        *_hostile(),
        *_wrong_policies(),
        *_wrong_rules(),
        *_wrong_conditions(),
        *_wrong_sites(),
    ]
    for one in _spoiled(Random(6)):
        if len(files) >= count:
            break
        files.append(one)
    return tuple(files)


GOOD = """\
policy: spoiled
version: 1
because: Nobody works here at night.
band: alarm
during: closed-hours
on: {enters: [yard, dock], who: person}
when: target.confidence >= 0.5 && zone.since_s > 2
hold: 500ms
clear: 15s
cooldown: {for: 60s, per: target}
do:
  - look: {at: target, with: [yard-ptz, dock-ptz], for: 12s}
  - alarm: {severity: high, say: "Person in {zone}", to: security-desk, acknowledge_within: 2m}
"""
TOUR = """\
patrol: spoiled
version: 1
because: The insurance asks for it.
every: 20m
stops:
  - {camera: yard-ptz, preset: gate, dwell: 6s}
  - {camera: dock-ptz, preset: dock, dwell: 6s}
"""
RULE = """\
privacy: spoiled
version: 1
because: Works agreement.
zones: [rest-area]
never: [look, record]
"""


def _hostile() -> Iterator[BrokenFile]:
    """Yield what is meant to break a loader rather than a rule."""
    bombs = "\n".join(
        f"{chr(98 + level)}: &{chr(98 + level)} [{', '.join([f'*{chr(97 + level)}'] * 9)}]"
        for level in range(12)
    )
    texts = {
        "alias bomb": f"a: &a [x, x, x, x, x, x, x, x, x]\n{bombs}\n",
        "alias to itself": "a: &a [*a]\n",
        "anchor": GOOD.replace("because: ", "because: &why "),
        "alias without anchor": GOOD.replace("[yard, dock]", "*zones"),
        "merge key": "base: {version: 1}\n<<: {policy: spoiled}\n",
        "merge key in a rule": GOOD + "<<: {band: alarm}\n",
        "100 KB of [": "[" * 100_000,
        "100 KB of {": "{" * 100_000,
        "100 KB of [{": "[{" * 50_000,
        "100 KB of lists": "- " * 50_000,
        "100 KB of ?": "? " * 50_000,
        "closed brackets, deep": "a: " + "[" * 2000 + "]" * 2000 + "\n",
        "deep by indent": "".join(" " * level + "a:\n" for level in range(400)),
        "python tag": "a: !!python/object/apply:os.system ['true']\n",
        "python name": "policy: !!python/name:os.system\n",
        "include": "policy: !include /etc/passwd\n",
        "binary": "policy: !!binary aGVsbG8=\n",
        "a tag of yaml's own": GOOD.replace("version: 1", "version: !!int 1"),
        "tag directive": "%TAG ! tag:example.org,2026:\n---\n!policy {}\n",
        "yaml directive": "%YAML 9.9\n---\npolicy: spoiled\n",
        "two documents": GOOD + "---\n" + GOOD,
        "a hundred documents": "---\na: 1\n" * 100,
        "nothing": "",
        "only a comment": "# nothing here\n",
        "only spaces": " \n \n",
        "only a dash": "-\n",
        "a word": "policy\n",
        "a list": "- policy: spoiled\n",
        "null": "~\n",
        "duplicate key": GOOD + "band: handoff\n",
        "duplicate key within": GOOD.replace("per: target", "per: target, for: 5s"),
        "the same key 20000 times": "a: 1\n" * 20_000,
        "200000 keys": "".join(f"k{number}: 1\n" for number in range(50_000)),
        "60000 values": "a: [" + "1," * 60_000 + "1]\n",
        "giant text": GOOD.replace("Nobody works here", "x" * 300_000) + "band: alarm\n",
        "a giant number": GOOD.replace("500ms", "9" * 300_000 + "s"),
        "a giant name": GOOD.replace("policy: spoiled", "policy: " + "a" * 300_000),
        "a giant key": "k" * 300_000 + ": 1\n" + GOOD,
        "a giant condition": GOOD.replace("0.5 &&", "0.5 && " + "true && " * 30_000),
        "a file of 2 MB": GOOD + "# " + "x" * 2_000_000 + "\n",
        "one line of 500 KB": "policy: [" + "a, " * 160_000 + "]\n",
        "a block of 500 KB": "because: |\n" + "  line\n" * 70_000,
        "a folded text without end": 'because: "' + "x\n" * 20_000,
        "a list as a key": "? [a, b]\n: 1\n",
        "a map as a key": "{a: 1}: 2\n",
        "NUL": GOOD.replace("Nobody", "No\0body"),
        "bell": GOOD.replace("Nobody", "No\abody"),
        "escape sequence": GOOD.replace("Nobody", "\x1b[31mNobody"),
        "right-to-left mark": GOOD.replace("Nobody", "\u202eNobody"),
        "zero width space in a key": GOOD.replace("band:", "ba\u200bnd:"),
        "line separator": GOOD.replace("Nobody ", "Nobody\u2028"),
        "DEL": GOOD.replace("Nobody", "No\x7fbody"),
        "C1 control": GOOD.replace("Nobody", "No\x85body"),
        "tab as indent": GOOD.replace("  - look", "\t- look"),
        "tab in a map": GOOD.replace("{for: 60s,", "{for:\t60s,"),
        "JSON that ends early": '{"policy": "spoiled", "version": 1, "on": {"enters": ["yard"',
        "a text that ends early": GOOD.replace('say: "Person in {zone}"', 'say: "Person in {zone}'),
        "bad indent": GOOD.replace("  - alarm", " - alarm"),
        "unknown escape": GOOD.replace("Person in", r"Person \q in"),
        "half a surrogate": GOOD.replace("Person in", r"Person \ud800 in"),
        "reserved mark": GOOD.replace("because: Nobody", "because: @nobody"),
        "backtick": GOOD.replace("because: Nobody", "because: `nobody"),
        "a colon too many": GOOD.replace("band: alarm", "band: alarm: high"),
        "curly quotes": GOOD.replace("500ms", "\u201c500ms\u201d"),
        "full-width digits": GOOD.replace("500ms", "\uff15\uff10\uff10ms"),
        "cyrillic letter in a zone": GOOD.replace("[yard, dock]", "[y\u0430rd, dock]"),
        "XML": "<policy name='spoiled'/>\n",
        "a shell script": "#!/bin/sh\nrm -rf /\n",
    }
    for name, text in texts.items():
        yield BrokenFile(name, POLICY, text.encode("utf-8"))
    good = GOOD.encode()
    raws = {
        "latin-1": good.replace(b"Nobody", b"N\xf6body"),
        "bad continuation": good.replace(b"Nobody", b"No\xc3\x28body"),
        "overlong slash": good.replace(b"Nobody", b"No\xc0\xafbody"),
        "surrogate in UTF-8": good.replace(b"Nobody", b"No\xed\xa0\x80body"),
        "beyond Unicode": good.replace(b"Nobody", b"No\xf4\x90\x80\x80body"),
        "UTF-16": GOOD.encode("utf-16"),
        "UTF-32": GOOD.encode("utf-32"),
        "random bytes": Random(1).randbytes(65_536),
        "four megabytes of zeros": bytes(4_000_000),
        "a PNG": b"\x89PNG\r\n\x1a\n" + Random(2).randbytes(2_000),
        "UTF-8 that ends early": good + "# \u20ac".encode()[:-1],
    }
    for name, raw in raws.items():
        yield BrokenFile(name, POLICY, raw)


def _wrong_policies() -> Iterator[BrokenFile]:
    """Yield policies that are good YAML and say what cannot be."""
    changes = {
        "no name": ("policy: spoiled", "policy:"),
        "a name with capitals": ("policy: spoiled", "policy: Spoiled Policy"),
        "a name like a path": ("policy: spoiled", "policy: ../../etc"),
        "a name that is taken": ("policy: spoiled", "policy: rest-area"),
        "another version": ("version: 1", "version: 2"),
        "a version in words": ("version: 1", "version: one"),
        "no version": ("version: 1\n", ""),
        "no reason": ("because: Nobody works here at night.\n", ""),
        "no band": ("band: alarm\n", ""),
        "an unknown band": ("band: alarm", "band: alarms"),
        "a band nobody may take": ("band: alarm", "band: operator"),
        "an unknown calendar": ("closed-hours", "closed-hour"),
        "no trigger": ("on: {enters: [yard, dock], who: person}\n", ""),
        "two triggers": ("who: person", "who: person, leaves: any view"),
        "a trigger in words": ("on: {enters: [yard, dock], who: person}", "on: somebody comes"),
        "a trigger that is a list": ("on: {enters", "on: [{enters: x}]\nx: {enters"),
        "an unknown zone": ("[yard, dock]", "[yard, dok]"),
        "no zones": ("[yard, dock]", "[]"),
        "zones within zones": ("[yard, dock]", "[[yard], dock]"),
        "an unknown kind": ("who: person", "who: persons"),
        "nobody": ("who: person", "who: []"),
        "a bare number": ("hold: 500ms", "hold: 500"),
        "an unknown unit": ("hold: 500ms", "hold: 500 moons"),
        "the wrong unit": ("hold: 500ms", "hold: 4 m/s"),
        "a negative time": ("hold: 500ms", "hold: -5s"),
        "a time that is no number": ("hold: 500ms", "hold: .nan"),
        "endless": ("hold: 500ms", "hold: .inf s"),
        "hexadecimal": ("hold: 500ms", "hold: 0x1F s"),
        "a decimal comma": ("hold: 500ms", "hold: 0,5s"),
        "a time that is a map": ("hold: 500ms", "hold: {for: 5s}"),
        "an empty time": ("clear: 15s", "clear:"),
        "an unknown scope": ("per: target", "per: zone-of-mine"),
        "a cooldown without a time": ("{for: 60s, per: target}", "{per: target}"),
        "nothing to do": ("do:\n", "do: []\nx:\n"),
        "do is a word": ("do:\n", "do: look\nx:\n"),
        "an unknown action": ("- look:", "- shoot:"),
        "two actions in one": ("- look:", "- alarm: {}\n    look:"),
        "look at nothing": ("at: target, ", ""),
        "look at the next view of who stays": ("at: target", "at: next view"),
        "look at an unknown zone": ("at: target", "at: zone lobby"),
        "an unknown camera": ("yard-ptz, dock-ptz", "yard-ptx, dock-ptz"),
        "a camera that cannot turn": ("yard-ptz, dock-ptz", "gate-fixed"),
        "look for no time": ("for: 12s", "for: 0s"),
        "look for ever": (", for: 12s", ""),
        "an unknown severity": ("severity: high", "severity: biblical"),
        "an unknown receiver": ("to: security-desk", "to: the-boss"),
        "an alarm that says nothing": ('say: "Person in {zone}"', 'say: ""'),
        "an unknown key": ("band: alarm", "bandd: alarm"),
        "an unknown key within": ("severity:", "severety:"),
        "a key in capitals": ("band: alarm", "BAND: alarm"),
        "kubernetes": (
            "policy: spoiled",
            "apiVersion: v1\nkind: Policy\nmetadata: {name: spoiled}",
        ),
        "two kinds of rule": ("policy: spoiled", "policy: spoiled\npatrol: spoiled"),
    }
    yield from _changed("policy", GOOD, changes)


def _wrong_rules() -> Iterator[BrokenFile]:
    """Yield patrols and privacy rules that say what cannot be."""
    tours = {
        "an unknown preset": ("preset: gate", "preset: gatte"),
        "an unknown camera": ("camera: yard-ptz", "camera: yard-pzt"),
        "a camera that cannot turn": ("camera: yard-ptz", "camera: yard-fixed"),
        "no stops": ("stops:\n", "stops: []\nx:\n"),
        "a stop without a time": (", dwell: 6s", ""),
        "every never": ("every: 20m", "every: 0m"),
        "neither every nor cron": ("every: 20m\n", ""),
        "a stop that is a word": ("- {camera: yard-ptz, preset: gate, dwell: 6s}", "- gate"),
    }
    yield from _changed("patrol", TOUR, tours)
    rules = {
        "an unknown zone": ("[rest-area]", "[rest-aera]"),
        "an unknown act": ("[look, record]", "[look, remember]"),
        "no zones": ("zones: [rest-area]\n", ""),
        "nothing forbidden": ("never: [look, record]\n", ""),
        "an unknown pose": ("never:", "unknown_pose: guess\nnever:"),
    }
    yield from _changed("privacy rule", RULE, rules)


def _wrong_conditions() -> Iterator[BrokenFile]:
    """Yield policies whose condition cannot be judged."""
    conditions = {
        "unknown name": "target.confidenze > 0.5",
        "a name of another trigger": "arrival.probability > 0.5",
        "text against number": "target.kind > 3",
        "number against text": "target.confidence == 'high'",
        "truth against number": "!target.confidence",
        "a number alone": "target.confidence",
        "a chain": "0.1 < target.confidence < 0.9",
        "a bracket open": "(target.confidence > 0.5",
        "a bracket too many": "target.confidence > 0.5)",
        "thousand brackets": "(" * 300 + "true" + ")" * 300,
        "a call": "has(target.kind)",
        "a loop": "target.zones.exists(z, z == 'yard')",
        "a regular expression": "target.kind.matches('(a+)+$')",
        "arithmetic": "target.confidence + 1 > 0.5",
        "a power tower": "9**9**9 > 1",
        "a dunder": "target.__class__ == 'x'",
        "a lambda": "(lambda: 1)() == 1",
        "python words": "target.confidence > 0.5 and True",
        "assignment": "target.confidence = 0.5",
        "an exponent": "target.confidence > 1e3",
        "a percentage": "target.confidence > 50 %",
        "a unit": "target.age_s > 20s",
        "a list of two types": "target.kind in ['person', 3]",
        "in a text": "target.kind in 'person'",
        "lists compared": "target.zones == target.zones",
        "an escape": r"target.kind == 'per\nson'",
        "a number beyond all": f"target.confidence < {'9' * 300}",
        "an operator alone": "&&",
        "a ternary": "target.confidence > 0.5 ? true : false",
        "null": "target.kind == null",
    }
    for name, condition in conditions.items():
        quoted = condition.replace("\\", "\\\\").replace('"', '\\"')
        text = GOOD.replace(
            "when: target.confidence >= 0.5 && zone.since_s > 2", f'when: "{quoted}"'
        )
        yield BrokenFile(f"condition: {name}", POLICY, text.encode())


def _wrong_sites() -> Iterator[BrokenFile]:
    """Yield site files that say what cannot be."""
    good = (ROOT / SITE).read_text(encoding="utf-8")
    calendars = "  closed-hours: {daily: 22:00 to 05:00}\n"
    cycle = "  a: {except: b}\n  b: {except: c}\n  c: {except: a}\n"
    changes = {
        "calendars in a circle": (calendars, calendars + cycle),
        "a calendar within itself": (calendars, calendars + "  a: {except: a}\n"),
        "an unknown calendar": (calendars, "  closed-hours: {also: open-hour}\n"),
        "a time of day beyond midnight": ("22:00 to 05:00", "25:00 to 05:00"),
        "half a time of day": ("22:00 to 05:00", "22:00"),
        "an unknown time zone": ("Europe/Berlin", "Europe/Atlantis"),
        "a time zone like a path": ("Europe/Berlin", "../../etc/passwd"),
        "a plan of no size": ("[48, 32]", "[0, 32]"),
        "a plan in words": ("[48, 32]", "large"),
        "a zone with two corners": ("[[43, 28], [47.2, 28], [47.2, 31.2], [43, 31.2]]", "[[43, 28], [47.2, 28]]"),
        "a zone that crosses itself": ("[[43, 28], [47.2, 28], [47.2, 31.2], [43, 31.2]]", "[[43, 28], [47, 31], [47, 28], [43, 31]]"),
        "a corner in words": ("[43, 28]", "[here, there]"),
        "a corner with three numbers": ("[43, 28]", "[43, 28, 1]"),
        "a password": ("credentials: gate ", "credentials: 'hunter2 is my password' "),
        "an address that is none": ("127.0.41.11:8000 ", "http://camera/onvif "),
        "a port beyond all": ("127.0.41.11:8000 ", "127.0.41.11:99999 "),
        "a lens that sees all": ("fov: 70 deg", "fov: 400 deg"),
        "a picture of no size": ("[640, 360]", "[0, 0]"),
        "an unknown role": ("role: operator", "role: god"),
        "moves without a number": ("moves_per_minute: 20", "moves_per_minute: many"),
        "two cameras of one name": ("  yard-fixed:", "  gate-fixed:"),
        "no cameras": ("cameras:\n", "cameras: {}\nx:\n"),
    }  # fmt: skip
    yield from _changed("site", good, changes, SITE)


def _changed(
    what: str, good: str, changes: dict[str, tuple[str, str]], where: str = POLICY
) -> Iterator[BrokenFile]:
    """Yield a good text with one place changed for the worse, for each of the changes."""
    for name, (old, new) in changes.items():
        assert old in good, f"{what}: {name}: nothing to change"
        yield BrokenFile(f"{what}: {name}", where, good.replace(old, new, 1).encode())


Slip = Callable[[str, Random], str]


def _spoiled(rng: Random) -> Iterator[BrokenFile]:
    """Yield good rules with one line spoiled, without end."""
    slips: dict[str, Slip] = {
        "a key misspelt": _misspelt,
        "a line twice": lambda line, _: f"{line}\n{line}",
        "a tab": lambda line, _: f"\t{line}",
        "a tag": lambda line, _: line.replace(": ", ": !x ", 1),
        "an anchor": lambda line, _: line.replace(": ", ": &x ", 1),
        "an alias": lambda line, _: line.partition(":")[0] + ": *x",
        "a value taken away": lambda line, _: line.partition(":")[0] + ":",
        "an open bracket": lambda line, _: line.replace(": ", ": [", 1),
        "an open quote": lambda line, _: line.replace(": ", ': "', 1),
        "a control character": lambda line, rng: f"{line}{chr(rng.randrange(1, 9))}",
        "a document": lambda line, _: f"{line}\n---\n{line}",
        "bytes": lambda line, _: f"{line} # \udcff",
    }
    goods = (GOOD, TOUR, RULE)
    number = 0
    while True:
        for name, slip in slips.items():
            lines = rng.choice(goods).splitlines()
            keys = [at for at, line in enumerate(lines) if ": " in line and line[0].isalpha()]
            at = rng.choice(keys)
            lines[at] = slip(lines[at], rng)
            number += 1
            raw = ("\n".join(lines) + "\n").encode("utf-8", "surrogateescape")
            yield BrokenFile(f"{name} on line {at + 1} ({number})", POLICY, raw)


def _misspelt(line: str, rng: Random) -> str:
    """Return a line whose key has one letter more, which makes no key of the language."""
    key, _, rest = line.partition(":")
    at = rng.randrange(len(key) + 1)
    return f"{key[:at]}q{key[at:]}:{rest}"
