import { describe, expect, it } from 'vitest';
import { UsageError } from './errors.ts';
import { OVERRIDE_NAMES, parseOverrides } from './overrides.ts';

const settingsOf = (words: readonly string[]) => parseOverrides(words).settings;

describe('parseOverrides', () => {
  it('reads numbers, names, and true and false', () => {
    expect(
      settingsOf(['learningRate=2e-4', 'advantage=rloo', 'groupSize=4', 'syncRefModel=true', 'beta=0.1']),
    ).toEqual({ learningRate: 2e-4, advantage: 'rloo', groupSize: 4, syncRefModel: true, beta: 0.1 });
  });

  it('reads objects as JSON', () => {
    expect(settingsOf(['taskSettings={"families":["lists"]}'])).toEqual({
      taskSettings: { families: ['lists'] },
    });
  });

  it('lets the last of two win', () => {
    expect(settingsOf(['beta=0', 'beta=0.02'])).toEqual({ beta: 0.02 });
  });

  it('understands what others call a setting', () => {
    expect(settingsOf(['lr=2e-4', 'num_generations=4', 'loss_type=grpo', 'scale_rewards=false'])).toEqual({
      learningRate: 2e-4,
      groupSize: 4,
      aggregation: 'sequence',
      advantage: 'none',
    });
  });

  it('says what has no effect beside the rest', () => {
    expect(parseOverrides(['klEstimator=k1', 'learningRate=1e-3']).notes).toEqual([
      'klEstimator has no effect: beta is 0, so there is no KL term.',
    ]);
    expect(parseOverrides(['klEstimator=k2', 'beta=0.1']).notes).toEqual([]);
  });

  it('takes changes beside the words', () => {
    const changes = [{ step: 3, settings: { lr: 1e-5 } }];
    expect(parseOverrides(['beta=0.1'], undefined, changes).settings).toEqual({
      beta: 0.1,
      changes: [{ step: 3, settings: { learningRate: 1e-5 } }],
    });
    expect(() => parseOverrides([], undefined, [{ step: 3, settings: { steps: 1 } }])).toThrow(
      'changes.0.settings.steps cannot change',
    );
  });

  it.each([
    ['learningrate=1e-4', 'Did you mean learningRate?'],
    ['num_generation=4', 'Did you mean groupSize?'],
    ['gate=outcome', 'Use --gate.'],
    ['max_steps=4', 'Use --steps.'],
    ['beta', '--set takes key=value'],
    ['beta=', '--set takes key=value'],
    ['groupSize=1', 'groupSize must be at least 2'],
    ['groupSize=many', 'groupSize must be a number'],
    ['temperature=Infinity', 'temperature must be at most 10'],
    ['advantage=gruop', 'advantage must be one of group'],
    ['dualClip=1', 'dualClip must be above 1 + clipHigh'],
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
