/** How the page shows itself to a class, to an audience, or inside another page; all of it stands in the address. */

/** The name of a part of the page that a link can leave out. */
const PART = /^[a-z-]{1,32}$/;

export interface Appearance {
  /** Parts that are left out, by name. */
  readonly hide: readonly string[];
  /** Type that is read from the back of a room. */
  readonly large: boolean;
  /** Inside another page: without what stands around the screen. */
  readonly embed: boolean;
}

export const PLAIN: Appearance = { hide: [], large: false, embed: false };

/** Its keys in the address. */
export const APPEARANCE_KEYS = ['hide', 'large', 'embed'] as const;

/** The appearance in an address, and the keys whose values mean nothing. */
export function readAppearance(query: URLSearchParams): {
  readonly appearance: Appearance;
  readonly ignored: readonly string[];
} {
  const hide = query.get('hide')?.split(',') ?? [];
  const flags = (['large', 'embed'] as const).filter((key) => query.has(key));
  const wrong = [
    ...(hide.every((part) => PART.test(part)) ? [] : ['hide']),
    ...flags.filter((key) => query.get(key) !== '1'),
  ];
  const has = (key: 'large' | 'embed'): boolean => flags.includes(key) && !wrong.includes(key);
  return {
    appearance: { hide: wrong.includes('hide') ? [] : hide, large: has('large'), embed: has('embed') },
    ignored: wrong,
  };
}

/** Adds an appearance to an address; what is as usual is left out. */
export function writeAppearance(query: URLSearchParams, { hide, large, embed }: Appearance): void {
  if (hide.length > 0) query.set('hide', hide.join(','));
  if (large) query.set('large', '1');
  if (embed) query.set('embed', '1');
}
