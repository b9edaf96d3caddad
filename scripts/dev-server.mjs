/** The one way in which this project's page is served from its sources: by `npm start` and by the command line. */
import { join } from 'node:path';
import { createServer, mergeConfig } from 'vite';
import { ROOT } from './install.mjs';

/**
 * @param {import('vite').InlineConfig} options
 * @returns {Promise<import('vite').ViteDevServer>} not yet listening
 */
export function createDevServer(options) {
  const common = { root: ROOT, configFile: join(ROOT, 'vite.config.ts'), clearScreen: false };
  return createServer(mergeConfig(common, options));
}
