import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { realModelFolder } from '../../scripts/real-model-folder.mjs';
import { type HubServer, startHub } from '../support/hub-server.ts';
import { openTestPage, type TestPage } from '../support/page.ts';

const ID = 'HuggingFaceTB/SmolLM2-135M-Instruct';
const FILES = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'model.safetensors'];
let hub: HubServer;
let server: TestPage;
beforeAll(async () => {
  const bytes = (name: string) => new Uint8Array(readFileSync(join(realModelFolder(), 'safetensors', name)));
  hub = await startHub({ id: ID, files: Object.fromEntries(FILES.map((name) => [name, bytes(name)])) });
  server = await openTestPage({ compiler: 'usual' });
});
afterAll(async () => {
  await server?.close();
  await hub?.close();
});

/** From a stored model to tokens, as the page does it. */
const SAMPLED = `(async () => {
  const [{ Workspace }, { hubModelSource, listHubModels }, { readPolicy }, { openSampled }] = await Promise.all(
    ['workspace', 'hub-models', 'run-models', 'sampled-policy'].map((name) => import('/src/workspace/' + name + '.ts')));
  const workspace = new Workspace();
  const files = await workspace.modelFiles.get();
  const [{ key }] = await listHubModels(files);
  const began = performance.now();
  const policy = await readPolicy(await hubModelSource(files, key), { tokenizerJson: null });
  const read = performance.now();
  const shape = { prompts: 1, group: 1, maxPromptTokens: 64, maxCompletionTokens: 1 };
  const { api } = await openSampled(workspace, 'wasm', policy, shape);
  const ask = () => api.sample({
    ...shape, prompts: [policy.tokenizer.encode('The capital of France is')], temperature: 0.01, microBatch: 1, seed: 1, step: 0, purpose: 'first token' });
  const [{ tokens }] = await ask();
  const first = performance.now();
  await ask();
  const again = performance.now();
  workspace.close();
  return {
    text: policy.tokenizer.decode(tokens),
    seconds: { read: (read - began) / 1000, first: (first - began) / 1000, again: (again - first) / 1000 },
  };
})()`;

it('gives its first token after it was chosen from what is stored', async () => {
  const { page, url } = server;
  await page.goto(`${url}?hub=${encodeURIComponent(hub.url)}#v=1&screen=models`);
  await page.waitForSelector('#hub-id');
  await page.type('#hub-id', `${ID}@main`);
  await page.click('.hub-form button[type=submit]');
  await page.waitForSelector('.hub-found button.primary');
  await page.click('.hub-found button.primary');
  const isHere = () => /Instruct is here/.test(document.querySelector('main')?.textContent ?? '');
  await page.waitForFunction(isHere, { timeout: 300_000 });
  const { text, seconds } = (await page.evaluate(SAMPLED)) as {
    readonly text: string;
    readonly seconds: Readonly<Record<'read' | 'first' | 'again', number>>;
  };
  const told = Object.entries(seconds).map(([name, value]) => `${name} ${value.toFixed(1)} s`);
  process.stdout.write(`first token “${text}”: ${told.join(', ')}\n`);
  expect(text).toBe(' Paris');
});
