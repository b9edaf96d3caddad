import { describe, expect, it } from 'vitest';
import { linesOf } from './byte-lines.ts';

async function lines(chunks: string[], maxBytes?: number): Promise<(string | number)[]> {
  const source = (async function* () {
    for (const chunk of chunks) yield new TextEncoder().encode(chunk);
  })();
  const found: (string | number)[] = [];
  for await (const { line, bytes, error } of linesOf(source, maxBytes)) {
    found.push(line, bytes === null ? error : new TextDecoder().decode(bytes));
  }
  return found;
}

describe('linesOf', () => {
  it('finds the same lines however the bytes are cut', async () => {
    const text = 'a\n\n  \r\nbé\r\nlast';
    const wanted = [1, 'a', 4, 'bé\r', 5, 'last'];
    expect(await lines([text])).toEqual(wanted);
    expect(await lines(['a', '\n', '\n  \r\n', 'bé\r', '\nla', 'st'])).toEqual(wanted);
    expect(await lines(['a\n\n  \r\nbé\r\nlast\n'])).toEqual(wanted);
  });

  it('passes over a line that is too long and goes on', async () => {
    expect(await lines(['abc', 'def\nok\n', 'xyzxyz'], 4)).toEqual([
      1,
      'The line is longer than 4 bytes.',
      2,
      'ok',
      3,
      'The line is longer than 4 bytes.',
    ]);
  });

  it('finds none in nothing', async () => {
    expect(await lines([])).toEqual([]);
    expect(await lines(['\n\n'])).toEqual([]);
  });
});
