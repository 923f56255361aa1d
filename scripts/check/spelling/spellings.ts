/**
 * Where a spelling holds: `prose` is comments, texts of the program and Markdown; `names` are declared names and file
 * names.
 */
export type Zone = "prose" | "names";

/** One spelling for one word. */
export interface Spelling {
  readonly use: string;
  /** Other spellings. A final `*` stands for any ending, which is kept: `color*` finds `colors` too. */
  readonly not: readonly string[];
  /** @defaultValue both */
  readonly zones?: readonly Zone[];
  /** Tells capital letters apart; otherwise they are ignored. @defaultValue false */
  readonly exact?: boolean;
}

/**
 * Verbs in -ise or -ize. Prose has the British -ise; names have -ize, as TensorFlow.js, Keras and the language itself
 * (`normalize`, `optimizer`, `initializer`) have it.
 */
export const ISE_STEMS = [
  "author",
  "capital",
  "categor",
  "character",
  "discret",
  "emphas",
  "equal",
  "factor",
  "final",
  "general",
  "harmon",
  "initial",
  "local",
  "maxim",
  "memo",
  "minim",
  "neutral",
  "normal",
  "optim",
  "organ",
  "parallel",
  "parametr",
  "penal",
  "prior",
  "quant",
  "random",
  "recogn",
  "regular",
  "serial",
  "special",
  "stabil",
  "standard",
  "summar",
  "symbol",
  "synchron",
  "util",
  "vector",
  "visual",
] as const;

/** Names and quotations, which keep their own spelling wherever they stand. */
export const KEPT: readonly string[] = [
  // People, institutions, titles.
  "Chest X-Ray Images",
  "Labeled Optical Coherence",
  "Medical Center",
  "S. Gray",
  "Lavin and Gray",
  // The file, whose name tools look for.
  "LICENSE",
  // As a source states its licence.
  "International Public License",
  "authorized for everyone",
  // The column of a cohort, in the output of programs, which has no backquotes.
  "column license",
  // An option of CSS and of browsers.
  "colorScheme",
];

/** Words with several spellings, and the one of this repository. */
export const SPELLINGS: readonly Spelling[] = [
  // British, in names too.
  { use: "analyse*", not: ["analyze*"] },
  { use: "artefact*", not: ["artifact*"], zones: ["prose"] },
  { use: "behaviour*", not: ["behavior*"] },
  { use: "cancelled", not: ["canceled"] },
  { use: "catalogue*", not: ["catalog", "catalogs"] },
  { use: "centre*", not: ["center*"] },
  { use: "colour*", not: ["color*"] },
  { use: "defence", not: ["defense"] },
  { use: "favour*", not: ["favor*"] },
  { use: "fulfil", not: ["fulfill"] },
  { use: "grey*", not: ["gray*"] },
  { use: "judgement*", not: ["judgment*"] },
  { use: "labelled", not: ["labeled"] },
  { use: "labelling", not: ["labeling"] },
  { use: "learnt", not: ["learned"] },
  { use: "modelled", not: ["modeled"] },
  { use: "modelling", not: ["modeling"] },
  { use: "neighbour*", not: ["neighbor*"] },
  { use: "towards", not: ["toward"] },
  { use: "travelled", not: ["traveled"] },
  { use: "unlabelled", not: ["unlabeled"] },
  // The noun is `licence`; `license`, in backquotes, is a cohort's column, its rows' field and that of package.json.
  { use: "licence*", not: ["license", "licenses"], zones: ["prose"] },
  // One word or two.
  { use: "dataset*", not: ["data sets", "data-set", "data-sets"] },
  { use: "file system*", not: ["filesystem*"], zones: ["prose"] },
  { use: "backend*", not: ["back-end*"] },
  { use: "metadata", not: ["meta data", "meta-data"] },
  { use: "preprocess*", not: ["pre-process*"] },
  { use: "cross-validat*", not: ["cross validat*", "crossvalidat*"], zones: ["prose"], exact: true },
  { use: "bit for bit", not: ["bit-for-bit"], zones: ["prose"] },
  { use: "checkpoint*", not: ["check point", "check points"] },
  // Proper names.
  { use: "COVID-19", not: ["Covid-19", "COVID19", "Covid19"], zones: ["prose"], exact: true },
  { use: "GitHub", not: ["Github"], zones: ["prose"], exact: true },
  { use: "JavaScript", not: ["Javascript"], exact: true },
  { use: "Node", not: ["NodeJS", "Node.js"], zones: ["prose"], exact: true },
  { use: "SHA-256", not: ["SHA256", "Sha256", "sha-256"], zones: ["prose"], exact: true },
  { use: "TensorFlow", not: ["Tensorflow"], zones: ["prose"], exact: true },
  { use: "TypeScript", not: ["Typescript"], exact: true },
  { use: "X-ray*", not: ["x-ray*", "X-Ray*", "Xray*", "xray*"], zones: ["prose"], exact: true },
];
