"""Runs one program inside the interpreter: canary, import, calls, canonical encoding of what they return.

This module's globals hold a private copy of the builtins, made at boot, and the encoder is written out in terms of
exact types, so a program that patches `builtins`, `json` or `sorted` does not change what is reported. None of
that decides a verdict: expected values never get here, so forging a report is as hard as knowing the answer.
"""

import builtins
import json
import math
import sys
import types
from json.encoder import encode_basestring_ascii as quote

FILE = "<program>"
MODULE = "solution"
MAX_DEPTH = 64
MAX_CHARS = 262144
MAX_INT_BITS = 40000
MAX_TEXT = 400
SAFE = 9007199254740991

name_of = type.__dict__["__name__"].__get__
trace_of = BaseException.__dict__["__traceback__"].__get__
int_text = int.__repr__
float_text = float.__repr__
bytes_hex = bytes.hex
bytearray_hex = bytearray.hex
int_bits = int.bit_length
write_out = sys.stdout
set_digits = sys.set_int_max_str_digits
isfinite = math.isfinite
Module = types.ModuleType
modules = sys.modules

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
        return {decode(pair[0]): decode(pair[1]) for pair in held}
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
    raise ValueError("unknown tag " + tag)


def encode(value, out, depth):
    """Appends the canonical JSON of `value` to `out`; `out[0]` counts characters."""
    kind = type(value)
    if value is None:
        text = "null"
    elif kind is bool:
        text = "true" if value else "false"
    elif kind is int:
        if -SAFE <= value <= SAFE:
            text = int_text(value)
        elif int_bits(value) > MAX_INT_BITS:
            raise Refused("an int of more than 12,000 digits")
        else:
            set_digits(0)
            text = '{"$":"int","v":"' + int_text(value) + '"}'
            set_digits(4300)
    elif kind is float:
        text = encode_float(value)
    elif kind is str:
        if len(value) > MAX_CHARS:
            raise Refused("a string of more than 262,144 characters")
        text = quote(value)
    elif kind is bytes or kind is bytearray:
        if len(value) > MAX_CHARS:
            raise Refused("more than 262,144 bytes")
        hexed = bytes_hex(value) if kind is bytes else bytearray_hex(value)
        text = '{"$":"' + ("bytes" if kind is bytes else "bytearray") + '","v":"' + hexed + '"}'
    elif kind is complex:
        text = '{"$":"complex","v":[' + part(value.real) + "," + part(value.imag) + "]}"
    else:
        if depth >= MAX_DEPTH:
            raise Refused("a value nested more than 64 deep, or one that contains itself")
        if kind is list:
            encode_items(value, out, depth, "[", "]")
        elif kind is tuple or kind is set or kind is frozenset:
            encode_items(value, out, depth, '{"$":"' + name_of(kind) + '","v":[', "]}")
        elif kind is dict:
            encode_dict(value, out, depth)
        else:
            raise Refused("a value of type " + quote(name_of(kind)[:80])[1:-1])
        return
    add(out, text)


def add(out, text):
    out[0] += len(text)
    if out[0] > MAX_CHARS:
        raise Refused("a value larger than 262,144 characters of JSON")
    out.append(text)


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
    plain = True
    for key in value:
        if type(key) is not str or key == "$" or key == "__proto__":
            plain = False
            break
    add(out, "{" if plain else '{"$":"dict","v":[')
    first = True
    for key, item in value.items():
        if not first:
            out.append(",")
        first = False
        if not plain:
            out.append("[")
        encode(key, out, depth + 1)
        out.append(":" if plain else ",")
        encode(item, out, depth + 1)
        if not plain:
            out.append("]")
    add(out, "}" if plain else "]}")


def describe(error):
    """(type name, message, line in the program or None) of an exception, whatever its class overrides."""
    kind = name_of(type(error))[:80]
    try:
        text = str.__getitem__(str(error), slice(0, MAX_TEXT))
    except BaseException:
        text = "(its message cannot be printed)"
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
        job["calls"] = [decode(args) for args in request["calls"]]
        job["program"], job["entry"] = request["program"], request["entry"]
        return True
    except BaseException:
        return False


def load():
    """Compiles and imports the program. Returns JSON with `outcome`: ran, syntax, exception or memory.

    Empty when even reporting was interrupted: past the deadline an interrupt comes at every check, and only a
    handler that returns a constant is sure to finish.
    """
    try:
        return load_program()
    except BaseException:
        return ""


def call(index):
    """Calls the entry point with its own copy of the arguments: the report of one call as JSON, or empty as above."""
    try:
        return call_entry(index)
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
        function = space.get(entry)
    except BaseException as error:
        return failure("memory" if type(error) is MemoryError else "exception", error)
    if entry not in space:
        return (
            '{"outcome":"exception","error":{"type":"NameError","message":'
            + quote("name '" + entry + "' is not defined: the program ran, but it defines no such function")
            + ',"line":null}}'
        )
    job["function"] = function
    return '{"outcome":"ran"}'


def call_entry(index):
    try:
        returned = job["function"](*job["calls"][index])
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
