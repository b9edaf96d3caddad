"""What stands in the tests' interpreter for things of the program's side, and for answers that are not known.

Runs in the namespace of `harness.py`; `tests` is the run of `check.py`.
"""


class Nothing:
    """What a probe gets for every answer."""


class Blank:
    """Stands for an answer that is not known, in a run that is only to find out what else would be asked."""

    def __getattr__(self, name):
        return self

    def __call__(self, *args, **named):
        return self

    def __iter__(self):
        return iter(())

    def __next__(self):
        raise StopIteration

    def __contains__(self, item):
        return True

    def __bool__(self):
        return True

    def __len__(self):
        return 0

    def __hash__(self):
        return 0

    def __float__(self):
        return 0.0

    def __int__(self):
        return 0

    __index__ = __int__

    def __exit__(self, *args):
        return False

    def __enter__(self):
        return self


def always(value):
    return lambda self, *others: self if value is None else value


for name in "eq lt le gt ge".split():
    setattr(Blank, "__" + name + "__", always(True))
setattr(Blank, "__ne__", always(False))
for name in "add sub mul truediv floordiv mod pow and or xor matmul lshift rshift".split():
    setattr(Blank, "__" + name + "__", always(None))
    setattr(Blank, "__r" + name + "__", always(None))
for name in "neg abs round getitem".split():
    setattr(Blank, "__" + name + "__", always(None))


class Hollow(Blank):
    """What a probe gets that can do everything: only what compares it fails on it."""

    __eq__ = object.__eq__
    __ne__ = object.__ne__
    __hash__ = object.__hash__


PROBES = {"object": Nothing, "none": lambda: None, "hollow": Hollow}


class Remote:
    """
    An object of the program's side. What is done with it is done there; what comes of that is a value here. It has the
    special methods that the object's class has (`stand_in`), and none of the names that a program could use.
    """

    __slots__ = ("_remote_facts", "_remote_own", "_remote_name", "__weakref__")

    def __init__(self, facts, own, name):
        for slot, held in zip(Remote.__slots__, (facts, own, name)):
            object.__setattr__(self, slot, held)

    def __getattr__(self, name):
        return tests.ask("attr", self, name)

    def __setattr__(self, name, value):
        tests.ask("setattr", self, name, value)

    def __delattr__(self, name):
        tests.ask("delattr", self, name)

    def __eq__(self, other):
        # An object of the program's own class is never equal to a plain value, whatever it says.
        if self is other:
            return True
        if not (isinstance(other, Remote) and other._remote_own == self._remote_own):
            return NotImplemented
        return tests.decided_there("eq", self, other)

    def __hash__(self):
        if "u" in self._remote_facts:
            raise TypeError("unhashable type: '" + self._remote_own + "'")
        return int(tests.decided_there("hash", self)) if "h" in self._remote_facts else object.__hash__(self)

    def __bool__(self):
        return tests.decided_there("bool", self) if "b" in self._remote_facts else True

    def __str__(self):
        return tests.ask("str", self)

    def __repr__(self):
        return tests.ask("repr", self)

    def __instancecheck__(self, item):
        return tests.decided_there("instance", item, self)

    def __reduce_ex__(self, protocol):
        raise TypeError("an object of the program cannot be copied")


def asked(name):
    return lambda self, *others: tests.ask(name, self, *others)


def decided(name):
    return lambda self, *others: tests.decided_there(name, self, *others)


def computed(name, reflected):
    """An operator. Where the tests hand it a value of theirs, the class can make of it what the tests want to see."""

    def apply(self, *others):
        both = (*others, self) if reflected else (self, *others)
        if all(isinstance(other, Remote) for other in others):
            return tests.ask(name, *both)
        return tests.decided_there(name, *both)

    return apply


def leave(self, kind, error, trace):
    swallowed = bool(tests.ask("exit", self, error))
    if swallowed and error is not None:
        tests.note_weak("the program's own context manager ends an exception of the tests")
    return swallowed


# What a stand-in can have; `perform.py` says which of them an object has.
SPECIALS = {"__exit__": leave}
for name in "lt le gt ge contains".split():
    SPECIALS["__" + name + "__"] = decided(name)
for name in "iter len abs neg int float index round reversed getitem setitem delitem enter".split():
    SPECIALS["__" + name + "__"] = asked(name)
for name in "add sub mul truediv floordiv mod pow matmul and_ or_ xor lshift rshift".split():
    SPECIALS["__" + name.strip("_") + "__"] = computed(name, False)
    SPECIALS["__r" + name.strip("_") + "__"] = computed(name, True)


class RemoteCallable(Remote):
    __slots__ = ()

    def __call__(self, *args, **named):
        return tests.call(self, args, named)


class RemoteAsyncIterator(Remote):
    __slots__ = ()

    def __aiter__(self):
        return self

    async def __anext__(self):
        return tests.ask("anext", self)


async def awaiting(name):
    return tests.ask("await", Ref(name))


class Ref:
    """An object of the program's side by its name in the table."""

    def __init__(self, name):
        self.name = name


class Taking:
    """What a remote iterator has taken ahead."""

    def __init__(self):
        self.items = []
        self.end = None
        self.count = 1


class RemoteIterator(Remote):
    __slots__ = ("_remote_taking",)

    def __iter__(self):
        return self

    def __init__(self, facts, own, name):
        Remote.__init__(self, facts, own, name)
        object.__setattr__(self, "_remote_taking", Taking())

    def __next__(self):
        taking = self._remote_taking
        if not taking.items and taking.end is None:
            tests.take_items(self, taking)
        if taking.items:
            return tests.settled(taking.items.pop(0))
        raise tests.raised_there(taking.end, StopIteration)


class Named(RemoteCallable):
    """A function or class by its name: whatever the program calls so at the time."""

    __slots__ = ()


def stand_in(base, special):
    """The class of the objects that have these special methods besides those of their base."""
    key = (base, *special)
    if key not in STAND_INS:
        has = {name for each in base.__mro__[:-1] for name in vars(each)}
        STAND_INS[key] = whole(type("Remote", (base,), {"__slots__": ()}), [name for name in special if name not in has])
    return STAND_INS[key]


def whole(kind, special):
    """Each class has what Python gives it of its own accord, which is none of the object's."""
    for name in ("__doc__", "__module__"):
        setattr(kind, name, property(lambda self, name=name: tests.ask("attr", self, name)))
    for name in special:
        if name in SPECIALS:
            setattr(kind, name, SPECIALS[name])
    return kind


STAND_INS = {}
whole(Named, SPECIALS)
