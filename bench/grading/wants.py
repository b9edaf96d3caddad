"""What the grader may say of a program that lies, for which a plain run is no measure."""

from oracle import judge_all

# Whatever is no pass. A pass marked weak is acceptable for every wrong program, and need not be listed.
NO_PASS = ["wrong", "exception", "syntax", "timeout", "memory", "crash", "tamper", "infrastructure"]


def without_twins(rows):
    """The rows, a liar's with `want` where the same program without its lie, its `twin`, fails a plain run."""
    liars = [row for row in rows if row["twin"] is not None]
    for row, verdict in zip(liars, judge_all([{**row, "completion": row["twin"]} for row in liars], seconds=20)):
        if verdict["verdict"] != "pass":
            row["want"] = NO_PASS
    empty = lambda row: {"twin"} if row["want"] is not None else {"twin", "want"}
    return [{key: value for key, value in row.items() if key not in empty(row)} for row in rows]
