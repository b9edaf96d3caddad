import { describe, expect, it } from 'vitest';
import { ExperimentError, parseExperiment } from './file.ts';

const SMALL = {
  version: 1,
  name: 'small',
  title: 'A small one',
  seeds: [1, 2],
  arms: [{ name: 'posterior' }, { name: 'outcome', settings: { gate: 'outcome' } }],
};

const problemsOf = (json: unknown): readonly string[] => {
  try {
    parseExperiment(json);
  } catch (error) {
    if (error instanceof ExperimentError) return error.problems;
    throw error;
  }
  return [];
};

describe('the file of an experiment', () => {
  it('needs little: names, seeds and arms', () => {
    const { presets, arms, evaluation, contrasts, bootstrap } = parseExperiment(SMALL);
    expect(presets).toEqual(['starter']);
    expect(evaluation).toEqual({ set: 'report', samples: 8, limit: null });
    expect(bootstrap).toEqual({ resamples: 2000, seed: 1 });
    expect(contrasts).toEqual([]);
    expect(arms[0]).toEqual({
      name: 'posterior',
      label: 'posterior',
      settings: {},
      policy: 'site',
      reward: 'site',
      pool: null,
      frozen: false,
    });
  });

  it('says once what all arms share, which an arm may say otherwise', () => {
    const { arms } = parseExperiment({
      ...SMALL,
      settings: { steps: 10, beta: 0.1 },
      policy: { steps: 140 },
      reward: { recipe: 'strong', body: 700 },
      pool: { low: 0.1, high: 0.5 },
      arms: [
        { name: 'a' },
        {
          name: 'b',
          settings: { beta: 0 },
          policy: 'site',
          reward: { recipe: 'long', body: 700 },
          pool: null,
        },
      ],
    });
    expect(arms.map(({ settings }) => settings)).toEqual([
      { steps: 10, beta: 0.1 },
      { steps: 10, beta: 0 },
    ]);
    expect(arms.map(({ policy }) => policy)).toEqual([{ steps: 140 }, 'site']);
    expect(arms.map(({ pool }) => pool)).toEqual([{ low: 0.1, high: 0.5, samples: 8 }, null]);
    expect(arms[1]!.reward).toEqual({ recipe: 'long', body: 700 });
  });

  it('understands the names of other tools, and names one that is misspelt with its arm', () => {
    const { arms } = parseExperiment({
      ...SMALL,
      settings: { learning_rate: 1e-4 },
      arms: [{ name: 'a', settings: { lr: 2e-4 } }, { name: 'b' }],
    });
    expect(arms.map(({ settings }) => settings)).toEqual([{ learningRate: 2e-4 }, { learningRate: 1e-4 }]);
    const wrong = { ...SMALL, arms: [{ name: 'a', settings: { learning_rat: 1 } }] };
    expect(problemsOf(wrong)[0]).toContain('In the arm “a”: There is no setting “learning_rat”.');
  });

  it.each([
    [{ ...SMALL, version: 2 }, 'The experiment has version 2; this project reads version 1.'],
    [{ ...SMALL, seed: 3 }, 'There is no “seed” in an experiment. Did you mean “seeds”?'],
    [{ ...SMALL, seeds: [] }, 'seeds must hold at least one seed'],
    [{ ...SMALL, seeds: [1, 1] }, 'seeds must not name a seed twice'],
    [{ ...SMALL, presets: ['starte'] }, 'presets.0 must be among starter, quick, maths'],
    [{ ...SMALL, title: undefined }, 'title is missing.'],
    [{ ...SMALL, arms: [{ name: 'a' }, { name: 'a' }] }, 'There are two arms called “a”.'],
    [{ ...SMALL, arms: [{ name: 'a/b' }] }, 'arms.0.name must be 1 to 60 letters'],
    [{ ...SMALL, arms: [{ name: 'a', reward: { recipe: 'bad', body: 1 } }] }, 'arms.0.reward must be "site"'],
    [{ ...SMALL, arms: [{ name: 'a', pool: { low: 0.6, high: 0.5 } }] }, 'The pool of the arm “a” is empty'],
    [
      { ...SMALL, contrasts: [{ name: 'c', plus: ['posterior'], minus: ['outcom'] }] },
      'The contrast “c” names the arm “outcom”, which there is not. Did you mean “outcome”?',
    ],
    [
      { ...SMALL, contrasts: [{ name: 'c', plus: ['posterior'], minus: ['outcome', 'posterior'] }] },
      'as many arms on one side as on the other',
    ],
    [null, 'The experiment must be an object.'],
  ])('is refused with a sentence: %#', (json, sentence) => {
    expect(problemsOf(json).join(' ')).toContain(sentence);
  });

  it('names every fault at once', () => {
    expect(problemsOf({ ...SMALL, title: '', seeds: ['x'], more: 1 })).toHaveLength(3);
  });
});
