import { describe, expect, it } from 'vitest';
import { browserOf, FEATURES, featuresOf, type Scope } from './features.ts';

const bare: Scope = { navigator: {} };

describe('the features', () => {
  it('of a scope that has nothing are none', async () => {
    expect(Object.values(await featuresOf(bare))).toEqual(FEATURES.map(() => false));
  });

  it('are those that are there; this WebAssembly has vectors and shared memory', async () => {
    const scope: Scope = {
      crossOriginIsolated: true,
      SharedArrayBuffer,
      WebAssembly,
      indexedDB: {},
      Worker: {},
      navigator: { gpu: {}, locks: {}, storage: { getDirectory: async () => ({}) } },
    };
    const { jspi: _, ...rest } = await featuresOf(scope);
    expect(Object.values(rest)).toEqual(Object.values(rest).map(() => true));
  });

  it('do not count what is refused or what the instruction set lacks', async () => {
    const found = await featuresOf({
      SharedArrayBuffer,
      WebAssembly: {
        validate: () => false,
        Memory: function refuse(): never {
          throw new RangeError();
        } as unknown as typeof WebAssembly.Memory,
      },
      navigator: { storage: { getDirectory: () => Promise.reject(new Error('refused')) } },
    });
    expect(found).toMatchObject({ simd: false, threads: false, opfs: false });
  });
});

describe('the browser', () => {
  const mozilla = 'Mozilla/5.0 (X11; Linux x86_64)';
  const webkit = `${mozilla} AppleWebKit/605.1.15 (KHTML, like Gecko)`;
  it.each([
    [`${webkit} Chrome/141.0.0.0 Safari/537.36`, 'Chrome 141'],
    [`${webkit} HeadlessChrome/141.0.0.0 Safari/537.36`, 'Chrome 141'],
    [`${webkit} Chrome/141.0.0.0 Safari/537.36 Edg/140.0.1`, 'Edge 140'],
    [`${mozilla} Gecko/20100101 Firefox/143.0`, 'Firefox 143'],
    [`${webkit} Version/26.0 Safari/605.1.15`, 'Safari 26'],
    [`${webkit} Version/18.5 Mobile/15E148 Safari/604.1`, 'Safari 18'],
    ['something of Jane', 'an unknown browser'],
  ])('of %s is named by its main version alone', (agent, name) => {
    expect(browserOf(agent)).toBe(name);
  });
});
