import { readFile } from 'node:fs/promises';
import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { UNDO_MS } from '../../../app/undo.ts';
import { adapterFiles } from '../../../model/adapter.ts';
import type { ModelConfig } from '../../../model/config.ts';
import type { NamedFile } from '../../../model/hugging-face.ts';
import type { LoraConfig } from '../../../model/lora.ts';
import { mergedWeights } from '../../../model/merge.ts';
import { filesSource, modelFolders, type PickedFile } from '../../../model/sources/files.ts';
import { parameterLayout } from '../../../model/parameters.ts';
import { readSafetensors } from '../../../model/safetensors.ts';
import { readModel } from '../../../model/sources/source.ts';
import { loadTokenizer } from '../../../model/tokenizer/index.ts';
import { DEFAULT_CONFIG } from '../../../rl/config.ts';
import { parseScalingFile } from '../../../rl/scaling.ts';
import { openStore, type PartData, type Store } from '../../../store/index.ts';
import { openModelFiles } from '../../../store/model-files.ts';
import { SILENT_MS } from '../../../store/silence.ts';
import type { BundledModels } from '../../../workspace/bundled.ts';
import { storedPolicy } from '../../../workspace/run-policy.ts';
import { Locks } from '../../../../tests/support/locks.ts';
import type { ModelItem, SiteItem } from './catalog.ts';
import { createModels, type Models } from './model.ts';

const picked = (...paths: string[]): Promise<PickedFile[]> =>
  Promise.all(
    paths.map(async (path) => ({
      path: path.replace('public/', ''),
      file: new Blob([await readFile(path)]),
    })),
  );
const POLICY = ['public/starter/policy/config.json', 'public/starter/policy/model.safetensors'];
const TOKENIZER = 'public/starter/tokenizer.json';

let site: BundledModels;
let store: Store;
let models: Models;
let siteItems: readonly SiteItem[];
let timer: { readonly work: () => void; readonly ms: number } | null;
let saved: { readonly name: string; readonly files: readonly NamedFile[] } | null;
const controller = { reread: vi.fn(), look: vi.fn(), useReward: vi.fn() };
const toLab = vi.fn();
const room = { usage: 0, quota: 1e9 };

async function read(role: string) {
  const files = await picked(
    `public/starter/${role}/config.json`,
    `public/starter/${role}/model.safetensors`,
  );
  return readModel(await filesSource(modelFolders(files)[0]!));
}

beforeAll(async () => {
  const [policy, reward] = await Promise.all([read('policy'), read('reward')]);
  const tokenizerJson: unknown = JSON.parse(await readFile(TOKENIZER, 'utf8'));
  const scaling = parseScalingFile(JSON.parse(await readFile('public/starter/reward/scaling.json', 'utf8')));
  site = { policy, reward, tokenizerJson, tokenizer: loadTokenizer(tokenizerJson), scaling };
});

beforeEach(async () => {
  vi.clearAllMocks();
  Object.assign(room, { usage: 0, quota: 1e9 });
  vi.stubGlobal('indexedDB', new IDBFactory());
  const storage = { estimate: async () => room, persisted: async () => false, persist: async () => false };
  vi.stubGlobal('navigator', { locks: new Locks(), storage });
  store = await openStore();
  [timer, saved, siteItems] = [null, null, []];
  models = newModels();
});
afterEach(() => {
  store.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const newModels = (): Models =>
  createModels({
    store: async () => store,
    bundled: async () => site,
    // There are no files of a browser here, and the list does without.
    modelFiles: () => openModelFiles(),
    site: async () => siteItems,
    hub: { base: () => 'http://127.0.0.1:9', download: () => expect.unreachable() },
    controller,
    labConfig: () => ({ ...DEFAULT_CONFIG, maxPromptTokens: 48, maxCompletionTokens: 88 }),
    device: () => 'wasm, 2 threads',
    trains: true,
    later: (work, ms) => {
      timer = { work, ms };
      return () => (timer = null);
    },
    save: async (name, files) => void (saved = { name, files }),
    toLab,
  });

/** By far quicker than comparing values one by one in an assertion. */
const isSame = (part: PartData | undefined, weights: Float32Array): boolean =>
  part?.length === weights.length && weights.every((weight, i) => weight === part[i]);
const said = (): string[] => models.state.value.messages.map(({ what }) => what);
const items = (): readonly ModelItem[] => models.state.value.items;
async function imported(): Promise<ModelItem> {
  await models.take(picked(...POLICY, TOKENIZER));
  if (items().length === 0) console.log(said());
  return items()[0]!;
}

describe('a model that is taken in', () => {
  it('is kept with all that makes it usable, and goes out as it came', async () => {
    const item = await imported();
    expect(item).toMatchObject({
      place: 'import',
      role: 'policy',
      name: 'policy',
      parameters: site.policy.weights.length,
    });
    expect(item.recipe).toMatch(/policySteps/);
    await models.rename(item, 'My policy');
    await models.download(items()[0]!);
    expect(saved?.name).toBe('my-policy');
    expect(saved?.files.map(([path]) => path)).toEqual(
      ['config', 'model', 'tokenizer', 'tokenizer_config', 'special_tokens_map', 'generation_config'].map(
        (name) => (name === 'model' ? 'my-policy/model.safetensors' : `my-policy/${name}.json`),
      ),
    );
    await models.remove(item);
    await models.take(saved!.files.map(([path, bytes]) => ({ path, file: new Blob([bytes]) })));
    expect(items()[0]).toMatchObject({ hash: item.hash, recipe: item.recipe, name: 'my-policy' });
  });

  it.each([
    [POLICY, /There is no tokenizer\.json/],
    [[POLICY[0]!, TOKENIZER], /no model\.safetensors beside config\.json/],
    [[TOKENIZER], /no config\.json among this file/],
  ])('is refused with its reason, and nothing is kept of it (%#)', async (paths, message) => {
    await models.take(picked(...paths));
    expect(said().join()).toMatch(message);
    expect(items()).toEqual([]);
    expect(models.state.value.importing).toBeNull();
  });

  it('is one of several, of which the others are kept, and waits for nothing that is dropped meanwhile', async () => {
    const broken = [{ path: 'broken/config.json', file: new Blob(['{}']) }];
    const taking = models.take([...broken, ...(await picked(...POLICY, TOKENIZER))]);
    await models.take(Promise.reject(new Error('unread')));
    await taking;
    expect(said()).toEqual([
      expect.stringMatching(/^Another model is being imported/),
      expect.stringMatching(/^“broken” was not imported\. There is no model\.safetensors/),
      expect.stringMatching(/^“policy” was imported/),
    ]);
    expect(items().map(({ name }) => name)).toEqual(['policy']);
  });

  it('may be a GGUF file, which says its licence itself', async () => {
    await models.take(picked('tests/fixtures/gguf/llama.gguf'));
    expect(said()).toEqual(['“llama” was imported. It is kept here until you delete it.']);
    expect(items()[0]).toMatchObject({ place: 'import', role: 'policy', name: 'llama', licence: 'mit' });
    const folder = ['config.json', 'model.safetensors'].map((name) => `tests/fixtures/llama_tiny/${name}`);
    const { weights } = await readModel(await filesSource(modelFolders(await picked(...folder))[0]!));
    await models.download(items()[0]!);
    const [, bytes] = saved!.files.find(([path]) => path.endsWith('.safetensors'))!;
    const { tensors } = readSafetensors(bytes);
    expect([...tensors.values()].reduce((sum, { data }) => sum + data.length, 0)).toBe(weights.length);
  });

  it('is not kept where there is no room', async () => {
    room.usage = room.quota;
    await models.take(picked(...POLICY, TOKENIZER));
    expect(said()[0]).toMatch(/needs 1\.5 MB but only 0 KB are free/);
    expect(await store.listGenerations()).toEqual([]);
  });
});

describe('file storage that never answers', () => {
  it('keeps no other model from the list, and is told of in the end', async () => {
    await models.branch(await imported());
    siteItems = [
      { id: 'site:code:policy', role: 'policy', domain: 'code', parameters: 1, hash: null, recipe: null },
    ];
    Object.assign(navigator.storage, { getDirectory: () => new Promise(() => {}) });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    models = newModels();
    const refreshed = models.refresh();
    while (models.state.value.status !== 'ready') await new Promise((later) => setImmediate(later));
    expect(items().map(({ place }) => place)).toEqual(['site', 'run', 'import']);
    expect(models.state.value).toMatchObject({ downloaded: 'reading', messages: [] });
    vi.advanceTimersByTime(SILENT_MS);
    await refreshed;
    expect(items().map(({ place }) => place)).toEqual(['site', 'run', 'import']);
    expect(models.state.value.downloaded).toBe('unread');
    expect(said()).toEqual([expect.stringMatching(/file storage.* does not answer\. Close other tabs/)]);
  });
});

describe('an adapter', () => {
  const lora = {
    rank: 2,
    alpha: 4,
    targets: ['q_proj', 'down_proj'],
    rankStabilized: false,
  } as const satisfies LoraConfig;
  const adapter = (factors: Float32Array): PickedFile[] =>
    adapterFiles('mine', site.policy.config, { lora, base: null, revision: null }, factors).map(
      ([path, bytes]) => ({ path, file: new Blob([bytes]) }),
    );
  const factorsOf = (config: ModelConfig): Float32Array =>
    Float32Array.from({ length: parameterLayout(config, [], lora).size }, (_, i) => Math.sin(i) / 10);

  it('is merged into a model, which is kept beside the one that it was', async () => {
    const item = await imported();
    const { config, weights } = site.policy;
    const factors = factorsOf(config);
    await models.mergeAdapter(item, adapter(factors));
    expect(said().at(-1)).toBe('“policy + mine” was imported. It is kept here until you delete it.');
    const made = items().find(({ name }) => name === 'policy + mine')!;
    const { parts } = (await store.loadCheckpoint(made.id))!;
    expect(isSame(parts['parameters'], mergedWeights(config, lora, weights, factors))).toBe(true);
    expect(parts['tokenizer.json']).toBeDefined();
    expect(items().find(({ id }) => id === item.id)).toMatchObject({ hash: item.hash });
  });

  it('is refused with its reason, and nothing is kept of it', async () => {
    const item = await imported();
    const refused = async (files: readonly PickedFile[]): Promise<string> => {
      await models.mergeAdapter(item, files);
      return said().at(-1)!;
    };
    const [config, weights] = adapter(factorsOf(site.policy.config));
    expect(await refused([config!])).toMatch(/^An adapter is two files/);
    expect(await refused(await picked(...POLICY))).toMatch(/^An adapter is two files/);
    expect(await refused([{ path: weights!.path, file: new Blob(['x']) }, config!])).toMatch(
      /adapter_model\.safetensors cannot be used/,
    );
    const layers = site.policy.config.layers + 1;
    const deeper = { ...site.policy.config, layers };
    const other = adapterFiles('deep', deeper, { lora, base: null, revision: null }, factorsOf(deeper));
    expect(await refused(other.map(([path, bytes]) => ({ path, file: new Blob([bytes]) })))).toMatch(
      new RegExp(`layers\\.${layers - 1}\\.`),
    );
    await models.take([config!, weights!]);
    expect(said().at(-1)).toMatch(/^This is an adapter, and no model by itself/);
    expect(items()).toHaveLength(1);
  });
});

describe('a branch', () => {
  it('is a run at its start with these weights, which the Lab opens', async () => {
    const item = await imported();
    await models.branch(item);
    expect(said()).toEqual(['“policy” was imported. It is kept here until you delete it.']);
    const [run] = await store.listRuns();
    expect(run).toMatchObject({ status: 'paused', branchedFrom: { name: 'policy', step: null } });
    const checkpoint = await store.loadCheckpoint(run!.id);
    expect(isSame(checkpoint?.parts['parameters'], site.policy.weights)).toBe(true);
    expect(isSame(checkpoint?.parts['reference'], site.policy.weights)).toBe(true);
    expect(isSame(checkpoint?.parts['reward'], site.reward.weights)).toBe(true);
    // It is of the site's own shape and vocabulary.
    expect(await store.runPolicy(run!.id)).toBeNull();
    expect(controller.look).toHaveBeenCalledWith(run!.id);
    expect(toLab).toHaveBeenCalled();
  });

  it('of another vocabulary keeps it, so that the run needs nothing else', async () => {
    const folder = 'public/maths/policy';
    await models.take(
      picked(`${folder}/config.json`, `${folder}/model.safetensors`, 'public/maths/tokenizer.json'),
    );
    const [item] = items();
    await models.branch(item!);
    const run = (await store.listRuns())[0]!;
    const policy = await storedPolicy(store, run.id);
    expect(policy?.tokenizer.vocabSize).not.toBe(site.tokenizer.vocabSize);
    expect(policy && parameterLayout(policy.config).size).toBe(item!.parameters);
    const [stored] = items().filter(({ place }) => place === 'run');
    expect(stored).toMatchObject({ hash: item!.hash });
    await models.download(stored!);
    expect(saved?.files.length).toBe(6);
  });

  it('of an earlier step has the weights and the reward model of then', async () => {
    await models.branch(await imported());
    const [first] = await store.listRuns();
    const begun = await store.loadCheckpoint(first!.id);
    const later = site.policy.weights.map((weight) => weight + 1);
    await store.saveCheckpoint(first!.id, {
      ...begun!,
      step: 5,
      parts: { ...begun!.parts, parameters: later },
    });
    await models.refresh();
    const item = items().find(({ id }) => id === first!.id)!;
    await models.branch(item, item.generations[1]!.generation);
    const [second] = (await store.listRuns()).filter(({ id }) => id !== first!.id);
    expect(second?.branchedFrom).toMatchObject({ step: 0 });
    expect(isSame((await store.loadCheckpoint(second!.id))?.parts['parameters'], site.policy.weights)).toBe(
      true,
    );
  });
});

describe('what is stored', () => {
  it('is deleted when the time to take it back is over', async () => {
    const item = await imported();
    await models.remove(item);
    expect(items()).toEqual([]);
    expect(models.state.value.deleted).toEqual([{ id: item.id, name: 'policy' }]);
    expect(timer?.ms).toBe(UNDO_MS);
    timer?.work();
    await vi.waitFor(async () => expect(await store.loadCheckpoint(item.id)).toBeNull());
    await vi.waitFor(() => expect(models.state.value.deleted).toEqual([]));
  });

  it('comes back when that is taken back', async () => {
    const item = await imported();
    await models.remove(item);
    await models.undo(item.id);
    expect(timer).toBeNull();
    expect(items().map(({ id }) => id)).toEqual([item.id]);
    expect(models.state.value.deleted).toEqual([]);
  });

  it('stays where its run trains elsewhere, and that is said', async () => {
    await models.branch(await imported());
    const [run] = await store.listRuns();
    const release = await store.holdRun(run!.id);
    await models.refresh();
    await models.remove(items().find(({ place }) => place === 'run')!);
    expect(said().at(-1)).toMatch(/open in another tab/);
    expect(await store.listRuns()).toHaveLength(1);
    release?.();
  });

  it('is checked, and the hash is that of the weights', async () => {
    const item = await imported();
    await models.check(item);
    expect(models.state.value.checked[item.id]).toMatchObject({ chunks: 3, damaged: [], hash: item.hash });
  });

  it('scores in the Lab where the shape is the site’s', async () => {
    await models.take(
      picked(
        'public/starter/reward/config.json',
        'public/starter/reward/model.safetensors',
        'public/starter/reward/scaling.json',
        TOKENIZER,
      ),
    );
    await models.useReward(items()[0]!);
    expect(controller.useReward).toHaveBeenCalledWith(
      expect.objectContaining({ domain: 'code', name: 'reward', calibration: site.scaling.calibration }),
    );
  });
});
