/** The folder of an evaluation, but for its rollouts, which may be too large to be held as one text. */
import { type EvaluationFile, jsonLines, matrixCsv, type MatrixRow, writeAbout } from './files.ts';
import { evaluationSummary, markdown } from './summary.ts';

/** Files by name, in the order in which they are written: a folder that has the last is whole. */
export const evaluationFolder = (
  file: EvaluationFile,
  matrix: readonly MatrixRow[],
): readonly (readonly [name: string, text: string])[] => [
  ['matrix.jsonl', jsonLines(matrix)],
  ['matrix.csv', matrixCsv(matrix)],
  ['summary.md', markdown(evaluationSummary(file))],
  ['evaluation.json', writeAbout(file)],
];
