"""The facts the product thinks with: frozen values, ids and units; no behaviour that acts.

In: nothing (the ground floor, with ``errors``).
Out: the types every other room speaks.
Law: immutable, slotted, no I/O; what is counted in thousands is arrays.
"""
