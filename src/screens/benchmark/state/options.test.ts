import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../../rl/config.ts';
import type { TrainConfig } from '../../../rl/types.ts';
import type { Generation, RunRecord, StoredTaskFile } from '../../../store/index.ts';
import type { KeptHubModel } from '../../../workspace/hub-models.ts';
import { IMPORT_PREFIX } from '../../../workspace/imported-models.ts';
import { policyOptions, tasksLabel, tasksOptions } from './options.ts';
import { AS_TRAINED, cautionsOf, FIRST_FORM, type Form, planOf, problemsOf, promptsOf } from './plan.ts';

const run = (id: string, change: Partial<RunRecord> = {}, config: Partial<TrainConfig> = {}): RunRecord => ({
  id,
  config: { ...DEFAULT_CONFIG, preset: 'quick', gate: 'outcome', seed: 3, ...config },
  device: 'wasm',
  created: 1,
  status: 'finished',
  lastStep: 10,
  ...change,
});
const generation = (key: string, step: number, meta: Generation['meta'] = {}): Generation =>
  ({ key, generation: 1, step, meta, current: true }) as unknown as Generation;
const imported = (head: string, recipe: unknown) => ({
  kind: 'import',
  name: 'Mine',
  head,
  parameters: 1,
  hash: 'h',
  licence: null,
  recipe: recipe === null ? null : JSON.stringify(recipe),
});
const FILE: StoredTaskFile = {
  hash: 'ab'.repeat(32),
  name: 'own.jsonl',
  domain: 'maths',
  count: 12,
  created: 1,
  leftOut: [],
  leftOutCount: 0,
};

const kept = (key: string, whole: boolean, unusable: string | null = null): KeptHubModel => ({
  key,
  created: 1,
  whole,
  hereBytes: 4,
  ownBytes: 4,
  model: {
    id: 'someone/Model',
    commit: `${key}0123456789`,
    address: 'https://huggingface.co',
    files: [],
    sizeBytes: 4,
    weights: ['model.safetensors'],
    licence: null,
    baseModels: [],
    architecture: 'LlamaForCausalLM',
    parameters: 1,
    unusable,
  },
});

const STORED = {
  listRuns: async () => [
    run('new', {}, { seed: 4 }),
    run('named', { name: 'Best' }, { domain: 'maths' }),
    run('following', { name: 'Following' }, { syncRefModel: true }),
    run('unsaved'),
  ],
  listGenerations: async () => [
    generation('new', 0),
    generation('named', 8),
    generation('following', 5),
    generation(`${IMPORT_PREFIX}1`, 0, imported('causal', { ...DEFAULT_CONFIG, domain: 'maths' })),
    generation(`${IMPORT_PREFIX}2`, 0, imported('causal', null)),
    generation(`${IMPORT_PREFIX}3`, 0, imported('score', null)),
  ],
};
const policies = await policyOptions(STORED, async () => [
  kept('abc', true),
  kept('def', false),
  kept('fff', true, 'It has no tokenizer.'),
]);
const options = { policies, tasks: tasksOptions([FILE]) };
const form = (change: Partial<Form>): Form => ({ ...FIRST_FORM, ...change });

describe('policies to choose from', () => {
  it('are the site’s, runs at their last checkpoint and where they began, imported and downloaded ones', () => {
    expect(policies.map(({ id, name }) => [id, name])).toEqual([
      ['site', 'Bundled policy'],
      ['new', 'Outcome only, seed 4: step 0'],
      ['named', 'Best: step 8'],
      ['start:named', 'Best: start'],
      ['following', 'Following: step 5'],
      [`${IMPORT_PREFIX}1`, 'Mine'],
      [`${IMPORT_PREFIX}2`, 'Mine'],
      ['hub:abc', 'someone/Model @ abc0123'],
    ]);
    expect(policies.map(({ domain }) => domain?.name ?? null)).toEqual(
      [null, 'code', 'maths', 'maths', 'code', 'maths', null, null], // prettier-ignore
    );
    expect(policies[3]!.policy).toMatchObject({ place: 'run', id: 'named', at: 'start' });
  });

  it('are there where the browser has no file system for downloaded ones', async () => {
    const without = await policyOptions(STORED, () => Promise.reject(new Error('no file system')));
    expect(without).toEqual(policies.slice(0, -1));
  });
});

describe('tasks to choose from', () => {
  it('are the site’s, and of each file all, or those that a run holds out', () => {
    expect(options.tasks.map(tasksLabel)).toEqual([
      'held-out programs',
      'hard programs, with two conditions',
      'held-out mathematics',
      'own.jsonl: 12 tasks',
      'own.jsonl: what a run holds out',
    ]);
    const plan = planOf(form({ tasks: `held-out:${FILE.hash}` }), options);
    expect(plan.tasks).toMatchObject({
      name: 'own.jsonl',
      split: 'held-out',
      choice: {
        domain: 'maths',
        tasks: 'file',
        taskSettings: { hash: FILE.hash, split: 'id', heldOut: 0.2 },
      },
    });
  });
});

describe('a form', () => {
  it('keeps the order in which policies were chosen', () => {
    const { policies: planned } = planOf(form({ policies: ['start:named', 'named', 'site'] }), options);
    expect(planned.map(({ name }) => name)).toEqual(['Best: start', 'Best: step 8', 'Bundled policy']);
  });

  it.each<[Partial<Form>, string]>([
    [{ policies: ['gone'] }, 'Choose at least one policy.'],
    [{ policies: policies.slice(0, 5).map(({ id }) => id) }, 'Choose at most 4 policies, not 5.'],
    [{ tasks: 'cd'.repeat(32) }, 'are not stored here any more'],
    [{ ks: ' ' }, 'Say which k'],
    [{ ks: '1, x' }, 'k is a whole number from 1'],
    [{ ks: '1, 8' }, 'pass@8 needs at least 8 samples of each task, and there are 4'],
  ])('with %o is refused', (change, reason) => {
    const problems = problemsOf(form(change), options);
    expect(problems).toEqual([expect.stringContaining(reason)]);
    expect(() => planOf(form(change), options)).toThrow(problems[0]);
  });

  it('says which policies were trained on tasks of another kind', () => {
    const all = { policies: ['site', 'new', 'named'] };
    expect(cautionsOf(form({ ...all, tasks: 'starter' }), options)).toEqual([
      expect.stringMatching(/“Best: step 8” was trained on mathematics; these tasks are programs/),
    ]);
    expect(cautionsOf(form({ ...all, tasks: 'maths' }), options)).toHaveLength(1);
  });

  it('says that nobody knows how models of others are to be asked, until that is said', () => {
    const hub = form({ policies: ['site', 'hub:abc', `${IMPORT_PREFIX}2`] });
    expect(cautionsOf(hub, options)).toEqual([
      expect.stringMatching(/^Nobody knows how “someone\/Model @ abc0123” was trained/),
      expect.stringMatching(/^Nobody knows how “Mine” was trained/),
    ]);
    const prompts = { ...AS_TRAINED, promptStyle: 'chat', formatProfile: 'chat' } as const;
    expect(cautionsOf({ ...hub, prompts }, options)).toEqual([]);
    expect(planOf({ ...hub, prompts }, options).prompts).toEqual(prompts);
  });

  it('asks for nothing of a style that is not its own', () => {
    expect(promptsOf(AS_TRAINED)).toEqual({});
    const asked = { ...AS_TRAINED, shots: 5, systemPrompt: 'Answer.', formatProfile: 'chat' } as const;
    expect(promptsOf({ ...asked, promptStyle: 'plain' })).toEqual({
      promptStyle: 'plain',
      formatProfile: 'chat',
    });
    expect(promptsOf({ ...asked, promptStyle: 'few-shot' })).toMatchObject({ shots: 5 });
    expect(promptsOf({ ...asked, promptStyle: 'few-shot' })).not.toHaveProperty('systemPrompt');
    expect(promptsOf({ ...asked, promptStyle: 'chat' })).toMatchObject({ systemPrompt: 'Answer.' });
    expect(promptsOf({ ...asked, promptStyle: 'chat' })).not.toHaveProperty('shots');
  });
});
