import { describe, expect, it } from 'vitest';
import { UsageError } from './errors.ts';
import { OVERRIDE_NAMES, parseOverrides } from './overrides.ts';

describe('parseOverrides', () => {
  it('reads numbers and names', () => {
    expect(parseOverrides(['learningRate=2e-4', 'advantage=rloo', 'groupSize=4'])).toEqual({
      learningRate: 2e-4,
      advantage: 'rloo',
      groupSize: 4,
    });
  });

  it('reads objects as JSON', () => {
    expect(parseOverrides(['taskSettings={"families":["lists"]}'])).toEqual({
      taskSettings: { families: ['lists'] },
    });
  });

  it('lets the last of two win', () => {
    expect(parseOverrides(['beta=0', 'beta=0.02'])).toEqual({ beta: 0.02 });
  });

  it.each([
    ['learningrate=1e-4', 'Did you mean “learningRate”?'],
    ['gate=outcome', 'Use --gate.'],
    ['beta', '--set takes key=value'],
    ['beta=', '--set takes key=value'],
    ['groupSize=1', 'groupSize must be at least 2'],
    ['groupSize=many', 'groupSize must be a number'],
    ['temperature=Infinity', 'temperature must be at most 10'],
    ['advantage=gruop', 'advantage must be one of group'],
    ['tasks=easy', 'tasks must be one of starter, hard'],
    ['taskSettings={families}', 'is not JSON'],
    ['taskSettings={"families":["poems"]}', 'taskSettings.families.0 must be among lists'],
  ])('%s: %s', (word, message) => {
    expect(() => parseOverrides([word])).toThrow(UsageError);
    expect(() => parseOverrides([word])).toThrow(message);
  });

  it('leaves out what has an option of its own', () => {
    expect(OVERRIDE_NAMES).toContain('learningRate');
    expect(OVERRIDE_NAMES).not.toContain('seed');
  });
});
