"""Mutants of a data set's references, as rows with the program in `completion`: for `mutants.mjs`.

python3 bench/grading/mutate_rows.py FILE FORMAT [mutants a problem] [problems]
"""

import ast
import json
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from mutate import mutants  # noqa: E402


def entry_of(row):
    """The function that the tests call first, of those that the reference defines."""
    defined = {node.name for node in ast.parse(row["code"]).body if isinstance(node, ast.FunctionDef)}
    called = [name for line in row["test_list"] for name in re.findall(r"\w+", line) if name in defined]
    return called[0] if called else None


def main():
    file, form, limit, count = [*sys.argv[1:], *["20", "100000"][len(sys.argv) - 3 :]]
    rows = [json.loads(line) for line in open(file) if line.strip()][: int(count)]
    for row in rows:
        program = row["code"] if form == "mbpp" else row["prompt"] + row["canonical_solution"]
        entry = entry_of(row) if form == "mbpp" else row["entry_point"]
        if entry is None:
            print(f"{row['task_id']}: no function that its tests call", file=sys.stderr)
            continue
        for i, (source, what) in enumerate(mutants(program, entry, int(limit))):
            made = {**row, "task_id": f"{row['task_id']}#{i}", "kind": f"{row['task_id']}: {what}"}
            print(json.dumps({**made, "completion": source + "\n"}))


main()
