import { describe, expect, it } from 'vitest';
import { preferred, showPair, tally } from './judging.ts';

const pair = { prompt: 'p', chosen: 'good', rejected: 'bad' };

describe('showing a pair', () => {
  it('puts the better text on either side, the same way for the same seed', () => {
    const shown = Array.from({ length: 40 }, (_, i) => showPair(pair, 1, i));
    expect(new Set(shown.map(({ better }) => better))).toEqual(new Set(['left', 'right']));
    for (const one of shown) expect(one[one.better]).toBe('good');
    expect(showPair(pair, 1, 7)).toEqual(shown[7]);
  });

  it('knows no winner of a tie', () => {
    expect([preferred(1, 0), preferred(0, 1), preferred(2, 2)]).toEqual(['left', 'right', null]);
  });
});

describe('the tally', () => {
  it('counts agreement over the pairs that each can be asked about', () => {
    expect(
      tally([
        { answer: 'left', label: 'left', model: 'left' },
        { answer: 'left', label: 'right', model: 'left' },
        { answer: 'unsure', label: 'left', model: 'left' },
        { answer: 'right', label: 'left', model: null },
        { answer: 'skip', label: 'left', model: 'right' },
      ]),
    ).toEqual({
      youLabel: { agreed: 1, of: 3 },
      youModel: { agreed: 2, of: 3 },
      modelLabel: { agreed: 2, of: 4 },
    });
  });

  it('is empty before anything was judged', () => {
    expect(tally([]).youLabel).toEqual({ agreed: 0, of: 0 });
  });
});
