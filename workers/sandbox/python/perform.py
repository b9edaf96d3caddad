"""The program's side of a check: performs operations that the tests ask for, one after the other.

Each is a JSON text {"do": [operation, operands ...], "objects": [entries]}; so is each answer: {"value"} or {"raised"} or
{"refused"}, with the entries of what is new and of what has changed (`mirror.py`). The operations:

    ["names", [shared classes]]    the names that the program defines, each with its kind and, of functions and classes of
                                   the standard library, their own name
    ["name", name]                 what one of them stands for now
    ["call", target, args, named]  target is ["n", name] or a reference
    ["next", target, count]        the next items of an iterator, at most `count`
    ["await", target]              the result of a coroutine; "anext" of the next item of an asynchronous iterator
    [function, operands ...]       one of `SPECIAL`
"""

import operator

BINARY = "lt le gt ge add sub mul truediv floordiv mod pow matmul and_ or_ xor lshift rshift getitem delitem contains"

SPECIAL = {
    **{name: getattr(operator, name) for name in BINARY.split()},
    "len": len, "bool": bool, "iter": iter, "str": str, "repr": repr, "hash": hash, "abs": abs, "neg": operator.neg,
    "int": int, "float": float, "index": operator.index, "round": round, "reversed": reversed, "eq": operator.eq,
    "setitem": operator.setitem, "attr": getattr, "setattr": setattr, "delattr": delattr, "instance": isinstance,
    "enter": lambda item: type(item).__enter__(item),
    "exit": lambda item, error: type(item).__exit__(item, *((None,) * 3 if error is None else (type(error), error, None))),
}  # fmt: skip


def special_of(kind, name):
    """What a class defines a special method as; `missing` where it has what every object has."""
    for each in mro_of(kind)[:-1]:
        if name in own_names(each):
            return own_names(each)[name]
    return missing


class Program:
    """What `Mirror` asks of the program's side."""

    members = {}

    def __init__(self):
        self.loop = None
        self.space = {}
        self.classes = frozenset()
        # The state of `random` is long; it goes over only where the program could use it.
        self.shares_random = False
        self.mirror = Mirror("p", self)

    def shared(self, name):
        held = self.space.get(name) if name in self.classes else None
        return held if isinstance(held, type) else None

    def named(self, name):
        first, *rest = name.split(".")
        if first not in self.space:
            raise NameError("name '" + first + "' is not defined")
        held = self.space[first]
        for each in rest:
            held = getattr(held, each)
        return held

    def accepts(self, found):
        return True

    def filled(self, item, state):
        pass

    def handle(self, name, facts):
        raise Malformed("the tests have no object that stays with them")

    def outside(self, item, mirror):
        """What stays here; the other side gets a stand-in that asks."""
        kind = type(item)
        facts = "i" if hasattr(kind, "__next__") else ""
        facts += "c" if callable(item) else ""
        facts += "k" if isinstance(item, type) else ""
        facts += "b" if hasattr(kind, "__bool__") or hasattr(kind, "__len__") else ""
        facts += "a" if hasattr(kind, "__await__") else ""
        facts += "x" if hasattr(kind, "__anext__") else ""
        hashed = special_of(kind, "__hash__")
        facts += "" if hashed is missing else "u" if hashed is None else "h"
        defined = [(each, special_of(kind, each)) for each in SPECIALS]
        special = [each for each, held in defined if held is not missing and held is not None]
        if isinstance(item, type) and hasattr(item, "__class_getitem__"):
            special.append("__getitem__")
        held = getattr(item, "__name__", None) if facts else None
        own = name_of(kind)[:80]
        name = mirror.name(item, "handle")
        mirror.entries.append([name, "handle", [facts, own, held[:200] if type(held) is str else own, special]])
        return ["r", name]

    def kind(self, held):
        """How a name is used: c called, k a class, v a value."""
        if isinstance(held, type):
            return "v" if issubclass(held, BaseException) or standard_name(held) else "k"
        return "c" if callable(held) else "v"

    def standard(self, held):
        return standard_name(held) if isinstance(held, (type, *PLAIN_CALLABLES)) else None

    def do(self, name, *rest):
        if name == "names":
            self.classes = frozenset(rest[0])
            if self.shares_random:
                self.mirror.share_random()
            names = [(each, held) for each, held in list(self.space.items()) if type(each) is str and each[:2] != "__"]
            return [[each, self.kind(held), self.standard(held)] for each, held in names]
        if name == "name":
            return self.named(rest[0])
        operands = [self.mirror.resolve(each) for each in (rest if name != "call" else rest[:1])]
        if name == "call":
            args = [self.mirror.resolve(each) for each in rest[1]]
            return operands[0](*args, **{key: self.mirror.resolve(each) for key, each in rest[2]})
        if name == "await" or name == "anext":
            return self.awaited(operands[0] if name == "await" else operands[0].__anext__())
        return SPECIAL[name](*operands)

    def awaited(self, item):
        """What awaiting it gives, in a loop that all operations share."""
        import asyncio

        async def outer():
            return await item

        if self.loop is None:
            self.loop = asyncio.new_event_loop()
        return self.loop.run_until_complete(outer())

    def next_items(self, target, count):
        """Each item with the changes that came with it, so that taking several at once is as taking one after the other."""
        iterator = self.mirror.resolve(target)
        items, end = [], None
        while len(items) < count:
            try:
                item = next(iterator)
            except MemoryError:
                raise
            except BaseException as error:
                end = self.raised(error)
                break
            [value], entries = self.mirror.write(item)
            items.append([value, entries])
        return items, end

    def raised(self, error):
        [value], entries = self.mirror.write(error)
        line = describe(error)[2]
        return [value, entries, line if type(line) is int else None]

    def answer(self, operation):
        did = operation["do"]
        self.mirror.read(operation["objects"])
        try:
            if did[0] == "next":
                items, end = self.next_items(did[1], did[2])
                return '{"items":' + dump(items) + ',"end":' + dump(end) + "}"
            result = self.do(*did)
        except (MemoryError, Refused, Malformed):
            raise
        except BaseException as error:
            return '{"raised":' + dump(self.raised(error)) + "}"
        if did[0] == "names":
            entries = self.mirror.write()[1]
            shares = "true" if self.shares_random else "false"
            return '{"names":' + dump(result) + ',"random":' + shares + ',"objects":' + dump(entries) + "}"
        [value], entries = self.mirror.write(result)
        return '{"value":' + dump(value) + ',"objects":' + dump(entries) + "}"


program = Program()


def perform(operation, space):
    """The report of one operation. An operation that cannot be performed is one that a true run would not ask for."""
    program.space = space
    program.shares_random = "random" in job["program"]
    try:
        answer = program.answer(operation)
    except Refused as refused:
        answer = '{"refused":' + quote(refused.args[0]) + "}"
    except MemoryError as error:
        return '{"raised":"MemoryError","memory":true,"line":' + dump(describe(error)[2]) + "}"
    except BaseException as error:
        answer = '{"unfit":' + quote(name_of(type(error))[:80]) + "}"
    return '{"returned":' + quote(answer) + "}"
