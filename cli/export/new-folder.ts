import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { NamedFile } from '../../src/model/hugging-face.ts';
import { InputError } from '../errors.ts';

/**
 * Writes a folder that is whole or not there: everything goes into `OUT.part`, which then takes its name. What an
 * interrupted export left there is removed by the next.
 * @throws {InputError} when the folder already holds something
 */
export async function writeNewFolder(out: string, files: readonly NamedFile[]): Promise<void> {
  const target = resolve(out);
  if (existsSync(target) && (await readdir(target)).length > 0)
    throw new InputError(`${out} is not empty, and nothing is overwritten. Choose another --out.`);
  const part = `${target}.part`;
  await rm(part, { recursive: true, force: true });
  for (const [path, content] of files) {
    const place = join(part, path);
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, content);
  }
  // An empty folder would be in the way on some systems.
  await rm(target, { recursive: true, force: true });
  await rename(part, target);
}
