import { expect, it } from 'vitest';
import type { TrainedWith } from '../evaluation/notes.ts';
import { DEFAULT_CONFIG } from '../rl/config.ts';
import type { RunRecord } from '../store/index.ts';
import type { KnownPolicy } from './policies.ts';
import { askingOf } from './try-policy.ts';

const chat = { template: '{{ messages[0].content }}', specialTokens: {} };
const hub: KnownPolicy = { place: 'hub', id: 'hub:a', key: 'a', name: 'someone/Model' };
const imported = (trained: TrainedWith | null): KnownPolicy => ({
  place: 'import',
  id: 'a',
  name: 'Mine',
  trained,
});
const run = (change: object): KnownPolicy => ({
  place: 'run',
  id: 'r',
  run: {
    id: 'r',
    config: { ...DEFAULT_CONFIG, preset: 'quick', gate: 'outcome', seed: 3, ...change },
    device: 'wasm',
    created: 1,
    status: 'finished',
    lastStep: 1,
  } satisfies RunRecord,
});
const { trained } = askingOf(run({ promptStyle: 'few-shot', maxCompletionTokens: 40 }), 'code', null);

it('asks a policy as it was trained, wherever it is kept', () => {
  for (const policy of [run({ promptStyle: 'few-shot', maxCompletionTokens: 40 }), imported(trained)])
    expect(askingOf(policy, 'code', chat)).toMatchObject({
      prompts: { promptStyle: 'few-shot', formatProfile: 'strict', seed: 3 },
      maxCompletionTokens: 40,
    });
  expect(askingOf({ place: 'site' }, 'maths', null)).toMatchObject({
    trained: { domain: 'maths' },
    prompts: { promptStyle: 'plain' },
  });
});

it('asks a model of others in a chat where it has a template, and gives it room', () => {
  for (const policy of [hub, imported(null)]) {
    expect(askingOf(policy, 'code', chat)).toMatchObject({
      prompts: { promptStyle: 'chat', formatProfile: 'chat' },
      maxCompletionTokens: 256,
    });
    expect(askingOf(policy, 'code', null)).toMatchObject({
      prompts: { promptStyle: 'plain', formatProfile: 'strict' },
      maxCompletionTokens: askingOf({ place: 'site' }, 'code', null).maxCompletionTokens,
    });
  }
});
