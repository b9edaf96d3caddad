import type { InlineConfig, ViteDevServer } from 'vite';
export function createDevServer(options: InlineConfig): Promise<ViteDevServer>;
