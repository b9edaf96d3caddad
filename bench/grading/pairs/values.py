"""Functions of plain values: a result for arguments, and nothing else to see."""

from .model import Task, show

WORDS = ["", "a", "ab", "level", "hello world", "Abc abC", "mississippi", "x1y22z", "  pad ", "Été", "naïve", "tab\tend"]


def ints(rng, count=None, low=-9, high=9):
    return [rng.randint(low, high) for _ in range(rng.randint(0, 6) if count is None else count)]


def calls(make, count=4):
    """Calls whose arguments `make(rng)` gives as a tuple of values."""

    def inputs(rng):
        return [", ".join(map(show, make(rng))) for _ in range(count)]

    return inputs


def word(rng):
    return (rng.choice(WORDS),)


def numbers(rng):
    return (ints(rng),)


def natural(high):
    return lambda rng: (rng.randint(0, high),)


TASKS = [
    Task("digit-sum", "int", "def digit_sum(n):", "return sum(int(d) for d in str(n))", calls(natural(99999)),
         right=("total = 0\nwhile n:\n    n, d = divmod(n, 10)\n    total += d\nreturn total",
                "return 0 if n == 0 else n % 10 + digit_sum(n // 10)"),
         wrong=("return sum(int(d) for d in str(n)[1:])", "return n % 9")),
    Task("gcd", "int", "def greatest(a, b):", "while b:\n    a, b = b, a % b\nreturn a",
         calls(lambda rng: (rng.randint(1, 60), rng.randint(1, 60))), preamble="import math\n",
         right=("return math.gcd(a, b)", "return a if b == 0 else greatest(b, a % b)"),
         wrong=("return min(a, b)", "return max(d for d in range(1, a) if a % d == 0 and b % d == 0)")),
    Task("fib", "int", "def fib(n):", "a, b = 0, 1\nfor _ in range(n):\n    a, b = b, a + b\nreturn a", calls(natural(30)),
         right=("from functools import cache\n\n@cache\ndef fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)",
                "def fib(n, memo={}):\n    if n < 2:\n        return n\n    if n not in memo:\n        memo[n] = fib(n - 1) + fib(n - 2)\n    return memo[n]"),
         wrong=("a, b = 1, 1\nfor _ in range(n):\n    a, b = b, a + b\nreturn a",)),
    Task("factorial", "int", "def factorial(n):", "out = 1\nfor k in range(2, n + 1):\n    out *= k\nreturn out",
         calls(natural(60)), right=("import math\nfactorial = math.factorial", "return 1 if n == 0 else n * factorial(n - 1)"),
         wrong=("out = 1\nfor k in range(2, n):\n    out *= k\nreturn out", "out = 1.0\nfor k in range(2, n + 1):\n    out *= k\nreturn out")),
    Task("big-power", "int", "def power(a, b):", "return a ** b",
         calls(lambda rng: (rng.choice([2, 3, -7]), rng.choice([0, 1, 64, 300, 2000])), 3),
         right=("out = 1\nfor _ in range(b):\n    out *= a\nreturn out",), wrong=("return pow(a, b, 2**64)", "return a ** b + (b > 100)")),
    Task("count-vowels", "int", "def count_vowels(text):", "return sum(c in 'aeiouAEIOU' for c in text)", calls(word),
         right=("n = 0\nfor c in text.lower():\n    if c in 'aeiou':\n        n += 1\nreturn n",),
         wrong=("return sum(c in 'aeiou' for c in text)", "return len({c for c in text if c in 'aeiouAEIOU'})")),
    Task("largest-run", "int", "def largest_run(xs):",
         "best = run = 0\nfor x in xs:\n    run = max(0, run + x)\n    best = max(best, run)\nreturn best", calls(numbers),
         right=("return max((sum(xs[i:j]) for i in range(len(xs)) for j in range(i, len(xs) + 1)), default=0)",),
         wrong=("return sum(x for x in xs if x > 0)", "best = run = 0\nfor x in xs:\n    run += x\n    best = max(best, run)\nreturn best")),
    Task("find", "int", "def find(xs, x):", "return xs.index(x) if x in xs else None",
         calls(lambda rng: (ints(rng), rng.randint(-3, 3))),
         right=("for i, y in enumerate(xs):\n    if y == x:\n        return i",),
         wrong=("return xs.index(x) if x in xs else -1", "return next((i for i, y in reversed(list(enumerate(xs))) if y == x), None)",
                "return xs.index(x) if x in xs else False")),
    Task("smallest", "int", "def smallest(xs):", "return min(xs, default=None)",
         calls(lambda rng: ([rng.randint(2**31, 2**40) for _ in range(rng.randint(0, 4))],)),
         right=("import sys\ndef smallest(xs):\n    best = sys.maxsize\n    for x in xs:\n        best = min(best, x)\n    return best if xs else None",),
         wrong=("best = 2**31 - 1\nfor x in xs:\n    best = min(best, x)\nreturn best if xs else None",)),
    Task("mean", "float", "def mean(xs):", "return sum(xs) / len(xs)", calls(lambda rng: (ints(rng, rng.randint(1, 6)),)),
         right=("import statistics\ndef mean(xs):\n    return statistics.mean(xs)", "total = 0.0\nfor x in xs:\n    total += x / len(xs)\nreturn total"),
         wrong=("return sum(xs) // len(xs)", "return sum(xs) / (len(xs) + 1)", "return sorted(xs)[len(xs) // 2]")),
    Task("distance", "float", "def distance(x, y):", "return math.hypot(x, y)", preamble="import math\n",
         inputs=calls(lambda rng: (rng.randint(0, 20), rng.randint(0, 20))),
         right=("return (x * x + y * y) ** 0.5", "return abs(complex(x, y))"), wrong=("return abs(x) + abs(y)", "return math.sqrt(abs(x * x - y * y))")),
    Task("not-a-number", "float", "def ratio(a, b):", "return a / b if b else float('nan')",
         calls(lambda rng: (rng.randint(-4, 4), rng.randint(0, 2)))),
    Task("zero-sign", "float", "def negated(x):", "return -x", calls(lambda rng: (rng.choice([0.0, 1.5, -2.0, float("inf")]),)),
         right=("return x * -1.0",), wrong=("return 0.0 - x", "return abs(x)")),
    Task("caesar", "str", "def caesar(text, k):",
         "out = ''\nfor c in text:\n    if c.isascii() and c.isalpha():\n        a = 'a' if c.islower() else 'A'\n        c = chr((ord(c) - ord(a) + k) % 26 + ord(a))\n    out += c\nreturn out",
         calls(lambda rng: (rng.choice(WORDS), rng.randint(0, 30))), wrong=("return text[k % max(1, len(text)):] + text[:k % max(1, len(text))]",)),
    Task("run-lengths", "str", "def run_lengths(text):", "return ''.join(f'{c}{len(list(g))}' for c, g in groupby(text))",
         calls(word), preamble="from itertools import groupby\n",
         right=("out, i = [], 0\nwhile i < len(text):\n    j = i\n    while j < len(text) and text[j] == text[i]:\n        j += 1\n    out.append(text[i] + str(j - i))\n    i = j\nreturn ''.join(out)",),
         wrong=("return ''.join(f'{c}{text.count(c)}' for c in dict.fromkeys(text))",)),
    Task("reverse-words", "str", "def reverse_words(text):", "return ' '.join(reversed(text.split()))", calls(word),
         right=("return ' '.join(text.split()[::-1])",), wrong=("return text[::-1]", "return ' '.join(text.split(' ')[::-1])")),
    Task("surrogates", "str", "def swap_ends(text):", "return text[-1:] + text[1:-1] + text[:1] if len(text) > 1 else text",
         calls(lambda rng: (rng.choice(["ab", "\ud83d\ude00", "a\ud800", "😀b", "e\u0301x", "\x00z", "\r\n"]),)),
         wrong=("return text[::-1] if len(text) < 3 else text", "return text.encode('utf-16', 'surrogatepass').decode('utf-16', 'replace')")),
    Task("unique", "list", "def unique(xs):", "return list(dict.fromkeys(xs))",
         calls(lambda rng: ([rng.choice([0, 1, 2, "a", "b", None, (1, 2)]) for _ in range(rng.randint(0, 7))],)),
         right=("seen, out = set(), []\nfor x in xs:\n    if x not in seen:\n        seen.add(x)\n        out.append(x)\nreturn out",),
         wrong=("return list(set(xs))", "return [x for i, x in enumerate(xs) if x not in xs[i + 1:]]", "return [x for x in xs if xs.count(x) == 1]")),
    Task("sorted-desc", "list", "def descending(xs):", "return sorted(xs, reverse=True)", calls(numbers),
         right=("ys = list(xs)\nys.sort(key=lambda x: -x)\nreturn ys",),
         wrong=("xs.sort(reverse=True)\nreturn xs", "return sorted(xs)", "return sorted(set(xs), reverse=True)", "return reversed(sorted(xs))")),
    Task("primes", "list", "def primes(n):", "return [p for p in range(2, n) if all(p % d for d in range(2, int(p ** 0.5) + 1))]",
         calls(natural(40)), right=("sieve = [True] * n\nfor i in range(2, n):\n    for j in range(i * i, n, i):\n        sieve[j] = False\nreturn [i for i in range(2, n) if sieve[i]]",),
         wrong=("return [p for p in range(1, n) if all(p % d for d in range(2, int(p ** 0.5) + 1))]", "return [p for p in range(2, n) if p % 2 or p == 2]",
                "return {p for p in range(2, n) if all(p % d for d in range(2, int(p ** 0.5) + 1))}")),
    Task("flatten", "list", "def flatten(xs):", "return [y for x in xs for y in (flatten(x) if isinstance(x, list) else [x])]",
         calls(lambda rng: ([ints(rng, 2), rng.randint(0, 9), [ints(rng, 1), []]],)),
         wrong=("return [y for x in xs for y in (x if isinstance(x, list) else [x])]", "xs[:] = [y for x in xs for y in (flatten(x) if isinstance(x, list) else [x])]\nreturn xs")),
    Task("rotate", "list", "def rotate(xs, k=1):", "k = k % len(xs) if xs else 0\nreturn xs[k:] + xs[:k]",
         calls(lambda rng: (ints(rng), rng.randint(0, 8))),
         right=("from collections import deque\ndef rotate(xs, k=1):\n    d = deque(xs)\n    d.rotate(-k)\n    return list(d)",),
         wrong=("for _ in range(k):\n    xs and xs.append(xs.pop(0))\nreturn xs", "return xs[k:] + xs[:k]", "k = k % len(xs) if xs else 0\nreturn xs[-k:] + xs[:-k]")),
    Task("windows", "list", "def windows(xs, k):", "return [tuple(xs[i:i + k]) for i in range(len(xs) - k + 1)]",
         calls(lambda rng: (ints(rng, 5), rng.randint(1, 4))), right=("return list(zip(*(xs[i:] for i in range(k))))",),
         wrong=("return [xs[i:i + k] for i in range(len(xs) - k + 1)]", "return [tuple(xs[i:i + k]) for i in range(len(xs) - k)]")),
    Task("transpose", "list", "def transpose(rows):", "return [list(column) for column in zip(*rows)]",
         calls(lambda rng: ([ints(rng, 3) for _ in range(rng.randint(1, 3))],)),
         wrong=("return list(zip(*rows))", "rows[:] = [list(c) for c in zip(*rows)]\nreturn rows")),
    Task("min-max", "tuple", "def extremes(xs):", "return (min(xs), max(xs))", calls(lambda rng: (ints(rng, rng.randint(1, 5)),)),
         right=("ys = sorted(xs)\nreturn ys[0], ys[-1]",), wrong=("return [min(xs), max(xs)]", "return max(xs), min(xs)", "xs.sort()\nreturn xs[0], xs[-1]")),
    Task("histogram", "dict", "def histogram(text):", "counts = {}\nfor c in text:\n    counts[c] = counts.get(c, 0) + 1\nreturn counts",
         calls(word), preamble="from collections import Counter, defaultdict, OrderedDict\n", imports="from collections import Counter\n",
         right=("return Counter(text)", "counts = defaultdict(int)\nfor c in text:\n    counts[c] += 1\nreturn counts", "return OrderedDict((c, text.count(c)) for c in text)"),
         wrong=("return {c: 1 for c in text}", "return {c: text.count(c) for c in sorted(text)}", "return list(Counter(text).items())", "return Counter(text.lower())")),
    Task("invert", "dict", "def invert(table):", "return {value: key for key, value in table.items()}",
         calls(lambda rng: ({k: rng.choice(["2", "1", "b", 3, True]) for k in rng.sample(["b", "10", "2", 7, None, "__proto__"], 4)},)),
         wrong=("return {value: key for key, value in sorted(table.items(), key=repr)}", "return {str(value): key for key, value in table.items()}",
                "for key in list(table):\n    table[table.pop(key)] = key\nreturn table")),
    Task("group", "dict", "def by_length(words):", "groups = {}\nfor word in words:\n    groups.setdefault(len(word), []).append(word)\nreturn groups",
         calls(lambda rng: ([rng.choice(WORDS) for _ in range(rng.randint(0, 5))],)),
         right=("from collections import defaultdict\ndef by_length(words):\n    groups = defaultdict(list)\n    for word in words:\n        groups[len(word)].append(word)\n    return groups",),
         wrong=("return {len(w): [v for v in sorted(words) if len(v) == len(w)] for w in words}", "return {str(len(w)): [v for v in words if len(v) == len(w)] for w in words}")),
    Task("common", "set", "def common(a, b):", "return set(a) & set(b)", calls(lambda rng: (ints(rng), ints(rng))),
         right=("return {x for x in a if x in b}", "return frozenset(a).intersection(b)"), wrong=("return set(a) | set(b)", "return [x for x in a if x in b]", "return {x: 1 for x in a if x in b}")),
    Task("subsets", "set", "def subsets(xs):", "return {frozenset(x for i, x in enumerate(xs) if bits >> i & 1) for bits in range(2 ** len(xs))}",
         calls(lambda rng: (ints(rng, rng.randint(0, 3)),)), wrong=("return {tuple(x for i, x in enumerate(xs) if bits >> i & 1) for bits in range(2 ** len(xs))}",)),
    Task("palindrome", "bool", "def palindrome(text):", "return text == text[::-1]", calls(word),
         right=("return all(text[i] == text[-1 - i] for i in range(len(text) // 2))",), wrong=("return text[:1] == text[-1:]", "return int(text == text[::-1])", "return True")),
    Task("balanced", "bool", "def balanced(text):", "depth = 0\nfor c in text:\n    depth += {'(': 1, ')': -1}.get(c, 0)\n    if depth < 0:\n        return False\nreturn depth == 0",
         calls(lambda rng: ("".join(rng.choice("()a") for _ in range(rng.randint(0, 5))),), 5),
         wrong=("return text.count('(') == text.count(')')", "return not text or 'balanced'")),
    Task("xor", "bytes", "def xor(data, key):", "return bytes(b ^ key for b in data)", calls(lambda rng: (bytes(ints(rng, 4, 0, 255)), rng.randint(0, 255))),
         right=("out = b''\nfor b in data:\n    out += bytes([b ^ key])\nreturn out", "return bytearray(b ^ key for b in data)"), wrong=("return [b ^ key for b in data]", "return bytes(b ^ key for b in data).hex()")),
    Task("roots", "object", "def product(a, b):", "return complex(a) * b", calls(lambda rng: (complex(rng.randint(-3, 3), rng.randint(-3, 3)), rng.randint(0, 3))),
         wrong=("return (complex(a) * b).real", "return complex(a) * b + 1e-3")),
    Task("fraction", "object", "def total(parts):", "return sum((Fraction(*part) for part in parts), Fraction(0))", preamble="from fractions import Fraction\n", imports="from fractions import Fraction\n",
         inputs=calls(lambda rng: ([(rng.randint(-5, 5), rng.choice([1, 2, 4])) for _ in range(rng.randint(0, 4))],)),
         right=("out = Fraction(0)\nfor a, b in parts:\n    out += Fraction(a, b)\nreturn out", "return sum(a / b for a, b in parts)"), wrong=("return sum(a // b for a, b in parts)",)),
    Task("decimal", "object", "def price(cents):", "return Decimal(cents) / 100", calls(natural(1000)), preamble="from decimal import Decimal\n", imports="from decimal import Decimal\n",
         right=("return Decimal(cents).scaleb(-2)",), wrong=("return cents / 100", "return Decimal(cents)", "return Decimal(cents / 100 + 0.001)")),
    Task("counter", "dict", "def letters(text):", "return Counter(c for c in text if c.isalpha())", calls(word), preamble="from collections import Counter\n", imports="from collections import Counter\n",
         right=("return {c: text.count(c) for c in text if c.isalpha()}",), wrong=("return Counter(text)", "return Counter({c for c in text if c.isalpha()})")),
    Task("last-items", "list", "def last(xs, n):", "return deque(xs, n)", calls(lambda rng: (ints(rng), rng.randint(0, 3))), preamble="from collections import deque\n", imports="from collections import deque\n",
         right=("d = deque(xs)\nwhile len(d) > n:\n    d.popleft()\nreturn d",), wrong=("return xs[-n:]", "return deque(xs[:n])")),
    Task("point", "tuple", "def corner(a, b):", "return Pair(min(a[0], b[0]), max(a[1], b[1]))", preamble="from collections import namedtuple\nPair = namedtuple('Pair', 'left right')\n",
         inputs=calls(lambda rng: (tuple(ints(rng, 2)), tuple(ints(rng, 2)))), right=("return min(a[0], b[0]), max(a[1], b[1])",), wrong=("return Pair(a[0], b[1])", "return [min(a[0], b[0]), max(a[1], b[1])]")),
    Task("next-day", "object", "def later(year, days):", "return date(year, 2, 27) + timedelta(days)", calls(lambda rng: (rng.choice([2023, 2024]), rng.randint(0, 4))),
         preamble="from datetime import date, timedelta\n", imports="from datetime import date\n", wrong=("return date(year, 2, 28) + timedelta(days)", "return (date(year, 2, 27) + timedelta(days)).isoformat()")),
    Task("evens", "iterator", "def evens(xs):", "for x in xs:\n    if x % 2 == 0:\n        yield x", calls(numbers),
         right=("return filter(lambda x: x % 2 == 0, xs)", "return (x for x in xs if not x % 2)", "return iter([x for x in xs if x % 2 == 0])"),
         wrong=("return [x for x in xs if x % 2]", "for x in xs:\n    if x % 2 == 0:\n        yield x\n    else:\n        return", "while xs:\n    x = xs.pop(0)\n    if x % 2 == 0:\n        yield x")),
    Task("nested", "list", "def table(n):", "return [{'row': i, 'cells': [(i, j, i * j / 2) for j in range(i)]} for i in range(n)]", calls(natural(4)),
         wrong=("return [{'row': i, 'cells': [(i, j, i * j // 2) for j in range(i)]} for i in range(n)]", "return [{'cells': [[i, j, i * j / 2] for j in range(i)], 'row': i} for i in range(n)]")),
]  # fmt: skip
