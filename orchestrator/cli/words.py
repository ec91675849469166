"""Numbers and names as people say them."""


def counted(count: int, thing: str, things: str = "") -> str:
    """Return how many there are of something.

    >>> counted(1, "case"), counted(2, "case"), counted(0, "policy", "policies")
    ('1 case', '2 cases', '0 policies')
    """
    return f"{count} {thing if count == 1 else things or f'{thing}s'}"
