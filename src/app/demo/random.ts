/** Uniform numbers in [0, 1) from a key, the same ones for the same key (mulberry32 over an FNV-1a hash). */
export function uniforms(...key: readonly (string | number)[]): () => number {
  let state = 2166136261;
  for (const character of key.join('/')) {
    state = Math.imul(state ^ character.charCodeAt(0), 16777619);
  }
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
