/** The one way in which this project's page is served from its sources: by `npm start` and by the command line. */
import { join } from 'node:path';
import { createServer, mergeConfig } from 'vite';
import { ROOT } from './install.mjs';

/**
 * Packages are bundled before the page loads; one found later would change addresses under a page that has begun.
 * So workers are searched too, and the search is told of Preact's JSX, which it does not take from `oxc`.
 */
const optimizeDeps = {
  entries: ['index.html', 'workers/**/*.ts'],
  rolldownOptions: { transform: { jsx: { runtime: 'automatic', importSource: 'preact' } } },
};

/**
 * @param {import('vite').InlineConfig} options
 * @returns {Promise<import('vite').ViteDevServer>} not yet listening
 */
export function createDevServer(options) {
  const common = { root: ROOT, configFile: join(ROOT, 'vite.config.ts'), optimizeDeps, clearScreen: false };
  return createServer(mergeConfig(common, options));
}
