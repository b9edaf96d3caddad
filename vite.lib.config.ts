/** The library (`npm run build:lib`): `src/index.ts` as one ES module; what it depends on stays outside. */
import { defineConfig } from 'vite';
import manifest from './package.json' with { type: 'json' };

const names = Object.keys(manifest.dependencies);

export default defineConfig({
  publicDir: false,
  build: {
    outDir: 'lib',
    target: 'es2022',
    minify: false,
    sourcemap: true,
    lib: { entry: 'src/index.ts', formats: ['es'], fileName: 'index' },
    rolldownOptions: { external: (id) => names.some((name) => id === name || id.startsWith(`${name}/`)) },
  },
});
