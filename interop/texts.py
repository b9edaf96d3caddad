"""Texts for comparing tokenizers: many scripts, code, white space, emoji, control characters, numbers, special tokens.

The same seed gives the same texts in any version of Python: random numbers are those of a 64-bit congruential generator.
"""

MASK = (1 << 64) - 1


class Draws:
    def __init__(self, seed):
        self.state = (seed * 0x9E3779B97F4A7C15 + 1) & MASK

    def below(self, n):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) & MASK
        return (self.state >> 33) % n

    def pick(self, items):
        return items[self.below(len(items))]


WORDS = (
    "the of and model Qwen reasoning don't we'll I'VE naïve café Straße İstanbul ﬁne x2 snake_case camelCase HTTPServer "
    "привет мир съешь ещё Ελληνικά שָׁלוֹם العَرَبِيَّة हिन्दी ภาษาไทย 日本語の文章 中文字符 한국어 ქართული አማርኛ Tiếng Việt"
).split()
CODE = [
    "def solve(xs):\n    return [x ** 2 for x in xs if x % 2 == 0]\n",
    "\tif (a && !b) {\n\t\treturn `${a}`;\n\t}\r\n",
    "#include <stdio.h>\nint main(){printf(\"%d\\n\",0x1F);}\n",
    "SELECT * FROM t WHERE a<>'b' -- c\n",
    "<div class=\"a\">&nbsp;</div>",
    "\\frac{1}{2} \\times 10^{-3}",
    "{\"a\": [1, 2.5e-7, null]}",
]
SPACES = [" ", "  ", "   ", "        ", "\n", "\n\n", "\n\n\n", "\r\n", "\t", "\t\t", " \n", "\n ", "\u00a0", "\u3000", "\u2003", "\u200b", "\u2028", "\u0085", "\x0b", "\x0c", "\ufeff"]
EMOJI = ["🙂", "👩‍👩‍👧", "👍🏽", "🇩🇪", "❤️", "🏴‍☠️", "e\u0301", "ñ", "n\u0303", "𝒳", "𐍈", "\U0001f9ff"]
CONTROL = ["\x00", "\x01", "\x1b[0m", "\x7f", "\u0080", "\ufffd", "\ufffe", "\U0010ffff", "\u202e", "\u200d"]
PUNCTUATION = ["...", "!?", "——", "“”", "«»", "::", "->", "==", "///", "'s", "'LL", "(", ")", "@#$%^&*", "¿", "、", "。"]


def number(draws):
    digits = "".join(str(draws.below(10)) for _ in range(1 + draws.below(12)))
    return draws.pick([digits, f"{digits}.{draws.below(1000)}", f"-{digits}", f"{digits[:3]},{digits[3:6]}", "٣٤٥", "²³", "½", "Ⅷ", "１２"])


def any_character(draws):
    while True:
        point = draws.pick([draws.below(0x250), draws.below(0x3000), draws.below(0x10000), draws.below(0x110000)])
        if not 0xD800 <= point < 0xE000:
            return chr(point)


def text(draws, specials):
    parts = []
    for _ in range(1 + draws.below(14)):
        kind = draws.below(12)
        if kind < 3:
            parts.append(draws.pick(WORDS))
        elif kind < 6:
            parts.append(draws.pick(SPACES) * (1 + draws.below(3)))
        elif kind == 6:
            parts.append(number(draws))
        elif kind == 7:
            parts.append(draws.pick(PUNCTUATION))
        elif kind == 8:
            parts.append(draws.pick(EMOJI + CONTROL))
        elif kind == 9:
            parts.append(draws.pick(CODE))
        elif kind == 10:
            parts.append("".join(any_character(draws) for _ in range(1 + draws.below(6))))
        else:
            token = draws.pick(specials)
            parts.append(draws.pick([token, token[1:], token[:-1], token.upper(), token + token]))
    return "".join(parts)


def texts(count, seed, specials):
    draws = Draws(seed)
    return [text(draws, specials) for _ in range(count)]
