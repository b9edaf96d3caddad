import { describe, expect, it } from 'vitest';
import { editDistance, nearest, suggestion } from './nearest.ts';

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['abc', '', 3],
    ['kitten', 'sitting', 3],
    ['trian', 'train', 1],
    ['gate', 'gate', 0],
  ])('%s → %s is %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
    expect(editDistance(b, a)).toBe(distance);
  });
});

describe('nearest', () => {
  const names = ['posterior', 'ungated', 'outcome'];
  it.each([
    ['posteror', 'posterior'],
    ['Outcome', 'outcome'],
    ['unagted', 'ungated'],
    ['post', 'posterior'],
    ['banana', null],
  ])('%s → %s', (word, name) => {
    expect(nearest(word, names)).toBe(name);
  });

  it('lists the names when none is close', () => {
    expect(suggestion('banana', names)).toBe('Known: posterior, ungated, outcome.');
  });
});
