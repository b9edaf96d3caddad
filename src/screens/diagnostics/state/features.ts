/** What of a browser this page uses, and whether it is there. */

export const FEATURES = [
  'isolation',
  'simd',
  'threads',
  'jspi',
  'webgpu',
  'indexedDb',
  'opfs',
  'locks',
  'workers',
] as const;
export type FeatureName = (typeof FEATURES)[number];
export type Features = Readonly<Record<FeatureName, boolean>>;

/** The parts of a page's global scope that are looked at. */
export interface Scope {
  readonly crossOriginIsolated?: boolean;
  readonly SharedArrayBuffer?: unknown;
  readonly WebAssembly?: Pick<typeof WebAssembly, 'validate' | 'Memory'>;
  readonly indexedDB?: unknown;
  readonly Worker?: unknown;
  readonly navigator: {
    readonly gpu?: unknown;
    readonly locks?: unknown;
    readonly storage?: { readonly getDirectory?: () => Promise<unknown> };
  };
}

/** The smallest module with an instruction on vectors: `i32.const 0; i8x16.splat; drop`. */
const SIMD_MODULE = new Uint8Array([
  0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x04, 0x01, 0x60, 0x00, 0x00, 0x03, 0x02, 0x01, 0x00,
  0x0a, 0x09, 0x01, 0x07, 0x00, 0x41, 0x00, 0xfd, 0x0f, 0x1a, 0x0b,
]);

export async function featuresOf(scope: Scope): Promise<Features> {
  const { WebAssembly: wasm, navigator } = scope;
  return {
    isolation: scope.crossOriginIsolated === true,
    simd: wasm?.validate(SIMD_MODULE) === true,
    threads: scope.SharedArrayBuffer !== undefined && hasSharedMemory(wasm),
    jspi: wasm !== undefined && 'Suspending' in wasm,
    webgpu: navigator.gpu !== undefined,
    indexedDb: scope.indexedDB !== undefined,
    opfs: await hasOpfs(navigator.storage),
    locks: navigator.locks !== undefined,
    workers: scope.Worker !== undefined,
  };
}

function hasSharedMemory(wasm: Scope['WebAssembly']): boolean {
  try {
    return (
      wasm !== undefined && new wasm.Memory({ initial: 1, maximum: 1, shared: true }).buffer.byteLength > 0
    );
  } catch {
    return false;
  }
}

/** Some browsers have it and refuse it, as in private windows. */
async function hasOpfs(storage: Scope['navigator']['storage']): Promise<boolean> {
  try {
    return (await storage?.getDirectory?.()) !== undefined;
  } catch {
    return false;
  }
}

/** What tells browsers apart, most particular first. */
const BROWSERS = [
  ['Edge', /\bEdg\/(\d+)/],
  ['Firefox', /\bFirefox\/(\d+)/],
  ['Chrome', /\bChrom(?:e|ium)\/(\d+)/],
  ['Safari', /\bVersion\/(\d+)\S* (?:Mobile\S* )?Safari\//],
] as const;

/** Name and main version out of a user agent; nothing else of it leaves this function. */
export function browserOf(userAgent: string): string {
  for (const [name, pattern] of BROWSERS) {
    const [, version] = pattern.exec(userAgent.replace('HeadlessChrome', 'Chrome')) ?? [];
    if (version) return `${name} ${version}`;
  }
  return 'an unknown browser';
}
