// Other programs: run for their effect, or asked for what they say.

import { execFileSync, spawnSync } from "node:child_process";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** On Windows npm is a script, which only a shell can start. */
const options = (program, folder) => ({
  cwd: folder,
  shell: program === "npm" && process.platform === "win32",
});

/** Runs it in view of the user. If it fails it has said why, and this program ends as it did. */
export function run(program, words, folder = root) {
  const ended = spawnSync(program, words, { ...options(program, folder), stdio: "inherit" });
  if (ended.error !== undefined) throw ended.error;
  if (ended.status !== 0) process.exit(ended.status ?? 1);
}

/** What it prints. */
export function said(program, words, folder = root) {
  const stdio = ["ignore", "pipe", "inherit"];
  return execFileSync(program, words, {
    ...options(program, folder), stdio, encoding: "utf8", maxBuffer: 1 << 28,
  });
}
