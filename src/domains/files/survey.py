"""Looks at the tests of a task before any program runs, and has a reference program say what inputs lead to.

It stands behind `prepare.py`, whose functions it uses. Names begin with an underscore where a reference program stands
before it, too.
"""

import ast as _ast
import copy as _copy


def _literals(call):
    """The arguments of a call, where all of them are literals: [positional, named]."""
    try:
        named = {word.arg: _ast.literal_eval(word.value) for word in call.keywords}
        return [[_ast.literal_eval(arg) for arg in call.args], named]
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None


def _calls(tree, entry):
    """The calls of the function under test."""
    wanted = _ast.unparse(_ast.parse(entry, mode="eval"))
    return [node for node in _ast.walk(tree) if isinstance(node, _ast.Call) and _ast.unparse(node.func) == wanted]


def _asked(text, entry):
    """What code asks of the function: its calls, or the whole statement where their arguments are no literals."""
    asked = set()
    for statement in _ast.parse(text).body:
        for call in _calls(statement, entry):
            given = _literals(call)
            asked.add(_ast.unparse(statement) if given is None else _shown(entry, *given))
    return asked


def _shown(entry, args, named):
    return entry + "(" + ", ".join([*map(repr, args), *[key + "=" + repr(named[key]) for key in sorted(named)]]) + ")"


def survey(entry, program, prompt, with_preamble, visible, held_out, visible_calls, held_out_calls):
    """{"entry", "preamble", "overlap"}, or {"errors": [[suite, test, error], ...]}: how the tests of a task read.

    `visible` and `held_out` are texts of code, the calls [positional, named]. `overlap` is what both suites ask, or empty.
    A test counts from 0 among the texts of its suite; suite and test are None where an error is in no single text.
    """
    errors = []
    for suite, texts in (("visible", visible), ("heldOut", held_out)):
        for number, text in enumerate(texts):
            try:
                compile(text, "<test>", "exec", dont_inherit=True)
            except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError) as error:
                where = "" if getattr(error, "lineno", None) is None else " (line " + str(error.lineno) + ")"
                errors.append([suite, number, str(error.args[0]) + where])
    if errors:
        return {"errors": errors}
    if entry == "":
        found = entry_of([*visible, *held_out], "", program)
        if found.get("entry", "") == "":
            return {"errors": [[None, None, found.get("error", "the tests do not say which function they call")]]}
        entry = found["entry"]
    if root_of(entry) is None:
        return {"errors": [[None, None, "entry is no name of a function: " + entry]]}
    before = preamble(prompt, root_of(entry)) if with_preamble else ""
    asked = [set().union(*[_asked(text, entry) for text in texts]) for texts in (visible, held_out)]
    for known, calls in zip(asked, (visible_calls, held_out_calls)):
        known.update(_shown(entry, *call) for call in calls)
    shared = sorted(asked[0] & asked[1])
    return {
        "entry": entry,
        "preamble": before if parsed(before) is not None else "",
        "overlap": shared[0] if shared else "",
    }


def _examples(assertion, entry):
    """The arguments of all calls in some asserts, and whether their results are compared as sets."""
    try:
        tree = _ast.parse(assertion)
        calls = _calls(tree, entry)
    except (SyntaxError, ValueError):
        return [], False
    wrapped = [
        node.args[0]
        for node in _ast.walk(tree)
        if isinstance(node, _ast.Call) and isinstance(node.func, _ast.Name) and node.func.id == "set" and node.args
    ]
    as_set = bool(calls) and all(any(call is arg for arg in wrapped) for call in calls)
    return [given[0] for given in map(_literals, calls) if given is not None], as_set


def _typed(value, examples):
    """A value of JSON with the types that stand in its place in the examples, as far as they agree."""
    of = lambda *kinds: [each for each in examples if isinstance(each, kinds)]
    if isinstance(value, list):
        inside = [item for each in of(list, tuple, set, frozenset) for item in each]
        items = [_typed(item, inside) for item in value]
        if of(list):
            return items
        if of(tuple):
            return tuple(items)
        return set(items) if of(set, frozenset) else items
    if isinstance(value, dict):
        inside = [item for each in of(dict) for item in each.values()]
        return {key: _typed(item, inside) for key, item in value.items()}
    if isinstance(value, str) and of(int, float, complex) and not of(str):
        return complex(value) if of(complex) else float(value)
    return value


def _answer(args, assertion, entry):
    """[arguments, result, whether results are compared as sets] of one call of the reference program."""
    examples, as_set = _examples(assertion, entry)
    typed = [_typed(arg, [given[i] for given in examples if i < len(given)]) for i, arg in enumerate(args)]
    shown = _copy.deepcopy(typed)
    return [shown, eval(entry)(*typed), as_set]
