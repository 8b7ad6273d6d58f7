/** What is offered while a form is filled in: by papers, by a card before a scanner, by the personal store. */
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, expect, test, vi as mock } from 'vitest';
import type { FillingRequest, OpenView, PersonView, Request, Suggestion } from '../src/host/desk.gen';
import { showHeld } from '../src/parts/held';
import Prepare from '../src/screens/Prepare.svelte';
import type { Route } from '../src/screens/route';
import { watchScanner } from '../src/screens/prepare/scanner';
import { DeskState, UndoState } from '../src/state/desk.svelte';
import { faultText, wordsOf } from '../src/words';
import { button, type FakeDesk, fakeDesk, fault, text } from './desk';
import { field, opened } from './dossier';

const CODE = '001199000017||Nguyễn Thị Ước|21051999|Nữ|Thạch Lâm|15082021';
let fake: FakeDesk;
let undo: UndoState;
let app: object | undefined;
let went: Route[];
let view: OpenView;
/** What stands in the form, by field. */
let stands: Record<string, string>;
let suggestions: Suggestion[];
let known: PersonView[];

const letterhead: Suggestion = {
  key: 'letterhead name d',
  source: 'ocr',
  whose: [],
  values: [{ field: 'name', value: 'Lê Khương', text: 'Lê Khương' }],
  confidence: 40,
  seen: { document: 'd', page: 'p', title: 'Tờ trình', number: 2, picture: { blob: 'bb', frame: 1 }, size: [1000, 1400], box: [100, 50, 200, 30] },
};
const card: Suggestion = {
  key: '',
  source: 'qr_card',
  whose: ['requester', 'child'],
  values: [{ field: 'name', value: 'Nguyễn Thị Ước', text: 'Nguyễn Thị Ước' }],
  confidence: 99,
  seen: null,
};

/** What stood in the place of what was taken last. */
let swapped: string | undefined;

function sheetNow(): OpenView['sheet'] {
  const fields = ['name', 'phone'].map((id) => field(id, { value: stands[id] ?? null }));
  const answers = Object.fromEntries(Object.entries(stands).map(([id, value]) => [id, { value, source: 'typed' as const }]));
  return { ...view.sheet, fields, dossier: { ...view.sheet.dossier, answers } };
}

function answer(what: FillingRequest): unknown {
  switch (what.do) {
    case 'suggest':
      return { is: 'suggestions', it: stands['name'] ? [] : suggestions };
    case 'alike':
      return { is: 'alike', it: [['d2', 'T-02', '20'], ['d3', 'T-03', '19']].map(([other, code, day]) => ({ dossier: 'd1', other, code, state: 'draft', created_at: `2026-11-${day}T07:00:00.000Z` })) };
    case 'take':
      swapped = stands['name'];
      stands['name'] = what.offer.of === 'suggestion' ? 'Lê Khương' : 'Nguyễn Thị Ước';
      return { is: 'taken', it: { sheet: sheetNow(), step: 's1' } };
    case 'swap': {
      const there = stands['name'];
      if (swapped === undefined) delete stands['name'];
      else stands['name'] = swapped;
      swapped = there;
      return { is: 'sheet', it: sheetNow() };
    }
    case 'dismiss':
      suggestions = what.back ? [letterhead] : [];
      return { is: 'done' };
    case 'scan':
      return { is: 'scanned', it: what.code === CODE ? card : null };
    case 'find_people':
      return { is: 'people', it: known };
    case 'keep_person':
      return { is: 'kept', it: known[0] };
    default:
      throw new Error(what.do);
  }
}

beforeEach(async () => {
  [stands, suggestions, went] = [{}, [letterhead], []];
  known = [{ id: 'u1', name: 'Nguyễn Thị Ước', parts: [{ part: 'number', text: '001199000017' }], consent: { wording: 1, purpose: 'Điền sẵn', at: '2026-11-20T07:00:00.000Z', by: 'Hà' }, updated: '2026-11-20T07:00:00.000Z' }];
  fake = fakeDesk();
  view = opened();
  Object.assign(view.form.sections[0]!.fields[0]!, { person: { who: 'requester', part: 'name' } });
  fake.answers.dossier_open = () => ({ ...view, sheet: sheetNow() });
  fake.answers.filling = (request) => answer((request as Extract<Request, { ask: 'filling' }>).what);
  fake.answers.dossier_fill = (request) => {
    for (const { field, value } of (request as Extract<Request, { ask: 'dossier_fill' }>).values) stands[field] = String(value);
    return sheetNow();
  };
  fake.host.onDrop = () => () => undefined;
  HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
    this.open = true;
  };
  undo = new UndoState();
  start();
});
function start(): void {
  app = mount(Prepare, { target: document.body, props: { desk: new DeskState(fake.host), undo, id: 'd1', goto: (route: Route) => void went.push(route) } });
  flushSync();
}
afterEach(async () => {
  if (app) await unmount(app);
  app = undefined;
  document.body.replaceChildren();
});

const filling = (what: FillingRequest['do']) =>
  fake.asked.flatMap((request) => (request.ask === 'filling' && request.what.do === what ? [request.what] : []));
const name = () => document.querySelector<HTMLInputElement>('#answer-name')!;
const key = (target: Element, key: string) => {
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  flushSync();
};
const offered = () => mock.waitFor(() => expect(text()).toContain('Gợi ý từ giấy tờ · Tờ trình, trang 2'));

test('what a paper says is taken by Enter in the empty field, shown there, and taken back by Ctrl+Z', async () => {
  await offered();
  expect(text()).toContain('Đọc chưa chắc (40 %)');
  expect(stands).toEqual({});
  name().focus();
  key(name(), 'Enter');
  await mock.waitFor(() => expect(name().value).toBe('Lê Khương'));
  expect(filling('take')).toEqual([{ do: 'take', dossier: 'd1', offer: { of: 'suggestion', key: letterhead.key }, who: null, row: null }]);
  await mock.waitFor(() => expect(undo.last?.text).toBe('Đã điền Người lập'));
  await undo.undo();
  expect(filling('swap')).toEqual([{ do: 'swap', dossier: 'd1', step: 's1' }]);
  expect(stands['name']).toBeUndefined();
  await undo.redo();
  await mock.waitFor(() => expect(name().value).toBe('Lê Khương'));
});

test('Esc passes a suggestion over without leaving the screen, and that is taken back; what is typed is no Enter for it', async () => {
  await offered();
  let left = false;
  document.body.addEventListener('keydown', () => (left = true), { once: true });
  name().focus();
  key(name(), 'Escape');
  await mock.waitFor(() => expect(text()).not.toContain('Gợi ý từ giấy tờ'));
  expect(left).toBe(false);
  await undo.undo();
  await offered();
  name().value = 'Ai';
  name().dispatchEvent(new Event('input', { bubbles: true }));
  flushSync();
  expect(text()).not.toContain('Gợi ý từ giấy tờ');
  key(name(), 'Enter');
  expect(filling('take')).toEqual([]);
});

/** As a scanner does it: character by character into whatever has the focus. */
function scan(code: string): void {
  for (const character of code) {
    const at = document.activeElement as HTMLInputElement;
    at.value += character;
    at.dispatchEvent(new Event('input', { bubbles: true }));
  }
  key(document.activeElement!, 'Enter');
}

test('a scanned card leaves the field as it was and is taken as one set by Enter', async () => {
  await offered();
  const phone = document.querySelector<HTMLInputElement>('#answer-phone')!;
  phone.focus();
  phone.value = '0901';
  phone.dispatchEvent(new Event('input', { bubbles: true }));
  scan(CODE);
  await mock.waitFor(() => expect(text()).toContain('Thẻ căn cước vừa quét'));
  expect(phone.value).toBe('0901');
  expect(filling('scan')).toEqual([{ do: 'scan', dossier: 'd1', code: CODE }]);
  expect(document.activeElement?.className).toContain('card-offer');
  key(document.activeElement!, 'Enter');
  await mock.waitFor(() => expect(stands['name']).toBe('Nguyễn Thị Ước'));
  expect(filling('take')).toMatchObject([{ offer: { of: 'card', code: CODE }, who: 'requester' }]);
  await mock.waitFor(() => expect(document.activeElement).toBe(phone));
  await mock.waitFor(() => expect(stands['phone']).toBe('0901'));
  expect(phone.value).toBe('0901');
});

test('what else is scanned is said to be no card, and lands nowhere', async () => {
  await offered();
  name().focus();
  scan('001199000017|x');
  await mock.waitFor(() => expect(text()).toContain('không phải mã thẻ căn cước'));
  expect(name().value).toBe('');
  expect(document.activeElement).toBe(name());
});

test('what was typed just before something is taken is not taken back with it', async () => {
  await offered();
  const phone = document.querySelector<HTMLInputElement>('#answer-phone')!;
  phone.value = '0901';
  phone.dispatchEvent(new Event('input', { bubbles: true }));
  flushSync();
  name().focus();
  key(name(), 'Enter');
  await mock.waitFor(() => expect(undo.last?.text).toBe('Đã điền Người lập'));
  await undo.undo();
  expect(stands).toEqual({ phone: '0901' });
});

test('a card that could not be looked up is not said to be no card', async () => {
  await offered();
  const before = fake.answers.filling!;
  fake.answers.filling = (request) => {
    if ((request as Extract<Request, { ask: 'filling' }>).what.do === 'scan') throw fault('store_corrupt');
    return before(request);
  };
  name().focus();
  scan(CODE);
  await mock.waitFor(() => expect(text()).toContain(faultText(fault('store_corrupt'), wordsOf('vi'))));
  expect(text()).not.toContain('không phải mã thẻ căn cước');
  expect(document.activeElement).toBe(name());
});

test('a scanner is heard where nothing can be typed, and people who type are not', () => {
  const root = document.createElement('div');
  root.innerHTML = '<button></button><input />';
  document.body.append(root);
  const begun: string[] = [];
  const stop = watchScanner(root, (soFar) => void begun.push(soFar));
  const [pressed, input] = [root.querySelector('button')!, root.querySelector('input')!];
  for (const each of '001199000017|') key(pressed, each);
  expect(begun).toEqual(['001199000017|']);
  for (const typed of ['001199000017', '00119900001|', 'a | b', '0011990000175']) {
    input.value = typed;
    input.dispatchEvent(new Event('input', { bubbles: true }));
    expect(input.value).toBe(typed);
  }
  expect(begun).toHaveLength(1);
  stop();
  for (const each of '001199000017|') key(pressed, each);
  expect(begun).toHaveLength(1);
});

test('people of the store are offered while their name is typed, and chosen by the keyboard', async () => {
  await offered();
  name().focus();
  name().value = 'uoc';
  name().dispatchEvent(new Event('input', { bubbles: true }));
  await mock.waitFor(() => expect(document.querySelector('[role=option]')?.textContent).toContain('001199000017'));
  key(name(), 'ArrowDown');
  key(name(), 'Enter');
  await mock.waitFor(() => expect(stands['name']).toBe('Nguyễn Thị Ước'));
  expect(filling('take')).toMatchObject([{ offer: { of: 'person', person: 'u1' }, who: 'requester' }]);
});

test('somebody is kept only after the consent was read and agreed to', async () => {
  await unmount(app!);
  stands['name'] = 'Nguyễn Thị Ước';
  start();
  await mock.waitFor(() => expect(text()).toContain('Lưu «Nguyễn Thị Ước» vào sổ'));
  button('Lưu «').click();
  flushSync();
  expect(filling('keep_person')).toEqual([]);
  // What is agreed to is what this form says of them, and nothing else.
  expect(text()).toContain('“Tôi đồng ý để cơ quan lưu họ tên của tôi trên máy này');
  button('Đã đồng ý').click();
  await mock.waitFor(() => expect(text()).toContain('Đã lưu Nguyễn Thị Ước vào sổ'));
  expect(filling('keep_person')).toEqual([{ do: 'keep_person', dossier: 'd1', who: 'requester', row: null, wording: 2, purpose: 'Điền sẵn hồ sơ lần sau' }]);
});

test('an organisation agrees to what is kept of an organisation', async () => {
  await unmount(app!);
  const [name, phone] = view.form.sections[0]!.fields;
  Object.assign(name!, { type: 'organisation', person: { who: 'name', part: 'organisation' } });
  Object.assign(phone!, { person: { who: 'name', part: 'phone' } });
  const answer = (value: unknown) => ({ value, source: 'typed' as const });
  const answers = { name: answer({ name: 'Sở Nội vụ', tax_code: '0100233488' }), phone: answer('0901234567') };
  fake.answers.dossier_open = () => ({ ...view, sheet: { ...view.sheet, dossier: { ...view.sheet.dossier, answers } } });
  start();
  await mock.waitFor(() => expect(text()).toContain('Lưu «Sở Nội vụ» vào sổ'));
  button('Lưu «').click();
  flushSync();
  expect(text()).toContain('Chúng tôi đồng ý để cơ quan lưu tên, mã số thuế và số điện thoại của tổ chức trên máy này');
  expect(text()).not.toMatch(/ngày sinh|giới tính/);
});

test('what is taken, and taken back, shows at once to who is still in the field', async () => {
  suggestions = [{ ...letterhead, key: 'letterhead phone d', values: [{ field: 'phone', value: '0901', text: '0901' }] }];
  await unmount(app!);
  start();
  await offered();
  const phone = document.querySelector<HTMLInputElement>('#answer-phone')!;
  fake.answers.filling = (request) => {
    const what = (request as Extract<Request, { ask: 'filling' }>).what;
    if (what.do === 'take') stands['phone'] = '0901';
    if (what.do === 'swap') delete stands['phone'];
    return what.do === 'take' ? { is: 'taken', it: { sheet: sheetNow(), step: 's1' } } : what.do === 'swap' ? { is: 'sheet', it: sheetNow() } : answer(what);
  };
  phone.focus();
  key(phone, 'Enter');
  await mock.waitFor(() => expect(undo.last?.text).toBe('Đã điền Điện thoại'));
  expect([phone.value, document.activeElement]).toEqual(['0901', phone]);
  await undo.undo();
  flushSync();
  showHeld();
  expect([phone.value, document.activeElement]).toEqual(['', phone]);
});

test('dossiers like this one are all named, and each leads there', async () => {
  await mock.waitFor(() => expect(text()).toContain('Cùng người, cùng thủ tục: T-02, lập 20/11/2026 T-03, lập 19/11/2026'));
  button('T-02').click();
  button('T-03').click();
  expect(went).toEqual(['d2', 'd3'].map((dossier) => ({ screen: 'prepare', dossier })));
});
