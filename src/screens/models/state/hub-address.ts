import { isLocalHost } from '../../../local.ts';
import { HUB } from '../../../model/sources/hub-request.ts';

/**
 * The hub that models are looked up at. A page that this machine serves may name another one of this machine (`?hub=`);
 * everywhere else the address of the page changes nothing, so that no link can send anybody, or a token, elsewhere.
 */
export function hubAddress({ hostname, search }: Pick<Location, 'hostname' | 'search'>): string {
  const asked = new URLSearchParams(search).get('hub');
  if (asked === null || !isLocalHost(hostname) || !URL.canParse(asked)) return HUB;
  return isLocalHost(new URL(asked).hostname) ? asked : HUB;
}
