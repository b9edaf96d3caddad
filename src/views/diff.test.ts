import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bridged, diffWords, type DiffPart } from './diff.ts';

const own = (parts: readonly DiffPart[]): string[] =>
  parts.filter((part) => part.own).map(({ text }) => text);
const whole = (parts: readonly DiffPart[]): string => parts.map(({ text }) => text).join('');
const shared = (parts: readonly DiffPart[]): string => whole(parts.filter((part) => !part.own));

describe('diffWords', () => {
  it('marks the words that differ', () => {
    const { left, right } = diffWords('keep even numbers; add them.', 'keep odd numbers; add them.');
    expect(own(left)).toEqual(['even']);
    expect(own(right)).toEqual(['odd']);
  });

  it('marks what is only in one', () => {
    const { left, right } = diffWords('add them', 'if empty, return 0; add them');
    expect(own(left)).toEqual([]);
    expect(own(right)).toEqual(['if empty, return 0; ']);
  });

  it('marks the blanks between marked words for the eye, and nothing else', () => {
    const { left } = diffWords('keep odd digits; add', 'take even numbers; add');
    expect(own(left)).toEqual(['keep', 'odd', 'digits']);
    expect(own(bridged(left))).toEqual(['keep odd digits']);
    expect(whole(bridged(left))).toBe(whole(left));
  });

  it('says nothing of equal texts', () => {
    const { left, right } = diffWords('same', 'same');
    expect([...own(left), ...own(right)]).toEqual([]);
  });

  it('takes texts that have too little in common as different in the whole', () => {
    const words = (name: string): string => Array.from({ length: 600 }, (_, i) => `${name}${i}`).join(' ');
    const { left, right } = diffWords(words('a'), words('b'));
    expect(left).toEqual([{ text: words('a'), own: true }]);
    expect(right).toEqual([{ text: words('b'), own: true }]);
  });

  it('loses no character and shares the same words, whatever the texts', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), fc.string({ maxLength: 60 }), (a, b) => {
        const { left, right } = diffWords(a, b);
        expect(whole(left)).toBe(a);
        expect(whole(right)).toBe(b);
        expect(shared(left)).toBe(shared(right));
      }),
    );
  });
});
