import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { InvalidArgumentError } from "@covidxr/core";

const COMMANDS = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "microsoft-edge",
  "microsoft-edge-stable",
];

type Environment = Readonly<Record<string, string | undefined>>;

/** Where Chrome, Chromium and Edge install themselves, for systems that keep programs out of PATH. */
function usualPlaces(environment: Environment, platform: NodeJS.Platform): string[] {
  const below = (folders: readonly (string | undefined)[], programs: readonly string[]) =>
    folders.flatMap((folder) => (folder ? programs.map((program) => join(folder, program)) : []));
  if (platform === "darwin") {
    const home = environment.HOME && join(environment.HOME, "Applications");
    const programs = ["Chromium", "Google Chrome", "Microsoft Edge"];
    return below(
      ["/Applications", home],
      programs.map((name) => join(`${name}.app`, "Contents", "MacOS", name)),
    );
  }
  if (platform === "win32") {
    const folders = [environment.PROGRAMFILES, environment["PROGRAMFILES(X86)"], environment.LOCALAPPDATA];
    return below(folders, [
      join("Chromium", "Application", "chrome.exe"),
      join("Google", "Chrome", "Application", "chrome.exe"),
      join("Microsoft", "Edge", "Application", "msedge.exe"),
    ]);
  }
  return [];
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * The path of a Chromium browser: the environment's COVIDXR_CHROMIUM, else the first of Chromium, Chrome and Edge on
 * PATH, else in the places where macOS and Windows install them; undefined when there is none.
 *
 * @throws {InvalidArgumentError} when COVIDXR_CHROMIUM names no program: a wish is not passed over in silence.
 */
export function findChromium(
  environment: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  const wish = environment.COVIDXR_CHROMIUM;
  if (wish) {
    if (isProgram(wish)) return wish;
    throw new InvalidArgumentError({
      parameter: "COVIDXR_CHROMIUM",
      value: wish,
      message: `expected the path of a Chromium program, got ${wish}, correct or unset the variable`,
    });
  }
  const suffix = platform === "win32" ? ".exe" : "";
  const onPath = (environment.PATH ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "")
    .flatMap((folder) => COMMANDS.map((command) => join(folder, command + suffix)));
  return [...onPath, ...usualPlaces(environment, platform)].find(isProgram);
}
