import { JsonLineError, parseJsonLine, type JsonObject } from '../../src/domains/code/grading/json-line.ts';
import {
  readRecord,
  type GradeItem,
  type LineError,
  type ReadOptions,
} from '../../src/domains/code/grading/lines.ts';

/** Reads one object as a line of JSON. */
export function readLine(text: string, line: number, options: ReadOptions): GradeItem | LineError {
  try {
    return readRecord(parseJsonLine(text) as JsonObject, line, options);
  } catch (error) {
    if (!(error instanceof JsonLineError)) throw error;
    return { kind: 'error', line, error: error.message };
  }
}
