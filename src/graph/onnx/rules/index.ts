/** What every operator becomes in ONNX: one table for each family of operators, as the files of `graph` have them. */
import { GraphError } from '../../tensor.ts';
import type { Rule, Rules } from '../lowering.ts';
import { broadcastRules } from './broadcast.ts';
import { constantRules } from './constant.ts';
import { elementwiseRules } from './elementwise.ts';
import { indexingRules } from './indexing.ts';
import { layoutRules } from './layout.ts';
import { loopRules } from './loop.ts';
import { matmulRules } from './matmul.ts';
import { nnRules } from './nn.ts';

export const FAMILIES: readonly Rules[] = [
  constantRules,
  elementwiseRules,
  broadcastRules,
  layoutRules,
  indexingRules,
  matmulRules,
  nnRules,
  loopRules,
];

const RULES: ReadonlyMap<string, Rule> = new Map(FAMILIES.flatMap((family) => Object.entries(family)));

/** @throws GraphError when the operator has no rule */
export function ruleOf(operator: string): Rule {
  const rule = RULES.get(operator);
  if (!rule)
    throw new GraphError(`${operator}: nothing says what this operator becomes in ONNX; it needs a rule.`);
  return rule;
}
