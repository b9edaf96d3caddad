"""One program and its tests in a plain interpreter: a task as JSON on stdin, a verdict as JSON on stdout.

Started afresh by `oracle.py` for every task. What it runs is what the data sets' own scripts run: prompt, program,
tests, and `check(entry)` where the tests are a `check`, one after the other in one namespace. A program that means to
cheat can: this is the measure for ordinary programs, and the grader has to be stricter than it.
"""

import json
import os
import resource
import sys
import types


def compiles(text):
    try:
        compile(text, "<program>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True


def program_of(task):
    """The text to run, and the form that the completion was taken for."""
    prompt, completion = task.get("prompt") or "", task["completion"]
    if "test_list" in task:
        return completion, "file"
    for form, text in (
        ("after the prompt", prompt + completion),
        # A prompt that ends with its signature is no statement until it has a body.
        ("after the prompt's preamble", prompt.rstrip() + "\n    pass\n" + completion),
        ("file", completion),
    ):
        if compiles(text):
            return text, form
    return prompt + completion, "after the prompt"


def tests_of(task):
    if "test_list" not in task:
        return task["test"] + "\ncheck(" + task["entry_point"] + ")\n"
    lines = [*(task.get("test_imports") or []), task.get("test_setup_code") or ""]
    return "\n".join([*lines, *task["test_list"], *(task.get("challenge_test_list") or [])]) + "\n"


def words(error):
    try:
        return (type(error).__name__ + ": " + str(error))[:300]
    except BaseException:
        return type(error).__name__


def verdict_of(task):
    if task["completion"] is None:
        return {"verdict": "fail", "error": "no program", "form": "none"}
    text, form = program_of(task)
    try:
        program = compile(text, "<program>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        return {"verdict": "syntax", "error": words(error), "form": form}
    try:
        tests = compile(tests_of(task), "<tests>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        return {"verdict": "fail", "error": words(error), "form": form, "place": "tests"}
    # A module of its own, so that dataclasses and pickles find the classes that they name.
    module = types.ModuleType("program")
    sys.modules["program"] = module
    place = "program"
    try:
        exec(program, module.__dict__)
        place = "tests"
        exec(tests, module.__dict__)
    except BaseException as error:
        return {"verdict": "fail", "error": words(error), "form": form, "place": place}
    return {"verdict": "pass", "form": form}


def main():
    task = json.loads(sys.stdin.buffer.read())
    answer = os.fdopen(os.dup(1), "w")
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    sys.stdin = open(0, closefd=False)
    size = task["memory_mb"] * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CPU, (task["seconds"] + 1,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    verdict = verdict_of(task)
    answer.write(json.dumps(verdict))
    answer.flush()
    # Threads and exit handlers of the program are not waited for.
    os._exit(0)


main()
