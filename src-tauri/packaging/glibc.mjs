// The oldest C library that programs run on.

import { said } from "./commands.mjs";

/** As a version, like 2.34: the newest of the symbols that these programs import. */
export function glibc(programs) {
  const imported = programs.map((program) => said("objdump", ["-T", program])).join("");
  const versions = [...imported.matchAll(/GLIBC_(\d+)\.(\d+)/g)];
  if (versions.length === 0) throw new Error(`no symbols of glibc in ${programs.join(", ")}`);
  versions.sort((one, other) => one[1] - other[1] || one[2] - other[2]);
  const [, major, minor] = versions.at(-1);
  return `${major}.${minor}`;
}
