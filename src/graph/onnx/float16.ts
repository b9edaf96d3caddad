/** Which graphs need a device that has float16. */
import { DATA_TYPES, type OnnxAttribute, type OnnxGraph, type OnnxNode, type OnnxValue } from './lowering.ts';

const isFloat16 = ({ type }: OnnxValue): boolean => type === 'f16';

function makesFloat16({ type, attributes }: OnnxNode): boolean {
  const { to } = attributes;
  if (type === 'Cast' && to?.kind === 'int' && to.value === DATA_TYPES.f16) return true;
  return Object.values(attributes).some(
    (attribute: OnnxAttribute) => attribute.kind === 'graph' && usesFloat16(attribute.value),
  );
}

/** Whether any value of the graph is float16: all come from inputs, constants and casts. */
export const usesFloat16 = ({ inputs, initializers, nodes }: OnnxGraph): boolean =>
  inputs.some(isFloat16) || initializers.some(isFloat16) || nodes.some(makesFloat16);
