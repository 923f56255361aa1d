const MARKER = Symbol.for("covidxr.error");

/**
 * Base of every error that this SDK throws on purpose.
 *
 * `message` is one line that says what was expected, what came and what to do; `kind` is a stable name for
 * programs. Use {@link isCovidxrError} rather than `instanceof` where two copies of the package may be loaded.
 */
export abstract class CovidxrError extends Error {
  /** Stable, machine-readable name of the class of fault, such as `"invalid-argument"`. */
  abstract readonly kind: string;
  /** Name of the class, spelled out: bundlers rename classes. */
  abstract override readonly name: string;

  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    Object.defineProperty(this, MARKER, { value: true });
  }
}

/** Whether `value` is an error thrown on purpose by any copy of this SDK. */
export function isCovidxrError(value: unknown): value is CovidxrError {
  return typeof value === "object" && value !== null && MARKER in value;
}
