export const ROOT: string;
/** A failure whose message says what happened and what to do. */
export class SetupError extends Error {}
export function nodeIsRecent(version: string): boolean;
export function missingPackages(root: string): string[];
export function ensureInstalled(root?: string): void;
export function exitWith(error: unknown): never;
