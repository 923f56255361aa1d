/** A place in a training run. */
export interface ScheduleStep {
  /** 0-based over the whole run. */
  readonly step: number;
  readonly stepsPerEpoch: number;
  /** Length of the run; a stopped and resumed run names the whole length, too. */
  readonly epochs: number;
}

/** How the learning rate changes along a run. It remembers nothing: a place alone decides, so runs can resume. */
export interface LearningRateSchedule {
  /** Name and settings, for reports. */
  readonly description: Readonly<Record<string, number | string>>;
  /** Times the optimiser's learning rate at that step; the SDK's own schedules stay in [0, 1]. */
  factor(at: ScheduleStep): number;
}
