import { createHash } from "node:crypto";
import { z } from "zod";
import { count, type DeepReadonly, open } from "./schemas.js";

const content = z.object({
  key: z.string().meta({
    description: "names everything that decides the fold's result; folds of another key are ignored",
  }),
  record: open({
    repeat: count.meta({ description: "number of the pass, from 0" }),
    fold: count.meta({ description: "number of the fold, from 0" }),
    seed: count.meta({ description: "of the pass" }),
    trainingImages: count.meta({ description: "images trained on" }),
    validationImages: count.meta({ description: "images watched for early stopping" }),
    rows: z.array(count).meta({ description: "held-out rows by their place among the used ones" }),
    outputs: z.array(z.number()).meta({ description: "their probabilities" }),
    epoch: count.meta({ description: "epoch whose weights were kept" }),
    stoppedEarly: z.boolean().meta({ description: "whether early stopping ended it" }),
    lastEpoch: open({ epoch: count.nullable() }).meta({
      leaf: true,
      description: "last row of the training history",
    }),
    seconds: z.number().nonnegative().meta({ description: "wall time" }),
  }).meta({ description: "`FoldRecord` of `@covidxr/training`" }),
});

/** `folds-by-NAME/seed-SEED-fold-FOLD.json`: a finished fold, from which an interrupted run resumes. */
export const savedFold = content
  .extend({
    sha256: z
      .string()
      .meta({ description: "of `key` and `record`; a fold that was altered is trained again" }),
  })
  .refine(({ key, record, sha256 }) => digestOf(key, record) === sha256, {
    path: ["sha256"],
    message: "it is not that of the fold",
  });

/** The text of a saved fold. */
export function savedFoldText(key: string, record: FoldInput): string {
  return `${JSON.stringify({ key, record, sha256: digestOf(key, record) })}\n`;
}

/** SHA-256 of a fold, whatever the order of its fields. */
function digestOf(key: string, record: object): string {
  const sorted = (_: string, value: unknown): unknown =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return createHash("sha256")
    .update(JSON.stringify([key, record], sorted))
    .digest("hex");
}

/** A finished fold as `RunWriter.saveFold` takes it: a `FoldRecord` of `@covidxr/training`. */
export type FoldInput = DeepReadonly<z.input<typeof content>["record"]>;
