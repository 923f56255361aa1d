/**
 * What the blocks of a Markdown file take for granted, because its text says so or an earlier block has it: declarations
 * around each block, one a line, by the file's path. What a block imports or declares itself comes before these.
 */
export const GIVEN: Readonly<Record<string, string>> = {
  "README.md": `declare const model: import("@tensorflow/tfjs-layers").LayersModel;`,
  "packages/audit/README.md": `
    declare const rows: import("@covidxr/dataset").CohortRow[];
    declare const copies: import("@covidxr/audit").CopyPair[];
    declare const images: import("@covidxr/audit").ProbeImage[];
    declare const audit: import("@covidxr/audit").CohortAudit;
    declare const areaOfTheModel: import("@covidxr/audit").AucEstimate;`,
  "packages/metrics/README.md": `
    declare const truth: number[];
    declare const scores: number[];
    declare const rows: number[][];
    declare const patients: string[];`,
  "packages/model/README.md": `declare const buildModel: typeof import("@covidxr/model").buildModel;`,
  "packages/training/README.md": `
    declare const auc: typeof import("@covidxr/metrics").auc;
    declare const buildModel: typeof import("@covidxr/model").buildModel;
    declare const cosineSchedule: typeof import("@covidxr/training").cosineSchedule;
    declare const sgd: typeof import("@covidxr/training").sgd;
    declare const train: typeof import("@covidxr/training").train;
    declare const withWarmUp: typeof import("@covidxr/training").withWarmUp;
    declare const model: import("@tensorflow/tfjs-layers").LayersModel;
    declare const paths: string[];
    declare const backbone: import("@covidxr/model").NamedWeights;
    declare const features: import("@covidxr/training").Features;
    declare const values: import("@covidxr/training").FeatureArray[];
    declare const watched: import("@covidxr/training").FeatureArray[];
    declare const copies: import("@covidxr/training").FeatureArray[][];
    declare const labels: number[];
    declare const watchedLabels: number[];
    declare const patients: string[];
    declare const rows: import("@covidxr/dataset").CohortRow[];
    declare const watchedRows: import("@covidxr/dataset").CohortRow[];
    declare const training: import("@covidxr/training").LabelledFeatures;
    declare const validation: import("@covidxr/training").LabelledFeatures;
    declare const optimizer: import("@covidxr/training").Optimizer;
    declare const options: import("@covidxr/training").TrainOptions;
    declare const digestOfTheData: string;
    declare const seed: number;
    declare const save: (record: import("@covidxr/training").FoldRecord) => void;`,
};
