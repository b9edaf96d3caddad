/** The page served on a port of this machine. */
export interface AppServer {
  readonly port: number;
  close(): Promise<void>;
}
export function builtSite(entry?: 'app' | 'bench'): Promise<string>;
export function serveSite(entry?: 'app' | 'bench'): Promise<AppServer>;
