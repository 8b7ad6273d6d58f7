/** The gate of the desk: what it says follows the day, and nothing of one visitor is noted of the next. */
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, expect, test, vi as mock } from 'vitest';
import type { NoPaperRequest, Request } from '../src/host/desk.gen';
import Gate from '../src/screens/reception/Gate.svelte';
import { DeskState } from '../src/state/desk.svelte';
import { wordsOf } from '../src/words';
import { button, type FakeDesk, fakeDesk, fault, input, text } from './desk';

let fake: FakeDesk;
let desk: DeskState;
let app: object | undefined;
let asked: NoPaperRequest[];
/** The first day without paper. */
const FROM = '2026-11-22';
let refuse: boolean;

const name = (vi: string) => ({ vi, en: vi });
const codes = ['NB-20', 'NB-21'];
const none = () => fake.standing.at.slice(0, 10) >= FROM;

function answer(what: NoPaperRequest): unknown {
  asked.push(what);
  switch (what.do) {
    case 'taken':
      return { is: 'taken', it: codes.map((procedure) => ({ procedure, name: name(`Thủ tục ${procedure}`), field: name('Nội vụ'), paper: !none(), certain: true })) };
    case 'gate': {
      const since = { since: FROM, basis: 'Văn bản 5436', except: '', department: null, approval: null };
      return { is: 'gate', it: { procedure: what.procedure, name: name('x'), no_paper: none() ? since : null, certain: true, link: 'https://x', support: [] } };
    }
    case 'guide':
      if (refuse) throw fault('unexpected');
      return { is: 'printed', it: `${what.file}/phieu.pdf` };
    default:
      return { is: 'noted' };
  }
}

beforeEach(() => {
  [asked, refuse] = [[], false];
  fake = fakeDesk();
  fake.answers.no_paper = (request) => answer((request as Extract<Request, { ask: 'no_paper' }>).what);
  desk = new DeskState(fake.host);
  HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
    this.open = true;
  };
});
afterEach(async () => {
  if (app) await unmount(app);
  app = undefined;
  document.body.replaceChildren();
});

const of = <Do extends NoPaperRequest['do']>(what: Do) => asked.filter((each): each is Extract<NoPaperRequest, { do: Do }> => each.do === what);
const verdict = () => document.querySelector('.verdict .answer')?.textContent;
async function show(at: string): Promise<void> {
  fake.standing = { ...fake.standing, at };
  await desk.refresh();
  app = mount(Gate, { target: document.body, props: { desk, words: wordsOf('vi') } });
  flushSync();
  await mock.waitFor(() => expect(of('taken').length).toBeGreaterThan(0));
}
async function find(code: string, says: string): Promise<void> {
  input('#gate-search', code);
  await mock.waitFor(() => expect(verdict()).toBe(says));
  await mock.waitFor(() => expect(text()).toContain('https://x'));
}
const who = () => document.querySelector<HTMLInputElement>('#gate-who')!;

test('a list that begins at midnight counts at midnight', async () => {
  await show('2026-11-21T16:59:00.000Z');
  await find('NB-20', 'Hôm nay nhận hồ sơ giấy');
  // Half past midnight here.
  fake.standing = { ...fake.standing, at: '2026-11-22T17:30:00.000Z' };
  await desk.refresh();
  await mock.waitFor(() => expect(verdict()).toBe('Không nhận hồ sơ giấy'));
  await mock.waitFor(() => expect(text()).toContain('22/11/2026'));
});

test('nothing of one visitor is noted of the next', async () => {
  await show('2026-11-23T03:00:00.000Z');
  await find('NB-20', 'Không nhận hồ sơ giấy');
  input('#gate-who', 'Trường THCS Thạch Lâm');
  button('Vẫn nhận giấy').click();
  await mock.waitFor(() => expect(document.querySelector('#gate-reason')).not.toBeNull());
  button('Ghi nhận').click();
  await mock.waitFor(() => expect(text()).toContain('Hãy nhập lý do'));
  button('Thôi').click();
  button('Vẫn nhận giấy').click();
  flushSync();
  expect(text()).not.toContain('Hãy nhập lý do');
  input('#gate-reason', 'mất mạng');
  button('Thôi').click();
  await find('NB-21', 'Không nhận hồ sơ giấy');
  expect(who().value).toBe('');
  button('Vẫn nhận giấy').click();
  flushSync();
  expect(document.querySelector<HTMLInputElement>('#gate-reason')?.value).toBe('');
  input('#gate-who', 'Ông Nam');
  await find('nb-21', 'Không nhận hồ sơ giấy');
  expect(who().value).toBe('');
  button('Đã giúp').click();
  await mock.waitFor(() => expect(of('visit')).toMatchObject([{ procedure: 'NB-21', who: '', helped: true }]));
});

test('a folder that could not be written to is asked for again', async () => {
  let chosen = 0;
  fake.host.chooseFolder = async () => (chosen++, '/x');
  await show('2026-11-23T03:00:00.000Z');
  await find('NB-20', 'Không nhận hồ sơ giấy');
  refuse = true;
  button('In phiếu').click();
  await mock.waitFor(() => expect(of('guide')).toHaveLength(1));
  await mock.waitFor(() => expect(document.querySelector('.notice')).not.toBeNull());
  refuse = false;
  button('In phiếu').click();
  await mock.waitFor(() => expect(fake.shown).toEqual(['/x/phieu.pdf']));
  button('In phiếu').click();
  await mock.waitFor(() => expect(of('guide')).toHaveLength(3));
  expect(chosen).toBe(2);
});
