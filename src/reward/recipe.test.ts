import { describe, expect, it } from 'vitest';
import { starterTasks } from '../domains/code/starter/index.ts';
import type { ImportedPair } from './pairs/types.ts';
import { EXACT } from './pairs/exact.ts';
import { RECIPES, recipePairs } from './recipe.ts';

const tasks = starterTasks().filter(({ split }) => split === 'train');

/** Pairs of two steps of a recipe. */
function drawn(name: keyof typeof RECIPES): readonly ImportedPair[] {
  const { source } = recipePairs(EXACT, RECIPES[name], tasks, 1);
  return [...source(0, 200), ...source(1, 200)];
}

const longer = ({ chosen, rejected }: ImportedPair): boolean => chosen.length > rejected.length;
const factual = ({ dimension }: ImportedPair): boolean => dimension === 'factual accuracy';

describe('a flawed recipe', () => {
  it('has pairs with its fault alone', () => {
    const plain = drawn('plain');
    expect(plain.some(factual)).toBe(true);
    expect(plain.filter(longer).length / plain.length).toBeLessThan(0.7);
    expect(new Set(plain.map(({ family }) => family)).size).toBe(7);

    const long = drawn('long');
    expect(long.every(longer)).toBe(true);
    expect(long.some(factual)).toBe(true);

    const blind = drawn('blind');
    expect(blind.some(factual)).toBe(false);
    expect(new Set(blind.map(({ dimension }) => dimension))).toEqual(
      new Set(['logical rigor', 'logical coherence']),
    );
    expect(blind.every(longer)).toBe(false);

    expect(new Set(drawn('family').map(({ family }) => family))).toEqual(new Set(['lists']));
  });

  it('is trained as the plain model where the fault does not say otherwise', () => {
    const { settings } = RECIPES.plain;
    expect(RECIPES.few.settings).toEqual({ ...settings, steps: 60 });
    for (const name of ['long', 'blind', 'family'] as const) expect(RECIPES[name].settings).toEqual(settings);
  });
});

it('two recipes have the strong one’s pairs and steps, and another objective', () => {
  const { ends, scores, strong } = RECIPES;
  for (const { pairs, settings } of [ends, scores]) {
    expect(pairs).toBe(strong.pairs);
    expect({ ...settings, objective: null }).toEqual({ ...strong.settings, objective: null });
  }
  expect(ends.settings.objective).toEqual({ ...strong.settings.objective, dense: 0 });
  expect(scores.settings.objective).toEqual({ kind: 'scores', loss: 'mse' });
});
