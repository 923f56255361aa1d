import { InvalidArgumentError } from "@covidxr/core";
import { expect, test } from "@jest/globals";
import { registerBackend, removeBackend } from "@tensorflow/tfjs-core";
import { requireBackend } from "./build-model.js";

// No backend is imported here: that is the case under test.
test("says which package to import when no backend is registered or none starts", async () => {
  for (const prepare of [
    () => {},
    () => registerBackend("broken", () => Promise.reject(new Error("no GPU"))),
  ]) {
    prepare();
    const failure = requireBackend();
    await expect(failure).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(failure).rejects.toMatchObject({ parameter: "backend" });
    await expect(failure).rejects.toThrow("@tensorflow/tfjs-backend-cpu");
  }
  removeBackend("broken");
  await import("@tensorflow/tfjs-backend-cpu");
  await expect(requireBackend()).resolves.toBeUndefined();
});
