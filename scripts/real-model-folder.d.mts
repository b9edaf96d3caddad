export const RECORD: string;
export function realModelFolder(): string;
export function interopEnvironment(): string;
export function onnxEnvironment(): string;
export function hasRealModel(folder?: string): boolean;
export function missingRealModel(folder?: string): string;
