"""Programs that differ from a right one in one operator or constant, for measuring what a test suite tells apart."""

import ast
import copy

COMPARES = {
    ast.Lt: [ast.LtE, ast.GtE],
    ast.LtE: [ast.Lt, ast.Gt],
    ast.Gt: [ast.GtE, ast.LtE],
    ast.GtE: [ast.Gt, ast.Lt],
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq],
    ast.In: [ast.NotIn],
    ast.NotIn: [ast.In],
    ast.Is: [ast.IsNot],
    ast.IsNot: [ast.Is],
}
BINARY = {
    ast.Add: [ast.Sub],
    ast.Sub: [ast.Add],
    ast.Mult: [ast.Add],
    ast.Div: [ast.FloorDiv],
    ast.FloorDiv: [ast.Div],
    ast.Mod: [ast.FloorDiv],
    ast.Pow: [ast.Mult],
    ast.BitXor: [ast.BitOr],
    ast.BitAnd: [ast.BitOr],
    ast.BitOr: [ast.BitAnd],
    ast.LShift: [ast.RShift],
    ast.RShift: [ast.LShift],
}


def constants(value):
    if value is True or value is False:
        return [not value]
    if type(value) is int or type(value) is float:
        return [value + 1, value - 1]
    if type(value) is str:
        return [value + "x"] if value == "" else ["", value + "x"]
    return []


def changes(node):
    """(attribute, index or None, new value) for every way to change this one node."""
    if isinstance(node, ast.Compare):
        for i, op in enumerate(node.ops):
            yield from (("ops", i, other()) for other in COMPARES.get(type(op), []))
    if isinstance(node, (ast.BinOp, ast.AugAssign)):
        yield from (("op", None, other()) for other in BINARY.get(type(node.op), []))
    if isinstance(node, ast.BoolOp):
        yield "op", None, ast.Or() if isinstance(node.op, ast.And) else ast.And()
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield "op", None, ast.UAdd()
    if isinstance(node, ast.Constant):
        yield from (("value", None, value) for value in constants(node.value))
    if isinstance(node, (ast.If, ast.While, ast.IfExp)):
        yield "test", None, ast.UnaryOp(ast.Not(), node.test)


def is_docstring(function, node):
    first = function.body[0]
    return isinstance(first, ast.Expr) and first.value is node


def mutants(program, entry, limit):
    """At most `limit` of [source, what was changed], spread evenly over the function, without repetitions."""
    tree = ast.parse(program)
    found = {}
    original = ast.unparse(tree)
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == entry]
    for function in functions[-1:]:
        nodes = [part for statement in function.body for part in ast.walk(statement)]
        for node in nodes:
            if is_docstring(function, node):
                continue
            for attribute, index, value in list(changes(node)):
                before = ast.unparse(node) if not isinstance(node, (ast.If, ast.While)) else ast.unparse(node.test)
                held = getattr(node, attribute)
                kept = copy.copy(held) if index is not None else held
                if index is None:
                    setattr(node, attribute, value)
                else:
                    held[index] = value
                source = ast.unparse(ast.fix_missing_locations(tree))
                after = ast.unparse(node) if not isinstance(node, (ast.If, ast.While)) else ast.unparse(node.test)
                setattr(node, attribute, kept)
                if source != original and source not in found:
                    found[source] = "line " + str(node.lineno) + ": `" + before[:80] + "` → `" + after[:80] + "`"
    pairs = [[source, what] for source, what in found.items()]
    if len(pairs) <= limit:
        return pairs
    return [pairs[i * len(pairs) // limit] for i in range(limit)]
