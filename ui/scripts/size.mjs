/** Fails when the window's JavaScript is larger than 150 KB gzipped. */
import { readFileSync, readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const LIMIT = 150_000;
const folder = new URL('../dist/assets/', import.meta.url);
let sum = 0;
for (const name of readdirSync(folder)) {
  const size = gzipSync(readFileSync(new URL(name, folder)), { level: 9 }).length;
  if (name.endsWith('.js')) sum += size;
  console.log(`${name}: ${size} bytes gzipped`);
}
console.log(`JavaScript: ${sum} of ${LIMIT} bytes gzipped`);
if (sum === 0 || sum > LIMIT) process.exit(1);
