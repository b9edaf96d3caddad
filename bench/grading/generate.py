"""Generates (test, program) pairs in the forms of HumanEval and MBPP, the same for the same seed.

    python3 bench/grading/generate.py FOLDER [--pairs 5000] [--seed 1] [--only PATTERN]

Writes FOLDER/humaneval.jsonl and FOLDER/mbpp.jsonl, whose programs stand in `completion`. `kind` names what a row is
made of, task/form/program/shape; `--only` keeps the rows whose kind matches. A test is kept only if its reference
passes it under the Python that runs this; about a quarter of the rows come without their reference. `want` lists the
acceptable statuses where a plain run is not the measure: programs that lie, tests that assert nothing.
"""

import argparse
import ast
import collections
import json
import os
import random
import re
import sys

from oracle import judge_all, version
from pairs import effects, forms, lines, objects, protocols, values
from pairs.model import Test, indented, show, value_of
from pairs.programs import programs
from pairs.registry import applicable, test_of
from wants import NO_PASS, without_twins

PROGRAMS_A_TEST = 5
# Imported for what they register.
FORMS = (forms, lines)
TASKS = [*values.TASKS, *effects.TASKS, *objects.TASKS, *protocols.TASKS]


class Usage:
    """Picks what was picked least so far, at random among equals."""

    def __init__(self, rng):
        self.rng, self.counts = rng, collections.Counter()

    def pick(self, names):
        least = min(self.counts[name] for name in names)
        name = self.rng.choice([name for name in names if self.counts[name] == least])
        self.counts[name] += 1
        return name


def a_test(task, rng, usage):
    own = {f"own-{i}": make for i, make in enumerate(task.tests)}
    if own and (not task.general or rng.random() < 0.5):
        return own[usage.pick(list(own))](task, rng)
    cases = [(arguments, *value_of(task, arguments)) for arguments in task.inputs(rng)]
    cases = [(arguments, value, show(value)) for arguments, value, error in cases if error is None]
    known = dict(applicable(task, cases))
    name = usage.pick(sorted(known))
    return test_of(name, known[name], task, cases, rng)


def as_method(task, text):
    """The program as a method of LeetCode's class, or None where it is more than one function."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return None
    if len(tree.body) != 1 or not text.startswith(f"def {task.entry}("):
        return None
    if any(isinstance(node, ast.Name) and node.id == task.entry for node in ast.walk(tree)):
        return None
    method = text.replace(f"def {task.entry}(", f"def {task.entry}(self, ", 1).replace("(self, )", "(self)", 1)
    return "class Solution:\n" + indented(method) + "\n"


def completion(task, text, shape):
    head = task.signature + "\n"
    if shape == "body":
        alone = text.startswith(head) and all(not line or line[0] == " " for line in text[len(head) :].split("\n"))
        return text[len(head) :] if alone else None
    if shape == "solution":
        return as_method(task, text)
    return task.preamble + text if shape == "file" else text


def prompt_of(task, shape):
    if shape == "solution":
        return task.preamble or "import math\n"
    return f'{task.preamble}{task.signature}\n    """ {task.name.replace("-", " ")} """\n'


def by_name(test, task, rng):
    """Some calls by the entry's own name in place of the parameter of `check`."""
    named = [i for i, line in enumerate(test.statements) if re.search(r"\bFN\b", line)]
    chosen = set(rng.sample(named, (len(named) + 1) // 2))
    lines = [re.sub(r"\bFN\b", task.entry, x) if i in chosen else x for i, x in enumerate(test.statements)]
    return Test(test.form + "+by-name", tuple(lines), test.setup, test.asserts_nothing)


def human_eval(task, test, shape, rng):
    if shape != "solution" and rng.random() < 0.12:
        test = by_name(test, task, rng)
    test = test.named("candidate")
    top = "METADATA = {'author': 'none'}\n\n" if rng.random() < 0.2 else ""
    source = f"{top}{task.imports}{test.setup}\n\ndef check(candidate):\n{indented(chr(10).join(test.statements))}\n"
    entry = f"Solution().{task.entry}" if shape == "solution" else task.entry
    row = {"prompt": prompt_of(task, shape), "entry_point": entry, "test": source}
    right = task.program()
    reference = completion(task, right, shape if shape == "solution" else "body") or right
    return test.form, {**row, "canonical_solution": reference}, reference


def mbpp(task, test, rng):
    test = test.named(task.entry)
    lines, challenge = list(test.statements), []
    if len(lines) > 2 and rng.random() < 0.3:
        challenge = [lines.pop()]
    row = {
        "text": task.name,
        "code": task.preamble + task.program(),
        "test_imports": task.imports.split("\n")[:-1],
        "test_setup_code": test.setup,
        "test_list": lines,
        "challenge_test_list": challenge,
    }
    return test.form, row, row["code"]


def suites(count, seed):
    """Tests with their task, the row that they make, and the shape in which their programs are handed in."""
    rng = random.Random(seed)
    usage = collections.defaultdict(lambda: Usage(rng))
    shared = Usage(rng)
    for i in range(count):
        task = TASKS[i % len(TASKS)]
        test = a_test(task, rng, usage[task.name] if task.tests else shared)
        method = as_method(task, task.program()) if task.result != "object" and task.general else None
        # Named twice, so that the form of MBPP is picked twice as often.
        shapes = ["body", "function", "file", "mbpp", "lists"]
        if method and test.form != "globals" and not task.tests:
            shapes.append("solution")
        shape = usage["shape"].pick(shapes).replace("lists", "mbpp")
        make = mbpp(task, test, rng) if shape == "mbpp" else human_eval(task, test, shape, rng)
        yield task, test, shape, make


def chosen_programs(task, shape, rng, usage, known):
    """A right one, a wrong one, a mutant, and others that were taken least."""
    of = collections.defaultdict(list)
    handed_in = lambda program, form: completion(task, program, "file" if form == "mbpp" else form)
    for kind, text, twin in known:
        # What cannot stand behind the prompt as a body is handed in as a whole function.
        taken_as = "function" if shape == "body" and handed_in(text, shape) is None else shape
        made = handed_in(text, taken_as)
        if made is not None:
            twin = None if twin is None else handed_in(twin, taken_as)
            group = kind.split("-")[0]
            of["right" if group in ("reference", "around") else group].append((kind, made, twin, taken_as))
    groups = ["right", "wrong", "mutant", "after", rng.choice(["after", "after", "hostile", "broken"])]
    taken = set()
    for group in groups:
        some = of[group] or of["after"] or of["wrong"] or of["mutant"] or of["broken"]
        some = [each for each in some if each[1] not in taken] or some
        names = sorted({kind for kind, *_ in some if kind != "broken-endless" or rng.random() < 0.2} or {some[0][0]})
        # Right, wrong and mutated ones are counted a task, the others over all tasks.
        name = usage[task.name if group in ("right", "wrong") else "all"].pick(names)
        made = rng.choice([each for each in some if each[0] == name])
        taken.add(made[1])
        yield made


def generate(pairs, seed, only=None):
    rng = random.Random(seed + 1)
    usage = collections.defaultdict(lambda: Usage(rng))
    known = {task.name: programs(task) for task in TASKS}
    for task, test, shape, (form, row, reference) in suites(-(-pairs * 11 // 10 // PROGRAMS_A_TEST), seed):
        without = rng.random() < 0.25
        rows = []
        for kind, text, twin, taken_as in chosen_programs(task, shape, rng, usage, known[task.name]):
            whole = f"{task.name}/{form}/{kind}/{taken_as}" + ("/no-reference" if without else "")
            want = NO_PASS if test.asserts_nothing else None
            made = {**row, "kind": whole, "completion": text, "want": want, "twin": twin}
            if without:
                made["code" if shape == "mbpp" else "canonical_solution"] = None
            if only is None or re.search(only, whole):
                rows.append(made)
        if rows:
            yield {**row, "completion": reference}, rows


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("folder")
    options.add_argument("--pairs", type=int, default=5000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--only", help="a pattern that the kind of a row must match")
    chosen = options.parse_args()
    made = list(generate(chosen.pairs, chosen.seed, chosen.only))
    print(version(), file=sys.stderr)
    kept, dropped = [], collections.Counter()
    for (_, rows), verdict in zip(made, judge_all([reference for reference, _ in made])):
        if verdict["verdict"] == "pass":
            kept += rows
        else:
            dropped["/".join(rows[0]["kind"].split("/")[:2]) + ": " + verdict.get("error", "")] += 1
    kept = without_twins(kept[: chosen.pairs])
    os.makedirs(chosen.folder, exist_ok=True)
    counts = collections.Counter()
    with open(f"{chosen.folder}/humaneval.jsonl", "w") as first, open(f"{chosen.folder}/mbpp.jsonl", "w") as second:
        for i, row in enumerate(kept):
            row = {"task_id": f"pair-{i}", **row}
            (second if "test_list" in row else first).write(json.dumps(row) + "\n")
            task, form, program, *_ = row["kind"].split("/")
            counts.update([f"task {task}", f"form {form}", f"program {program}"])
    kinds = [len([name for name in counts if name.startswith(start)]) for start in ("task ", "form ", "program ")]
    print(f"{len(kept)} pairs of {kinds[0]} tasks, {kinds[1]} forms, {kinds[2]} kinds of programs;", end=" ", file=sys.stderr)
    print(f"{len(made)} tests, {sum(dropped.values())} dropped whose reference fails", file=sys.stderr)
    for what, count in dropped.most_common():
        print(f"  {count} × {what}", file=sys.stderr)


if __name__ == "__main__":
    main()
