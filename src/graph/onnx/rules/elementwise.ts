import { alias, castTo, type Lowering, plain, type Rule, type Rules } from '../lowering.ts';

// The WebGPU provider has no And and Or, and its Where makes an invalid shader for bool; through floats it works.
const choose = (to: Lowering, condition: string, a: string, b: string): string =>
  castTo(to, to.emit('Where', [condition, a, b]), 'bool');

const or: Rule = (_node, [a, b], to) => [
  to.target === 'webgpu'
    ? choose(to, a!, to.constant('f32', [], [1]), castTo(to, b!, 'f32'))
    : to.emit('Or', [a!, b!]),
];

const and: Rule = (_node, [a, b], to) => [
  to.target === 'webgpu'
    ? choose(to, a!, castTo(to, b!, 'f32'), to.constant('f32', [], [0]))
    : to.emit('And', [a!, b!]),
];

const softplus: Rule = (_node, [x], to) => {
  if (to.target === 'wasm') return [to.emit('Softplus', [x!])];
  // The WebGPU provider has no Softplus.
  const tail = to.emit('Exp', [to.emit('Neg', [to.emit('Abs', [x!])])]);
  const rest = to.emit('Log', [to.emit('Add', [tail, to.constant('f32', [], [1])])]);
  return [to.emit('Add', [to.emit('Relu', [x!]), rest])];
};

export const elementwiseRules: Rules = {
  add: plain('Add'),
  sub: plain('Sub'),
  mul: plain('Mul'),
  div: plain('Div'),
  maximum: plain('Max'),
  minimum: plain('Min'),
  less: plain('Less'),
  equal: plain('Equal'),
  or,
  and,
  not: plain('Not'),
  neg: plain('Neg'),
  exp: plain('Exp'),
  log: plain('Log'),
  sqrt: plain('Sqrt'),
  sigmoid: plain('Sigmoid'),
  softplus,
  select: plain('Where'),
  cast: (node, [x], to) => [castTo(to, x!, node.outputs[0]!.dtype)],
  detach: alias,
  checkpoint: alias,
};
