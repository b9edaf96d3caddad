import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../sha256.ts';
import type { Provenance } from './build.ts';

const shipped = 'public/starter/benchmark.jsonl';
describe('the shipped benchmark', () => {
  it('is what its provenance says: at least 500 pairs, unchanged, small', async () => {
    const bytes = new Uint8Array(readFileSync(shipped));
    const provenance = JSON.parse(
      readFileSync(shipped.replace('.jsonl', '.provenance.json'), 'utf8'),
    ) as Provenance;
    expect(await sha256(bytes)).toBe(provenance.sha256);
    expect(provenance.pairs).toBeGreaterThanOrEqual(500);
    expect(bytes.length).toBeLessThan(500_000);
  });
});
