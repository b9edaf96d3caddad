/** The pages of the library's API (`npm run docs:api`), into lib/docs. Installs what makes them where it is missing. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('api-docs/', import.meta.url));
const typedoc = `${folder}node_modules/typedoc/bin/typedoc`;

const run = (command, args) => {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', shell: command === 'npm' });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
};

if (!existsSync(typedoc)) run('npm', ['ci', '--prefix', folder, '--no-audit', '--no-fund']);
run(process.execPath, [typedoc]);
