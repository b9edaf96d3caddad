/**
 * `npm start [-- --port N --no-open]`: installs what is missing, serves the app, prints and opens its address.
 */
import { parseArgs } from 'node:util';
import { ensureInstalled, exitWith, SetupError } from './install.mjs';

const DEFAULT_PORT = 5173;

function options() {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: 'string', default: String(DEFAULT_PORT) },
        'no-open': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 1 || port > 65_535) {
      throw new SetupError(`--port must be a whole number from 1 to 65535, not ${values.port}.`);
    }
    return { port, open: !values['no-open'], help: values.help };
  } catch (error) {
    if (error instanceof SetupError) throw error;
    throw new SetupError(`${error.message} Options: --port N (default ${DEFAULT_PORT}), --no-open, --help.`);
  }
}

/** Nobody looks at a browser opened by a build machine, and without a display it cannot open. */
function canOpen() {
  if (process.env.CI) return false;
  if (process.platform !== 'linux') return true;
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

try {
  const { port, open, help } = options();
  if (help) {
    process.stdout.write(
      'Usage: npm start -- [--port N] [--no-open]\n\n' +
        `Serves the app on port ${DEFAULT_PORT}, or the next free one, and opens it in the browser.\n` +
        '  --port N   first port to try\n  --no-open  only print the address\n',
    );
    process.exit(0);
  }
  ensureInstalled();
  const { createDevServer } = await import('./dev-server.mjs');
  const server = await createDevServer({ server: { port, strictPort: false } });
  await server.listen();
  const url = server.resolvedUrls?.local[0] ?? `http://localhost:${port}/`;
  process.stdout.write(`\nPosterior is at ${url}\nStop it with Ctrl+C.\n`);
  if (open && canOpen()) server.openBrowser();
} catch (error) {
  exitWith(error);
}
