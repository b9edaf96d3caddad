import { describe, expect, it } from 'vitest';
import type { Program } from '../runtime/runtime.ts';
import { ProgramCache } from './program-cache.ts';

/** Programs that compute nothing, and what became of them. */
function programs() {
  const compiled: string[] = [];
  const released: string[] = [];
  const compile = (key: string) => async (): Promise<Program> => {
    compiled.push(key);
    return {
      inputs: [],
      run: async () => ({ values: {}, kept: {} }),
      release: async () => void released.push(key),
    };
  };
  return { compiled, released, compile };
}

describe('ProgramCache', () => {
  it('compiles once, and once for calls that come together', async () => {
    const { compiled, compile } = programs();
    const cache = new ProgramCache(2);
    const leases = await Promise.all([cache.lease('a', compile('a')), cache.lease('a', compile('a'))]);
    expect(leases[0].program).toBe(leases[1].program);
    expect(compiled).toEqual(['a']);
  });

  it('releases what was not used for longest when it is full', async () => {
    const { compiled, released, compile } = programs();
    const cache = new ProgramCache(2);
    for (const key of ['a', 'b', 'a', 'c', 'b']) await cache.use(key, compile(key), async () => {});
    expect(compiled).toEqual(['a', 'b', 'c', 'b']);
    expect(released).toEqual(['b', 'a']);
    expect(cache.size).toBe(2);
  });

  it('keeps what is in use, above its bound if need be', async () => {
    const { released, compile } = programs();
    const cache = new ProgramCache(1);
    const held = await cache.lease('a', compile('a'));
    const twice = await cache.lease('a', compile('a'));
    await cache.use('b', compile('b'), async () => {
      await cache.use('c', compile('c'), async () => {});
      expect(released).toEqual([]);
    });
    held.end();
    held.end();
    await cache.use('d', compile('d'), async () => {});
    expect(released).toEqual(['b', 'c']);
    twice.end();
    await cache.use('e', compile('e'), async () => {});
    expect(released).toEqual(['b', 'c', 'a', 'd']);
  });

  it('gives back a program whose work failed', async () => {
    const { released, compile } = programs();
    const cache = new ProgramCache(1);
    const failing = cache.use('a', compile('a'), () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    await cache.use('b', compile('b'), async () => {});
    expect(released).toEqual(['a']);
  });

  it('tries a failed compilation again', async () => {
    const { compile } = programs();
    const cache = new ProgramCache(1);
    await expect(cache.lease('a', () => Promise.reject(new Error('no memory')))).rejects.toThrow('no memory');
    expect(cache.size).toBe(0);
    await cache.lease('a', compile('a'));
    expect(cache.size).toBe(1);
  });

  it('releases everything at the end', async () => {
    const { released, compile } = programs();
    const cache = new ProgramCache(3);
    await cache.lease('a', compile('a'));
    await cache.use('b', compile('b'), async () => {});
    await cache.dispose();
    expect(released).toEqual(['a', 'b']);
    expect(cache.size).toBe(0);
  });
});
