import { InvalidArgumentError } from "@covidxr/core";
import { ATTRIBUTE_TYPES, DATA_TYPES, ModelProto } from "./onnx-proto.js";

/** ONNX operator set of every graph made here; onnxruntime 1.12 and later run it. */
const OPSET = 17;
/** ONNX intermediate representation that belongs to {@link OPSET}. */
const IR_VERSION = 8;

/** Value of a node's attribute; the key names its ONNX type. */
export type Attribute =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly string: string };

/** A dimension: a fixed size, or the name of one that each call may choose. */
export type Dimension = number | string;

type Message = Record<string, unknown>;

/**
 * Collects nodes, constants, inputs and outputs of one ONNX graph and encodes them.
 *
 * Values are known by name; every operation returns the name of its output. Names begin with the scope that is
 * set, so that a graph viewer shows which layer a node belongs to.
 */
export class GraphBuilder {
  /** Prefix of the names given from now on, such as a layer's name. */
  scope = "graph";

  private readonly nodes: Message[] = [];
  private readonly initializers: Message[] = [];
  private readonly inputs: Message[] = [];
  private readonly outputs: Message[] = [];
  private readonly integerConstants = new Map<string, string>();
  private readonly names = new Set<string>();

  /** Adds a node with one output and returns the output's name. */
  op(type: string, inputs: readonly string[], attributes: Record<string, Attribute> = {}): string {
    return this.multiOutput(type, inputs, attributes, 1)[0]!;
  }

  /** Adds a node with `count` outputs and returns their names. */
  multiOutput(
    type: string,
    inputs: readonly string[],
    attributes: Record<string, Attribute>,
    count: number,
  ): readonly string[] {
    const name = this.uniqueName(type);
    const output = Array.from({ length: count }, (_, i) => (i === 0 ? name : `${name}:${i}`));
    this.nodes.push({
      name,
      opType: type,
      input: inputs,
      output,
      attribute: Object.entries(attributes).map(([key, value]) => encodeAttribute(key, value)),
    });
    return output;
  }

  /** Adds a float32 constant; `data` is copied. */
  floats(hint: string, data: Float32Array, dims: readonly number[]): string {
    return this.initializer(hint, DATA_TYPES.float32, dims, bytesOf(data));
  }

  /** A float32 scalar constant. */
  scalar(value: number): string {
    return this.floats("scalar", Float32Array.of(value), []);
  }

  /** A one-dimensional int64 constant; equal constants are stored once. */
  integers(values: readonly number[]): string {
    const key = values.join(",");
    let name = this.integerConstants.get(key);
    if (name === undefined) {
      const data = BigInt64Array.from(values, BigInt);
      name = this.initializer("integers", DATA_TYPES.int64, [values.length], bytesOf(data));
      this.integerConstants.set(key, name);
    }
    return name;
  }

  /** Declares a float32 input of the graph under exactly this name. */
  input(name: string, dims: readonly Dimension[]): string {
    this.claim(name);
    this.inputs.push(valueInfo(name, dims));
    return name;
  }

  /** Declares `value` as a float32 output of the graph under exactly this name. */
  output(name: string, value: string, dims: readonly Dimension[]): void {
    this.claim(name);
    this.nodes.push({
      name: `output/${name}`,
      opType: "Identity",
      input: [value],
      output: [name],
      attribute: [],
    });
    this.outputs.push(valueInfo(name, dims));
  }

  /** The graph as the bytes of an `.onnx` file, with `metadata` as its `metadata_props`. */
  encode(name: string, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
    return ModelProto.encode({
      irVersion: IR_VERSION,
      producerName: "covidxr",
      graph: {
        name,
        node: this.nodes,
        initializer: this.initializers,
        input: this.inputs,
        output: this.outputs,
      },
      opsetImport: [{ domain: "", version: OPSET }],
      metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    }).finish();
  }

  private initializer(hint: string, dataType: number, dims: readonly number[], rawData: Uint8Array): string {
    const name = this.uniqueName(hint);
    this.initializers.push({ name, dataType, dims, rawData });
    return name;
  }

  private uniqueName(hint: string): string {
    for (let i = 0; ; i++) {
      const name = i === 0 ? `${this.scope}/${hint}` : `${this.scope}/${hint}_${i}`;
      if (this.names.has(name)) continue;
      this.names.add(name);
      return name;
    }
  }

  private claim(name: string): void {
    if (this.names.has(name)) {
      throw new InvalidArgumentError({
        parameter: "name",
        value: name,
        message: `expected a name that the graph does not use yet, got "${name}"; rename the layer`,
      });
    }
    this.names.add(name);
  }
}

function valueInfo(name: string, dims: readonly Dimension[]): Message {
  return {
    name,
    type: {
      tensorType: {
        elemType: DATA_TYPES.float32,
        shape: { dim: dims.map((d) => (typeof d === "number" ? { dimValue: d } : { dimParam: d })) },
      },
    },
  };
}

function encodeAttribute(name: string, value: Attribute): Message {
  if ("int" in value) return { name, i: value.int, type: ATTRIBUTE_TYPES.int };
  if ("ints" in value) return { name, ints: value.ints, type: ATTRIBUTE_TYPES.ints };
  if ("float" in value) return { name, f: value.float, type: ATTRIBUTE_TYPES.float };
  return { name, s: new TextEncoder().encode(value.string), type: ATTRIBUTE_TYPES.string };
}

/** ONNX raw data is little endian, as every platform that Node runs on with these binaries. */
function bytesOf(data: Float32Array | BigInt64Array): Uint8Array {
  return new Uint8Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength));
}
