import { afterEach, expect, test, vi as mock } from 'vitest';
import { Router } from '../src/app/route.svelte';
import type { Route } from '../src/screens/route';
import { close, dossier, fakeDesk, open, press, text } from './desk';
import { opened, page, paper } from './dossier';

afterEach(async () => {
  await close();
  mock.unstubAllGlobals();
});

const list: Route = { screen: 'dossiers' };
const prepare: Route = { screen: 'prepare', dossier: 'd1' };
const bench: Route = { screen: 'digitise', dossier: 'd1', document: 'x' };
const choose: Route = { screen: 'digitise', dossier: 'd1' };

/** A router that went this way. */
function at(...way: Route[]): Router {
  const router = new Router();
  way.forEach((route) => router.goto(route));
  return router;
}

/** Where Esc leads, one after the other. */
function waysBack(router: Router): Route[] {
  return Array.from({ length: 4 }, () => (router.back(), router.now));
}

test('leaving to where one came from is going back; else it is going on', () => {
  const back = at(prepare, bench);
  back.leave(prepare);
  expect(back.now).toEqual(prepare);
  expect(waysBack(back)).toEqual([list, list, list, list]);
  const on = at(choose, bench);
  on.leave(prepare);
  expect(waysBack(on)).toEqual([bench, choose, list, list]);
});

test('out of a dossier leads to where it was chosen, never into another one', () => {
  const other: Route = { screen: 'prepare', dossier: 'd2' };
  expect(waysBack(at(prepare, other))[0]).toEqual(list);
  expect(waysBack(at({ screen: 'outbox' }, prepare, other))[0]).toEqual({ screen: 'outbox' });
});

test('what is there no more is replaced, and nobody comes back to it', () => {
  const router = at(prepare, bench);
  router.replace(choose);
  expect(router.now).toEqual(choose);
  expect(waysBack(router)).toEqual([prepare, list, list, list]);
  const twice = at(choose, bench);
  twice.replace(choose);
  expect(waysBack(twice)).toEqual([list, list, list, list]);
});

test('Esc leads out of a paper that was discarded meanwhile', async () => {
  mock.stubGlobal('IntersectionObserver', class {
    observe(): void {}
    unobserve(): void {}
    disconnect(): void {}
  });
  const desk = fakeDesk();
  desk.standing.counts = { draft: 1 };
  desk.dossiers = [dossier('d1')];
  let papers = [paper('x')];
  desk.answers.dossier_open = () => opened({ documents: papers });
  desk.answers.dossier_show = () => opened({ documents: papers }).sheet.dossier;
  desk.answers.document_pages = () => [page(0)];
  const click = (words: string): void => {
    const found = [...document.querySelectorAll<HTMLButtonElement>('main button')].find((one) => one.textContent?.includes(words));
    if (!found) throw new Error(`no ${words}`);
    found.click();
  };
  open(desk);
  // By the list of papers to the pages of one, on to its dossier, where it is discarded.
  press('3', { ctrlKey: true });
  await mock.waitFor(() => click('Tờ trình'));
  await mock.waitFor(() => expect(document.querySelectorAll('[role=option]')).toHaveLength(1));
  press('Enter', { ctrlKey: true });
  await mock.waitFor(() => expect(text()).toContain('Thành phần hồ sơ'));
  papers = [];
  press('Escape');
  await mock.waitFor(() => expect(text()).toContain('Hồ sơ này chưa có giấy tờ'));
  const title = () => document.querySelector('header h1')?.textContent;
  for (let i = 0; i < 3 && title() !== 'Hồ sơ'; i++) press('Escape');
  expect(title()).toBe('Hồ sơ');
});
