/** A folder that a model is downloaded to. */
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { HubFile } from '../src/model/sources/hub.ts';
import { matches, type Place } from '../src/model/sources/hub-download.ts';

/** Of a file that is not whole yet, and of no other version of it. */
const partOf = ({ name, hash }: HubFile): string => `${name}.${hash.slice(0, 12)}.part`;

/** Files get their names when they are whole. One that is there already stays if it is the same. */
export function downloadFolder(folder: string): Place {
  return {
    async has(file) {
      const path = join(folder, file.name);
      if (!existsSync(path) || (await stat(path)).size !== file.sizeBytes) return false;
      return matches(file, Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>);
    },
    async open(hubFile) {
      await mkdir(folder, { recursive: true });
      const path = join(folder, hubFile.name);
      const part = join(folder, partOf(hubFile));
      const file = await open(part, existsSync(part) ? 'r+' : 'w+');
      const { size } = await file.stat();
      return {
        sizeBytes: size,
        async read(at, count) {
          const { buffer, bytesRead } = await file.read(new Uint8Array(count), 0, count, at);
          return buffer.subarray(0, bytesRead);
        },
        async write(bytes, at) {
          for (let done = 0; done < bytes.byteLength;) {
            const { bytesWritten } = await file.write(bytes, done, bytes.byteLength - done, at + done);
            done += bytesWritten;
          }
        },
        truncate: (bytes) => file.truncate(bytes),
        async close(whole) {
          if (whole) await file.sync();
          const { size: left } = await file.stat();
          await file.close();
          if (whole) await rename(part, path);
          else if (left === 0) await rm(part);
        },
      };
    },
  };
}
