import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readModel } from '../src/model/sources/source.ts';
import { InputError } from './errors.ts';
import { findModel, localModel } from './model-folder.ts';

const TINY = 'tests/fixtures/llama_tiny';
const GGUF = 'tests/fixtures/gguf/llama.gguf';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'posterior-model-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a GGUF file', () => {
  it('is a model by its name, or alone in its folder', async () => {
    const { weights } = await readModel(localModel(await findModel(TINY)));
    const named = await findModel(GGUF);
    expect(named).toEqual({ files: new Map([['llama.gguf', GGUF]]), weights: ['llama.gguf'] });
    expect((await readModel(localModel(named))).weights).toEqual(weights);
    const path = join(folder, 'x.gguf');
    copyFileSync(GGUF, path);
    expect(await findModel(folder)).toEqual({ files: new Map([['x.gguf', path]]), weights: ['x.gguf'] });
  });

  it('is left alone where there is a config.json', async () => {
    copyFileSync(GGUF, join(folder, 'x.gguf'));
    for (const name of ['config.json', 'model.safetensors'])
      copyFileSync(join(TINY, name), join(folder, name));
    expect((await findModel(folder)).weights).toEqual(['model.safetensors']);
  });

  it('is refused by its path', async () => {
    const path = join(folder, 'x.gguf');
    await expect(findModel(path)).rejects.toThrow(/x\.gguf cannot be read/);
    writeFileSync(path, 'PK and more than that');
    await expect(findModel(path)).rejects.toThrow(/x\.gguf is not a GGUF file, or it is cut short/);
    writeFileSync(path, 'GGUF and more than that');
    const source = localModel(await findModel(path));
    await expect(source.config()).rejects.toThrow(InputError);
    await expect(source.config()).rejects.toThrow(/x\.gguf: It has version \d+ of the GGUF format/);
    writeFileSync(join(folder, 'y.gguf'), 'GGUF');
    await expect(findModel(folder)).rejects.toThrow(/has 2 GGUF files, x\.gguf, y\.gguf: name the one/);
  });
});
