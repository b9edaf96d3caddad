import { describe, expect, it } from 'vitest';
import { text as lab } from '../screens/lab/text.ts';
import { text as tryIt } from '../screens/lab/try-it/text.ts';
import { SCREENS } from '../screens/registry.ts';
import { text as app } from '../text/index.ts';
import { overlay } from '../text/spoken.ts';
import de from './de/index.ts';

/** Every sentence of a catalogue by its path; one that is made from values, as the number of them. */
function sentences(part: unknown, path = ''): [string, string | number][] {
  if (typeof part === 'function') return [[path, part.length]];
  if (typeof part === 'string') return [[path, part]];
  return Object.entries(part as object).flatMap(([key, value]) => sentences(value, `${path}.${key}`));
}

const WHOLE = { app, lab, tryIt };
/** Single words, such as “Seed” and “Tests”, may be the same. */
const WORDS = /\S+ \S+ \S+/;

describe('the German translation', () => {
  it.each(Object.entries(WHOLE))('says all of %s, from the same values', (name, english) => {
    const german = new Map(sentences(de[name as keyof typeof WHOLE]));
    const all = sentences(english);
    expect([...german.keys()].sort()).toEqual(all.map(([path]) => path).sort());
    for (const [path, sentence] of all) {
      const translated = german.get(path);
      expect(typeof translated, path).toBe(typeof sentence);
      if (typeof sentence === 'number') expect(translated, path).toBeLessThanOrEqual(sentence);
    }
    const untranslated = all.filter(
      ([path, sentence]) => WORDS.test(String(sentence)) && german.get(path) === sentence,
    );
    expect(untranslated).toEqual([]);
  });

  it('has a name for every screen', () => {
    const titles = Object.values(de).flatMap((part) => ('title' in part ? [part.title] : []));
    expect(titles).toHaveLength(SCREENS.length);
  });
});

describe('a translation', () => {
  it('is laid over the English sentence by sentence, and leaves the rest as it is', () => {
    const english = { a: 'one', b: { c: 'two', d: ['x', 'y'], e: (n: number) => `${n} steps` } };
    const e = (n: number): string => `${n} Schritte`;
    expect(overlay(english, { b: { d: ['z'], e } })).toEqual({ a: 'one', b: { c: 'two', d: ['z'], e } });
    expect(overlay(english, undefined)).toBe(english);
    expect(overlay(english, { gone: 'weg' })).toEqual(english);
  });
});
