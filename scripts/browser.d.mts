export interface Machine {
  readonly platform?: NodeJS.Platform;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly home?: string;
}
export function browserCandidates(machine?: Machine): string[];
export function browserRuns(path: string): boolean;
export function findBrowser(machine?: Machine): string | null;
export function vulkanDriver(machine?: Machine): string | null;
export function browserAdvice(platform?: NodeJS.Platform): string;
export function ensureBrowser(): string;
export function launchFlags(options?: {
  readonly webgpu?: boolean;
  readonly root?: boolean;
  readonly more?: string;
}): string[];
