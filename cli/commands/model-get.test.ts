import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { readModel } from '../../src/model/sources/source.ts';
import { type HubServer, startHub } from '../../tests/support/hub-server.ts';
import { runMain as run } from '../../tests/support/main.ts';
import { findModel, localModel } from '../model-folder.ts';

const ID = 'someone/tiny';
let hub: HubServer;
let folder: string;

beforeEach(async () => {
  const file = async (path: string) => new Uint8Array(await readFile(path));
  hub = await startHub({
    id: ID,
    files: {
      'config.json': await file('tests/fixtures/llama_tiny/config.json'),
      'model.safetensors': await file('tests/fixtures/llama_tiny/model.safetensors'),
      'tokenizer.json': await file('public/starter/tokenizer.json'),
    },
  });
  vi.stubEnv('HF_ENDPOINT', hub.url);
  vi.stubEnv('HF_TOKEN', undefined);
  folder = await mkdtemp(join(tmpdir(), 'posterior-get-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await hub.close();
  await rm(folder, { recursive: true });
});

it('writes a folder that the other commands read', async () => {
  const out = join(folder, 'tiny');
  const { code, log } = await run('model', 'get', ID, '--out', out);
  expect(code).toBe(0);
  expect(log).toMatch(/LlamaForCausalLM, \d+ weights, 1 MB\nlicence: its card names none\n3 files in/);
  const { config, weights } = await readModel(localModel(await findModel(out)));
  expect(config.family).toBe('llama');
  expect(weights.length).toBeGreaterThan(10_000);
});

it('says what a model is without a download', async () => {
  const { code, out } = await run('model', 'get', ID, '--look', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ id: ID, commit: hub.commit, architecture: 'LlamaForCausalLM' });
  expect(await readdir(folder)).toEqual([]);
});

it.each([
  [[ID], 2, /needs --out/],
  [['tiny', '--look'], 2, /“tiny” is no id of a model/],
  [['someone/else', '--look'], 1, /shows no model someone\/else/],
])('refuses %j with its reason', async (argv, expected, message) => {
  const { code, log } = await run('model', 'get', ...argv);
  expect(code).toBe(expected);
  expect(log).toMatch(message);
});
