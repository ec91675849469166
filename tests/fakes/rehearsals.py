"""A case played from event to event must go as if every tick were played: held side by side."""

from dataclasses import replace

from orchestrator.domain.intent import Decision
from orchestrator.domain.policy_case import PolicyCase
from orchestrator.domain.site import Site
from orchestrator.rehearse import Rehearsal, covered, rehearsed, verdicts
from orchestrator.rehearse.play import Moment


def played_both_ways(site: Site, case: PolicyCase) -> tuple[Rehearsal, Rehearsal]:
    """Play a case from event to event, and every tick of it; fail where they part.

    The moments that are kept have to be the same in everything. Those that are not may not say
    anything, and may show nothing that the moment kept before them does not.
    """
    quick, whole = rehearsed(site, case), rehearsed(site, case, every_tick=True)
    kept = {moment.at_s: moment for moment in quick.moments}
    before: Moment | None = None
    for moment in whole.moments:
        if moment.at_s in kept:
            before = kept.pop(moment.at_s)
            assert before == moment
            continue
        assert before is not None
        _assert_nothing_new(before, moment)
    assert not kept, "moments that no tick of the whole case has"
    assert quick.glimpses == whole.glimpses
    assert covered(site, [quick]) == covered(site, [whole])
    assert verdicts(site, case, quick) == verdicts(site, case, whole)
    return quick, whole


def _assert_nothing_new(before: Moment, moment: Moment) -> None:
    assert not moment.decision.notices
    assert not moment.decision.judgements
    assert not moment.decision.shadows
    assert _shown(moment.decision) == _shown(before.decision)
    assert _stand(moment) == _stand(before)


def _shown(decision: Decision) -> object:
    """Return what is granted; a lease that is renewed in every tick is the same lease."""
    trims = [
        (trim.camera, [replace(each, until_s=0.0) for each in trim.settings], trim.lost)
        for trim in decision.trims
    ]
    return [replace(intent, until_s=0.0) for intent in decision.intents], trims, decision.attention


def _stand(moment: Moment) -> object:
    return [(name, clause.text, clause.held) for name, clause in moment.clauses]
