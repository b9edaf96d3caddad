"""The list of forms of tests that any function has, and what forms are written with.

A call is (arguments, value, text): what stands between the parentheses, what the reference gives, and that as source.
"""

from .model import Test

FORMS = []


def form(name, results=None, needs=lambda task, cases: True):
    """Registers a form for tasks whose result is of these kinds (all of them by default)."""

    def register(make):
        FORMS.append((name, results and set(results.split()), needs, make))
        return make

    return register


def got(task, arguments):
    return f"list(FN({arguments}))" if task.result == "iterator" else f"FN({arguments})"


def tabled(cases):
    return "[" + ", ".join(f"(({a},), {text})" for a, _, text in cases) + "]"


def called(task):
    return "list(FN(*args))" if task.result == "iterator" else "FN(*args)"


def is_one(task, cases):
    return len(task.parameters) == 1


def is_many(task, cases):
    return len(cases) > 1


def is_known(task, cases):
    """Every result is a number, as a test that computes with it needs."""
    return all(value is not None and value == value for _, value, _ in cases)


def is_sortable(task, cases):
    kinds = [{type(item) for item in value} for _, value, _ in cases]
    return all(len(some) < 2 and not some & {dict, frozenset} for some in kinds)


def applicable(task, cases):
    return [
        (name, make)
        for name, results, needs, make in FORMS
        if (results is None or task.result in results) and task.result != "none" and needs(task, cases)
    ]


def test_of(name, make, task, cases, rng):
    made = make(task, cases, rng)
    return made if isinstance(made, Test) else Test(name, tuple(made))
