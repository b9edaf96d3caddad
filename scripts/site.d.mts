import type { IncomingMessage, ServerResponse } from 'node:http';

/** Answers a request in the server's place, or returns false. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => boolean;
/** The page served on a port of this machine. */
export interface AppServer {
  readonly port: number;
  close(): Promise<void>;
}
/** Fills a folder that is there complete or not at all; `fill` is given a folder to make, which becomes this one. */
export function keptBuild(folder: string, fill: (partial: string) => Promise<void>): Promise<void>;
export function builtSite(entry?: 'app' | 'bench'): Promise<string>;
export function serveSite(entry?: 'app' | 'bench', answer?: Answer): Promise<AppServer>;
