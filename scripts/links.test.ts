import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';

const markdown = ['.', 'docs', 'bench', 'src/sandbox'].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
);
const LINK = /\]\(([^)\s]+)\)|\bsrc="([^"]+)"/g;

it.each(markdown)('%s links to files that are there', (path) => {
  const text = readFileSync(path, 'utf8').replace(/^```[\s\S]*?^```/gm, '');
  const targets = [...text.matchAll(LINK)]
    .map(([, link, source]) => (link ?? source ?? '').replace(/#.*$/, ''))
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target));
  expect(targets.filter((target) => !existsSync(join(dirname(path), target)))).toEqual([]);
});
