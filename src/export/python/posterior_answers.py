"""Answers of mathematics tasks, read and compared exactly: nothing is rounded.

What is read, and what is not, is the same as in Posterior's own verifier; `npm run interop` compares the two.
"""

import re
import unicodedata
from fractions import Fraction

MAX_ANSWER = 4000
MAX_EXPRESSION = 1000
MAX_DEPTH = 64
MAX_TERMS = 64
MAX_DEGREE = 12
LARGEST = 10**400
MOST_BITS = LARGEST.bit_length()
MAX_EXPONENT = 300

# White space as JavaScript has it, which is not quite Python's.
WHITE = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
S = f"[{WHITE}]"

# A polynomial is a dict from monomials (their variables in order, "" for 1) to Fractions that are not 0.


class TooLarge(Exception):
    """A value is too large to be held, or a division is by 0."""


class NoExpression(Exception):
    """The tokens make no expression."""


def length(text):
    """In UTF-16 units."""
    return len(text) + sum(ord(character) > 0xFFFF for character in text)


def is_letter(character):
    return unicodedata.category(character)[0] == "L"


# Numbers.


def rational(top, bottom=1):
    if bottom == 0:
        raise TooLarge
    value = Fraction(top, bottom)
    if abs(value.numerator) >= LARGEST or value.denominator >= LARGEST:
        raise TooLarge
    return value


def divided(a, b):
    return rational(a.numerator * b.denominator, a.denominator * b.numerator)


def modulo(a, b):
    quotient = divided(a, b)
    return rational(a - b * (quotient.numerator // quotient.denominator))


def raised(a, b):
    if b.denominator != 1:
        raise TooLarge
    base = divided(Fraction(1), a) if b < 0 else a
    exponent = abs(b.numerator)
    largest = max(abs(base.numerator), base.denominator)
    if largest <= 1:
        return rational(base.numerator ** (0 if exponent == 0 else 2 - exponent % 2))
    # A number of k bits is at least 2^(k-1).
    if (largest.bit_length() - 1) * exponent > MOST_BITS:
        raise TooLarge
    return rational(base.numerator**exponent, base.denominator**exponent)


DECIMAL = re.compile(r"([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]{1,6}))?")


def decimal(text):
    match = DECIMAL.fullmatch(text)
    whole, part, exponent = (match.group(1), match.group(2) or "", int(match.group(3) or 0)) if match else ("", "", 0)
    if whole + part == "" or len(whole + part) > 400 or abs(exponent) > MAX_EXPONENT:
        raise TooLarge
    digits, shift = int(whole + part), exponent - len(part)
    return rational(digits, 10**-shift) if shift < 0 else rational(digits * 10**shift)


# Polynomials.


def constant(value):
    return {"": value} if value else {}


def number_of(polynomial):
    """The number that a polynomial without variables is; None for others."""
    if not polynomial:
        return Fraction(0)
    return polynomial.get("") if len(polynomial) == 1 else None


def collect(terms):
    sums = {}
    for monomial, value in terms:
        total = rational(sums.get(monomial, 0) + value)
        if total == 0:
            sums.pop(monomial, None)
        else:
            sums[monomial] = total
        if len(sums) > MAX_TERMS:
            raise TooLarge
    return sums


def plus(a, b):
    return collect([*a.items(), *b.items()])


def minus(a):
    return {monomial: -value for monomial, value in a.items()}


def times(a, b):
    terms = []
    for first, x in a.items():
        for second, y in b.items():
            monomial = "".join(sorted(first + second))
            if len(monomial) > MAX_DEGREE:
                raise TooLarge
            terms.append((monomial, rational(x * y)))
    return collect(terms)


def numbers_of(a, b):
    x, y = number_of(a), number_of(b)
    if x is None or y is None:
        raise TooLarge
    return x, y


def over(a, b):
    by = number_of(b)
    if by is None:
        raise TooLarge
    return times(a, constant(divided(Fraction(1), by)))


def to_power(a, b):
    if number_of(a) is not None:
        return constant(raised(*numbers_of(a, b)))
    exponent = number_of(b)
    if exponent is None or exponent.denominator != 1 or not 0 <= exponent <= MAX_DEGREE:
        raise TooLarge
    out = constant(Fraction(1))
    for _ in range(int(exponent)):
        out = times(out, a)
    return out


# Tokens: (kind, value). A number's value is (Fraction, whether it is an unsigned integer as written).

VULGAR = {
    "½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5), "⅗": (3, 5), "⅘": (4, 5),
    "⅙": (1, 6), "⅚": (5, 6), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8),
}
OPEN, CLOSE, FRACTION, RELATION, OTHER = (
    ("open", None), ("close", None), ("fraction", None), ("relation", None), ("other", None),
)


def operator(sign):
    return ("operator", sign)


SIGNS = {
    **dict.fromkeys("+", operator("+")),
    **dict.fromkeys("-−–－", operator("-")),
    **dict.fromkeys("*×·⋅∙", operator("*")),
    **dict.fromkeys("/÷∕⁄", operator("/")),
    "^": operator("^"), "%": operator("%"), "=": RELATION,
    **dict.fromkeys("([{", OPEN),
    **dict.fromkeys(")]}", CLOSE),
}
PI = ("name", "π")
WORDS = {
    "plus": operator("+"), "minus": operator("-"), "times": operator("*"), "of": operator("*"), "over": operator("/"),
    "mod": operator("mod"), "modulo": operator("mod"), "pi": PI,
    **dict.fromkeys(("is", "equals", "gives", "makes"), RELATION),
}
COMMANDS = {
    **dict.fromkeys(("frac", "dfrac", "tfrac"), FRACTION),
    "cdot": operator("*"), "times": operator("*"), "div": operator("/"), "bmod": operator("mod"), "mod": operator("mod"),
    "pi": PI, "%": operator("%"), "{": OPEN, "}": CLOSE,
    **dict.fromkeys(("left", "right", "boxed", "displaystyle", "quad", ",", ";", ":", "!", " "), None),
}
SUPERSCRIPT = {"²": 2, "³": 3}

SPACE = re.compile(f"{S}+")
GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:[,\u2009\u202f\u00a0][0-9]{3})+(?![0-9])(?:\.[0-9]+)?")
END = r"(?![0-9^/]|[.,][0-9])"
MIXED = re.compile(rf"([0-9]{{1,400}}){S}+([0-9]{{1,400}})/([0-9]{{1,400}}){END}")
RATIO = re.compile(rf"([0-9]{{1,400}})/([0-9]{{1,400}}){END}")
NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
SHORT_FRACTION = re.compile(rf"\\[dt]?frac{S}*([0-9]){S}*([0-9])")
COMMAND = re.compile(r"\\([A-Za-z]+|.)", re.DOTALL)
BY = re.compile(rf"(?:divided|multiplied){S}+by")
GROUPS = re.compile(r"([0-9])(?:\{,\}|\\,)(?=[0-9]{3}(?![0-9]))")


def number(value, whole=False):
    return ("number", (value, whole))


def with_fraction(tokens, value):
    """A fraction sign after a whole number makes a mixed number of the two."""
    if tokens and tokens[-1][0] == "number" and tokens[-1][1][1]:
        value = rational(tokens.pop()[1][0] + value)
    tokens.append(number(value))


def word_tokens(word):
    lower = word.lower()
    if lower.startswith("divided "):
        return [operator("/")]
    if lower.startswith("multiplied "):
        return [operator("*")]
    if lower in WORDS:
        return [WORDS[lower]]
    if word == "π":
        return [PI]
    if re.fullmatch("[A-Za-z]", word) or re.fullmatch("[xyz]+", word):
        return [("name", letter) for letter in word]
    return [OTHER]


def word_at(source, at):
    match = BY.match(source, at)
    if match:
        return match.group()
    end = at
    while end < len(source) and is_letter(source[end]):
        end += 1
    return source[at:end]


def tokenize(text):
    source = GROUPS.sub(r"\1,", text)
    tokens, at = [], 0
    while at < len(source):
        match = SPACE.match(source, at)
        if match:
            at = match.end()
            continue
        binds = bool(tokens) and tokens[-1] in (operator("/"), operator("^"))
        if match := MIXED.match(source, at):
            ones, top, bottom = map(int, match.groups())
            tokens.append(number(rational(rational(ones) + rational(top, bottom))))
        elif not binds and (match := RATIO.match(source, at)):
            tokens.append(number(rational(int(match.group(1)), int(match.group(2)))))
        elif match := GROUPED.match(source, at):
            digits = re.sub("[^0-9.]", "", match.group())
            tokens.append(number(decimal(digits), "." not in digits))
        elif match := NUMBER.match(source, at):
            tokens.append(number(decimal(match.group()), re.fullmatch("[0-9]+", match.group()) is not None))
        elif match := SHORT_FRACTION.match(source, at):
            with_fraction(tokens, rational(int(match.group(1)), int(match.group(2))))
        elif match := COMMAND.match(source, at):
            token = COMMANDS.get(match.group(1), OTHER)
            tokens.extend([] if token is None else [token])
        if match:
            at = match.end()
            continue
        word = word_at(source, at)
        if word:
            at += len(word)
            tokens.extend(word_tokens(word))
            continue
        character = source[at]
        at += 1
        if character in VULGAR:
            with_fraction(tokens, rational(*VULGAR[character]))
        elif character == "*" and source[at : at + 1] == "*":
            at += 1
            tokens.append(operator("^"))
        elif character in SUPERSCRIPT:
            tokens.extend((operator("^"), number(rational(SUPERSCRIPT[character]), True)))
        else:
            tokens.append(SIGNS.get(character, OTHER))
    return tokens


class Parser:
    """Recursive descent: sums of products of signed powers; what stands side by side is multiplied."""

    def __init__(self, tokens):
        self.tokens, self.at, self.depth = tokens, 0, 0

    def whole(self):
        value = self.sum()
        if self.at < len(self.tokens):
            raise NoExpression
        return value

    def kind(self, ahead=0):
        place = self.at + ahead
        return self.tokens[place][0] if place < len(self.tokens) else None

    def take(self, *signs):
        if self.kind() != "operator" or self.tokens[self.at][1] not in signs:
            return None
        self.at += 1
        return self.tokens[self.at - 1][1]

    def deeper(self):
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise NoExpression

    def sum(self):
        self.deeper()
        value = self.product()
        while sign := self.take("+", "-"):
            other = self.product()
            value = plus(value, other if sign == "+" else minus(other))
        self.depth -= 1
        return value

    def product(self):
        value = self.signed()
        while True:
            # Two numbers side by side are no product.
            beside = self.kind() in ("name", "open", "fraction")
            sign = self.take("*", "/", "mod", "%")
            if sign is None and not beside:
                return value
            other = self.power() if sign is None else self.signed()
            if sign == "/":
                value = over(value, other)
            elif sign in ("mod", "%"):
                value = constant(modulo(*numbers_of(value, other)))
            else:
                value = times(value, other)

    def signed(self):
        below = False
        while sign := self.take("+", "-"):
            below = below != (sign == "-")
        value = self.power()
        return minus(value) if below else value

    def power(self):
        self.deeper()
        base = self.percent(self.atom())
        value = base if self.take("^") is None else to_power(base, self.signed())
        self.depth -= 1
        return value

    def percent(self, value):
        # A percent sign before an operand is Python's modulo.
        if self.kind(1) in ("number", "name", "open", "fraction") or self.take("%") is None:
            return value
        return over(value, constant(Fraction(100)))

    def atom(self):
        kind = self.kind()
        held = self.tokens[self.at][1] if kind else None
        self.at += 1
        if kind == "number":
            return self.number(*held)
        if kind == "name":
            return {held: Fraction(1)}
        if kind == "open":
            return self.closed()
        if kind == "fraction":
            return self.fraction()
        raise NoExpression

    def number(self, value, whole):
        if not whole or self.kind() != "fraction":
            return constant(value)
        self.at += 1
        part = self.fraction()
        fraction = number_of(part)
        if fraction is None:
            return times(constant(value), part)
        return constant(rational(value + fraction))

    def closed(self):
        value = self.sum()
        if self.kind() != "close":
            raise NoExpression
        self.at += 1
        return value

    def fraction(self):
        def part():
            if self.kind() != "open":
                raise NoExpression
            self.at += 1
            return self.closed()

        return over(part(), part())


def parse(tokens):
    try:
        return Parser(tokens).whole()
    except (NoExpression, TooLarge):
        return None


def tokens_of(text):
    if length(text) > MAX_EXPRESSION:
        return None
    try:
        return tokenize(text)
    except TooLarge:
        return None


def read_expression(text):
    """The value of a whole text; None where it is no expression."""
    tokens = tokens_of(text)
    return None if tokens is None else parse(tokens)


# What a text says the answer is.

BOX = re.compile(rf"\\(?:boxed|fbox){S}*\{{")
OPENING = re.compile(
    rf"(?:the{S}+)?(?:final{S}+)?answer{S}*(?:is(?![A-Za-z0-9_])|:|=){S}*", re.IGNORECASE | re.ASCII
)
TEXT = re.compile(rf"\\(?:text|textrm|mathrm|mbox){S}*\{{([^{{}}]*)\}}")
FENCES = (("$$", "$$"), ("$", "$"), ("\\(", "\\)"), ("\\[", "\\]"))
SIGN = re.compile(rf"[-−–]{S}*")


def answer_part(text):
    """After the last `####`, else in the last `\\boxed{…}`, else all of it."""
    final = text.rfind("####")
    if final >= 0:
        return text[final + 4 :]
    boxes = list(BOX.finditer(text))
    if not boxes:
        return text
    start, depth = boxes[-1].end(), 1
    for at in range(start, len(text)):
        depth += (text[at] == "{") - (text[at] == "}")
        if depth == 0:
            return text[start:at]
    return text[start:]


def without_stop(text):
    return text[:-1].rstrip(WHITE) if text.endswith(".") else text


def unfenced(text):
    for opening, closing in FENCES:
        if len(text) >= len(opening + closing) and text.startswith(opening) and text.endswith(closing):
            return text[len(opening) : -len(closing)].strip(WHITE)
    return text


def plain_words(text):
    text = TEXT.sub(r" \1 ", text)
    return text.replace("\\$", "$").replace("\\%", "%").replace("^\\circ", "°").strip(WHITE)


def without_unit(text, units):
    """Without one of the units at either end; a letter next to it would make it part of another word."""
    lower = text.lower()
    for unit in sorted(units, key=length, reverse=True):
        name = unit.lower()
        worded = any(map(is_letter, name))

        def joins(character):
            return worded and any(map(is_letter, character))

        if lower.endswith(name) and not joins(lower[: len(lower) - len(name)][-1:]):
            return text[: len(text) - len(unit)].strip(WHITE)
        match = SIGN.match(lower)
        rest = lower[match.end() :] if match else lower
        sign = text[: len(text) - len(rest)]
        if rest.startswith(name) and not joins(rest[len(name) : len(name) + 1]):
            return sign + text[len(sign) + len(unit) :].strip(WHITE)
    return text


def read_answer(text, units=()):
    """The answer that a text states, as a polynomial with exact coefficients. None where it cannot be read."""
    if length(text) > MAX_ANSWER:
        return None
    stated = without_stop(answer_part(text).strip(WHITE))
    opening = OPENING.match(stated)
    stated = stated[opening.end() :] if opening else stated
    bare = without_unit(without_stop(plain_words(unfenced(stated))), units)
    tokens = tokens_of(bare)
    if tokens is None:
        return None
    # In `x = 7` the 7.
    if len(tokens) > 2 and tokens[0][0] == "name" and tokens[1] == RELATION:
        tokens = tokens[2:]
    return parse(tokens)


def tolerance_of(text):
    read = read_expression(text)
    value = None if read is None else number_of(read)
    if value is None or value < 0:
        raise ValueError(f"The task's tolerance {text!r} is no number that can be read.")
    return value


def same_answer(given, expected, units=(), tolerance=None):
    """Whether a text states the answer: equal, or, where the task allows it, no further from it than the tolerance.

    Raises ValueError when the expected answer or the tolerance cannot be read: the task is at fault.
    """
    wanted = read_answer(expected, units)
    if wanted is None:
        raise ValueError(f"The task's answer {expected!r} is no number or expression that can be read.")
    allowed = None if tolerance is None else tolerance_of(tolerance)
    read = read_answer(given, units)
    if read is None:
        return False
    if read == wanted:
        return True
    x, y = number_of(read), number_of(wanted)
    return None not in (allowed, x, y) and abs(x - y) <= allowed
