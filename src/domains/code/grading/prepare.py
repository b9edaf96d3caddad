"""Reads Python that people have written, by its grammar: an ordinary program for the sandbox's trusted interpreter.

Nothing of what is read is run.
"""

import ast
import builtins
import symtable


def parsed(text):
    """The syntax tree of a program that compiles; None of any other."""
    try:
        compile(text, "<text>", "exec", dont_inherit=True)
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return None


def defined(nodes):
    """The names that statements bind at the top level, inside `if`, `try` and `with` too."""
    names = set()
    for node in nodes:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names.update((alias.asname or alias.name).partition(".")[0] for alias in node.names)
        elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            names.update(part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store))
        else:
            for field in ("body", "orelse", "finalbody"):
                names |= defined(getattr(node, field, None) or [])
            for handler in getattr(node, "handlers", None) or []:
                names |= defined(handler.body)
    return names


def root_of(entry):
    """The name at the root of an entry point, such as `Solution` of `Solution().method`, as Python spells it."""
    try:
        names = [node.id for node in ast.walk(ast.parse(entry, mode="eval")) if isinstance(node, ast.Name)]
    except (SyntaxError, ValueError):
        return None
    return names[0] if names else None


def preamble(prompt, root):
    """What stands in a prompt before the function that is to be written."""
    for text in (prompt, prompt + "\n    pass\n"):
        tree = parsed(text)
        if tree is not None:
            for node in tree.body:
                if root in defined([node]):
                    first = min([node.lineno, *[each.lineno for each in getattr(node, "decorator_list", [])]])
                    return "".join(text.splitlines(keepends=True)[: first - 1])
            return prompt
    return prompt


def assemble(prompt, entry, text):
    """{"form", "program"}: a completion as a body for the prompt, a whole function, or a whole file.

    A body and a function are run behind the prompt, as a plain run does; where that is no Python, a function is run behind
    what the prompt has before its own, and a file by itself.
    """
    root = root_of(entry)
    alone = parsed(text)
    whole = alone is not None and root in defined(alone.body)
    form = "body"
    if whole:
        form = "function" if all(root in defined([node]) for node in alone.body) else "file"
    candidates = [prompt + text]
    if whole:
        candidates += [preamble(prompt, root) + "\n" + text, text]
    for program in candidates:
        if parsed(program) is not None:
            return {"form": form, "program": program}
    return {"form": form, "program": candidates[0] if not whole else text}


def called(text):
    """The names that are called, from left to right."""
    calls = [node.func for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    names = [each for each in calls if isinstance(each, ast.Name)]
    return [each.id for each in sorted(names, key=lambda each: (each.lineno, each.col_offset))]


def used(text):
    """The names that are looked up outside the text itself, from left to right."""
    outside = set()
    tables = [symtable.symtable(text, "<text>", "exec")]
    bound = {symbol.get_name() for symbol in tables[0].get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    for table in tables:
        tables += table.get_children()
        top = table is tables[0]
        outside |= {symbol.get_name() for symbol in table.get_symbols() if symbol.is_referenced() and (top or symbol.is_global())}
    names = [each for each in ast.walk(ast.parse(text)) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)]
    ordered = sorted(names, key=lambda each: (each.lineno, each.col_offset))
    return [each.id for each in ordered if each.id in outside - bound]


def entry_of(asserts, setup, program):
    """{"entry"} or {"error"}: the function under test. The first name that the asserts call, or else use, and the
    program defines; without one, the first that is neither Python's own nor defined by the tests; empty if that cannot be said."""
    tree = parsed(program or "")
    own = [node for node in tree.body if not isinstance(node, (ast.Import, ast.ImportFrom))] if tree is not None else []
    known = defined(own)
    before = parsed(setup)
    calls, uses, local = [], [], defined(before.body) if before is not None else set()
    for number, text in enumerate(asserts):
        try:
            outside = used(text)
            calls += [name for name in called(text) if name in outside]
            uses += outside
            local |= defined(ast.parse(text).body)
        except (SyntaxError, ValueError) as error:
            return {"error": "test " + str(number + 1) + " of the list is not Python: " + str(error.args[0])}
    for name in [*calls, *uses]:
        if name in known:
            return {"entry": name}
    for name in [*calls, *uses]:
        if name not in local and not hasattr(builtins, name):
            return {"entry": name}
    return {"entry": ""}
