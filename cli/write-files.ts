import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import type { StarterFile } from '../src/app/automation-types.ts';
import { PageError } from './errors.ts';

/** Writes every file beside its place first, then moves all of them there. */
export async function writeAll(folder: string, files: readonly StarterFile[]): Promise<void> {
  const targets = files.map(({ path, base64 }) => ({ target: resolve(folder, path), base64 }));
  const outside = targets.find(({ target }) => !target.startsWith(folder + sep));
  if (outside !== undefined)
    throw new PageError(`The page wants to write outside ${folder}: ${outside.target}.`);
  for (const { target, base64 } of targets) {
    await mkdir(dirname(target), { recursive: true });
    await writeFile(`${target}.new`, Buffer.from(base64, 'base64'));
  }
  for (const { target } of targets) await rename(`${target}.new`, target);
}

/** Writes a text beside its place first, then moves it there. */
export async function writeText(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}
