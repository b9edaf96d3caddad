"""Values on their way between two interpreters, with their identities.

Each side keeps a table of the objects that both know. A value is written as an atom or as a reference into that table;
a message carries the content of every object that is new, and of every object that has changed since it was last told. So
aliases stay aliases, changed arguments are changed on the other side too, and an object that comes back is the same object.

An atom is JSON: null, a truth value, a text, an int within 2**53, or a list that begins with its tag:

    ["i", "-0x1f"]           int                  ["f", "0.5"]               float, as `repr` has it
    ["c", "1.0", "-0.0"]     complex              ["b", "00ff"]              bytes, hexadecimal
    ["u", [55357]]           text with surrogates, by code point
    ["x", "Fraction", [..]]  a value of the standard library made of atoms (`MADE`)
    ["g", "builtins", "int"] a class or function of the standard library
    ["m", "math"]            a module of it
    ["E", "Empty", [..]]     an exception class of one's own, with its bases
    ["X", class, args, state, text, cause]  an exception
    ["n", "f"]               what the program calls `f` at this moment
    ["w", "Mode", "0x3"]     what the program calls `Mode`, an enumeration of flags, with these set
    ["r", "p3"]              an object of the table; p for those first told by the program's side, t for the tests'

Runs in the namespace of `harness.py`, on what `kinds.py` has. The program's side is `perform.py`, the tests' `check.py`.

An entry of the table is [name, kind, content ...]; `FILLED` has the kinds that can change. A kind may name a class of one's
own behind a stroke, as in "list/Stack": one that is no more than its base.
"""


class Mirror:
    """The table of one side, and what goes over it.

    `world` is what differs between the sides: `shared(name)` is the class by which both sides know this name or None,
    `accepts(found)` whether the other side may name this part of the standard library, `outside(item, mirror)` the atom or
    entry for what has no form here, `handle(name, facts)` the stand-in for an object of the other side, `named(name)` what
    the program calls so, `members` what a class made for another has.
    """

    def __init__(self, prefix, world):
        self.prefix = prefix
        self.world = world
        self.count = 0
        self.objects = {}
        self.names = {}
        self.kinds = {}
        self.kept = {}
        # Those that no one but this table has held since they were last compared.
        self.dormant = set()
        self.classes = {}
        # Functions of the standard library that have gone over by name, and may come back so.
        self.passed = set()
        self.entries, self.added, self.changed = [], [], []
        self.room, self.chars = MAX_PARTS, MAX_TOLD

    # --- writing -------------------------------------------------------------------------------------------------

    def write(self, *roots):
        """(one value for each root, the entries that the other side needs to read them)."""
        self.entries = []
        self.room, self.chars = MAX_PARTS, MAX_TOLD
        self.added, self.changed = [], []
        limit = getlimit()
        setlimit(DEPTH)
        try:
            for name in list(self.kept):
                self.tell_change(name)
            return [self.value(root) for root in roots], self.entries
        except BaseException as error:
            self.take_back()
            if isinstance(error, RecursionError):
                raise Refused("a value nested too deep") from None
            raise
        finally:
            setlimit(limit)

    def take_back(self):
        """Forgets what this message would have told: nothing of it will arrive."""
        for name in self.added:
            self.names.pop(id(self.objects.pop(name)), None)
            self.kinds.pop(name)
            self.kept.pop(name, None)
        for name, before in self.changed:
            self.kept[name] = before

    def share_random(self):
        """Makes the generator behind the functions of `random` one that both sides know, as it is after `seed(0)`."""
        generator = random._inst
        self.adopt("random", "Random", generator)
        self.kept["random"] = content(random.Random(0), "Random")

    def tell_change(self, name):
        if name in self.dormant:
            return
        item, kind = self.objects[name], self.kinds[name]
        now = content(item, kind)
        if not unchanged(self.kept[name], now):
            self.changed.append((name, self.kept[name]))
            self.kept[name] = now
            self.fill_entry(name, item, kind)
        del item, now
        if references(self.objects, name) <= ALONE:
            self.dormant.add(name)

    def take(self, parts, chars=0):
        self.room -= parts
        self.chars -= chars
        if self.room < 0 or self.chars < 0:
            raise Refused("a value too large to be told")

    def value(self, item):
        kind = type(item)
        self.take(1)
        if item is None or kind is bool:
            return item
        if kind is str:
            return self.text(item)
        if kind is int:
            if -SAFE <= item <= SAFE:
                return item
            if item.bit_length() > MAX_TOLD_BITS:
                raise Refused("an int of more than 120,000 digits")
            self.take(0, item.bit_length() // 4)
            return ["i", hex(item)]
        if kind is float:
            return ["f", float.__repr__(item)]
        known = self.names.get(id(item))
        if known is not None:
            return ["r", known]
        if kind is bytes:
            self.take(0, 2 * len(item))
            return ["b", bytes.hex(item)]
        if kind is complex:
            return ["c", float.__repr__(item.real), float.__repr__(item.imag)]
        if kind in MADE_OF:
            name = MADE_OF[kind]
            return ["x", name, [self.value(part) for part in MADE[name][1](item)]]
        if kind in FILLED_OF:
            return self.filled(item, FILLED_OF[kind])
        if kind in FIXED_OF:
            return self.fixed(item, FIXED_OF[kind], [])
        return self.other(item, kind)

    def text(self, item):
        self.take(0, len(item))
        if not item.isascii():
            try:
                item.encode()
            except UnicodeEncodeError:
                return ["u", [ord(letter) for letter in item]]
        return item

    def name(self, item, kind):
        name = self.prefix + int.__repr__(self.count)
        self.count += 1
        self.objects[name] = item
        self.names[id(item)] = name
        self.kinds[name] = kind
        self.added.append(name)
        return name

    def filled(self, item, kind):
        name = self.name(item, kind)
        self.kept[name] = content(item, kind)
        self.fill_entry(name, item, kind)
        return ["r", name]

    def fill_entry(self, name, item, kind):
        base = base_of(kind)
        if base == "list" or base == "set":
            entry = [name, kind, [self.value(part) for part in FILLED[base].__iter__(item)]]
        elif base == "deque":
            entry = [name, kind, [self.value(part) for part in deque.__iter__(item)], item.maxlen]
        elif base == "bytearray":
            self.take(0, 2 * len(item))
            entry = [name, kind, bytearray.hex(item)]
        elif base == "Random":
            version, state, spare = item.getstate()
            entry = [name, kind, list(state), self.value(spare), version]
        elif base == "instance":
            entry = [name, kind, KNOWN_OF.get(type(item)) or name_of(type(item)), self.pairs(state_of(item))]
        elif base == "defaultdict":
            entry = [name, kind, self.pairs(item), self.value(item.default_factory)]
        else:
            entry = [name, kind, self.pairs(item)]
        self.entries.append(entry)

    def pairs(self, item):
        return [[self.value(key), self.value(held)] for key, held in dict.items(item)]

    def fixed(self, item, kind, facts):
        # What is inside comes first, so that a reader can make one after the other.
        parts = [self.value(part) for part in (tuple.__iter__(item) if isinstance(item, tuple) else item)]
        known = self.names.get(id(item))
        if known is not None:
            return ["r", known]
        name = self.name(item, kind)
        self.entries.append([name, kind, parts, *facts])
        return ["r", name]

    def other(self, item, kind):
        if isinstance(item, BaseException):
            return self.exception(item)
        if isinstance(item, type):
            return self.type_value(item)
        if kind is Module:
            return self.module(item)
        if self.passed and kind in PLAIN_CALLABLES and standard_name(item) in self.passed:
            return ["g", *standard_name(item)]
        shared = self.world.shared(name_of(kind)) is kind
        members = own_names(kind).get("_member_map_")
        if shared and type(members) is dict:
            bits = item.value if issubclass(kind, enum.Flag) else None
            if type(bits) is int and str(item.name) not in members:
                return ["w", name_of(kind), hex(bits)]
            return ["n", name_of(kind) + "." + str(item.name)]
        if kind in (Function, Builtin):
            return self.world.outside(item, self)
        # A class that both sides have is told by its content, whatever it defines: the other side has the same methods.
        base = base_among(kind) if shared else own_base(kind)
        fields = own_names(kind).get("_fields")
        if base is tuple and type(fields) is tuple and all([type(field) is str for field in fields]):
            return self.fixed(item, "namedtuple", [name_of(kind)[:80], list(fields)])
        if base is None:
            return self.filled(item, "instance") if shared or kind in KNOWN_OF else self.world.outside(item, self)
        own = name_of(kind)[:80].replace("/", "_")
        if base in FILLED_OF:
            return self.filled(item, FILLED_OF[base] + "/" + own)
        return self.subclassed(item, own, base)

    def subclassed(self, item, own, base):
        """An object of a class of one's own that is no more than its base: the base's value under the class's name."""
        if base in (tuple, frozenset):
            bare = base([*base.__iter__(item)])
        else:
            bare = base.__add__(item, base()) if base in (str, bytes) else base.__pos__(item)
        inner = self.value(bare)
        name = self.name(item, "subclass")
        self.entries.append([name, "subclass", own, name_of(base), inner])
        return ["r", name]

    def type_value(self, item):
        found = standard_name(item)
        if found is not None and (issubclass(item, BaseException) or found[0] in PLAIN_MODULES):
            return ["g", *found]
        if self.world.shared(name_of(item)) is item:
            return ["n", name_of(item)]
        if issubclass(item, BaseException):
            return self.exception_class(item)
        return self.world.outside(item, self)

    def exception_class(self, kind):
        found = standard_name(kind)
        if found is not None:
            return ["g", *found]
        bases = [self.exception_class(base) for base in kind.__bases__ if issubclass(base, BaseException)]
        return ["E", name_of(kind)[:80], bases]

    def exception(self, item):
        state = getattr(item, "__dict__", None)
        state = state if type(state) is dict else {}
        try:
            text = str.__getitem__(str(item), slice(0, 4000))
        except BaseException:
            text = "(its message cannot be printed)"
        args = [self.or_text(part) for part in tuple(item.args)]
        held = [[key, self.or_text(part)] for key, part in state.items() if type(key) is str]
        for key in HELD if isinstance(item, (OSError, ImportError, NameError, AttributeError)) else ():
            part = getattr(item, key, None)
            if type(part) is str:
                held.append([key, part])
        cause = item.__cause__
        cause = self.exception(cause) if isinstance(cause, BaseException) and cause is not item else None
        return ["X", self.exception_class(type(item)), args, held, self.text(text), cause]

    def or_text(self, item):
        """An exception may hold anything; what cannot travel is told by its text."""
        try:
            return self.value(item)
        except Refused:
            return "(" + name_of(type(item))[:80] + ")"

    def module(self, item):
        name = getattr(item, "__name__", None)
        if type(name) is str and loaded_modules.get(name) is item and name.partition(".")[0] in sys.stdlib_module_names:
            return ["m", name]
        return self.world.outside(item, self)

    # --- reading -------------------------------------------------------------------------------------------------

    def read(self, entries):
        """Takes in the entries of a message. Raises `Malformed`."""
        later = []
        for entry in entries:
            name, kind = entry[0], entry[1]
            known, base = self.kinds.get(name), base_of(kind)
            filled = base in FILLED or base == "instance"
            if known is None:
                if name[:1] == self.prefix:
                    raise Malformed("an object that is not in the table")
                if filled:
                    self.adopt(name, kind, self.empty(entry))
            elif known != kind or not filled:
                raise Malformed("an object cannot change its kind")
            if filled:
                later.append(entry)
        for entry in entries:
            if entry[0] not in self.kinds:
                self.adopt(entry[0], entry[1], self.make(entry))
        # Instances first: what holds them may have to hash them.
        later.sort(key=lambda entry: entry[1] != "instance")
        for entry in later:
            self.refill(entry)

    def empty(self, entry):
        base, _, own = entry[1].partition("/")
        if base == "instance":
            shared = KNOWN.get(entry[2]) or self.world.shared(entry[2])
            if shared is None:
                raise Malformed("an instance of an unknown class")
            # Not the class's own way to make one, which may want arguments.
            made_in_python = base_among(shared) is None and entry[2] not in KNOWN
            return object.__new__(shared) if made_in_python else shared.__new__(shared)
        kind = self.subclass(own, FILLED[base]) if own else FILLED[base]
        made = kind.__new__(kind)
        # Not the initialiser of a class that both sides have, which may want arguments.
        FILLED[base].__init__(made, maxlen=entry[3]) if base == "deque" else FILLED[base].__init__(made)
        return made

    def adopt(self, name, kind, item):
        self.objects[name] = item
        self.names[id(item)] = name
        self.kinds[name] = kind

    def make(self, entry):
        name, kind, first = entry[0], entry[1], entry[2]
        if kind == "tuple":
            return tuple([self.resolve(part) for part in first])
        if kind == "frozenset":
            return frozenset([self.resolve(part) for part in first])
        if kind == "namedtuple":
            return tuple.__new__(self.named_tuple(entry[3], entry[4]), [self.resolve(part) for part in first])
        if kind == "subclass":
            base = next((base for base in BASES if base.__name__ == entry[3]), None)
            inner = self.resolve(entry[4])
            if type(inner) is not base:
                raise Malformed("a subclass without its base")
            return base.__new__(self.subclass(first, base), inner)
        if kind == "handle":
            return self.world.handle(name, first)
        raise Malformed("an object of unknown kind")

    def refill(self, entry):
        name, kind = entry[0], base_of(entry[1])
        item = self.objects[name]
        if kind == "list":
            item[:] = [self.resolve(part) for part in entry[2]]
        elif kind == "set" or kind == "deque":
            parts = [self.resolve(part) for part in entry[2]]
            item.clear()
            item.update(parts) if kind == "set" else item.extend(parts)
        elif kind == "bytearray":
            item[:] = bytes.fromhex(entry[2])
        elif kind == "Random":
            item.setstate((entry[4], tuple(entry[2]), self.resolve(entry[3])))
        elif kind == "instance":
            state = {self.resolve(key): self.resolve(held) for key, held in entry[3]}
            set_state(item, state)
            self.world.filled(item, state)
        else:
            pairs = [(self.resolve(key), self.resolve(held)) for key, held in entry[2]]
            item.clear()
            for key, held in pairs:
                item[key] = held
            if kind == "defaultdict":
                item.default_factory = self.resolve(entry[3])
        self.kept[name] = content(item, entry[1])

    def resolve(self, value):
        kind = type(value)
        if kind is not list:
            if kind is float or kind is dict:
                raise Malformed("a value of another form")
            return value
        tag = value[0]
        if tag == "r":
            self.dormant.discard(value[1])
            return self.objects[value[1]]
        if tag == "i":
            return int(value[1], 16)
        if tag == "f":
            return float(value[1])
        if tag == "b":
            return bytes.fromhex(value[1])
        if tag == "u":
            return "".join([chr(code) for code in value[1]])
        if tag == "c":
            return complex(float(value[1]), float(value[2]))
        if tag == "x":
            return MADE[value[1]][2](*[self.resolve(part) for part in value[2]])
        if tag == "g":
            return self.standard(value[1], value[2])
        if tag == "m":
            if value[1].partition(".")[0] not in sys.stdlib_module_names:
                raise Malformed("a module that is not of the standard library")
            return __import__(value[1], fromlist=["*"])
        if tag == "E":
            return self.read_exception_class(value)
        if tag == "X":
            return self.read_exception(value)
        if tag == "n":
            return self.world.named(value[1])
        if tag == "w":
            flags = self.world.named(value[1])
            if not (isinstance(flags, type) and issubclass(flags, enum.Flag)):
                raise Malformed("flags of a class that has none")
            return flags(int(value[2], 16))
        raise Malformed("a value with an unknown tag")

    def standard(self, module, name):
        if module.partition(".")[0] not in sys.stdlib_module_names and module != "builtins":
            raise Malformed("a name that is not of the standard library")
        found = __import__(module, fromlist=["*"])
        for part in name.split("."):
            found = getattr(found, part)
        if (module, name) not in self.passed and not self.world.accepts(found):
            raise Malformed("a name that may not come from this side")
        self.passed.add((module, name))
        return found

    def read_exception_class(self, value):
        if value[0] == "g":
            found = self.standard(value[1], value[2])
            if not (isinstance(found, type) and issubclass(found, BaseException)):
                raise Malformed("a class that is no exception")
            return found
        _, name, bases = value
        shared = self.world.shared(name)
        if shared is not None and issubclass(shared, BaseException):
            return shared
        known = self.classes.get(name)
        if known is None:
            parents = tuple([self.read_exception_class(base) for base in bases])
            known = type(name, parents, {"__module__": "solution", "__str__": told_text})
            self.classes[name] = known
        return known

    def read_exception(self, value):
        _, kind, args, state, text, cause = value
        found = self.read_exception_class(kind)
        args = [self.resolve(part) for part in args]
        own = kind[0] == "E"
        try:
            made = found.__new__(found, *args) if own else found(*args)
        except Exception:
            made = found.__new__(found)
        made.args = tuple(args)
        for name, held in state:
            if name in HELD:
                setattr(made, name, self.resolve(held))
            else:
                made.__dict__[name] = self.resolve(held)
        if own:
            made.__dict__["_told"] = self.resolve(text)
        if cause is not None:
            made.__cause__ = self.read_exception(cause)
        return made

    def named_tuple(self, name, fields):
        shared = self.world.shared(name)
        if shared is not None and getattr(shared, "_fields", None) == tuple(fields):
            return shared
        key = (name, *fields)
        if key not in self.classes:
            self.classes[key] = collections.namedtuple(name if name.isidentifier() else "Named", fields, rename=True)
        return self.classes[key]

    def subclass(self, name, base):
        shared = self.world.shared(name)
        if shared is not None and issubclass(shared, base):
            return shared
        key = (name, base)
        if key not in self.classes:
            self.classes[key] = type(name, (base,), {"__module__": "solution", **self.world.members})
        return self.classes[key]


def told_text(self):
    told = self.__dict__.get("_told")
    return told if told is not None else BaseException.__str__(self)
