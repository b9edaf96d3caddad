"""What values are made of: the kinds that `mirror.py` tells, and what each is taken apart into.

Runs in the namespace of `harness.py`.
"""

import array
import collections
import datetime
import decimal
import enum
import fractions
import random
import sys
import types
from operator import is_

MAX_PARTS = 1_000_000
MAX_TOLD_BITS = 400_000
MAX_TOLD = 4_000_000
DEPTH = 40_000

mro_of = type.__dict__["__mro__"].__get__
own_names = type.__dict__["__dict__"].__get__
Counter, OrderedDict = collections.Counter, collections.OrderedDict
defaultdict, deque = collections.defaultdict, collections.deque
getrefcount, getlimit, setlimit = sys.getrefcount, sys.getrecursionlimit, sys.setrecursionlimit
loaded_modules = sys.modules
Function = type(lambda: None)
Builtin = type(len)
Described = (type(str.upper), type(str.__len__), type(dict.__dict__["fromkeys"]))
PLAIN_CALLABLES = (Function, Builtin, *Described)
missing = object()

# Modules whose classes are told by name, whichever side they come from: none of them has a comparison that could deceive.
PLAIN_MODULES = frozenset(
    "builtins collections collections.abc dataclasses datetime decimal enum fractions itertools numbers types typing".split()
)

# What a class of one's own may define and still be no more than its base as far as comparing and reading go.
HARMLESS = frozenset(
    "__module__ __doc__ __dict__ __weakref__ __init__ __new__ __qualname__ __repr__ __str__ __slots__ __annotations__ "
    "__annotate__ __annotate_func__ __annotations_cache__ __firstlineno__ __static_attributes__ __orig_bases__ "
    "__parameters__ __match_args__ __classdictcell__ __init_subclass__ __getnewargs__ __replace__ __format__ "
    "__reduce_ex__ __reduce__ __copy__ __deepcopy__ __getstate__ __setstate__".split()
)
BASES = (int, float, str, bytes, list, tuple, dict, set, frozenset, complex, bytearray, deque, Counter, OrderedDict)
# What these define beyond their base has nothing to do with comparing.
ENUMS = (enum.Enum, enum.IntEnum, enum.ReprEnum, enum.StrEnum)

# Classes of the standard library, written in Python, that both sides know and whose instances are their attributes.
KNOWN = {
    "collections.ChainMap": collections.ChainMap, "collections.UserDict": collections.UserDict, "collections.UserList": collections.UserList,
    "collections.UserString": collections.UserString, "types.SimpleNamespace": types.SimpleNamespace,
}
# What exceptions of the standard library hold beside their arguments.
HELD = ("filename", "filename2", "name", "path")

KNOWN_OF = {kind: name for name, kind in KNOWN.items()}


class Malformed(Exception):
    """A message that `mirror.py` did not write."""


def timezone_of(zone):
    if zone is None:
        return None
    if type(zone) is datetime.timezone:
        return zone.utcoffset(None)
    raise Refused("a time with a zone of its own")


def plain_view(view):
    if view.format != "B" or view.ndim != 1:
        raise Refused("a memoryview of other items than bytes")
    return bytes(view)


def zone_from(offset):
    return None if offset is None else datetime.timezone(offset)


# Values made of atoms: how each is taken apart, and made again.
MADE = {
    "Fraction": (fractions.Fraction, lambda v: (v.numerator, v.denominator), fractions.Fraction),
    "Decimal": (decimal.Decimal, lambda v: (str(v),), decimal.Decimal),
    "range": (range, lambda v: (v.start, v.stop, v.step), range),
    "slice": (slice, lambda v: (v.start, v.stop, v.step), slice),
    "timedelta": (
        datetime.timedelta,
        lambda v: (v.days, v.seconds, v.microseconds),
        lambda days, seconds, micro: datetime.timedelta(days, seconds, micro),
    ),
    "date": (datetime.date, lambda v: (v.year, v.month, v.day), datetime.date),
    "time": (
        datetime.time,
        lambda v: (v.hour, v.minute, v.second, v.microsecond, timezone_of(v.tzinfo), v.fold),
        lambda h, m, s, u, z, fold: datetime.time(h, m, s, u, zone_from(z), fold=fold),
    ),
    "datetime": (
        datetime.datetime,
        lambda v: (v.year, v.month, v.day, v.hour, v.minute, v.second, v.microsecond, timezone_of(v.tzinfo), v.fold),
        lambda y, o, d, h, m, s, u, z, fold: datetime.datetime(y, o, d, h, m, s, u, zone_from(z), fold=fold),
    ),
    "timezone": (datetime.timezone, lambda v: (v.utcoffset(None),), datetime.timezone),
    "memoryview": (memoryview, lambda v: (plain_view(v),), memoryview),
    "mappingproxy": (types.MappingProxyType, lambda v: ({**v},), types.MappingProxyType),
    "array": (array.array, lambda v: (v.typecode, v.tobytes()), array.array),
    "Ellipsis": (type(...), lambda v: (), lambda: ...),
    "NotImplemented": (type(NotImplemented), lambda v: (), lambda: NotImplemented),
}
MADE_OF = {kind: name for name, (kind, _, _) in MADE.items()}

# Kinds whose content can change, with what makes an empty one.
FILLED = {
    "list": list, "dict": dict, "set": set, "bytearray": bytearray, "deque": deque, "Counter": Counter,
    "OrderedDict": OrderedDict, "defaultdict": defaultdict, "Random": random.Random,
}
FILLED_OF = {kind: name for name, kind in FILLED.items()}
FIXED_OF = {tuple: "tuple", frozenset: "frozenset"}


def dump(value):
    """JSON of lists, texts, small ints, truth values and None, by nothing that a program could have patched."""
    kind = type(value)
    if kind is str:
        return quote(value)
    if kind is list or kind is tuple:
        return "[" + ",".join([dump(item) for item in value]) + "]"
    if value is None:
        return "null"
    if kind is bool:
        return "true" if value else "false"
    if kind is int:
        return int.__repr__(value)
    raise Refused("a message of an unknown type")


def references(table, name):
    return getrefcount(table[name])


# How many references an object has that only the table knows.
ALONE = references({"x": object()}, "x")


def base_of(kind):
    return kind.partition("/")[0]


def content(item, kind):
    """The parts of an object, to be compared by identity with what they were."""
    kind = base_of(kind)
    if kind == "list" or kind == "set" or kind == "deque":
        return tuple(FILLED[kind].__iter__(item))
    if kind == "bytearray":
        return bytes(item)
    if kind == "Random":
        # Bytes, since what is compared by identity would be new each time.
        return repr(item.getstate()).encode()
    if kind == "instance":
        state = state_of(item)
        return (*state.keys(), *state.values())
    return (*dict.keys(item), *dict.values(item))


def unchanged(before, now):
    if type(before) is bytes or type(now) is bytes:
        return before == now
    return len(before) == len(now) and all(map(is_, before, now))


def state_of(item):
    """The attributes of an instance: those of its dictionary and of its slots."""
    state = {}
    for kind in mro_of(type(item)):
        names = own_names(kind)
        slots = names.get("__slots__", ())
        for slot in (slots,) if type(slots) is str else slots:
            if type(slot) is str and slot not in ("__dict__", "__weakref__"):
                held = getattr(item, slot, missing)
                if held is not missing:
                    state[slot] = held
    held = getattr(item, "__dict__", None)
    if type(held) is dict:
        state.update(held)
    return state


def set_state(item, state):
    held = getattr(item, "__dict__", None)
    if type(held) is dict:
        held.clear()
    for name, value in state.items():
        if type(getattr(type(item), name, None)) is types.MemberDescriptorType:
            object.__setattr__(item, name, value)
        elif type(held) is dict:
            held[name] = value
        else:
            raise AttributeError(name)


def standard_name(thing):
    """(module, qualified name) of a class or function of the standard library, None for any other."""
    module, name = getattr(thing, "__module__", None), getattr(thing, "__qualname__", None)
    if type(thing) in Described:
        owner = getattr(thing, "__objclass__", None)
        module = getattr(owner, "__module__", None)
    if type(module) is not str or type(name) is not str:
        return None
    if module.partition(".")[0] not in sys.stdlib_module_names and module != "builtins":
        return None
    return (module, name) if standard(module, name) is thing else None


def standard(module, name):
    found = loaded_modules.get(module)
    for part in name.split("."):
        found = getattr(found, part, None)
    return found


def base_among(kind):
    """The first of `BASES` that a class derives from; None if there is none."""
    for each in mro_of(kind):
        if each in BASES:
            return each
    return None


def own_base(kind):
    """The base among `BASES` of a class that changes nothing of how its base compares and reads; None for any other."""
    base = base_among(kind)
    for each in mro_of(kind) if base is not None else ():
        if each is base:
            return base
        if each in ENUMS:
            continue
        for name in own_names(each):
            if name not in HARMLESS and (name[:2] == "__" or hasattr(base, name)):
                return None
    return None
