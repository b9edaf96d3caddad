import { constants } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import { relative } from 'node:path';
import { InputError } from './errors.ts';
import { messageOf } from '../src/errors.ts';

/** Why a file could not be read, as the end of a sentence. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOENT':
      return 'it does not exist';
    case 'EISDIR':
      return 'it is a folder';
    case 'EACCES':
      return 'reading it is not allowed';
    default:
      return messageOf(error);
  }
}

/** A path as short as it can be said from here. */
export function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
}

/** @throws {InputError} naming the file and why it cannot be read */
export async function readBytes(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new InputError(`${path} cannot be read: ${reasonOf(error)}.`);
  }
}

/** @throws {InputError} naming the file and why it cannot be read */
export async function checkReadable(path: string): Promise<void> {
  try {
    await access(path, constants.R_OK);
    if ((await stat(path)).isDirectory()) throw new Error('it is a folder');
  } catch (error) {
    throw new InputError(`${path} cannot be read: ${reasonOf(error)}.`);
  }
}

/** @throws {InputError} when the file cannot be read or is not JSON */
export async function readJson(path: string): Promise<unknown> {
  // Some editors write a byte order mark.
  const text = (await readBytes(path)).toString('utf8').replace(/^\uFEFF/, '');
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new InputError(`${path} is not JSON: ${messageOf(error)}.`);
  }
}
