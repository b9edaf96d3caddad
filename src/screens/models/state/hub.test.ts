import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { downloadFolder } from '../../../../cli/download-folder.ts';
import { type HubServer, startHub } from '../../../../tests/support/hub-server.ts';
import { downloadHubModel } from '../../../model/sources/hub-download.ts';
import { HUB } from '../../../model/sources/hub-request.ts';
import { hubAddress } from './hub-address.ts';
import { createHubModels, type HubModels } from './hub.ts';

const ID = 'someone/tiny';
const TOKEN = 'hf_secret';
let hub: HubServer;
let folder: string;
let models: HubModels;
let said: string[];
let tokens: (string | null)[];
const changed = vi.fn(async () => {});

beforeEach(async () => {
  const file = async (path: string) => new Uint8Array(await readFile(path));
  hub = await startHub({
    id: ID,
    gate: { kind: 'gated', token: TOKEN },
    files: {
      'config.json': await file('tests/fixtures/llama_tiny/config.json'),
      'model.safetensors': await file('tests/fixtures/llama_tiny/model.safetensors'),
      'tokenizer.json': await file('public/starter/tokenizer.json'),
    },
  });
  folder = await mkdtemp(join(tmpdir(), 'posterior-hub-state-'));
  [said, tokens] = [[], []];
  changed.mockClear();
  models = createHubModels(
    {
      base: () => hub.url,
      download(model, from, onProgress) {
        tokens.push(from.token);
        const stop = new AbortController();
        const done = downloadHubModel(model, downloadFolder(folder), {
          ...from,
          onProgress,
          signal: stop.signal,
        });
        return { done, stop: () => stop.abort() };
      },
    },
    (_, what) => void said.push(what),
    changed,
  );
});
afterEach(async () => {
  await hub.close();
  await rm(folder, { recursive: true });
});
const step = (): string => models.state.value.step;

describe('a model of the hub', () => {
  it('is shown before it is downloaded, and then is here', async () => {
    await models.look(ID, TOKEN);
    expect(models.state.value).toMatchObject({
      step: 'found',
      model: { id: ID, architecture: 'LlamaForCausalLM' },
    });
    expect(await readdir(folder)).toEqual([]);
    await models.agree();
    expect(step()).toBe('idle');
    expect(said.join()).toMatch(/someone\/tiny is here/);
    expect(await readdir(folder)).toHaveLength(3);
    expect(changed).toHaveBeenCalledOnce();
  });

  it('is left again, with the token', async () => {
    await models.look(ID, TOKEN);
    const { model } = models.state.value as { readonly model: Parameters<HubModels['goOn']>[0] };
    models.leave();
    expect(step()).toBe('idle');
    await models.goOn(model);
    expect(tokens).toEqual([null]);
    expect(said.join()).toMatch(/is gated: accept its terms/);
    expect(said.join()).not.toContain(TOKEN);
  });

  it('is not looked up where it cannot be', async () => {
    await models.look('tiny', '');
    await models.look('someone/else', '');
    expect(said).toEqual([
      expect.stringMatching(/“tiny” is no id/),
      expect.stringMatching(/shows no model someone\/else/),
    ]);
    expect(step()).toBe('idle');
  });

  it('is stopped, and goes on', async () => {
    await models.look(ID, TOKEN);
    const { model } = models.state.value as { readonly model: Parameters<HubModels['goOn']>[0] };
    hub.faults.set('model.safetensors', [{ kind: 'stall', afterBytes: 30_000 }]);
    const begun = new Promise<void>((resolve) =>
      models.state.subscribe((now) => {
        if (now.step === 'downloading' && now.progress?.file === 'model.safetensors') resolve();
      }),
    );
    const going = models.agree();
    await begun;
    models.stop();
    await going;
    expect(said.join()).toMatch(/was stopped\. What has come is kept/);
    await models.goOn(model);
    expect(said.at(-1)).toMatch(/is gated: accept its terms.*give it here/);
    const { gated } = models.state.value as { readonly gated: string };
    expect(gated).toBe(`${ID}@${model.commit}`);
    await models.look(gated, TOKEN);
    await models.agree();
    expect(said.join()).toMatch(/someone\/tiny is here/);
    expect(models.state.value).toEqual({ step: 'idle' });
  });
});

it.each([
  ['localhost', '?hub=http://127.0.0.1:1', 'http://127.0.0.1:1'],
  ['example.org', '?hub=http://127.0.0.1:1', HUB],
  ['localhost', '?hub=https://example.org', HUB],
  ['localhost', '?hub=x', HUB],
  ['localhost', '', HUB],
])('the hub of a page at %s with “%s” is %s', (hostname, search, expected) => {
  expect(hubAddress({ hostname, search })).toBe(expected);
});
