import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors } from '../safetensors.ts';
import {
  filesSource,
  licenceOf,
  ModelFileError,
  type ModelFiles,
  modelFolders,
  pickedAdapter,
} from './files.ts';
import { readModel } from './source.ts';

const TINY = 'tests/fixtures/llama_tiny';
const text = (content: string): Blob => new Blob([content]);
const picked = (...paths: string[]) => paths.map((path) => ({ path, file: text(path) }));
const folder = (files: Record<string, Blob>): ModelFiles => ({
  name: 'a',
  files: new Map(Object.entries(files)),
});
const tiny = async (): Promise<Record<string, Blob>> => ({
  'config.json': new Blob([await readFile(`${TINY}/config.json`)]),
  'model.safetensors': new Blob([await readFile(`${TINY}/model.safetensors`)]),
});

describe('the folders of models', () => {
  it('are those with a config.json; the tokenizer may be one folder up', async () => {
    const found = modelFolders(
      picked(
        'run/tokenizer.json',
        'run/policy/config.json',
        'run/reward/config.json',
        'run/reward/tokenizer.json',
        'run/notes.txt',
      ),
    );
    expect(found.map(({ name, files }) => [name, [...files.keys()]])).toEqual([
      ['policy', ['config.json', 'tokenizer.json']],
      ['reward', ['config.json', 'tokenizer.json']],
    ]);
    const [policy, reward] = found;
    expect(await policy!.files.get('tokenizer.json')!.text()).toBe('run/tokenizer.json');
    expect(await reward!.files.get('tokenizer.json')!.text()).toBe('run/reward/tokenizer.json');
  });

  it('may be files without a folder', () => {
    expect(modelFolders(picked('config.json', 'model.safetensors')).map(({ name }) => name)).toEqual([
      'model',
    ]);
  });

  it('are missed where there is no config.json', () => {
    expect(() => modelFolders(picked('a/model.safetensors'))).toThrow(
      /no config\.json among this file.*Pick the whole folder/,
    );
  });
});

describe('an adapter', () => {
  const [config, weights] = ['adapter_config.json', 'adapter_model.safetensors'];

  it('is two files, in a folder or without one', () => {
    expect(pickedAdapter(picked(`run/mine/${config}`, `run/mine/${weights}`)).name).toBe('mine');
    expect(pickedAdapter(picked(config, weights)).name).toBe('adapter');
  });

  it.each([
    [[config], /is two files/],
    [[weights], /is two files/],
    [[`a/${config}`, `b/${weights}`], /is two files/],
    [[`a/${config}`, `a/${weights}`, `b/${config}`, `b/${weights}`], /There are 2 adapters/],
  ])('is not %j', (paths, reason) => {
    expect(() => pickedAdapter(picked(...paths))).toThrow(reason);
  });

  it('is no model by itself', () => {
    expect(() => modelFolders(picked(config, weights))).toThrow(/^This is an adapter/);
  });
});

describe('a GGUF file', () => {
  const GGUF = 'tests/fixtures/gguf/llama.gguf';

  it('is a model by itself, in a folder or without one', () => {
    expect(modelFolders(picked('Tiny.Q4_1.gguf')).map(({ name }) => name)).toEqual(['Tiny.Q4_1']);
    const beside = modelFolders(picked('a/config.json', 'a/b.GGUF', 'a/README.md'));
    expect(beside.map(({ name, files }) => [name, files.size])).toEqual([['b', 3]]);
  });

  it('is left alone beside weights in safetensors', () => {
    const found = modelFolders(picked('a/config.json', 'a/model.safetensors', 'a/b.gguf', 'a/c.gguf'));
    expect(found.map(({ name }) => name)).toEqual(['a']);
  });

  it.each([
    [
      picked('a/x.gguf', 'a/y.gguf'),
      /2 GGUF files, and each is a model of its own: x\.gguf, y\.gguf\. Pick one/,
    ],
    [picked('x-00001-of-00002.gguf', 'x-00002-of-00002.gguf'), /are parts of a model\. Join them/],
  ])('is refused where it is not clear which one is meant (%#)', (files, message) => {
    expect(() => modelFolders(files)).toThrow(ModelFileError);
    expect(() => modelFolders(files)).toThrow(message);
  });

  it('is read as the folder of the same model is', async () => {
    const [model] = modelFolders([{ path: 'llama.gguf', file: new Blob([await readFile(GGUF)]) }]);
    const { config, weights } = await readModel(await filesSource(model!));
    const other = await readModel(await filesSource(folder(await tiny())));
    expect(weights).toEqual(other.weights);
    expect(config.layers).toBe(other.config.layers);
  });

  it('is named where it cannot be used', async () => {
    const source = await filesSource(folder({ 'x.gguf': text('no') }));
    await expect(source.config()).rejects.toThrow(/^x\.gguf cannot be used: It is not a GGUF file/);
    const { files } = folder({ 'x.gguf': new Blob([await readFile(GGUF)]).slice(0, -4) });
    await expect(readModel(await filesSource({ name: 'x', files }))).rejects.toThrow(
      /^x\.gguf cannot be used: “.*” ends at byte .*cut short/,
    );
  });
});

describe('the source of a folder', () => {
  it('reads weights and what they say of themselves', async () => {
    const source = await filesSource(folder(await tiny()));
    const { config, weights } = await readModel(source);
    expect(config.family).toBe('llama');
    expect(weights.length).toBeGreaterThan(0);
    const recipe = writeSafetensors([], { recipe: 'seed 1' });
    const other = await filesSource(folder({ ...(await tiny()), 'model.safetensors': new Blob([recipe]) }));
    expect(await other.metadata()).toEqual({ recipe: 'seed 1' });
  });

  it('names the file that is damaged', async () => {
    const files = await tiny();
    const cut = { ...files, 'model.safetensors': files['model.safetensors']!.slice(0, -4) };
    await expect(readModel(await filesSource(folder(cut)))).rejects.toThrow(
      /model\.safetensors cannot be used: .*truncated file/,
    );
    const broken = await filesSource(folder({ ...files, 'config.json': text('{') }));
    await expect(broken.config()).rejects.toThrow(/config\.json is not JSON/);
  });

  it('is read from its parts, each tensor from one of them', async () => {
    const { 'model.safetensors': whole, ...files } = await tiny();
    const all = [...readSafetensors(new Uint8Array(await whole!.arrayBuffer())).tensors];
    const inParts = (first: typeof all, second: typeof all) =>
      filesSource(
        folder({
          ...files,
          'model.safetensors.index.json': text('{"weight_map":{"x":"a.safetensors","y":"b.safetensors"}}'),
          'a.safetensors': new Blob([writeSafetensors(first)]),
          'b.safetensors': new Blob([writeSafetensors(second)]),
        }),
      );
    const { weights } = await readModel(await filesSource(folder(await tiny())));
    expect((await readModel(await inParts(all.slice(5), all.slice(0, 5)))).weights).toEqual(weights);
    await expect(readModel(await inParts(all, all.slice(0, 1)))).rejects.toThrow(
      /b\.safetensors.*is in two of the files/,
    );
  });

  it('says which shape does not fit', async () => {
    const files = await tiny();
    const config = JSON.parse(await files['config.json']!.text()) as { intermediate_size: number };
    const wider = text(JSON.stringify({ ...config, intermediate_size: config.intermediate_size * 2 }));
    await expect(readModel(await filesSource(folder({ ...files, 'config.json': wider })))).rejects.toThrow(
      /gate_proj\.weight is \[.*\] in the file; the configuration needs \[/,
    );
  });

  it.each([
    [{ 'pytorch_model.bin': text('') }, /pytorch_model\.bin, which cannot be read here.*save_pretrained/],
    [{ 'model-00001-of-00002.safetensors': text('') }, /no model\.safetensors\.index\.json/],
    [{}, /no model\.safetensors beside config\.json/],
    [{ 'model.safetensors.index.json': text('{}') }, /does not name the parts/],
    [
      {
        'model.safetensors.index.json': text('{"weight_map":{"x":"a.safetensors","y":"b.safetensors"}}'),
        'a.safetensors': text(''),
      },
      /in 2 parts, and b\.safetensors is missing/,
    ],
  ])('says what of the weights is missing (%#)', async (files, message) => {
    await expect(filesSource(folder({ 'config.json': text('{}'), ...files }))).rejects.toThrow(message);
  });
});

describe('the licence', () => {
  it.each([
    ['README.md', '---\ntags: [x]\nlicense: apache-2.0\n---\n# A', 'apache-2.0'],
    ['README.md', "---\r\nlicense: 'mit'\r\n---", 'mit'],
    ['LICENSE', '\n  MIT License\n\nCopyright', 'MIT License'],
    ['LICENSE.md', 'Apache License', 'Apache License'],
    ['README.md', 'license: mit', null],
  ])('of %s is what it says (%#)', async (name, content, expected) => {
    expect(await licenceOf(folder({ [name]: text(content) }))).toBe(expected);
  });
});
