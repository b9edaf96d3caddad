/** ONNX graph → bytes, through protobufjs and the part of the official schema (onnx.proto, IR version 8) we use. */
import protobuf from 'protobufjs/light.js';
import {
  DATA_TYPES,
  type OnnxAttribute,
  type OnnxGraph,
  type OnnxInitializer,
  type OnnxNode,
  type OnnxValue,
} from './lowering.ts';

const IR_VERSION = 8;
const OPSET = 18;

const field = (type: string, id: number) => ({ type, id });
const repeated = (type: string, id: number, packed = false) => ({
  rule: 'repeated',
  type,
  id,
  options: { packed },
});

/** Messages and field numbers as in onnx.proto; tests decode the result with a full copy of that schema. */
const root = protobuf.Root.fromJSON({
  nested: {
    ModelProto: {
      fields: {
        irVersion: field('int64', 1),
        producerName: field('string', 2),
        graph: field('GraphProto', 7),
        opsetImport: repeated('OperatorSetIdProto', 8),
      },
    },
    OperatorSetIdProto: { fields: { domain: field('string', 1), version: field('int64', 2) } },
    GraphProto: {
      fields: {
        node: repeated('NodeProto', 1),
        name: field('string', 2),
        initializer: repeated('TensorProto', 5),
        input: repeated('ValueInfoProto', 11),
        output: repeated('ValueInfoProto', 12),
      },
    },
    NodeProto: {
      fields: {
        input: repeated('string', 1),
        output: repeated('string', 2),
        name: field('string', 3),
        opType: field('string', 4),
        attribute: repeated('AttributeProto', 5),
        domain: field('string', 7),
      },
    },
    AttributeProto: {
      fields: {
        name: field('string', 1),
        f: field('float', 2),
        i: field('int64', 3),
        s: field('bytes', 4),
        g: field('GraphProto', 6),
        ints: repeated('int64', 8),
        type: field('int32', 20),
      },
    },
    TensorProto: {
      fields: {
        dims: repeated('int64', 1),
        dataType: field('int32', 2),
        name: field('string', 8),
        rawData: field('bytes', 9),
      },
    },
    ValueInfoProto: { fields: { name: field('string', 1), type: field('TypeProto', 2) } },
    TypeProto: { fields: { tensorType: field('TensorTypeProto', 1) } },
    TensorTypeProto: { fields: { elemType: field('int32', 1), shape: field('TensorShapeProto', 2) } },
    TensorShapeProto: { fields: { dim: repeated('DimensionProto', 1) } },
    DimensionProto: { fields: { dimValue: field('int64', 1) } },
  },
});

function encodeAttribute(name: string, attribute: OnnxAttribute): object {
  switch (attribute.kind) {
    case 'float':
      return { name, type: 1, f: attribute.value };
    case 'int':
      return { name, type: 2, i: attribute.value };
    case 'string':
      return { name, type: 3, s: new TextEncoder().encode(attribute.value) };
    case 'graph':
      return { name, type: 5, g: encodeGraph(attribute.value, name) };
    case 'ints':
      return { name, type: 7, ints: attribute.value };
  }
}

const encodeNode = (node: OnnxNode): object => ({
  input: node.inputs,
  output: node.outputs,
  name: node.outputs[0],
  opType: node.type,
  attribute: Object.entries(node.attributes).map(([name, attribute]) => encodeAttribute(name, attribute)),
  ...(node.domain ? { domain: node.domain } : {}),
});

const encodeInitializer = ({ name, type, shape, data }: OnnxInitializer): object => ({
  name,
  dims: shape,
  dataType: DATA_TYPES[type],
  rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
});

const encodeValue = ({ name, type, shape }: OnnxValue): object => ({
  name,
  type: {
    tensorType: { elemType: DATA_TYPES[type], shape: { dim: shape.map((dimValue) => ({ dimValue })) } },
  },
});

const encodeGraph = (graph: OnnxGraph, name: string): object => ({
  name,
  node: graph.nodes.map(encodeNode),
  initializer: graph.initializers.map(encodeInitializer),
  input: graph.inputs.map(encodeValue),
  output: graph.outputs.map(encodeValue),
});

/** A complete ONNX model file. */
export function encodeModel(graph: OnnxGraph): Uint8Array {
  const model = {
    irVersion: IR_VERSION,
    producerName: 'posterior',
    graph: encodeGraph(graph, 'main'),
    opsetImport: [
      { domain: '', version: OPSET },
      { domain: 'com.microsoft', version: 1 },
    ],
  };
  return root.lookupType('ModelProto').encode(model).finish();
}
