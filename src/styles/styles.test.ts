import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Classes that libraries give. */
const GIVEN = /^(u-|uplot$|hljs-|tok-|cm-)/;

const paths = readdirSync('src', { recursive: true, encoding: 'utf8' }).map((name) => join('src', name));
const sheets = paths.filter((path) => path.endsWith('.css'));
const modules = paths.filter((path) => /\.tsx?$/.test(path) && !/\.(test|d)\.tsx?$/.test(path));
const source = new Map(modules.map((path) => [path, readFileSync(path, 'utf8')]));

/** Every word in a text of a module: names of classes are made of such, and of nothing else. */
const said = new Set(
  [...source.values()].flatMap((text) =>
    [...text.matchAll(/'[^'\n]*'|"[^"\n]*"|`[^`]*`/g)].flatMap(([quoted]) => quoted.match(/[\w-]+/g) ?? []),
  ),
);

/** Also where it is put together, as `icon-${name}` is. */
const used = (name: string): boolean => {
  const dash = name.indexOf('-') + 1;
  return said.has(name) || (said.has(name.slice(0, dash)) && said.has(name.slice(dash)));
};

const withoutComments = (path: string): string => readFileSync(path, 'utf8').replace(/\/\*.*?\*\//gs, '');

describe('style sheets', () => {
  it.each(sheets)('%s has no class that is not used', (path) => {
    const selectors = [...withoutComments(path).matchAll(/([^{};]+)\{/g)].map(
      ([, selector = '']) => selector,
    );
    const classes = selectors
      .filter((selector) => !selector.trim().startsWith('@'))
      .flatMap((selector) => [...selector.matchAll(/\.([a-z][\w-]*)/gi)].map(([, name = '']) => name));
    expect([...new Set(classes)].filter((name) => !used(name) && !GIVEN.test(name))).toEqual([]);
  });

  it('are imported beside them, in the layer of their folder', () => {
    const imported = new Map<string, string[]>();
    for (const [path, text] of source)
      for (const [, to = ''] of text.matchAll(/^import '(\.[^']+\.css)'/gm)) {
        const sheet = normalize(join(dirname(path), to));
        imported.set(sheet, [...(imported.get(sheet) ?? []), path]);
      }
    const own = sheets.filter((path) => dirname(path) !== join('src', 'styles'));
    expect([...imported.keys()].filter((path) => !existsSync(path))).toEqual([]);
    expect(own.filter((path) => !imported.has(path))).toEqual([]);
    const layerOf = (path: string): string => {
      const folder = /^src[\\/](views|screens|lesson)/.exec(path)?.[1] ?? 'layout';
      return folder === 'lesson' ? 'screens' : folder;
    };
    const outside = own.filter(
      (path) =>
        !withoutComments(path)
          .replace(/@import .*;\s*/g, '')
          .trim()
          .startsWith(`@layer ${layerOf(path)} {`),
    );
    expect(outside).toEqual([]);
  });
});
