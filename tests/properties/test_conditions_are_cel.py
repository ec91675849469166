"""Whatever condition loads here means the same to a public implementation of CEL."""

from tests.benchmarks.cel_agreement import agreement


def test_generated_conditions_come_out_as_in_cel() -> None:
    compared = agreement(seed=11, well_typed=150, slips=300)

    assert compared.disagreements == ()
    assert compared.cases > 150
