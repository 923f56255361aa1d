import type { Group } from "./group.js";

/** All groups; a new one is a file in `groups` and a line here. */
export const GROUPS = {
  pictures: async (): Promise<Group> => (await import("./groups/pictures.js")).pictures,
  tables: async (): Promise<Group> => (await import("./groups/tables.js")).tables,
  keras: async (): Promise<Group> => (await import("./groups/keras.js")).keras,
  models: async (): Promise<Group> => (await import("./groups/models.js")).models,
  onnx: async (): Promise<Group> => (await import("./groups/onnx.js")).onnx,
  runs: async (): Promise<Group> => (await import("./groups/runs.js")).runs,
  resumptions: async (): Promise<Group> => (await import("./groups/resumptions.js")).resumptions,
  checkpoints: async (): Promise<Group> => (await import("./groups/checkpoints.js")).checkpoints,
  archives: async (): Promise<Group> => (await import("./groups/archives.js")).archives,
} as const;
export type GroupName = keyof typeof GROUPS;
