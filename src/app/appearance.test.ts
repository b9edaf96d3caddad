import { describe, expect, it } from 'vitest';
import { SCREENS } from '../screens/registry.ts';
import { type Appearance, PLAIN } from './appearance.ts';
import { moved, readPlace, startOf, writePlace } from './place.ts';

const START = startOf(SCREENS);

const read = (address: string): { as: Appearance; ignored: readonly string[] } => {
  const { place, ignored } = readPlace(new URLSearchParams(address), SCREENS);
  return { as: place.as, ignored };
};

describe('how a page shows itself', () => {
  it.each<Appearance>([
    PLAIN,
    { hide: ['settings', 'try-it'], large: false, embed: false },
    { hide: [], large: true, embed: true },
  ])('stands in the address and comes back: %o', (as) => {
    const query = new URLSearchParams();
    writePlace(query, { ...START, as }, SCREENS);
    expect(query.has('hide')).toBe(as.hide.length > 0);
    expect(read(String(query))).toEqual({ as, ignored: [] });
  });

  it('stays when another screen is opened', () => {
    const as = { hide: ['navigation'], large: true, embed: false };
    expect(moved({ ...START, as }, 'rollouts').as).toEqual(as);
  });

  it('is the usual one where the address says something else, which is named', () => {
    expect(read('hide=a,B!&large=2&embed=yes')).toEqual({ as: PLAIN, ignored: ['hide', 'large', 'embed'] });
  });

  it('leaves out parts that a screen has, each of one name', () => {
    for (const { id, parts = {} } of SCREENS) {
      const query = new URLSearchParams();
      const as = { ...PLAIN, hide: Object.keys(parts) };
      writePlace(query, { ...moved(START, id), as }, SCREENS);
      expect(read(String(query))).toEqual({ as, ignored: [] });
    }
  });
});
