import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SetupError } from './install.mjs';
import { keptBuild } from './site.mjs';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'posterior-site-'));
});
afterAll(() => rm(root, { recursive: true }));

const page = (folder: string): string => join(folder, 'index.html');

describe('a build that is kept', () => {
  it('is made once for all who ask while it goes on, and for those who ask later', async () => {
    const folder = join(root, 'cache', 'once');
    let times = 0;
    const fill = async (partial: string): Promise<void> => {
      times++;
      await mkdir(partial);
      await writeFile(page(partial), `build ${times}`);
    };
    await Promise.all([keptBuild(folder, fill), keptBuild(folder, fill)]);
    await keptBuild(folder, fill);
    expect(times).toBe(1);
    expect(await readFile(page(folder), 'utf8')).toBe('build 1');
  });

  it('leaves nothing when it fails, and is tried again', async () => {
    const folder = join(root, 'cache', 'failed');
    const fails = async (partial: string): Promise<void> => {
      await mkdir(partial);
      throw new SetupError('The page could not be built: no.');
    };
    await expect(keptBuild(folder, fails)).rejects.toThrow('The page could not be built: no.');
    await keptBuild(folder, async (partial) => {
      await mkdir(partial);
      await writeFile(page(partial), 'a');
    });
    expect(await readFile(page(folder), 'utf8')).toBe('a');
  });
});
