/** The models that come with the site. */
import { DOMAIN_NAMES, domainOf } from '../../../domains/index.ts';
import { bundledModel } from '../../../model/sources/bundled.ts';
import { hashWeights } from '../../../model/hash-weights.ts';
import type { Workspace } from '../../../workspace/workspace.ts';
import type { Role, SiteItem } from './catalog.ts';

const ROLES: readonly Role[] = ['policy', 'reward'];

/** The domain and the role that an id of the site stands for. */
export function siteFolder(id: string): { readonly domain: string; readonly role: Role } {
  const [, domain = '', role = ''] = id.split(':');
  return { domain, role: role as Role };
}

/** Those of every domain, read. @throws AssetError */
export async function readSite(workspace: Pick<Workspace, 'bundled'>): Promise<SiteItem[]> {
  const all = DOMAIN_NAMES.map(async (domain) => {
    const { label, models } = domainOf({ domain });
    const site = await workspace.bundled({ domain });
    return Promise.all(
      ROLES.map(async (role): Promise<SiteItem> => {
        const { weights } = site[role];
        const [hash, { recipe = null }] = await Promise.all([
          hashWeights(weights),
          bundledModel(models, role).metadata(),
        ]);
        return {
          id: `site:${domain}:${role}`,
          role,
          domain: label,
          parameters: weights.length,
          hash,
          recipe,
        };
      }),
    );
  });
  return (await Promise.all(all)).flat();
}
