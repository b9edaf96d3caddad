import { deflateSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exampleText } from '../../../domains/files/template.ts';
import { countOf, enclose, type Enclosed, LINK_LIMIT, readEnclosed } from './enclosed.ts';

const sums: Enclosed = {
  name: 'Sums',
  lines: '{"prompt":"1 + 1?","answer":2}\n{"prompt":"½ · 2?","answer":1}\n',
};
const damaged = { name: 'EnclosedError', reason: 'damaged' };
const packed = (content: string): string => `1.${deflateSync(content).toString('base64url')}`;

describe('tasks inside a link', () => {
  it('come out as they went in, and need no escapes in an address', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((name) => name.trim() !== ''),
        fc.string({ unit: 'grapheme', maxLength: 200 }),
        async (name, lines) => {
          const written = await enclose({ name, lines });
          expect(written).toBe(new URLSearchParams({ written }).toString().slice('written='.length));
          expect(await readEnclosed(written)).toEqual({ name: name.trim(), lines });
        },
      ),
    );
  });

  it('are read as other programs compress them', async () => {
    expect(await readEnclosed(packed(JSON.stringify(sums)))).toEqual(sums);
    expect(countOf(sums)).toBe(2);
  });

  it('fit: a set of the size of the example takes a small part of the limit', async () => {
    const lines = exampleText('code', true);
    expect((await enclose({ name: 'Example', lines })).length).toBeLessThan(LINK_LIMIT / 8);
  });

  it('are refused where a part is missing, and never become other tasks', async () => {
    const written = await enclose(sums);
    for (let length = 0; length < written.length; length++)
      await expect(readEnclosed(written.slice(0, length))).rejects.toMatchObject(damaged);
    for (let at = 2; at < written.length; at++) {
      const changed = written.slice(0, at) + (written[at] === 'A' ? 'B' : 'A') + written.slice(at + 1);
      // The last letter has bits that mean nothing.
      const read = await readEnclosed(changed).catch((error: unknown) => error);
      if (!(read instanceof Error)) expect(read).toEqual(sums);
      else expect(read).toMatchObject(damaged);
    }
  });

  it('are refused where they are something else, or unpack to far too much', async () => {
    const others = [
      'Sums',
      '1.',
      '1.!',
      '.x',
      packed('[]'),
      packed('{"name":" ","lines":""}'),
      packed('{"name":"x"}'),
    ];
    const bomb = packed(JSON.stringify({ name: 'x', lines: ' '.repeat(5e6) }));
    expect(bomb.length).toBeLessThan(LINK_LIMIT);
    for (const other of [...others, bomb]) await expect(readEnclosed(other)).rejects.toMatchObject(damaged);
  });

  it('of a newer version are said to be that', async () => {
    await expect(readEnclosed('2.what-ever')).rejects.toMatchObject({ reason: 'newer' });
  });
});
