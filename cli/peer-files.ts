/** The files of the peers of `bench models`, out of node_modules and the model's folder, on the server that the page comes from. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import sirv from 'sirv';
import { PEERS, PEER_MODEL } from '../bench/models/peers.ts';
import { ISOLATION } from '../scripts/isolation.mjs';
import type { Answer } from '../scripts/site.mjs';

const require = createRequire(import.meta.url);

/** Folders by the name that stands in the address. */
function foldersOf(onnx: string): ReadonlyMap<string, string> {
  const transformers = dirname(require.resolve('@huggingface/transformers'));
  // Its own version, which may be another than this project's.
  const runtime = createRequire(join(transformers, 'index.js')).resolve('onnxruntime-web');
  return new Map([
    ['transformers', transformers],
    ['onnxruntime', dirname(runtime)],
    ['wllama', dirname(require.resolve('@wllama/wllama'))],
    [PEER_MODEL, onnx],
  ]);
}

/**
 * Answers what the peers ask for, and nothing else.
 * @param onnx folder with config.json and model.onnx
 */
export function peerFiles(onnx: string): Answer {
  const handlers = new Map(
    [...foldersOf(onnx)].map(([name, folder]) => [
      name,
      sirv(folder, {
        setHeaders(response) {
          for (const [header, value] of Object.entries(ISOLATION)) response.setHeader(header, value);
        },
      }),
    ]),
  );
  return (request, response) => {
    const address = request.url ?? '/';
    if (!address.startsWith(PEERS)) return false;
    const [name = ''] = address.slice(PEERS.length).split('/');
    const handler = handlers.get(name);
    if (!handler) response.writeHead(404).end();
    else {
      request.url = address.slice(PEERS.length + name.length);
      handler(request, response);
    }
    return true;
  };
}
