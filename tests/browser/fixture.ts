/**
 * The real interface in Chromium, against the real program behind `uihost`, and a real hub where one is wanted. Every page fails
 * its test on a violation of the content security policy, an uncaught error or a console error.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import axe from 'axe-core';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { vi } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const programs = process.env['HOSO_BIN'] ?? join(root, 'target/debug');

export const sample = (name: string): string => join(root, 'tests/samples', name);
export const pictures = process.env['HOSO_PICTURES'] ?? join(root, 'target/tmp/pictures');

export const themes = ['light', 'dark', 'contrast'] as const;
/** Of text, in tenths of a percent. */
export const sizes = [1000, 1250, 1500] as const;

/** A program whose first line that fits tells its address; ended with its test. */
class Running {
  private constructor(
    readonly process: ChildProcess,
    readonly address: string,
  ) {}

  static start(name: string, args: string[]): Promise<Running> {
    const child = spawn(join(programs, name), args, { stdio: ['ignore', 'pipe', 'inherit'] });
    return new Promise((found, failed) => {
      child.once('error', failed);
      child.once('exit', (code) => failed(new Error(`${name} ended with ${code}`)));
      createInterface({ input: child.stdout! }).on('line', (line) => {
        const address = /https?:\/\/[0-9.]+:\d+/.exec(line)?.[0];
        if (address !== undefined) found(new Running(child, address));
      });
    });
  }

  /** Ends it, politely or with `SIGKILL`, and waits until it has ended. */
  end(signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return Promise.resolve();
    this.process.removeAllListeners('exit');
    return new Promise((ended) => {
      this.process.once('exit', () => ended());
      this.process.kill(signal);
    });
  }
}

interface Name {
  blob: string;
  frame: number;
}
/** What is seen of a page. */
export interface Shown {
  id: string;
  picture: Name;
  made: Name | null;
  removed: boolean;
  edits: { keep: boolean | null };
  found: { blank: boolean; edits: object } | null;
}

/** One clerk's desk in a browser. */
export class Station {
  readonly folder = mkdtempSync(join(tmpdir(), 'hoso-browser-'));
  page!: Page;
  #program: Running | undefined;
  #browser: Browser | undefined;
  #hub: Running | undefined;
  readonly #wrong: string[] = [];

  static async open(): Promise<Station> {
    const station = new Station();
    await station.start();
    return station;
  }

  /** Starts the program (again, on the same profile) and opens its page. */
  async start(): Promise<void> {
    const ui = join(root, 'ui/dist-http');
    this.#program = await Running.start('uihost', ['--profile', join(this.folder, 'profile'), '--ui', ui]);
    this.#browser ??= await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
    const context = await this.#browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'vi-VN' });
    this.page = await context.newPage();
    this.page.on('pageerror', (error) => this.#wrong.push(String(error)));
    this.page.on('console', (message) => {
      // A refused request is told as a sentence on screen; the browser's own line about it is no fault.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) this.#wrong.push(message.text());
    });
    await this.page.goto(`${this.#program.address}/http.html`);
    await this.page.locator('h1').waitFor();
  }

  /** `kill -9` of the program, then a new start on the same profile. */
  async killAndStart(): Promise<void> {
    await this.#program?.end('SIGKILL');
    await this.page.context().close();
    await this.start();
  }

  /** Starts a hub, on the same data and port when there was one; gives a string to enrol with. */
  async hub(): Promise<string> {
    const data = join(this.folder, 'hub');
    const listen = this.#hub?.address.replace('http://', '') ?? '127.0.0.1:0';
    this.#hub = await Running.start('hoso-hub', ['serve', '--listen', listen, '--data', data]);
    const args = ['enrol-code', '--agency', '000.00.16.H99', '--name', 'Ủy ban nhân dân xã Thử Nghiệm', '--url', this.#hub.address];
    const said = execFileSync(join(programs, 'hoso-hub'), [...args, '--data', data], { encoding: 'utf8' });
    const string = said.split(/\s+/).find((word) => word.split('#').length === 3);
    if (string === undefined) throw new Error(said);
    return string;
  }

  async killHub(): Promise<void> {
    await this.#hub?.end('SIGKILL');
  }

  /** What the program behind the page answers. */
  async call<T>(request: object): Promise<T> {
    const reply = await fetch(`${this.#program!.address}/call`, { method: 'POST', body: JSON.stringify(request) });
    const body = (await reply.json()) as { content: T };
    if (!reply.ok) throw new Error(JSON.stringify(body));
    return body.content;
  }

  /** The next file dialog gives these. */
  async willChoose(...files: string[]): Promise<void> {
    await this.page.evaluate((chosen) => void (window.hosoTest!.files = chosen), files);
  }

  async willChooseFolder(folder: string): Promise<void> {
    await this.page.evaluate((chosen) => void (window.hosoTest!.folder = chosen), folder);
  }

  /** What axe finds against WCAG 2.2 AA on the page as it stands, a line each. */
  async violations(): Promise<string[]> {
    await this.page.evaluate(axe.source);
    const found = await this.page.evaluate(async () => {
      const run = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] };
      const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(document, run);
      return violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target.join(' ')} ${node.failureSummary}`));
    });
    return found;
  }

  /** What is wider than the window, where anything is; nothing may have to be scrolled sideways to be read. */
  async wider(): Promise<string | undefined> {
    const { scroll, client, what } = await this.page.evaluate(() => {
      const { scrollWidth: scroll, clientWidth: client } = document.documentElement;
      const out = [...document.querySelectorAll('body *')].filter((node) => node.getBoundingClientRect().right > client + 1);
      return { scroll, client, what: out.slice(0, 5).map((node) => `${node.tagName}.${node.className}`) };
    });
    return scroll > client ? `${scroll} px in ${client}: ${what.join(', ')}` : undefined;
  }

  /**
   * What is wrong with what is shown, a line each: against WCAG in every theme and size, and where it is too wide at 400 %
   * (1366 px are 342 then). Pictures of the smallest and the largest size are kept, with `subject` in sight.
   */
  async everywhere(name: string, subject?: Locator): Promise<string[]> {
    const wrong: string[] = [];
    const wear = (theme: string, size: number) =>
      this.page.evaluate(([theme, size]) => Object.assign(document.documentElement.dataset, { theme, size }), [theme, String(size)] as const);
    const before = await this.page.evaluate(() => ({ ...document.documentElement.dataset }));
    for (const theme of themes) {
      for (const size of sizes) {
        await wear(theme, size / 10);
        for (const line of await this.violations()) wrong.push(`${name}, ${theme}, ${size / 10} %: ${line}`);
        if (size !== 1250) await this.picture(`${name}-${theme}-${size / 10}`, false, subject);
      }
    }
    await wear('light', 100);
    await this.page.setViewportSize({ width: 342, height: 768 });
    const wider = await this.wider();
    if (wider !== undefined) wrong.push(`${name}, 400 %: ${wider}`);
    await this.picture(`${name}-narrow`, true, subject);
    await this.page.setViewportSize({ width: 1366, height: 768 });
    await this.page.evaluate((before) => Object.assign(document.documentElement.dataset, before), before);
    return wrong;
  }

  /** The pages of a document, once the program has made them as they were decided. */
  async made<Page extends Shown>(document: string): Promise<Page[]> {
    let pages: Page[] = [];
    const done = async () => {
      pages = await this.call<Page[]>({ ask: 'document_pages', document });
      const isMade = (page: Page) => page.id !== null && (page.removed || page.made !== null) && JSON.stringify(page.found?.edits) === JSON.stringify(page.edits);
      if (pages.length === 0 || !pages.every(isMade)) throw new Error(`${document} is not made yet`);
    };
    await vi.waitFor(done, { timeout: 90_000, interval: 300 });
    return pages;
  }

  /**
   * Until the window shows the pages of these documents, in this order, as the program has them and made: keys are pressed on what is
   * seen. Gives the pages.
   */
  async shows<Page extends Shown>(...documents: string[]): Promise<Page[]> {
    let pages: Page[] = [];
    const done = async () => {
      // Asked for each time: what is made may be made again, where pages only changed places too.
      pages = (await Promise.all(documents.map((document) => this.made<Page>(document)))).flat();
      if (!(await this.#isShown(pages))) throw new Error(`${documents.join()} is not shown yet`);
    };
    await vi.waitFor(done, { timeout: 90_000, interval: 200 });
    return pages;
  }

  async #isShown(pages: readonly Shown[]): Promise<boolean> {
    const fold = (await this.page.getByRole('listbox', { name: 'Mọi trang của hồ sơ' }).count()) > 0;
    const wanted = pages.filter((page) => !fold || !page.found?.blank || page.edits.keep !== null);
    const seen = wanted.map(({ id, made, picture }) => [id, `/page/${(made ?? picture).blob}/${(made ?? picture).frame}?`] as const);
    return this.page.evaluate((seen) => {
      const options = [...document.querySelectorAll<HTMLElement>('[role=option]')];
      const isShown = (option: HTMLElement, [id, picture]: readonly [string, string]) => {
        // Far out of sight none is drawn.
        const image = option.querySelector<HTMLImageElement>('img:not(.coming)');
        const made = !/, (đang làm|chờ)$/.test(option.getAttribute('aria-label') ?? '');
        return option.dataset['name'] === id && made && (image === null || (image.complete && image.src.includes(picture)));
      };
      return options.length === seen.length && options.every((option, n) => isShown(option, seen[n]!)) && [...document.images].every((image) => image.complete);
    }, seen);
  }

  /** Keeps a picture of the page, for people; of all of it where that is longer than the window. */
  async picture(name: string, whole = false, subject?: Locator): Promise<void> {
    await subject?.evaluate((node) => node.scrollIntoView({ block: 'center' }));
    mkdirSync(pictures, { recursive: true });
    await this.page.screenshot({ path: join(pictures, `${name}.png`), fullPage: whole });
  }

  /** Ends everything; anything that went wrong on a page meanwhile fails the test. */
  async close(): Promise<void> {
    await this.#browser?.close();
    await this.#program?.end('SIGINT');
    await this.#hub?.end('SIGTERM');
    rmSync(this.folder, { recursive: true, force: true });
    if (this.#wrong.length > 0) throw new Error(`on the page: ${this.#wrong.join('\n')}`);
  }
}

declare global {
  interface Window {
    hosoTest?: { files: string[]; folder: string | null; shown: string[] };
  }
}
