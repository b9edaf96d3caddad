import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../../rl/config.ts';
import { rewardsOf } from '../../../rl/rewards/index.ts';
import { rolloutOf } from '../../../../tests/support/rollout.ts';
import { csvFile } from './exports.ts';
import { csvHead, csvLinesOf, fileName, jsonLinesOf, ownColumns } from './table.ts';

const first = rolloutOf({
  taskId: 'lists, "odd"',
  rewards: rewardsOf({ format: 1, thinking: 0.25 }),
  reward: 1,
  advantage: -0.5,
  entropy: 0.125,
  logprobs: [-1, -0.5],
  tokens: [4, 5],
});
const second = rolloutOf({ index: 1, kl: 0.5, agreement: true, extra: -0.1, measures: { 'steps/valid': 1 } });

const read = (text: string): string[] => text.trimEnd().split('\r\n');

describe('the numbers of completions', () => {
  it('are a line each, with their rewards and measures; what is not known is empty', () => {
    const own = ownColumns([first, second]);
    expect(own).toEqual({ rewards: ['format', 'outcome', 'thinking'], measures: ['steps/valid'] });
    expect(read(csvHead(own) + csvLinesOf([first, second], own))).toEqual([
      'step,group,index,task,passes,checks_passed,checks,reward,extra,advantage,tokens,truncated,logprob_sum,entropy,kl,' +
        'agreement,reward_format,reward_outcome,reward_thinking,steps/valid',
      '1,0,0,"lists, ""odd""",0,0,1,1,,-0.5,2,0,-1.5,0.125,,,1,0,0.25,',
      '1,0,1,task,0,0,1,0,-0.1,0,1,0,-1,0,0.5,1,0,0,0,1',
    ]);
  });

  it('of a run have every column that any of its steps has', async () => {
    const run = [
      { step: 1, rollouts: [first] },
      { step: 2, rollouts: [second] },
    ];
    const reads: number[] = [];
    const file = await csvFile({
      steps: [1, 2],
      read: async (from) => {
        reads.push(from);
        return run.filter(({ step }) => step === from);
      },
      report: () => {},
      signal: new AbortController().signal,
    });
    const lines = read(await file.text());
    expect(lines).toHaveLength(3);
    expect(lines.map((line) => line.replace('lists, ', '').split(',').length)).toEqual([20, 20, 20]);
    expect(reads.at(-1)).toBe(2);
  });
});

it('JSON lines hold completions as they are stored', () => {
  const lines = jsonLinesOf([first, second]).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([first, second]);
});

it('files are named after the run', () => {
  const config = { ...DEFAULT_CONFIG, preset: 'quick', seed: 3 };
  expect(fileName(config, 12, 'csv')).toBe('rollouts-quick-posterior-seed3-step12.csv');
  expect(fileName(config, null, 'jsonl')).toBe('rollouts-quick-posterior-seed3.jsonl');
});
