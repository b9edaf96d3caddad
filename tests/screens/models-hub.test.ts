import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors } from '../../src/model/safetensors.ts';
import { appears, disappears, openApp, page, textOf, useBrowser } from '../support/app-page.ts';
import { type HubServer, startHub } from '../support/hub-server.ts';
import { axeViolations, DESKTOP } from '../support/lab-page.ts';
import { press } from '../support/reward-lab-page.ts';

useBrowser();

const ID = 'someone/Tiny-Llama';
const WEIGHTS = 'model.safetensors';
const TOKEN = 'hf_secret';
const KEPT = '[data-model^="hub:"]';
const CARD = '.hub-card';
const bytesOf = (path: string): Uint8Array => new Uint8Array(readFileSync(path));
const tiny = bytesOf('tests/fixtures/llama_tiny/model.safetensors');
/** 8 MB that the disk cannot compress away. */
const large = writeSafetensors([
  [
    'a',
    { shape: [2 ** 21], dtype: 'f32', data: Float32Array.from({ length: 2 ** 21 }, (_, i) => Math.sin(i)) },
  ],
]);
let hub: HubServer;

const files = (weights: Uint8Array) => ({
  'config.json': bytesOf('tests/fixtures/llama_tiny/config.json'),
  'tokenizer.json': bytesOf('public/starter/tokenizer.json'),
  'README.md': new TextEncoder().encode('---\nlicense: apache-2.0\nbase_model: someone/Base\n---\n'),
  [WEIGHTS]: weights,
});
let largeHub: HubServer;
/** A model that can be trained here: its tokenizer is its own. */
let policyHub: HubServer;
beforeAll(async () => {
  const policy = {
    'config.json': bytesOf('public/starter/policy/config.json'),
    'tokenizer.json': bytesOf('public/starter/tokenizer.json'),
    [WEIGHTS]: bytesOf('public/starter/policy/model.safetensors'),
  };
  hub = await startHub({ id: ID, files: files(tiny) });
  largeHub = await startHub({ id: ID, files: files(large) });
  policyHub = await startHub({ id: ID, files: policy, gate: { kind: 'gated', token: TOKEN } });
});
afterAll(() => Promise.all([hub, largeHub, policyHub].map((each) => each?.close())));

const isShown = (words: RegExp): Promise<unknown> =>
  page.waitForFunction(
    (source) => new RegExp(source).test(document.querySelector('main')?.textContent ?? ''),
    {},
    words.source,
  );

const open = ({ url }: HubServer): Promise<void> =>
  openApp(`?hub=${encodeURIComponent(url)}#v=1&screen=models`, { viewport: DESKTOP, scheme: 'light' });

async function look(token?: string): Promise<void> {
  await appears('#hub-id');
  if (token !== undefined) {
    await page.click('.hub-form summary');
    await page.type('#hub-token', token);
  }
  await page.type('#hub-id', `${ID}@main`);
  await press('Look it up', CARD);
  await appears('.hub-found');
}

/** Every file in the browser's own file system, with its size. */
const stored = (): Promise<number[]> =>
  page.evaluate(async () => {
    const root = await (await navigator.storage.getDirectory()).getDirectoryHandle('models');
    const folder = await root.getDirectoryHandle('files');
    const sizes: number[] = [];
    for await (const handle of folder.values())
      sizes.push((await (handle as FileSystemFileHandle).getFile()).size);
    return sizes;
  });

/** What the page's own files answer; `work` is the body of a function of them. */
const withFiles = (work: string): Promise<unknown> =>
  // As text, because the test runner rewrites an import() in a function and the page could not run it.
  page.evaluate(`(async () => {
    const { openModelFiles } = await import('/src/store/model-files.ts');
    const files = await openModelFiles();
    ${work}
  })()`);

/** Names of the tensors in order, and the hash of all values, as the page reads them. */
const readBack = () =>
  withFiles(`
    const { listHubModels, hubModelSource } = await import('/src/workspace/hub-models.ts');
    const [{ key }] = await listHubModels(files);
    const source = await hubModelSource(files, key);
    const names = [], values = [];
    for await (const [name, { data }] of source.tensors()) { names.push(name); values.push(...data); }
    const digest = await crypto.subtle.digest('SHA-256', new Float32Array(values));
    const hash = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    return { names, hash };`) as Promise<{ names: string[]; hash: string }>;

/** How many weights the policy has that screens open of it. */
const opened = (): Promise<unknown> =>
  withFiles(`
    const { Workspace } = await import('/src/workspace/workspace.ts');
    const { downloadedIn, listPolicies, openPolicy, policySources } = await import('/src/workspace/policies.ts');
    const workspace = new Workspace();
    const known = await listPolicies(await workspace.store.get(), () => downloadedIn(workspace));
    const { weights } = await openPolicy(known.find(({ place }) => place === 'hub'), 'code', policySources(workspace));
    workspace.close();
    return weights.length;`);

it('downloads a model by its id, over a reload, reads it and deletes it', async () => {
  await open(hub);
  await look();
  expect(await textOf('.hub-found')).toMatch(
    /someone\/Tiny-Llama.*thousand weights.*LlamaForCausalLM.*apache-2\.0.*someone\/Base/,
  );
  expect(await axeViolations(page, CARD)).toEqual([]);
  hub.requests.length = 0;
  hub.faults.set(WEIGHTS, [{ kind: 'stall', afterBytes: 30_000 }]);
  await page.click('.hub-found button.primary');
  // The files before it have eleven KB.
  await isShown(/4\d KB of \d+ KB, model\.safetensors/);
  await page.reload();
  await appears(KEPT);
  await isShown(/Interrupted: 4\d KB of/);
  hub.release();

  hub.requests.length = 0;
  await press('Go on', KEPT);
  await isShown(/someone\/Tiny-Llama is here/);
  expect(hub.requests.map(({ at, range }) => [at, range])).toContainEqual([
    'store',
    `bytes=30000-${tiny.byteLength - 1}`,
  ]);
  await page.waitForFunction(
    (kept) => !document.querySelector(kept)?.textContent?.includes('Go on'),
    {},
    KEPT,
  );

  const { tensors } = readSafetensors(tiny);
  const { names, hash } = await readBack();
  expect(names).toEqual([...tensors.keys()]);
  const expected = createHash('sha256');
  for (const { data } of tensors.values())
    expected.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  expect(hash).toBe(expected.digest('hex'));

  await press('Check', KEPT);
  await isShown(/All 4 files, \d+ KB, are as they were downloaded/);
  await page.$$eval('.model-item details', (all) => all.forEach((details) => (details.open = true)));
  expect(await axeViolations(page)).toEqual([]);

  await press('Delete', KEPT);
  await disappears(KEPT);
  await press('Undo');
  await appears(KEPT);
  await press('Delete', KEPT);
  await disappears(KEPT);
  await page.reload();
  await appears('#hub-id');
  await isShown(/Give the id of a model/);
  expect(await stored()).toEqual([]);
});

it('keeps what has come when the storage is full, and goes on when there is room', async () => {
  await open(largeHub);
  await look();
  const { origin } = new URL(page.url());
  const session = await page.createCDPSession();
  const { usage } = await session.send('Storage.getUsageAndQuota', { origin });
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: usage + 4 * 2 ** 20 });
  await page.click('.hub-found button.primary');
  await isShown(/storage is full before the model/);
  await session.send('Storage.overrideQuotaForOrigin', { origin });
  await isShown(/Interrupted: /);
  await press('Go on', KEPT);
  await isShown(/someone\/Tiny-Llama is here/);
  expect(Math.max(...(await stored()))).toBe(large.byteLength);
});

it('mends a file that was damaged where it is kept', async () => {
  await open(hub);
  await look();
  await page.click('.hub-found button.primary');
  await isShown(/someone\/Tiny-Llama is here/);
  await page.evaluate(async (size) => {
    const root = await (await navigator.storage.getDirectory()).getDirectoryHandle('models');
    const folder = await root.getDirectoryHandle('files');
    for await (const handle of folder.values()) {
      const file = handle as FileSystemFileHandle;
      if ((await file.getFile()).size !== size) continue;
      const writable = await file.createWritable({ keepExistingData: true });
      await writable.write({ type: 'write', position: 40_000, data: 'damage' });
      await writable.close();
    }
  }, tiny.byteLength);
  await press('Check', KEPT);
  await isShown(/Damaged: model\.safetensors\. Look it up above and download it/);
  await page.reload();
  await look();
  await page.click('.hub-found button.primary');
  await isShown(/someone\/Tiny-Llama is here/);
  await press('Check', KEPT);
  await isShown(/All 4 files, \d+ KB, are as they were downloaded/);
  await press('Delete', KEPT);
  await disappears(KEPT);
  await page.reload();
  await isShown(/Give the id of a model/);
});

it('is written by one alone, and not begun where it cannot fit', async () => {
  const write = (sizeBytes: number): Promise<unknown> =>
    withFiles(`
      const record = { key: 'other', files: [{ name: 'a', sizeBytes: ${sizeBytes}, hash: 'aa' }], about: null };
      return files.write(record, async () => {}).then(() => 'written', String);`);
  await open(hub);
  await look();
  hub.faults.set(WEIGHTS, [{ kind: 'stall', afterBytes: 30_000 }]);
  await page.click('.hub-found button.primary');
  await isShown(/4\d KB of \d+ KB, model\.safetensors/);
  expect(await write(1)).toMatch(/^ModelInUseError: .*one at a time/);
  const discard = `return files.discard('${hub.commit}').then(() => 'deleted', String);`;
  expect(await withFiles(discard)).toMatch(/^ModelInUseError/);
  await press('Stop', CARD);
  await isShown(/was stopped\. What has come is kept/);
  hub.release();
  expect(await write(1e15)).toMatch(/^StorageFullError: The model needs \d+ GB more but only/);
  expect(await withFiles('return (await files.list()).map(({ key }) => key);')).toEqual([hub.commit]);
});

it('begins a run with a model of the hub, and tells the token to nobody else', async () => {
  await open(policyHub);
  await look(TOKEN);
  policyHub.faults.set(WEIGHTS, [{ kind: 'stall', afterBytes: 30_000 }]);
  await page.click('.hub-found button.primary');
  await isShown(/KB of .*model\.safetensors/);
  await press('Stop', CARD);
  await isShown(/was stopped\. What has come is kept/);
  policyHub.release();
  // The token is forgotten, and asked for again beside the same commit.
  await press('Go on', KEPT);
  await isShown(/is gated: accept its terms/);
  await page.waitForFunction(() => document.activeElement?.id === 'hub-token');
  expect(await page.$eval('#hub-id', (input) => (input as HTMLInputElement).value)).toBe(
    `${ID}@${policyHub.commit}`,
  );
  policyHub.requests.length = 0;
  await page.keyboard.type(TOKEN);
  await press('Look it up', CARD);
  await page.waitForSelector('.hub-found button.primary');
  await page.click('.hub-found button.primary');
  await isShown(/someone\/Tiny-Llama is here/);
  const told = (place: string) =>
    new Set(policyHub.requests.filter(({ at }) => at === place).map(({ authorization }) => authorization));
  expect(told('hub')).toEqual(new Set([`Bearer ${TOKEN}`]));
  expect(told('store')).toEqual(new Set([null]));
  expect(await withFiles('return JSON.stringify(await files.list());')).not.toContain(TOKEN);
  await press('Branch', KEPT);
  await appears('.run-panel');
  await page.waitForFunction(() => document.querySelector('.run-status strong')?.textContent === 'Paused');
  await page.keyboard.press('6');
  await isShown(/It began with “someone\/Tiny-Llama”/);
  // The model itself can be evaluated, too.
  await page.keyboard.press('5');
  await appears('[data-policy^="hub:"]');
  expect(await opened()).toBe(381_600);
});
