import { showControls } from "@covidxr/core/internal";
import { z } from "zod";

/** Deeply read-only, so that callers may hand in frozen data and readers cannot change what was read. */
export type DeepReadonly<T> = T extends readonly unknown[] | object
  ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
  : T;

/** An object whose further fields are kept, though its type does not name them. */
export function open<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape> {
  return z.looseObject(shape) as unknown as z.ZodObject<Shape>;
}

/** A whole number of 0 or more. */
export const count = z.int().nonnegative();

/** A metric between two limits. JSON has no NaN: an undefined one is `null` in the file and NaN in memory. */
export function metricBetween(low: number, high: number) {
  return z
    .number()
    .min(low)
    .max(high)
    .nullable()
    .transform((value) => value ?? Number.NaN);
}

/** A metric without limits; as {@link metricBetween}. */
export const metric = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);

/** A proportion, a probability or an area; as {@link metricBetween}. */
export const proportion = metricBetween(0, 1);

/** Text from the files of others, whose control characters are shown. */
export const foreignText = z.string().transform(showControls);

const matrixRow = z.tuple([count, count]);

/** A confusion matrix of two classes. */
export const binaryMatrix = z.tuple([matrixRow, matrixRow]);
