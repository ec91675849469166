"""What was changed between two sets of files is told key by key; spelling is no change."""

from orchestrator.config.differences import RuleChange, changes

OLD = """\
policy: intruder   # by night
because: Nobody works here.
band: alarm
on: {enters: [yard, dock], who: person}
when: target.confidence >= 0.5
hold: 60s
do:
  - look: {at: target, for: 12s}
  - alarm: {severity: high, say: "Person"}
"""


def told(new: str, old: str = OLD) -> list[str]:
    [rule] = changes([("old.yaml", old)], [("new.yaml", new)])
    return [f"{key.source}: {key}" for key in rule.keys]


def test_order_comments_and_spelling_are_no_change() -> None:
    lines = OLD.splitlines()
    new = "\n".join([lines[0].split("#")[0], *lines[2:6], lines[1], *lines[6:]])
    new = new.replace("60s", "1m").replace("who: person", "who: ['person']")

    assert changes([("old.yaml", OLD)], [("new.yaml", new)]) == ()


def test_a_key_that_was_changed_added_or_dropped_is_told_with_its_place() -> None:
    assert told(OLD.replace("0.5", "0.9")) == [
        "new.yaml:5: when: was `target.confidence >= 0.5`, is `target.confidence >= 0.9`"
    ]
    assert told(OLD.replace("hold: 60s", "clear: 15s")) == [
        "old.yaml:6: hold: was `60s`, is not said any more",
        "new.yaml:6: clear: now `15s`, was not said before",
    ]


def test_a_key_deep_in_a_list_is_told_by_its_way() -> None:
    assert told(OLD.replace("high", "low")) == [
        "new.yaml:9: do 2 (alarm) > alarm > severity: was `high`, is `low`"
    ]
    assert told(OLD.replace("[yard, dock]", "yard")) == [
        "new.yaml:4: on > enters: was `[yard, dock]`, is `yard`"
    ]


def test_an_action_that_was_put_before_others_leaves_them_unchanged() -> None:
    new = OLD.replace("do:\n", "do:\n  - park: {cameras: [gate]}\n")

    assert told(new) == [
        "new.yaml:8: do 1 (park): now `{park: {cameras: [gate]}}`, was not said before"
    ]


def test_rules_are_met_by_name_wherever_their_files_lie() -> None:
    other = OLD.replace("intruder", "guest")
    found = changes([("a.yaml", OLD), ("b.yaml", other)], [("c.yaml", other)])

    assert found == (
        RuleChange("intruder", "policy", "removed", "Nobody works here.", found[0].old, None),
    )
    assert [one.what for one in changes([], [("c.yaml", OLD)])] == ["added"]
