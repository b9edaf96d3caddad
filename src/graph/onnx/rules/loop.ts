import type { LoopBody } from '../../loop.ts';
import { castTo, type OnnxValue, type Rule, type Rules } from '../lowering.ts';

const loop: Rule = (node, inputs, to) => {
  const { parameters, results } = node.payload as LoopBody;
  const [count, ...values] = parameters;
  const graph = to.nested((body) => {
    const iteration = body.fresh('iteration');
    const condition = body.fresh('condition');
    body.bind(count!, castTo(body, iteration, 'i32'));
    const carried = values.map((t): OnnxValue => {
      const name = body.fresh('carried');
      body.bind(t, name);
      return { name, type: t.dtype, shape: t.shape };
    });
    const outputs = results.map((t): OnnxValue => {
      // An output must be made by a node of the body itself, and only once.
      const name = body.emit('Identity', [body.name(t)]);
      return { name, type: t.dtype, shape: t.shape };
    });
    return {
      inputs: [
        { name: iteration, type: 'i64', shape: [] },
        { name: condition, type: 'bool', shape: [] },
        ...carried,
      ],
      outputs,
    };
  });
  const trips = to.constant('i64', [], [node.attributes['trips'] as number]);
  return to.emitAll('Loop', [trips, ...inputs.slice(0, parameters.length)], {
    outputs: node.outputs.length,
    attributes: { body: { kind: 'graph', value: graph } },
  });
};

export const loopRules: Rules = { loop };
