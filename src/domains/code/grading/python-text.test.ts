import { describe, expect, it } from 'vitest';
import { defines, tokensOf, withPreamble } from './python-text.ts';

describe('tokensOf', () => {
  it('reads strings of every kind as one token', () => {
    const strings = [`'x\\'# no'`, `r"\\""`, `f'''\n"def f"'''`, 'b""', `rb'\\''`, `"""a"b"""`, 'U"é"'];
    const source = `a = ${strings.join(' + ')} # 'comment\nb`;
    expect([...tokensOf(source)].filter(({ kind }) => kind === 'string').map(({ text }) => text)).toEqual(
      strings,
    );
    expect([...tokensOf(source)].at(-1)).toMatchObject({ text: 'b', outermost: true });
  });

  it('ends a string that is not closed with its line', () => {
    expect([...tokensOf(`x = 'a\nf`)].at(-1)).toMatchObject({ kind: 'name', text: 'f', outermost: true });
  });

  it('joins a statement over brackets and continued lines', () => {
    const outermost = [...tokensOf('f(\n1,\n2)\\\n + 3\n  x\ny')].filter((token) => token.outermost);
    expect(outermost.map(({ text }) => text)).toEqual(['f', 'y']);
  });
});

describe('defines', () => {
  it.each([
    ['def f(x): pass', 'f', true],
    ['async  def f(x): pass', 'f', true],
    ['class Solution:\n    def g(self): pass', 'Solution', true],
    ['class Solution:\n    def g(self): pass', 'g', false],
    ['f = lambda x: x', 'f', true],
    ['f: int = 3', 'f', true],
    ['from m import f', 'f', true],
    ['"""\ndef f(x):\n"""\nx = 1', 'f', false],
    ['# def f', 'f', false],
    ['x = [\ndef_f]', 'f', false],
    ['\uFEFFdef f(): pass', 'f', true],
    ['def größe(x): pass', 'größe', true],
    ['def ﬁx(x): pass', 'fix', true],
    ['    def f(x): pass', 'f', false],
    ['f(3)', 'f', false],
    ['f == 3', 'f', false],
  ])('%j defines %s: %s', (source, name, wanted) => {
    expect(defines(source, name)).toBe(wanted);
  });
});

it('puts a preamble first, but for what must be first', () => {
  expect(withPreamble('import math', 'f = 1')).toBe('import math\nf = 1');
  expect(withPreamble(' \n', 'f = 1')).toBe('f = 1');
  expect(withPreamble('import math\n', '"""doc"""\nfrom __future__ import annotations\nf = 1')).toBe(
    '"""doc"""\nfrom __future__ import annotations\nimport math\nf = 1',
  );
});
