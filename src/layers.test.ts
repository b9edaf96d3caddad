import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

/**
 * Which folder may import which. Everything may use the single files of `src`. A new import between folders is a
 * decision: it is made here, and never from a lower line to a higher one.
 */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  graph: [],
  runtime: ['graph'],
  model: ['graph'],
  statistics: [],
  programs: ['graph', 'model', 'runtime', 'statistics'],
  host: ['graph', 'model', 'programs', 'runtime'],
  sandbox: [],
  domains: ['model', 'sandbox'],
  rl: ['domains', 'host', 'model', 'programs', 'statistics'],
  evaluation: ['domains', 'rl', 'runtime', 'statistics'],
  reward: ['domains', 'host', 'model', 'programs', 'rl', 'sandbox', 'statistics'],
  verify: ['host', 'model', 'programs', 'rl', 'runtime'],
  store: ['domains', 'rl'],
  recipes: ['domains', 'host', 'model', 'reward', 'rl', 'runtime'],
  run: ['domains', 'host', 'rl', 'runtime', 'store'],
  library: ['domains', 'evaluation', 'host', 'model', 'programs', 'reward', 'rl', 'run', 'runtime'],
  report: ['domains', 'rl'],
  experiment: ['domains', 'evaluation', 'host', 'report', 'reward', 'rl', 'run', 'statistics'],
  export: ['domains', 'host', 'model', 'rl', 'sandbox'],
  workspace: [
    'domains', 'evaluation', 'experiment', 'host', 'model', 'recipes', 'reward', 'rl', 'run', 'runtime', 'sandbox', 'store',
    'workers',
  ],
  text: ['rl'],
  views: ['domains', 'rl', 'sandbox', 'statistics', 'text'],
  app: [
    'domains', 'model', 'recipes', 'rl', 'run', 'runtime', 'sandbox', 'store', 'text', 'views', 'workspace',
  ],
  lesson: ['app', 'domains', 'programs', 'rl', 'sandbox', 'statistics', 'views'],
  headless: [
    'domains', 'evaluation', 'experiment', 'host', 'lesson', 'model', 'recipes', 'reward', 'rl', 'run', 'runtime', 'sandbox', 'statistics',
    'store', 'verify', 'workspace',
  ],
  screens: [
    'app', 'domains', 'evaluation', 'experiment', 'export', 'host', 'lesson', 'model', 'recipes', 'reward', 'rl', 'run', 'runtime', 'sandbox',
    'statistics', 'store', 'text', 'views', 'workers', 'workspace',
  ],
  languages: ['sandbox', 'screens', 'text'],
  styles: [],
  workers: [
    'domains', 'host', 'model', 'programs', 'recipes', 'reward', 'rl', 'runtime', 'sandbox', 'scripts', 'store', 'verify', 'workspace',
  ],
  // What others build on the library may use nothing but the library.
  examples: [],
  bench: ['graph', 'headless', 'host', 'model', 'programs', 'runtime', 'workers'],
  cli: [
    'bench', 'domains', 'evaluation', 'experiment', 'export', 'headless', 'model', 'report', 'reward', 'rl', 'run', 'runtime', 'sandbox', 'scripts',
    'statistics', 'verify', 'workspace',
  ],
}; // prettier-ignore

/** Still to go: worker shells are started from above. */
const UPWARD = ['workspace → workers', 'screens → workers'];

interface Import {
  readonly to: string;
  /** Only types: gone when the program runs. */
  readonly type: boolean;
}

const files = ['src', 'workers', 'cli', 'bench', 'examples'].flatMap((root) =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((name) => join(root, name))
    .filter((path) => /\.tsx?$/.test(path) && !/\.(test|d)\.tsx?$/.test(path)),
);

const STATEMENT = /^(?:import|export)\s+(type\s+)?([^;'"]*?)\s*from\s+'([^']+)'|^import\s+'([^']+)'/gm;
const WORKER = /new URL\(\s*'(\.[^']+)'/g;
const LATE = /\bimport\('(\.[^']+)'\)/g;

const onlyTypes = (names: string): boolean =>
  /^\{.*\}$/s.test(names) &&
  names
    .slice(1, -1)
    .split(',')
    .every((name) => name.trim() === '' || name.trim().startsWith('type '));

function importsOf(path: string, late: boolean): Import[] {
  const source = readFileSync(path, 'utf8');
  const found = [...source.matchAll(STATEMENT)].map(([, type, names = '', from, bare]) => ({
    to: from ?? bare ?? '',
    type: type !== undefined || onlyTypes(names),
  }));
  const later = late ? [...source.matchAll(LATE), ...source.matchAll(WORKER)] : [];
  return [...found, ...later.map(([, to = '']) => ({ to, type: false }))];
}

/** A file of this project, without what a bundler is told about it. */
const resolved = (path: string, to: string): string =>
  normalize(join(dirname(path), to.replace(/\?.*$/, '')));

/** `null` for the single files of `src`. */
function folderOf(path: string): string | null {
  const [root = '', folder = '', ...rest] = path.split(/[\\/]/);
  if (root !== 'src') return root;
  return rest.length === 0 ? null : folder;
}

describe('imports', () => {
  it('go between the folders that may use each other', () => {
    const broken = files.flatMap((path) => {
      const from = folderOf(path);
      if (from === null) return [];
      return importsOf(path, true)
        .filter(({ to }) => to.startsWith('.'))
        .map(({ to }) => resolved(path, to))
        .filter((to) => {
          const folder = folderOf(to);
          return folder !== null && folder !== from && !ALLOWED[from]?.includes(folder);
        })
        .filter((to) => !to.endsWith('package.json'))
        .map((to) => `${path} imports ${to}`);
    });
    expect(broken).toEqual([]);
  });

  it('point down the list', () => {
    const order = Object.keys(ALLOWED);
    const upward = Object.entries(ALLOWED).flatMap(([from, targets]) =>
      targets.filter((to) => order.indexOf(to) > order.indexOf(from)).map((to) => `${from} → ${to}`),
    );
    expect(upward).toEqual(UPWARD);
  });

  it('allow nothing that is not used', () => {
    const used = new Set(
      files.flatMap((path) =>
        importsOf(path, true)
          .filter(({ to }) => to.startsWith('.'))
          .map(({ to }) => `${folderOf(path)} → ${folderOf(resolved(path, to))}`),
      ),
    );
    const idle = Object.entries(ALLOWED).flatMap(([from, targets]) =>
      targets.map((to) => `${from} → ${to}`).filter((edge) => !used.has(edge)),
    );
    expect(idle).toEqual([]);
  });

  it('lead to domains by their interface alone, where any domain will do', () => {
    const knowing = files.flatMap((path) =>
      importsOf(path, true)
        .map(({ to }) => resolved(path, to))
        .filter((to) => /^src[\\/]domains[\\/][^\\/]+[\\/]/.test(to))
        .map((to) => `${path} imports ${to}`),
    );
    const general = /^src[\\/](rl|run|evaluation|store|report|views)[\\/]/;
    expect(knowing.filter((line) => general.test(line))).toEqual([]);
    expect(knowing.length).toBeGreaterThan(0);
  });

  it('make no circle of modules', () => {
    const graph = new Map(
      files.map((path) => [
        path,
        importsOf(path, false)
          .filter(({ to, type }) => to.startsWith('.') && !type)
          .map(({ to }) => resolved(path, to)),
      ]),
    );
    const done = new Set<string>();
    const circles: string[] = [];
    const walk = (path: string, way: readonly string[]): void => {
      if (way.includes(path)) circles.push([...way.slice(way.indexOf(path)), path].join(' → '));
      if (way.includes(path) || done.has(path)) return;
      for (const next of graph.get(path) ?? []) walk(next, [...way, path]);
      done.add(path);
    };
    for (const path of files) walk(path, []);
    expect(circles).toEqual([]);
  });

  it('keep ONNX out of the graph: only what runs graphs asks for it', () => {
    const inOnnx = (path: string) => /^src[\\/]graph[\\/]onnx[\\/]/.test(path);
    const asking = files.filter(
      (path) =>
        !inOnnx(path) &&
        importsOf(path, true).some(({ to }) => to.startsWith('.') && inOnnx(resolved(path, to))),
    );
    // Benchmarks time single ONNX nodes.
    const allowed = /^src[\\/]runtime[\\/]ort[\\/]|^bench[\\/]/;
    expect(asking.filter((path) => !allowed.test(path))).toEqual([]);
    expect(asking.length).toBeGreaterThan(0);
  });

  it('name ONNX Runtime in one folder alone', () => {
    const naming = files.filter((path) =>
      importsOf(path, true).some(({ to }) => to.startsWith('onnxruntime-web')),
    );
    // Benchmarks time parts of ONNX Runtime that nothing else uses.
    const allowed = /^src[\\/]runtime[\\/]ort[\\/]|^bench[\\/]/;
    expect(naming.filter((path) => !allowed.test(path))).toEqual([]);
    expect(naming.length).toBeGreaterThan(2);
  });
});
