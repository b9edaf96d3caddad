import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../scripts/install.mjs';

/** As much of the project's package.json as results are told. */
export const { version: VERSION, dependencies: DEPENDENCIES } = JSON.parse(
  readFileSync(join(ROOT, 'package.json'), 'utf8'),
) as { readonly version: string; readonly dependencies: Readonly<Record<string, string>> };
