"""Runs one program inside the interpreter: canary, import, calls, canonical encoding of what they return.

This module's globals hold a private copy of the builtins, made at boot, and the encoder is written out in terms of
exact types, so a program that patches `builtins`, `json` or `sorted` does not change what is reported. What the
tests expect does not get here, unless they run beside the program or hand it over, which makes their verdict weak.
"""

import ast
import builtins
import json
import math
import re
import sys
import types
from collections import Counter, OrderedDict, defaultdict, deque
from decimal import Decimal
from fractions import Fraction
from json.encoder import encode_basestring_ascii as quote
from unicodedata import normalize

FILE = "<program>"
MODULE = "solution"
MAX_DEPTH = 64
MAX_CHARS = 262144
MAX_INT_BITS = 40000
MAX_EXACT_BITS = 4000
MAX_EXACT_TEXT = 1300
MAX_TEXT = 400
SAFE = 9007199254740991
ONLY_STANDARD = " (there is Python's standard library alone)"

name_of = type.__dict__["__name__"].__get__
trace_of = BaseException.__dict__["__traceback__"].__get__
int_text = int.__repr__
float_text = float.__repr__
bytes_hex = bytes.hex
bytearray_hex = bytearray.hex
int_bits = int.bit_length
write_out = sys.stdout
flush = sys.stdout.flush
read_operation = json.JSONDecoder().decode
set_digits = sys.set_int_max_str_digits
isfinite = math.isfinite
Module = types.ModuleType
modules = sys.modules
dict_items = dict.items
ordered_items = OrderedDict.items
tuple_items = tuple.__iter__
class_names = type.__dict__["__dict__"].__get__
bases_of = type.__dict__["__bases__"].__get__
numerator_of = Fraction.__dict__["_numerator"].__get__
denominator_of = Fraction.__dict__["_denominator"].__get__
gcd = math.gcd
decimal_text = Decimal.__str__
start_of = range.__dict__["start"].__get__
stop_of = range.__dict__["stop"].__get__
step_of = range.__dict__["step"].__get__
# JSON's escapes make one character of these two.
merged = re.compile("[\ud800-\udbff][\udc00-\udfff]").search
DICT_TYPES = {Counter: "Counter", OrderedDict: "OrderedDict", defaultdict: "defaultdict"}
# The special names that a class of `namedtuple` or `NamedTuple` has. One with others may compare otherwise.
NAMED_TUPLE = frozenset((
    "__new__", "__repr__", "__replace__", "__getnewargs__", "__doc__", "__slots__", "__match_args__", "__module__",
    "__qualname__", "__annotations__", "__annotate__", "__annotate_func__", "__annotations_cache__",
    "__orig_bases__", "__static_attributes__", "__firstlineno__", "__type_params__", "__classdictcell__",
))

job = {}


class Refused(Exception):
    pass


def number(text):
    value = int(text)
    return value if -SAFE <= value <= SAFE else float(value)


def decode(value):
    kind = type(value)
    if kind is list:
        return [decode(item) for item in value]
    if kind is not dict:
        return value
    if "$" not in value:
        return {key: decode(item) for key, item in value.items()}
    tag, held = value["$"], value["v"]
    if tag == "tuple":
        return tuple([decode(item) for item in held])
    if tag == "set":
        return set([decode(item) for item in held])
    if tag == "frozenset":
        return frozenset([decode(item) for item in held])
    if tag == "dict":
        made = {decode(pair[0]): decode(pair[1]) for pair in held}
        kind = value.get("type")
        return made if kind is None else Counter(made) if kind == "Counter" else OrderedDict(made)
    if tag == "bytes":
        return bytes.fromhex(held)
    if tag == "bytearray":
        return bytearray.fromhex(held)
    if tag == "int":
        set_digits(0)
        big = int(held)
        set_digits(4300)
        return big
    if tag == "float":
        return float(held)
    if tag == "complex":
        return complex(float(held[0]), float(held[1]))
    if tag == "str":
        return "".join([chr(point) for point in held])
    if tag == "fraction":
        return Fraction(int(held[0]), int(held[1]))
    if tag == "decimal":
        return Decimal(held)
    if tag == "deque":
        return deque([decode(item) for item in held])
    if tag == "range":
        return range(*[decode(item) for item in held])
    raise ValueError("unknown tag " + tag)


def encode(value, out, depth):
    """Appends the canonical JSON of `value` to `out`; `out[0]` counts characters."""
    kind = type(value)
    if value is None:
        text = "null"
    elif kind is bool:
        text = "true" if value else "false"
    elif kind is int:
        text = encode_int(value)
    elif kind is float:
        text = encode_float(value)
    elif kind is str:
        if len(value) > MAX_CHARS:
            raise Refused("a string of more than 262,144 characters")
        text = encode_points(value) if not value.isascii() and merged(value) else quote(value)
    elif kind is bytes or kind is bytearray:
        if len(value) > MAX_CHARS:
            raise Refused("more than 262,144 bytes")
        hexed = bytes_hex(value) if kind is bytes else bytearray_hex(value)
        text = '{"$":"' + ("bytes" if kind is bytes else "bytearray") + '","v":"' + hexed + '"}'
    elif kind is complex:
        text = '{"$":"complex","v":[' + part(value.real) + "," + part(value.imag) + "]}"
    elif kind is Fraction:
        text = encode_fraction(numerator_of(value), denominator_of(value))
    elif kind is Decimal:
        text = decimal_text(value)
        if len(text) > MAX_EXACT_TEXT:
            raise Refused("a Decimal of more than 1,300 characters")
        text = '{"$":"decimal","v":' + quote(text) + "}"
    elif kind is range:
        ends = (encode_int(start_of(value)), encode_int(stop_of(value)), encode_int(step_of(value)))
        text = '{"$":"range","v":[' + ",".join(ends) + "]}"
    else:
        if depth >= MAX_DEPTH:
            raise Refused("a value nested more than 64 deep, or one that contains itself")
        if kind is list:
            encode_items(value, out, depth, "[", "]")
        elif kind is tuple or kind is set or kind is frozenset or kind is deque:
            encode_items(value, out, depth, '{"$":"' + name_of(kind) + '","v":[', "]}")
        elif kind is dict:
            encode_dict(value, out, depth)
        elif kind is OrderedDict:
            encode_pairs(ordered_items(value), out, depth, '],"type":"OrderedDict"}')
        elif kind is Counter or kind is defaultdict:
            encode_pairs(dict_items(value), out, depth, '],"type":"' + DICT_TYPES[kind] + '"}')
        elif is_named_tuple(kind):
            closing = '],"type":' + quote(name_of(kind)[:80] or "tuple") + "}"
            encode_items(tuple_items(value), out, depth, '{"$":"tuple","v":[', closing)
        else:
            raise Refused("a value of type " + quote(name_of(kind)[:80])[1:-1])
        return
    add(out, text)


def add(out, text):
    out[0] += len(text)
    if out[0] > MAX_CHARS:
        raise Refused("a value larger than 262,144 characters of JSON")
    out.append(text)


def encode_int(value):
    if -SAFE <= value <= SAFE:
        return int_text(value)
    if int_bits(value) > MAX_INT_BITS:
        raise Refused("an int of more than 12,000 digits")
    set_digits(0)
    text = int_text(value)
    set_digits(4300)
    return '{"$":"int","v":"' + text + '"}'


def encode_points(value):
    return '{"$":"str","v":[' + ",".join([int_text(ord(point)) for point in value]) + "]}"


def encode_fraction(numerator, denominator):
    if type(numerator) is not int or type(denominator) is not int or denominator < 1:
        raise Refused("a Fraction that is none")
    if int_bits(numerator) > MAX_EXACT_BITS or int_bits(denominator) > MAX_EXACT_BITS:
        raise Refused("a Fraction of more than 1,200 digits")
    if gcd(numerator, denominator) != 1:
        raise Refused("a Fraction that is not in lowest terms")
    return '{"$":"fraction","v":["' + int_text(numerator) + '","' + int_text(denominator) + '"]}'


def is_named_tuple(kind):
    """Whether instances compare as tuples do: a class of `namedtuple`, with no special method of the program's own."""
    if type(kind) is not type or bases_of(kind) != (tuple,):
        return False
    names = class_names(kind)
    for name in names:
        if type(name) is not str or (name[:2] == "__" and name[-2:] == "__" and name not in NAMED_TUPLE):
            return False
    return type(names.get("_fields")) is tuple and type(names.get("__slots__")) is tuple


def encode_float(value):
    if not isfinite(value):
        return '{"$":"float","v":"' + float_text(value) + '"}'
    if value == 0.0 and float_text(value)[0] == "-":
        return '{"$":"float","v":"-0.0"}'
    if -SAFE <= value <= SAFE and value == int(value):
        return '{"$":"float","v":' + float_text(value) + "}"
    return float_text(value)


def part(value):
    return float_text(value) if isfinite(value) and value != 0.0 else '"' + float_text(value) + '"'


def encode_items(items, out, depth, opening, closing):
    add(out, opening)
    first = True
    for item in items:
        if not first:
            out.append(",")
        first = False
        encode(item, out, depth + 1)
    add(out, closing)


def encode_dict(value, out, depth):
    for key in value:
        if not is_plain(key):
            encode_pairs(value.items(), out, depth, "]}")
            return
    add(out, "{")
    first = True
    for key, item in value.items():
        if not first:
            out.append(",")
        first = False
        encode(key, out, depth + 1)
        out.append(":")
        encode(item, out, depth + 1)
    add(out, "}")


def is_plain(key):
    """Whether the objects of JSON keep this key as it is, and in its place: JavaScript's put digits first."""
    if type(key) is not str or key == "$" or key == "__proto__":
        return False
    return not key.isdigit() if key.isascii() else merged(key) is None


def encode_pairs(items, out, depth, closing):
    add(out, '{"$":"dict","v":[')
    first = True
    for key, item in items:
        add(out, "[" if first else ",[")
        first = False
        encode(key, out, depth + 1)
        out.append(",")
        encode(item, out, depth + 1)
        out.append("]")
    add(out, closing)


def describe(error):
    """(type name, message, line in the program or None) of an exception, whatever its class overrides."""
    kind = name_of(type(error))[:80]
    try:
        text = str.__getitem__(str(error), slice(0, MAX_TEXT))
    except BaseException:
        text = "(its message cannot be printed)"
    if type(error) is ModuleNotFoundError:
        text += ONLY_STANDARD
    line = None
    if isinstance(error, SyntaxError) and type(error) in (SyntaxError, IndentationError, TabError):
        line = error.lineno if error.filename == FILE else None
        text = error.msg if type(error.msg) is str else text
    trace = trace_of(error)
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == FILE:
            line = trace.tb_lineno
        trace = trace.tb_next
    return kind, text, line


def failure(outcome, error):
    kind, text, line = describe(error)
    return (
        '{"outcome":"' + outcome + '","error":{"type":' + quote(kind) + ',"message":' + quote(text)
        + ',"line":' + (int_text(line) if type(line) is int else "null") + "}}"
    )


def fit():
    """Whether the interpreter is as it was at boot: any trace of an earlier program makes the worker unfit."""
    return (
        builtins.len is len
        and builtins.sorted is sorted
        and builtins.print is print
        and builtins.sum is sum
        and builtins.range is range
        and builtins.__import__ is __import__
        and sys.modules is modules
        and sys.stdout is write_out
        and MODULE not in modules
        and not job
        and modules["json"] is json
        and json.dumps([1, {"a": (2.5, None)}]) == '[1, {"a": [2.5, null]}]'
        and sorted([3, 1, 2]) == [1, 2, 3]
        and sys.getrecursionlimit() == 1000
    )


def prepare(text):
    """Takes up a job, before any of its program runs. False: the interpreter is not fit to run it."""
    try:
        if not fit():
            return False
        request = json.loads(text, parse_int=number)
        if "tests" in request:
            job["tests"] = request["tests"]
            return True
        job["program"], job["entry"] = request["program"], request["entry"]
        if "stdin" in request:
            return True
        if "operations" in request:
            job["operations"] = True
            return True
        job["calls"] = [decode_call(call) for call in request["calls"]]
        job["steps"] = steps_to(request["entry"])
        return True
    except BaseException:
        return False


def decode_call(call):
    """The arguments of a call, by place and by name."""
    if type(call) is list:
        return decode(call), {}
    return decode(call["args"]), {normalize("NFKC", name): decode(item) for name, item in call["kwargs"].items()}


def steps_to(entry):
    """
    The way from the module's names to the entry point: a name, then attributes and calls with literal arguments, as
    in `Solution().solve`. Anything else is taken for a name as it stands. Read before the program runs, by Python's
    grammar, so that any name that Python takes is found.
    """
    try:
        node = ast.parse(entry.strip(), mode="eval").body
        steps = []
        while not isinstance(node, ast.Name):
            if isinstance(node, ast.Attribute):
                steps.append(("attribute", node.attr, None))
                node = node.value
            elif isinstance(node, ast.Call):
                named = {each.arg: ast.literal_eval(each.value) for each in node.keywords}
                steps.append(("call", [ast.literal_eval(each) for each in node.args], named))
                node = node.func
            else:
                raise ValueError
        steps.append(("name", node.id, None))
        steps.reverse()
        return steps
    except (SyntaxError, ValueError, TypeError):
        return [("name", entry, None)]


def find(space, steps):
    found = None
    for kind, given, named in steps:
        if kind == "name":
            found = space[given]
        elif kind == "attribute":
            found = getattr(found, given)
        else:
            found = found(*given, **named)
    return found


def load():
    """Compiles and imports the program. Returns JSON with `outcome`: ran, syntax, exception or memory.

    Empty when even reporting was interrupted: past the deadline an interrupt comes at every check, and only a
    handler that returns a constant is sure to finish.
    """
    try:
        return '{"outcome":"ran"}' if "tests" in job else load_program()
    except BaseException:
        return ""


def call(index):
    """Calls the entry point with its own copy of the arguments: the report of one call as JSON, or empty as above."""
    try:
        if "tests" in job:
            return page_of_tests(index)
        return call_entry(index)
    except BaseException:
        return ""


def operate(text):
    """Performs one operation (`perform.py`). The next one is not here before this one is answered."""
    try:
        try:
            return perform(read_operation(text), job["space"])
        finally:
            flush()
    except BaseException:
        return ""


def compiled(source):
    """(code, None), or (None, the failure as JSON)."""
    try:
        return compile(source, FILE, "exec", dont_inherit=True), None
    except MemoryError as error:
        return None, failure("memory", error)
    except (SyntaxError, ValueError, OverflowError, RecursionError) as error:
        return None, failure("syntax", error)


def load_program():
    entry = job["entry"]
    code, problem = compiled(job["program"])
    if problem is not None:
        return problem
    module = Module(MODULE)
    modules[MODULE] = module
    space = module.__dict__
    # Without this, exec would hand the program the private builtins that the harness itself runs on.
    space["__builtins__"] = builtins
    try:
        exec(code, space)
        if "operations" in job:
            job["space"] = space
            return '{"outcome":"ran"}'
        steps = job["steps"]
        if steps[0][1] not in space:
            return (
                '{"outcome":"exception","error":{"type":"NameError","message":'
                + quote("name '" + entry + "' is not defined: the program ran, but it defines no such function")
                + ',"line":null}}'
            )
        job["function"] = find(space, steps)
    except BaseException as error:
        return failure("memory" if type(error) is MemoryError else "exception", error)
    return '{"outcome":"ran"}'


def call_entry(index):
    try:
        args, named = job["calls"][index]
        returned = job["function"](*args, **named)
    except BaseException as error:
        kind, text, line = describe(error)
        return (
            '{"raised":' + quote(kind + ": " + text if text else kind) + ',"memory":'
            + ("true" if type(error) is MemoryError else "false")
            + ',"line":' + (int_text(line) if type(line) is int else "null") + "}"
        )
    out = [0]
    try:
        encode(returned, out, 0)
    except Refused as refused:
        return '{"refused":' + quote(refused.args[0]) + "}"
    except BaseException as error:
        return '{"refused":' + quote("a value that could not be read back: " + name_of(type(error))[:80]) + "}"
    return '{"returned":' + "".join(out[1:]) + "}"


def page_of_tests(index):
    """Call 0 runs the tests (`check.py`); each call gives a page of what came of them, empty beyond the last."""
    if index == 0:
        job["pages"] = judge(job["tests"])
    pages = job["pages"]
    return '{"returned":' + quote(pages[index] if index < len(pages) else "") + "}"
