"""The tables of the store, and the way from each version of them to the next.

``PRAGMA user_version`` holds the version. A file of version n is brought up by running the
scripts n+1, n+2 ... each in its own transaction; a file from the future is refused.
"""

from typing import Final

APPROVALS_AND_FACTS: Final = """
CREATE TABLE approvals (
    camera TEXT PRIMARY KEY,
    host TEXT NOT NULL,
    port INTEGER NOT NULL,
    path TEXT NOT NULL,
    credentials TEXT NOT NULL,
    serial TEXT,
    approved_by TEXT NOT NULL
) STRICT;
CREATE TABLE commands (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    client TEXT NOT NULL,
    command TEXT NOT NULL,
    reply_to TEXT NOT NULL,
    answer BLOB,
    final INTEGER NOT NULL DEFAULT 0,
    kept_s REAL NOT NULL,
    UNIQUE (client, command)
) STRICT;
CREATE INDEX commands_unfinished ON commands (seq) WHERE final = 0;
CREATE INDEX commands_by_age ON commands (kept_s);
CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    topic TEXT NOT NULL,
    payload BLOB NOT NULL,
    retain INTEGER NOT NULL,
    sent INTEGER NOT NULL DEFAULT 0,
    kept_s REAL NOT NULL
) STRICT;
CREATE INDEX outbox_unsent ON outbox (seq) WHERE sent = 0;
CREATE INDEX outbox_by_age ON outbox (kept_s) WHERE sent = 1;
CREATE TABLE explanations (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    camera TEXT NOT NULL,
    at TEXT NOT NULL,
    at_utc TEXT NOT NULL,
    document TEXT NOT NULL,
    kept_s REAL NOT NULL
) STRICT;
CREATE INDEX explanations_by_camera ON explanations (camera, at_utc, seq);
CREATE INDEX explanations_by_age ON explanations (kept_s);
"""

WHAT_IS_OWED: Final = """
CREATE TABLE owed (
    camera TEXT PRIMARY KEY,
    document TEXT NOT NULL
) STRICT;
"""
"""What cameras have to be given back: their settings as they were before a policy changed them."""

CERTIFICATES_AND_PASSPORTS: Final = """
ALTER TABLE approvals ADD COLUMN tls TEXT;
ALTER TABLE approvals ADD COLUMN password_text INTEGER NOT NULL DEFAULT 0;
ALTER TABLE approvals ADD COLUMN endpoint_reference TEXT NOT NULL DEFAULT '';
CREATE TABLE passports (
    camera TEXT PRIMARY KEY,
    at TEXT NOT NULL,
    document TEXT NOT NULL
) STRICT;
"""
"""How cameras show who they are (``tls``: NULL none, empty by an authority, else the pin), and what
they said of themselves."""

SUBSCRIPTIONS: Final = """
CREATE TABLE subscriptions (
    camera TEXT PRIMARY KEY,
    words TEXT NOT NULL
) STRICT;
"""
"""What cameras hold for us, to be given back by the next run if this one cannot."""
WHAT_A_RUN_LEFT: Final = """
CREATE TABLE inheritance (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    document TEXT NOT NULL
) STRICT;
"""
"""Flags that operators set and alarms that wait to be acknowledged, for the next run."""

MOTORS: Final = """
CREATE TABLE motors (
    camera TEXT PRIMARY KEY,
    document TEXT NOT NULL
) STRICT;
"""
"""What was measured of heads, by consent."""

REFUSALS: Final = """
CREATE TABLE refusals (
    camera TEXT PRIMARY KEY,
    mark BLOB NOT NULL,
    why TEXT NOT NULL
) STRICT;
"""
"""Which logins cameras refused: a salted and slow digest of each, and the reason."""

MIGRATIONS: Final = (
    APPROVALS_AND_FACTS,
    WHAT_IS_OWED,
    CERTIFICATES_AND_PASSPORTS,
    SUBSCRIPTIONS,
    WHAT_A_RUN_LEFT,
    MOTORS,
    REFUSALS,
)
"""``MIGRATIONS[n]`` brings a file from version n to version n + 1."""

VERSION: Final = len(MIGRATIONS)
"""The version this program writes."""

TABLES: Final = (
    "approvals",
    "owed",
    "passports",
    "subscriptions",
    "inheritance",
    "motors",
    "refusals",
    "commands",
    "outbox",
    "explanations",
)

RETENTION_S: Final = {"commands": 86_400.0, "outbox": 86_400.0, "explanations": 259_200.0}
"""How long each table remembers, in seconds.

Approvals, what is owed, what a run left, what was measured, refused logins, unsent facts and those that stand on the broker are never forgotten.
"""

STANDING: Final = (
    "length(payload) > 0 AND seq IN (SELECT max(seq) FROM outbox WHERE retain = 1 GROUP BY topic)"
)
"""What holds for a fact of the outbox that the broker still retains."""

PURGES: Final = (
    "DELETE FROM commands WHERE kept_s < ?",
    f"DELETE FROM outbox WHERE sent = 1 AND kept_s < ? AND NOT ({STANDING})",  # noqa: S608 - our own
    "DELETE FROM explanations WHERE kept_s < ?",
)
"""One statement for each entry of ``RETENTION_S``, in its order; the parameter is an epoch."""
