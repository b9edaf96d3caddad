/** The page served on a port of this machine. */
export interface AppServer {
  readonly port: number;
  close(): Promise<void>;
}
export function builtSite(): Promise<string>;
export function serveSite(): Promise<AppServer>;
