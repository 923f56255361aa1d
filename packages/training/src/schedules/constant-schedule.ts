import type { LearningRateSchedule } from "./learning-rate-schedule.js";

/** The optimiser's learning rate at every step. */
export function constantSchedule(): LearningRateSchedule {
  return { description: { schedule: "constant" }, factor: () => 1 };
}
