import { InvalidArgumentError } from "@covidxr/core";
import { checkArguments, checkInteger, checkOptions, type OptionKinds } from "@covidxr/core/internal";
import type { InferenceSession, Tensor } from "onnxruntime-common";
import { checkGraphDigest } from "../graph/graph-digest.js";
import {
  firstLine,
  loadRuntime,
  type Provider,
  type Runtime,
  type RuntimeName,
  requireProviders,
} from "./load-runtime.js";
import { openProvider } from "./providers.js";

/** A float32 tensor in row-major order; `dims` include the batch. */
export interface TensorData {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** Options of {@link createSession}. */
export interface SessionOptions {
  /**
   * Threads inside an operator, 1 or more. onnxruntime-web takes the number of the process' first session.
   * @defaultValue the number of physical cores; on onnxruntime-web of logical ones
   */
  readonly threads?: number;
  /** Where to compute, tried in this order. @defaultValue `["cpu"]` */
  readonly providers?: readonly Provider[];
  /** The package that runs the graph. @defaultValue onnxruntime-node, or onnxruntime-web where that does not load */
  readonly runtime?: RuntimeName;
  /** Called with one line when onnxruntime-web computes because onnxruntime-node does not load. */
  readonly onFallback?: (message: string) => void;
}

/** How the options of sessions are written. */
export const SESSION: OptionKinds<SessionOptions> = {
  threads: "number?",
  providers: "strings?",
  runtime: ["onnxruntime-node", "onnxruntime-web", undefined],
  onFallback: "function?",
};

/** A graph loaded into onnxruntime. */
export interface Session {
  /** The provider that was opened. */
  readonly provider: Provider;
  /** Name and version of the package that runs: `"onnxruntime-node 1.30.0"`. */
  readonly runtime: string;
  /** What runs and where, for reports: `"onnxruntime-node 1.30.0 (cpu)"`. */
  readonly description: string;
  /**
   * Runs the graph once. Inputs are read in place, not copied; outputs are new arrays unless `into` names an
   * array of the right size for one. WebAssembly, which has a memory of its own, copies both.
   *
   * @throws {InvalidArgumentError} with parameter `"inputs"` on missing and unknown inputs, on data other than a
   * `Float32Array` in memory of its own, on dims that the graph does not take or that the data do not fill, and on what
   * the runtime refuses; with `"into"` likewise; with `"session"` after {@link Session.dispose}.
   */
  run(
    inputs: Readonly<Record<string, TensorData>>,
    into?: Readonly<Record<string, TensorData>>,
  ): Promise<Record<string, TensorData>>;
  /** Frees the session's memory; it cannot run afterwards. */
  dispose(): Promise<void>;
}

/**
 * Loads the bytes of an `.onnx` file into onnxruntime-node or, where that has no binary for the platform, into
 * onnxruntime-web.
 *
 * @throws {InvalidArgumentError} with parameter `"providers"` when none of them works, naming those that the build has;
 * with `"runtime"` when no onnxruntime loads; with `"bytes"` on what is no graph that it runs, and on bytes that are not those
 * whose SHA-256 `saveGraph` of `@covidxr/onnx/files` put into them.
 */
export async function createSession(bytes: Uint8Array, options: SessionOptions = {}): Promise<Session> {
  checkOptions(options, SESSION);
  return openSession(await loadRuntime(options.runtime), bytes, options);
}

/** Opens a session on a given runtime, on the first of the wanted providers that works. */
export async function openSession(
  runtime: Runtime,
  bytes: Uint8Array,
  { providers = ["cpu"], threads, onFallback }: SessionOptions,
): Promise<Session> {
  requireProviders(providers);
  if (threads !== undefined) checkInteger("threads", threads, { min: 1 });
  if (kindOf(bytes) !== "Uint8Array") throw refusedBytes(kindOf(bytes), runtime);
  await checkGraphDigest(bytes).catch((cause) => {
    throw refusedBytes(`altered ones (${cause.message})`, runtime, cause);
  });
  if (runtime.fallback !== undefined) onFallback?.(runtime.fallback);
  const errors: string[] = [];
  for (const provider of providers) {
    if (!runtime.providers.includes(provider)) {
      errors.push(`${provider} (not in ${runtime.text})`);
      continue;
    }
    try {
      return sessionOf(runtime, provider, await openProvider(runtime, provider, bytes, threads));
    } catch (error) {
      // The processor always works: what fails on it is the graph.
      if (provider === "cpu") {
        throw refusedBytes(`${bytes.length} bytes that it refuses (${firstLine(error)})`, runtime, error);
      }
      errors.push(`${provider} (${firstLine(error)})`);
    }
  }
  // What its build has: opening each to see which works would let some print warnings of their own.
  throw new InvalidArgumentError({
    parameter: "providers",
    value: providers,
    message:
      `expected a provider that works here, got ${errors.join(", ")}; ` +
      `this build has ${runtime.providers.join(", ")}, of which cpu always works`,
  });
}

function refusedBytes(got: string, { text }: Runtime, cause?: unknown): InvalidArgumentError {
  return new InvalidArgumentError({
    parameter: "bytes",
    value: got,
    message: `expected the bytes of an .onnx file that ${text} runs, got ${got}; copy or compile the file again`,
    cause,
  });
}

type Shape = readonly (number | string)[];

/** Shape of each float32 input or output by name; undefined where the runtime does not say, or for another type. */
type Signature = ReadonlyMap<string, Shape | undefined>;

function sessionOf(runtime: Runtime, provider: Provider, session: InferenceSession): Session {
  const { Tensor: Values } = runtime.module;
  const { Floats } = runtime;
  const isNode = runtime.name === "onnxruntime-node";
  const inputShapes = signatureOf(session.inputNames, session.inputMetadata);
  const outputShapes = signatureOf(session.outputNames, session.outputMetadata);
  let open = true;
  return {
    provider,
    runtime: runtime.text,
    description: isNode ? `${runtime.text} (${provider})` : runtime.text,
    async run(inputs, into = {}) {
      if (!open) {
        throw new InvalidArgumentError({
          parameter: "session",
          value: "disposed",
          message: "expected an open session, got one that was disposed of; create another",
        });
      }
      const sizes = new Map<string, number>();
      checkArguments({ inputs, into }, { inputs: "object", into: "object" });
      checkNames("inputs", inputs, inputShapes, true);
      checkNames("into", into, outputShapes, false);
      const feeds: Record<string, Tensor> = {};
      for (const [name, shape] of inputShapes) {
        const data = checkTensor("inputs", name, inputs[name]!, shape, sizes);
        feeds[name] = new Values("float32", asKind(Floats, data), inputs[name]!.dims);
      }
      const fetches: Record<string, Tensor | null> = {};
      for (const [name, shape] of outputShapes) {
        const given = into[name];
        const data = given && checkTensor("into", name, given, shape, sizes);
        // onnxruntime-web leaves given arrays unwritten, and onnxruntime-node where another context loaded it before (both
        // 1.30.0), so they are filled below. Unwritten ones come back as the result, hence none from a foreign context.
        fetches[name] =
          data === undefined || !isNode || Floats !== Float32Array
            ? null
            : new Values("float32", asKind(Floats, data), given!.dims);
      }
      const outputs = await session.run(feeds, fetches).catch((error) => {
        throw new InvalidArgumentError({
          parameter: "inputs",
          value: shapesOf(inputs),
          message: `expected inputs that ${runtime.text} can compute with, got ${shapesOf(inputs)} (${firstLine(error)}); check the values, or run fewer rows at once where memory is short`,
          cause: error,
        });
      });
      return Object.fromEntries(
        Object.entries(outputs).map(([name, tensor]): [string, TensorData] => {
          const target = into[name]?.data;
          const data = tensor.data as Float32Array;
          if (target === undefined) return [name, { data: asKind(Float32Array, data), dims: tensor.dims }];
          target.set(data);
          return [name, { data: target, dims: tensor.dims }];
        }),
      );
    },
    async dispose() {
      if (open) await session.release();
      open = false;
    },
  };
}

function signatureOf(names: readonly string[], metadata: InferenceSession["inputMetadata"] = []): Signature {
  return new Map(
    names.map((name) => {
      const value = metadata.find((entry) => entry.name === name);
      return [name, value?.isTensor && value.type === "float32" ? value.shape : undefined];
    }),
  );
}

/** @throws {InvalidArgumentError} on names that the graph does not have, and on missing ones where all are needed. */
function checkNames(
  parameter: "inputs" | "into",
  given: Readonly<Record<string, TensorData>>,
  signature: Signature,
  all: boolean,
): void {
  const names = Object.keys(given);
  const isComplete = !all || [...signature.keys()].every((name) => given[name] !== undefined);
  if (isComplete && names.every((name) => signature.has(name))) return;
  const expected = [...signature].map(([name, shape]) => `"${name}"${shape ? ` ${shapeText(shape)}` : ""}`);
  throw new InvalidArgumentError({
    parameter,
    value: names,
    message: `expected ${expected.join(", ")}, got ${shapesOf(given) || "none"}; name them as the graph does`,
  });
}

/**
 * The tensor's data, when they are what the graph takes.
 *
 * @param sizes Dimensions with a name, such as the batch's N, which are alike in all tensors of a call; added to.
 * @throws {InvalidArgumentError} with both shapes.
 */
function checkTensor(
  parameter: "inputs" | "into",
  name: string,
  tensor: TensorData,
  shape: Shape | undefined,
  sizes: Map<string, number>,
): Float32Array {
  // What is no tensor has neither.
  const { data, dims } = (tensor ?? {}) as TensorData;
  const kind = kindOf(data);
  const isArray = Array.isArray(dims) && dims.every((size) => Number.isSafeInteger(size) && size >= 0);
  const got = `${kind} of ${(data as Float32Array | undefined)?.length} values with dims ${JSON.stringify(dims)}`;
  const refuse = (what: string, todo: string): never => {
    const wanted = shape === undefined ? "" : ` of shape ${shapeText(shape, sizes)}`;
    throw new InvalidArgumentError({
      parameter,
      value: { name, kind, length: (data as Float32Array | undefined)?.length, dims },
      message: `expected ${what} as "${name}"${wanted}, got a ${got}; ${todo}`,
    });
  };
  if (kind !== "Float32Array") refuse("a Float32Array", "convert it with Float32Array.from");
  if (kindOf(data.buffer) !== "ArrayBuffer") {
    refuse("a Float32Array in memory of its own", "copy shared memory with Float32Array.from");
  }
  const fits =
    isArray &&
    (shape === undefined ||
      (shape.length === dims.length &&
        shape.every((size, axis) => {
          const wanted = typeof size === "number" ? size : (sizes.get(size) ?? dims[axis]);
          if (typeof size === "string" && size !== "" && !sizes.has(size)) sizes.set(size, dims[axis]!);
          return wanted === dims[axis];
        })));
  if (!fits) refuse("a Float32Array", "give dims that the graph takes");
  if (countOf(dims) !== data.length) refuse(`${countOf(dims)} values`, "give as many values as dims say");
  return data;
}

/** The same memory as an array of a context's own kind; other values, such as integers of a foreign graph, as they are. */
function asKind(Kind: Float32ArrayConstructor, data: Float32Array): Float32Array {
  if (data instanceof Kind || kindOf(data) !== "Float32Array") return data;
  const { buffer, byteOffset, length } = data as Float32Array;
  return new Kind(buffer as ArrayBuffer, byteOffset, length);
}

/** `"Float32Array"`, also for arrays of another context. */
const kindOf = (value: unknown): string => Object.prototype.toString.call(value).slice("[object ".length, -1);

const countOf = (dims: readonly number[]): number => dims.reduce((a, b) => a * b, 1);

/** `[N = 3, 8, 8, 1]`. */
const shapeText = (shape: Shape, sizes?: ReadonlyMap<string, number>): string =>
  `[${shape.map((size) => (typeof size === "string" && sizes?.has(size) ? `${size} = ${sizes.get(size)}` : size || "any")).join(", ")}]`;

const shapesOf = (tensors: Readonly<Record<string, TensorData>>): string =>
  Object.entries(tensors)
    .map(([name, tensor]) => `"${name}" ${JSON.stringify(tensor?.dims)}`)
    .join(", ");
