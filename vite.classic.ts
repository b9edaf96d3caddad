import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type InlineConfig } from 'vite';

export const root = dirname(fileURLToPath(import.meta.url));

/** Bundles a module to one classic script, where no module can be started. */
export async function classicScript(entry: string, config: InlineConfig = {}): Promise<string> {
  const result = await build({
    root,
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    ...config,
    build: {
      write: false,
      target: 'es2022',
      lib: { entry: join(root, entry), formats: ['iife'], name: 'posterior', fileName: () => 'script.js' },
      ...config.build,
    },
  });
  const output = Array.isArray(result) ? result[0] : result;
  const script = output && 'output' in output ? output.output[0] : undefined;
  if (!script) throw new Error(`Bundling ${entry} gave no script.`);
  return script.code;
}
