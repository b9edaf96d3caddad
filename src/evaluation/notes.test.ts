import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG, promptSettings } from '../rl/config.ts';
import { notesOn, trainedWith } from './notes.ts';

const trained = trainedWith(DEFAULT_CONFIG)!;
const same = { domain: 'code', split: 'held-out', maxPromptTokens: 128, maxCompletionTokens: 128 };

describe('notes on how a policy was trained', () => {
  it('read the configuration of a run, whichever version wrote it, and nothing else', () => {
    expect(trained).toEqual({ domain: 'code', tasks: 'starter', taskSettings: {}, maxPromptTokens: 128, maxCompletionTokens: 128, ...promptSettings({}) }); // prettier-ignore
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
    [{ promptStyle: 'plain', formatProfile: 'strict' }, []],
    [{ promptStyle: 'chat' }, ['Prompts are of the style chat; in training they were plain.']],
    [
      { formatProfile: 'prefilled' },
      ['Completions are read by the profile prefilled; in training it was strict.'],
    ],
    [{ maxCompletionTokens: 64 }, ['Completions have up to 64 tokens; in training they had at most 128.']],
  ] as const)('name what is not as it was: %j', (now, notes) => {
    expect(notesOn(trained, { ...same, ...now })).toEqual(notes);
  });

  it('tell files apart by what is in them, and their splits', () => {
    const file = { hash: 'a', name: 'own.jsonl', split: 'id', heldOut: 0.2 };
    const own = { ...trained, tasks: 'file', taskSettings: file };
    const on = (settings: object, split = 'held-out') =>
      notesOn(own, { ...same, tasks: 'file', taskSettings: { ...file, ...settings }, split });
    expect(on({})).toEqual([]);
    expect(on({ name: 'renamed.jsonl' })).toEqual([]);
    const some = ['The policy was trained on some of these tasks.'];
    expect([on({ heldOut: 0.5 }), on({ split: 'family' }), on({}, 'all')]).toEqual([some, some, some]);
    expect(on({ hash: 'b', name: 'other.jsonl' })).toEqual([
      'The policy was trained on the tasks “own.jsonl”; these are “other.jsonl”.',
    ]);
  });

  it('tell one file of tasks from another', () => {
    const file = (hash: string, name: string) => ({ tasks: 'file', taskSettings: { hash, name } });
    const onFile = { ...trained, ...file('1', 'mine.jsonl') };
    const all = { ...same, split: 'all' };
    expect(notesOn(onFile, { ...all, ...file('1', 'renamed.jsonl') })).toEqual([
      'The policy was trained on some of these tasks.',
    ]);
    expect(notesOn(onFile, { ...all, ...file('2', 'yours.jsonl') })).toEqual([
      'The policy was trained on the tasks “mine.jsonl”; these are “yours.jsonl”.',
    ]);
  });

  it('say where nothing is known', () => {
    expect(notesOn(null, same)).toHaveLength(1);
  });
});
