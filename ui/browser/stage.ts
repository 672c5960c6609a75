/**
 * A real browser over the built window with the scripted host, served with the content security
 * policy of the program itself.
 */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { type Browser, type BrowserContextOptions, type Page, chromium } from 'playwright-core';

const ROOT = join(import.meta.dirname, '../dist-fixture');
const TAURI = join(import.meta.dirname, '../../src-tauri/tauri.conf.json');
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** What a page starts with. */
export interface Opening {
  scene?: string;
  lang?: 'en' | 'fr';
  pace?: number;
  hash?: string;
  context?: BrowserContextOptions;
}

export class Stage {
  readonly #server: Server;
  readonly #browser: Browser;
  readonly #address: string;

  private constructor(server: Server, browser: Browser) {
    this.#server = server;
    this.#browser = browser;
    this.#address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async open(): Promise<Stage> {
    const server = createServer((request, response) => void answer(request.url ?? '/', response));
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    const browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
    return new Stage(server, browser);
  }

  async close(): Promise<void> {
    await this.#browser.close();
    this.#server.close();
  }

  /** A page that is painted; `faults` collects everything that it complained about. */
  async page(
    opening: Opening,
  ): Promise<{ page: Page; faults: string[]; close: () => Promise<void> }> {
    const context = await this.#browser.newContext({
      viewport: { width: 420, height: 640 },
      locale: opening.lang === 'fr' ? 'fr-FR' : 'en-US',
      ...opening.context,
    });
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (said) => {
      if (said.type() === 'error' || said.type() === 'warning') faults.push(said.text());
    });
    await this.show(page, opening);
    return { page, faults, close: () => context.close() };
  }

  /** Loads a scene into a page that is there already. */
  async show(
    page: Page,
    { scene = 'list', lang = 'en', pace = 1, hash = '#/' }: Opening,
  ): Promise<void> {
    // Only another hash would not load it anew.
    await page.goto('about:blank');
    await page.goto(`${this.#address}/?scene=${scene}&lang=${lang}&pace=${pace}${hash}`);
    await page.waitForSelector('html[data-painted]');
  }
}

/** What is there to be seen has come: nothing is loading any more. */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector('.loading') === null);
}

async function answer(url: string, response: import('node:http').ServerResponse): Promise<void> {
  const path = new URL(url, 'http://localhost').pathname;
  const name = path === '/' ? 'fixture.html' : path;
  try {
    const body = await readFile(join(ROOT, name));
    const type = TYPES[extname(name)] ?? 'application/octet-stream';
    response.writeHead(200, { 'content-type': type, 'content-security-policy': policy() });
    response.end(body);
  } catch {
    response.writeHead(path === '/favicon.ico' ? 204 : 404).end();
  }
}

/** The policy of the program, so that the browser refuses here what the web view would refuse. */
function policy(): string {
  const config: unknown = JSON.parse(readFileSync(TAURI, 'utf8'));
  const csp = (config as { app: { security: { csp: string } } }).app.security.csp;
  return csp;
}
