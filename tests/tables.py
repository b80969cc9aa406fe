"""Tables in tests, which are written to be read."""


def rows(table: str) -> dict[str, dict[str, str]]:
    """The cells of each row by the head of their column; what is before the cells names the row."""
    head, *lines = (line.split() for line in table.splitlines() if line)
    return {
        " ".join(line[: -len(head)]): dict(zip(head, line[-len(head) :], strict=True))
        for line in lines
    }
