import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { missingPackages, nodeIsRecent, SetupError } from './install.mjs';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'posterior-install-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function lock(folder: string, name: string, packages: object): void {
  mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, folder, name), JSON.stringify({ packages }));
}

describe('nodeIsRecent', () => {
  it.each([
    ['20.19.0', true],
    ['20.18.3', false],
    ['18.20.0', false],
    ['22.1.0', true],
    ['100.0.0', true],
  ])('%s → %s', (version, expected) => {
    expect(nodeIsRecent(version)).toBe(expected);
  });
});

describe('missingPackages', () => {
  const wanted = {
    '': { name: 'posterior' },
    'node_modules/a': { version: '1.0.0' },
    'node_modules/b': { version: '2.0.0' },
    'node_modules/only-on-another-system': { version: '1.0.0', optional: true },
  };

  it('is everything that is not optional in a fresh clone', () => {
    lock('.', 'package-lock.json', wanted);
    expect(missingPackages(root)).toEqual(['node_modules/a', 'node_modules/b']);
  });

  it('is what has another version than the lock file says', () => {
    lock('.', 'package-lock.json', wanted);
    lock('node_modules', '.package-lock.json', {
      'node_modules/a': { version: '1.0.0' },
      'node_modules/b': { version: '1.9.9' },
    });
    expect(missingPackages(root)).toEqual(['node_modules/b']);
  });

  it('is nothing when all are there', () => {
    lock('.', 'package-lock.json', wanted);
    lock('node_modules', '.package-lock.json', wanted);
    expect(missingPackages(root)).toEqual([]);
  });

  it('says what to do when the lock file is damaged', () => {
    writeFileSync(join(root, 'package-lock.json'), '{');
    expect(() => missingPackages(root)).toThrow(SetupError);
  });
});
