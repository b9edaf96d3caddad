/** Experiments that come with the site. */
import { messageOf } from '../../../errors.ts';
import { AssetError } from '../../../model/sources/bundled.ts';
import { text } from '../text.ts';

/** Names of their files. */
export const SITE_FILES = ['gates', 'content', 'maths'] as const;
export type SiteFile = (typeof SITE_FILES)[number];

/** @throws AssetError */
export async function fetchSiteFile(name: SiteFile): Promise<string> {
  const url = `${import.meta.env.BASE_URL}experiments/${name}.json`;
  try {
    const response = await fetch(url);
    if (response.ok && !response.headers.get('content-type')?.includes('text/html'))
      return await response.text();
    throw new AssetError(text.error.siteFile(url, String(response.status)));
  } catch (cause) {
    if (cause instanceof AssetError) throw cause;
    throw new AssetError(text.error.siteFile(url, messageOf(cause)), { cause });
  }
}
