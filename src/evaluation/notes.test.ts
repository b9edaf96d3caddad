import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../rl/config.ts';
import { notesOn, trainedWith } from './notes.ts';

const trained = trainedWith(DEFAULT_CONFIG)!;
const same = { domain: 'code', split: 'held-out', maxPromptTokens: 128, maxCompletionTokens: 128 };

describe('notes on how a policy was trained', () => {
  it('read the configuration of a run, whichever version wrote it, and nothing else', () => {
    expect(trained).toEqual({ domain: 'code', tasks: 'starter', taskSettings: {}, maxPromptTokens: 128, maxCompletionTokens: 128 }); // prettier-ignore
    const { domain: _, tasks: __, taskSettings: ___, ...old } = DEFAULT_CONFIG;
    expect(trainedWith(old)).toEqual(trained);
    for (const other of [null, 'x', { seed: 1, policySteps: 10 }]) expect(trainedWith(other)).toBeNull();
  });

  it.each([
    [{}, []],
    [{ domain: 'maths' }, ['The policy was trained on the domain “code”; these tasks are of “maths”.']],
    [{ tasks: 'hard', split: 'train' }, ['The policy was trained on the tasks “starter”; these are “hard”.']],
    [{ split: 'all' }, ['The policy was trained on some of these tasks.']],
    [{ maxPromptTokens: 130 }, ['Prompts have up to 130 tokens; in training they had at most 128.']],
    [{ maxPromptTokens: 20 }, []],
    [{ maxCompletionTokens: 64 }, ['Completions have up to 64 tokens; in training they had at most 128.']],
  ])('name what is not as it was: %j', (now, notes) => {
    expect(notesOn(trained, { ...same, ...now })).toEqual(notes);
  });

  it('say where nothing is known', () => {
    expect(notesOn(null, same)).toHaveLength(1);
  });
});
