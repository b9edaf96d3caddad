import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { downloadFolder } from '../../../cli/download-folder.ts';
import { findModel, localModel } from '../../../cli/model-folder.ts';
import {
  type Fault,
  type HubRepository,
  type HubServer,
  startHub,
} from '../../../tests/support/hub-server.ts';
import { readSafetensors, writeSafetensors } from '../safetensors.ts';
import { type DownloadProgress, downloadHubModel, type DownloadOptions } from './hub-download.ts';
import { findHubModel, type HubModel, parseHubId } from './hub.ts';
import { hubOrigin, RETRY_MS } from './hub-request.ts';
import { readModel } from './source.ts';

const ID = 'someone/Tiny-Llama';
const TOKEN = 'hf_' + 'a'.repeat(34);
const WEIGHTS = 'model.safetensors';
const CARD = `---
license: other
license_name: tiny-licence
base_model:
- someone/Base
- "other/Base"
tags: [a]
---
# Tiny`;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

let hub: HubServer;
let folder: string;
let waits: number[];

const file = (path: string): Promise<Uint8Array> => readFile(path).then((read) => new Uint8Array(read));
async function tiny(more: Record<string, Uint8Array> = {}): Promise<HubRepository['files']> {
  return {
    'config.json': await file('tests/fixtures/llama_tiny/config.json'),
    [WEIGHTS]: await file('tests/fixtures/llama_tiny/model.safetensors'),
    'tokenizer.json': await file('public/starter/tokenizer.json'),
    'README.md': bytes(CARD),
    'pytorch_model.bin': bytes('not taken'),
    'training_args.json': bytes('{}'),
    ...more,
  };
}

async function open(files?: HubRepository['files'], gate?: HubRepository['gate']): Promise<void> {
  await hub?.close();
  hub = await startHub({ id: ID, files: files ?? (await tiny()), ...(gate ? { gate } : {}) });
}
const options = (more: DownloadOptions = {}): DownloadOptions => ({
  base: hub.url,
  wait: async (ms) => void waits.push(ms),
  pieceBytes: 16_384,
  ...more,
});
const find = (typed = ID, more: DownloadOptions = {}): Promise<HubModel> =>
  findHubModel(parseHubId(typed), options(more));
const get = async (more: DownloadOptions = {}): Promise<void> =>
  downloadHubModel(await find(ID, more), downloadFolder(folder), options(more));
const faults = (path: string, ...all: Fault[]): void => void hub.faults.set(path, all);
const isHere = async (name: string): Promise<boolean> => {
  const { [name]: expected } = await tiny();
  return Buffer.compare(await file(join(folder, name)), expected!) === 0;
};
/** The ranges of the weights that were asked for, where the content is kept. */
/** Where its weights are while they are not whole. */
const partOf = ({ files }: HubModel): string =>
  `${WEIGHTS}.${files.find(({ name }) => name === WEIGHTS)!.hash.slice(0, 12)}.part`;
const ranges = (): (string | null)[] =>
  hub.requests.filter(({ at }) => at === 'store').map(({ range }) => range);

beforeEach(async () => {
  waits = [];
  folder = await mkdtemp(join(tmpdir(), 'posterior-hub-'));
  await open();
});
afterEach(async () => {
  await hub.close();
  await rm(folder, { recursive: true });
});

describe('an id', () => {
  it.each([
    ['HuggingFaceTB/SmolLM2-135M', 'HuggingFaceTB/SmolLM2-135M', 'main'],
    [' a/b.c_d@refs/pr/1 ', 'a/b.c_d', 'refs/pr/1'],
    ['https://huggingface.co/a/b', 'a/b', 'main'],
    ['https://huggingface.co/a/b/tree/v1.0', 'a/b', 'v1.0'],
  ])('is read from %s', (typed, id, revision) => {
    expect(parseHubId(typed)).toEqual({ id, revision });
  });

  it.each([
    '',
    'gpt2',
    'a/b/c',
    'a/../b',
    'a/b--c',
    'https://example.org/a/b',
    'a/b@../../x',
    'a/b@x y',
    '-a/b',
  ])('is not “%s”', (typed) => {
    expect(() => parseHubId(typed)).toThrow(/is no (id of a model|name of a branch)/);
  });

  it.each(['http://huggingface.co', 'ftp://127.0.0.1', 'huggingface.co'])(
    'is not asked for at %s',
    (base) => {
      expect(() => hubOrigin(base)).toThrow(/begin with https/);
    },
  );
});

describe('a model', () => {
  it('is told of before it is downloaded', async () => {
    const model = await find(`${ID}@refs/pr/1`);
    expect(model).toMatchObject({
      id: ID,
      commit: hub.commit,
      address: `${hub.url}/${ID}`,
      weights: [WEIGHTS],
      licence: 'tiny-licence',
      baseModels: ['someone/Base', 'other/Base'],
      architecture: 'LlamaForCausalLM',
      unusable: null,
    });
    const expected = ['config.json', 'tokenizer.json', 'README.md', WEIGHTS];
    expect(model.files.map(({ name }) => name)).toEqual(expected);
    expect(model.sizeBytes).toBe(model.files.reduce((total, { sizeBytes }) => total + sizeBytes, 0));
    const weights = model.files.at(-1)!;
    expect(model.parameters).toBeGreaterThan(10_000);
    // Float32, behind a header.
    expect(weights.sizeBytes - model.parameters * 4).toBeLessThan(8000);
    expect(weights.sizeBytes - model.parameters * 4).toBeGreaterThan(0);
  });

  it('is told of by the headers of its parts, of which no more is read', async () => {
    const part = (name: string, count: number) =>
      writeSafetensors([[name, { shape: [count], dtype: 'f32', data: new Float32Array(count) }]]);
    const parts = { 'a.safetensors': part('a', 200_000), 'b.safetensors': part('b', 7) };
    const index = { weight_map: { a: 'a.safetensors', b: 'b.safetensors' } };
    const { [WEIGHTS]: _, ...others } = await tiny({
      ...parts,
      'model.safetensors.index.json': bytes(JSON.stringify(index)),
    });
    await open(others);
    const model = await find();
    expect(model.weights).toEqual(['a.safetensors', 'b.safetensors']);
    expect(model.parameters).toBe(200_007);
    expect(ranges()).toEqual(['bytes=0-262143']);
  });

  it('comes in parts, and is read as it was whole', async () => {
    const whole = await tiny();
    const { [WEIGHTS]: weights, ...others } = whole;
    const all = [...readSafetensors(weights!).tensors];
    const halves = { 'a.safetensors': all.slice(0, 9), 'b.safetensors': all.slice(9) };
    const map = Object.entries(halves).flatMap(([file, own]) => own.map(([name]) => [name, file] as const));
    const index = bytes(JSON.stringify({ weight_map: Object.fromEntries(map) }));
    const parts = Object.entries(halves).map(([file, own]) => [file, writeSafetensors(own)] as const);
    await open({ ...others, ...Object.fromEntries(parts), 'model.safetensors.index.json': index });
    const model = await find();
    faults('b.safetensors', { kind: 'cut', afterBytes: 2000 });
    await downloadHubModel(model, downloadFolder(folder), options());
    expect(ranges().filter((range) => range?.startsWith('bytes=2000-'))).toHaveLength(1);
    const read = await readModel(localModel(await findModel(folder)));
    await open(whole);
    const other = join(folder, 'whole');
    await downloadHubModel(await find(), downloadFolder(other), options());
    expect(read).toEqual(await readModel(localModel(await findModel(other))));
  });

  it.each([
    [{ 'config.json': bytes('{"model_type":"gpt2"}') }, /model_type/],
    [{ [WEIGHTS]: bytes('not weights at all') }, /model\.safetensors: .*not a safetensors file/],
  ])('says why it cannot be used (%#)', async (changed, why) => {
    await open(await tiny(changed));
    expect((await find()).unusable).toMatch(why);
  });

  it.each([
    [['config.json'], /has no config\.json/],
    [['tokenizer.json'], /has no tokenizer\.json/],
    [[WEIGHTS], /weights are in pytorch_model\.bin/],
    [[WEIGHTS, 'pytorch_model.bin'], /has no model\.safetensors/],
  ])('is refused without %s', async (names, why) => {
    const files = Object.entries(await tiny()).filter(([name]) => !names.includes(name));
    await open(Object.fromEntries(files));
    await expect(find()).rejects.toThrow(why);
  });

  it.each([
    ['{"weight_map":{"a":"gone.safetensors"}}', /gone\.safetensors, which .* names, is not there/],
    ['{"weight_map":{"a":"../up.safetensors"}}', /names no parts/],
    ['{', /index\.json is not JSON/],
  ])('is refused with an index like %s', async (index, why) => {
    const { [WEIGHTS]: _, ...others } = await tiny({ 'model.safetensors.index.json': bytes(index) });
    await open(others);
    await expect(find()).rejects.toThrow(why);
  });
});

describe('a download', () => {
  it('brings what is needed and nothing else, in pieces', async () => {
    const progress: DownloadProgress[] = [];
    const model = await find();
    hub.requests.length = 0;
    await downloadHubModel(
      model,
      downloadFolder(folder),
      options({ onProgress: (each) => void progress.push(each) }),
    );
    expect((await readdir(folder)).sort()).toEqual(model.files.map(({ name }) => name).sort());
    for (const { name } of model.files) expect(await isHere(name), name).toBe(true);
    expect(ranges().slice(0, 2)).toEqual(['bytes=0-16383', 'bytes=16384-32767']);
    expect(ranges()).toHaveLength(Math.ceil(model.files.at(-1)!.sizeBytes / 16_384));
    expect(progress.at(-1)).toMatchObject({ doneBytes: model.sizeBytes, totalBytes: model.sizeBytes });
    const done = progress.map(({ doneBytes }) => doneBytes);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
  });

  it('goes on where the connection was cut', async () => {
    const model = await find();
    hub.requests.length = 0;
    faults(WEIGHTS, { kind: 'cut', afterBytes: 5000 });
    await downloadHubModel(model, downloadFolder(folder), options());
    expect(ranges().slice(0, 2)).toEqual(['bytes=0-16383', 'bytes=5000-21383']);
    expect(await isHere(WEIGHTS)).toBe(true);
    expect(waits).toEqual([]);
  });

  it('keeps what has come when it is stopped, and goes on from there', async () => {
    const stop = new AbortController();
    const model = await find();
    await expect(
      downloadHubModel(
        model,
        downloadFolder(folder),
        options({
          signal: stop.signal,
          onProgress: ({ file: name, doneBytes }) => {
            if (name === WEIGHTS && doneBytes > 50_000) stop.abort();
          },
        }),
      ),
    ).rejects.toThrow(/abort/);
    expect(await readdir(folder)).toContain(partOf(model));
    const { size } = await stat(join(folder, partOf(model)));
    hub.requests.length = 0;
    await downloadHubModel(model, downloadFolder(folder), options());
    expect(size).toBeGreaterThan(16_384);
    expect(ranges()[0]).toBe(`bytes=${size}-${Math.min(size + 16_384, model.files.at(-1)!.sizeBytes) - 1}`);
    expect(await isHere(WEIGHTS)).toBe(true);
    hub.requests.length = 0;
    await downloadHubModel(model, downloadFolder(folder), options());
    expect(hub.requests).toEqual([]);
  });

  it('gets a file anew that somebody changed, and one that is longer than it should be', async () => {
    await get();
    const weights = await file(join(folder, WEIGHTS));
    weights[20_000]! ^= 1;
    await writeFile(join(folder, WEIGHTS), weights);
    await writeFile(join(folder, partOf(await find())), Buffer.concat([weights, weights]));
    await get();
    expect(await isHere(WEIGHTS)).toBe(true);
  });

  it.each<[string, Fault, string, RegExp]>([
    ['another content', { kind: 'other-content' }, WEIGHTS, /its hash is not the one/],
    [
      'another content of a small file',
      { kind: 'other-content' },
      'tokenizer.json',
      /its hash is not the one/,
    ],
    ['another total', { kind: 'other-total', totalBytes: 99 }, WEIGHTS, /has 99 bytes of it, not 80272/],
    ['fewer bytes', { kind: 'status', status: 416 }, WEIGHTS, /fewer bytes/],
  ])('notices %s, and takes the file away', async (_, fault, name, message) => {
    const model = await find();
    faults(name, fault);
    const download = () => downloadHubModel(model, downloadFolder(folder), options());
    await expect(download()).rejects.toThrow(message);
    expect((await readdir(folder)).filter((each) => each.startsWith(name))).toEqual([]);
    await download();
    expect(await isHere(name)).toBe(true);
  });

  it('notices another version between two pieces', async () => {
    const model = await find();
    hub.faults.set(WEIGHTS, [{ kind: 'cut', afterBytes: 16_384 }, { kind: 'other-tag' }]);
    await expect(downloadHubModel(model, downloadFolder(folder), options())).rejects.toThrow(
      /another version of it than when the download began/,
    );
  });

  it('does without ranges, at the beginning and after a cut', async () => {
    const model = await find();
    faults(WEIGHTS, { kind: 'no-ranges' });
    await downloadHubModel(model, downloadFolder(folder), options());
    expect(await isHere(WEIGHTS)).toBe(true);
    await rm(join(folder, WEIGHTS));
    faults(WEIGHTS, { kind: 'cut', afterBytes: 10_000 }, { kind: 'no-ranges' });
    hub.requests.length = 0;
    await downloadHubModel(model, downloadFolder(folder), options());
    expect(ranges()).toEqual(['bytes=0-16383', 'bytes=10000-26383']);
    expect(await isHere(WEIGHTS)).toBe(true);
  });

  it('counts a connection that sends nothing as cut', async () => {
    const model = await find();
    faults(WEIGHTS, { kind: 'stall', afterBytes: 3000 });
    await downloadHubModel(model, downloadFolder(folder), options({ stallMs: 300 }));
    expect(ranges()).toContain('bytes=3000-19383');
    expect(await isHere(WEIGHTS)).toBe(true);
  });

  it('gives up on a connection that is cut each time, and keeps what there is', async () => {
    const model = await find();
    faults(
      WEIGHTS,
      { kind: 'cut', afterBytes: 4000 },
      ...Array<Fault>(9).fill({ kind: 'cut', afterBytes: 0 }),
    );
    await expect(downloadHubModel(model, downloadFolder(folder), options())).rejects.toThrow(
      /is cut each time model\.safetensors is sent.*is kept/,
    );
    expect(waits).toEqual(RETRY_MS);
    expect((await stat(join(folder, partOf(model)))).size).toBe(4000);
  });
});

describe('what goes wrong at the hub', () => {
  const status = (code: number, headers = {}): Fault => ({ kind: 'status', status: code, headers });

  it('is tried again after growing delays while the server has a fault', async () => {
    faults('refs%2Fpr%2F1', status(500), status(503));
    await find(`${ID}@refs/pr/1`);
    expect(waits).toEqual(RETRY_MS.slice(0, 2));
    faults('revision/main', ...Array<Fault>(6).fill(status(502)));
    await expect(find()).rejects.toThrow(/answered 502 when it was asked for revision “main”/);
  });

  it('is waited for when it says so, for a minute at most', async () => {
    faults('revision/main', status(429, { 'Retry-After': '3' }), status(429, { 'Retry-After': '50' }));
    await find();
    expect(waits).toEqual([3000, 50_000]);
    faults('revision/main', status(429, { 'Retry-After': '3' }), status(429, { 'Retry-After': '58' }));
    await expect(find()).rejects.toThrow(/too many requests.*wants 58 seconds of quiet/);
    faults('revision/main', status(429, { 'Retry-After': new Date(Date.now() + 5e6).toUTCString() }));
    await expect(find()).rejects.toThrow(/too many requests/);
    faults('revision/main', status(429));
    waits = [];
    await find();
    expect(waits).toEqual([RETRY_MS[0]]);
  });

  it('is never asked again without a pause, though it says that none is needed', async () => {
    const past = new Date(Date.now() - 5e6).toUTCString();
    const model = await find();
    faults(
      WEIGHTS,
      ...['0', past, '0', past, '0', '0'].map((after) => status(429, { 'Retry-After': after })),
    );
    waits = [];
    await expect(downloadHubModel(model, downloadFolder(folder), options())).rejects.toThrow(
      /too many requests.*wants quiet before it sends model\.safetensors/,
    );
    expect(waits).toEqual(RETRY_MS);
    // In the middle of a file it goes on where it was.
    faults(WEIGHTS, { kind: 'cut', afterBytes: 4000 }, status(429, { 'Retry-After': '7' }));
    waits = [];
    await downloadHubModel(model, downloadFolder(folder), options());
    expect(waits).toEqual([7000]);
    expect(ranges()).toContain('bytes=4000-20383');
    expect(await isHere(WEIGHTS)).toBe(true);
  });

  it('is asked again where it takes a request and says nothing', async () => {
    faults('revision/main', { kind: 'silent' });
    const model = await find(ID, { stallMs: 300 });
    faults(WEIGHTS, { kind: 'silent' });
    await downloadHubModel(model, downloadFolder(folder), options({ stallMs: 300 }));
    expect(waits).toEqual([RETRY_MS[0], RETRY_MS[0]]);
    expect(await isHere(WEIGHTS)).toBe(true);
  });

  it('is said of a model, a revision or a file that is not there', async () => {
    await expect(find('someone/else')).rejects.toThrow(/shows no model someone\/else.*give a token/);
    await expect(find(`${ID}@v9`)).rejects.toThrow(/has no revision “v9”/);
    const model = await find();
    const files = [...model.files, { ...model.files[0]!, name: 'gone.json' }];
    await expect(downloadHubModel({ ...model, files }, downloadFolder(folder), options())).rejects.toThrow(
      /has no gone\.json/,
    );
  });

  it('is said of a hub that is not there, or is none', async () => {
    const { url } = hub;
    await open(await tiny());
    await expect(find(ID, { base: url })).rejects.toThrow(/did not answer.*no network/);
    expect(waits).toEqual(RETRY_MS);
    faults('revision/main', status(200));
    await expect(find()).rejects.toThrow(/answered what no hub of models answers/);
  });

  it('is said of what lies behind a gate', async () => {
    await open(await tiny(), { kind: 'gated', token: TOKEN });
    await expect(find()).rejects.toMatchObject({
      fault: 'gated',
      message: expect.stringMatching(/is gated: accept its terms at .*\/settings\/tokens/),
    });
    await expect(find(ID, { token: 'hf_other' })).rejects.toThrow(/token does not allow to read/);
    await open(await tiny(), { kind: 'private', token: TOKEN });
    await expect(find()).rejects.toThrow(/shows no model/);
  });

  it('never shows the token, which goes to the hub alone', async () => {
    await open(await tiny(), { kind: 'gated', token: TOKEN });
    await get({ token: TOKEN });
    expect(await isHere(WEIGHTS)).toBe(true);
    const at = (place: string) => hub.requests.filter((request) => request.at === place);
    expect(new Set(at('hub').map(({ authorization }) => authorization))).toEqual(
      new Set([`Bearer ${TOKEN}`]),
    );
    expect(new Set(at('store').map(({ authorization }) => authorization))).toEqual(new Set([null]));
    for (const bad of [`${TOKEN}\n`, `${TOKEN}ä`, `${TOKEN} x`]) {
      const failure: unknown = await find(ID, { token: bad }).catch((error: unknown) => error);
      expect(String(failure)).toMatch(/holds a character that no token/);
      expect(String(failure)).not.toContain(TOKEN);
    }
  });
});
