import util from "node:util";

type Util = Record<string, unknown>;

/**
 * Functions of `util` that Node 23 removed and tfjs-node 4.22, of 2024, still calls; as Node 22 had them. The others that were
 * removed are supplied with them, since packages that tfjs-node loads are as old.
 */
const REMOVED: Readonly<Record<string, (value: unknown) => boolean>> = {
  isArray: Array.isArray,
  isBoolean: (value) => typeof value === "boolean",
  isBuffer: Buffer.isBuffer,
  isDate: util.types.isDate,
  isError: (value) => util.types.isNativeError(value) || value instanceof Error,
  isFunction: (value) => typeof value === "function",
  isNull: (value) => value === null,
  isNullOrUndefined: (value) => value === null || value === undefined,
  isNumber: (value) => typeof value === "number",
  isObject: (value) => typeof value === "object" && value !== null,
  isPrimitive: (value) => (typeof value !== "object" && typeof value !== "function") || value === null,
  isRegExp: util.types.isRegExp,
  isString: (value) => typeof value === "string",
  isSymbol: (value) => typeof value === "symbol",
  isUndefined: (value) => value === undefined,
};

/**
 * Makes the process one that TensorFlow's packages load in: what their JavaScript needs of Node, and a native library that
 * prints no advice. It does so before the library loads, which reads `TF_CPP_MIN_LOG_LEVEL` once; a level that the user has
 * set stays.
 *
 * @param target Node's `util`, which programs share.
 */
export function prepareNode(target: Util = util as unknown as Util): void {
  for (const [name, supplied] of Object.entries(REMOVED)) target[name] ??= supplied;
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "3";
}
