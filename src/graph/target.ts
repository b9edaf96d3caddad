/** Where a graph is to run: some things have a better form on one of the two. */
export type Target = 'wasm' | 'webgpu';
