"""Programs made from a data set's references, as rows with the program in `completion`: for `mutants.mjs`.

    python3 bench/grading/reference_rows.py FILE [--mutants 20] [--wrapped 0] [--problems N] [--seed 1]

Mutants differ in one operator or constant. Wrapped ones do something to the right result, or to the arguments, or lie
(see `pairs/programs.py`); whether that is wrong is for the tests to say.
"""

import argparse
import ast
import json
import random
import re
import sys

from pairs.model import Task
from pairs.programs import AFTER, AROUND, HOSTILE, HOSTILE_MODULES, honest, mutants, renamed, wrapped
from wants import without_twins


def entry_of(row):
    """The function that the tests call first, of those that the reference defines."""
    if "entry_point" in row:
        return row["entry_point"]
    defined = {node.name for node in ast.parse(row["code"]).body if isinstance(node, ast.FunctionDef)}
    called = [name for line in row["test_list"] for name in re.findall(r"\w+", line) if name in defined]
    return called[0] if called else None


def wrappers(task):
    """(kind, program, the same without its lie) for everything that can be done to a right program."""
    named = lambda text: text.replace("ENTRY", task.entry)
    for known in AFTER.values():
        yield from ((f"after-{name}", wrapped(task, code), None) for name, code in known.items())
    yield from ((f"around-{name}", renamed(task) + named(code), None) for name, code in AROUND.items())
    for name, code in HOSTILE.items():
        yield f"hostile-{name}", wrapped(task, code), wrapped(task, honest(code))
    for name, code in HOSTILE_MODULES.items():
        yield f"hostile-{name}", named(code), named(honest(code))


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("file")
    options.add_argument("--mutants", type=int, default=20, help="most of them for one problem")
    options.add_argument("--wrapped", type=int, default=0, help="how many for one problem")
    options.add_argument("--problems", type=int, help="only the first ones")
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    rng = random.Random(chosen.seed)
    rows = []
    for row in [json.loads(line) for line in open(chosen.file) if line.strip()][: chosen.problems]:
        program = row["code"] if "code" in row else row["prompt"] + row["canonical_solution"]
        entry = entry_of(row)
        if entry is None:
            print(f"{row['task_id']}: no function that its tests call", file=sys.stderr)
            continue
        # It defines its entry, so it is taken as a whole program.
        task = Task(str(row["task_id"]), "object", f"def {entry}():", program.replace("\r\n", "\n"))
        made = [(f"mutant {what}", text + "\n", None) for text, what in mutants(program, entry, chosen.mutants)]
        made += rng.sample(list(wrappers(task)), chosen.wrapped)
        for i, (kind, text, twin) in enumerate(made):
            new = {"task_id": f"{row['task_id']}#{i}", "kind": f"{row['task_id']}: {kind}"}
            rows.append({**row, **new, "completion": text, "want": None, "twin": twin})
    for row in without_twins(rows):
        print(json.dumps(row))


main()
