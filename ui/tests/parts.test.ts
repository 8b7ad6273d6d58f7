import { readFileSync } from 'node:fs';
import { flushSync, mount, tick, unmount } from 'svelte';
import { afterEach, describe, expect, test, vi as mock } from 'vitest';
import { dateText, decimalText, digitsText, numberText } from '../src/words/format';
import { isComposing, shortcut, step } from '../src/parts/keys';
import { Offsets } from '../src/parts/windowing';
import DateInput from '../src/parts/DateInput.svelte';
import Combobox from '../src/parts/Combobox.svelte';
import ErrorSummary from '../src/parts/ErrorSummary.svelte';
import Select from '../src/parts/Select.svelte';
import TextInput from '../src/parts/TextInput.svelte';
import Undo from '../src/parts/Undo.svelte';
import { malformedWords } from '../src/words/malformed';
import { partsEn, partsVi } from '../src/words/parts';
import { reactive } from './reactive.svelte';
import Shelf from './Shelf.svelte';

let shown: object | undefined;

afterEach(async () => {
  if (shown) await unmount(shown);
  shown = undefined;
  mock.useRealTimers();
});

function one<E extends HTMLElement>(selector: string): E {
  const found = document.querySelector<E>(selector);
  if (!found) throw new Error(`no ${selector}`);
  return found;
}

function press(target: EventTarget, key: string, more: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more });
  target.dispatchEvent(event);
  flushSync();
  return event;
}

function type(input: HTMLInputElement, text: string): void {
  input.value = text;
  input.dispatchEvent(new Event('input', { bubbles: true }));
  flushSync();
}

describe('tokens', () => {
  const css = readFileSync('src/app/tokens.css', 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
  const blocks = [...css.matchAll(/(:root[^{]*)\{([^{}]*)\}/g)].map(([, selector = '', body = '']) => ({
    selector: selector.trim(),
    tokens: Object.fromEntries([...body.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name, value])) as Record<string, string>,
  }));
  const tokens = (selector: string) => blocks.find((block) => block.selector === selector)?.tokens ?? {};
  const themes = { light: tokens(':root'), dark: tokens(":root[data-theme='dark']"), contrast: tokens(":root[data-theme='contrast']") };

  const luminance = (hex: string) => {
    const channel = (at: number) => {
      const value = parseInt(hex.slice(at, at + 2), 16) / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    };
    return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
  };
  const contrast = (a = '', b = '') => {
    const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (light + 0.05) / (dark + 0.05);
  };

  const grounds = ['paper', 'ground', 'accent-soft'];
  const on = (texts: string[], backgrounds: string[]) => texts.flatMap((text) => backgrounds.map((ground): [string, string] => [text, ground]));
  const pairs = [
    ...on(['ink', 'muted', 'accent', 'danger', 'ok', 'warn'], grounds),
    ...on(['ink'], ['danger-soft', 'ok-soft', 'warn-soft', 'info-soft']),
    ...on(['on-accent'], ['accent', 'accent-strong']),
    ...on(['danger'], ['danger-soft']),
    ...on(['ok'], ['ok-soft']),
    ...on(['warn'], ['warn-soft']),
    ...on(['info'], ['info-soft', 'paper', 'ground']),
    ...on(['on-danger'], ['danger']),
    ...on(['on-bar', 'bar-warn'], ['bar']),
  ];

  test.each(Object.entries(themes))('text can be read in the theme %s', (name, theme) => {
    for (const [text, ground] of pairs) {
      const floor = name === 'contrast' ? 7 : 4.5;
      expect(contrast(theme[text], theme[ground]), `${text} on ${ground}`).toBeGreaterThanOrEqual(floor);
    }
    for (const ground of ['paper', 'ground']) {
      expect(contrast(theme['control'], theme[ground]), `control on ${ground}`).toBeGreaterThanOrEqual(3);
      expect(contrast(theme['focus-ring'], theme[ground]), `focus ring on ${ground}`).toBeGreaterThanOrEqual(7);
    }
  });

  test('what the system chooses is what a person can choose', () => {
    const automatic = blocks.filter((block) => block.selector.includes(':not(')).map((block) => block.tokens);
    expect(automatic).toEqual([themes.dark, themes.contrast]);
  });
});

describe('keys', () => {
  const event = (key: string, more: KeyboardEventInit = {}) => new KeyboardEvent('keydown', { key, ...more });

  test('commands are matched as they are written', () => {
    expect(shortcut(event('n', { ctrlKey: true }), 'Ctrl+N')).toBe(true);
    expect(shortcut(event('N', { ctrlKey: true, shiftKey: true }), 'Ctrl+N')).toBe(false);
    expect(shortcut(event('Z', { ctrlKey: true, shiftKey: true }), 'Ctrl+Shift+Z')).toBe(true);
    expect(shortcut(event('Enter', { ctrlKey: true }), 'Ctrl+Enter')).toBe(true);
    expect(shortcut(event('Escape'), 'Esc')).toBe(true);
    expect(shortcut(event('n'), 'Ctrl+N')).toBe(false);
    expect(shortcut(event('n', { ctrlKey: true, altKey: true }), 'Ctrl+N')).toBe(false);
  });

  test('nothing acts while an input method is at work', () => {
    for (const more of [{ isComposing: true }, { keyCode: 229 }]) {
      const composing = event('Enter', { ctrlKey: true, ...more });
      expect(isComposing(composing)).toBe(true);
      expect(shortcut(composing, 'Ctrl+Enter')).toBe(false);
      expect(step(event('ArrowDown', more), 0, 5)).toBeUndefined();
    }
  });

  test('steps stay within the list', () => {
    expect(step(event('ArrowDown'), 4, 5)).toBe(4);
    expect(step(event('ArrowUp'), -1, 5)).toBe(0);
    expect(step(event('PageDown'), 0, 100, 20)).toBe(20);
    expect(step(event('End'), 0, 5)).toBe(4);
    expect(step(event('a'), 0, 5)).toBeUndefined();
    expect(step(event('Home'), 0, 0)).toBeUndefined();
  });
});

describe('dates and numbers', () => {
  const today = new Date(2026, 10, 21);

  test.each([
    ['1/2/26', '01/02/2026'],
    ['2026-02-01', '01/02/2026'],
    ['01022026', '01/02/2026'],
    ['1.2.2026', '01/02/2026'],
    ['3/4/75', '03/04/1975'],
    ['1975-03', '03/1975'],
    ['3/1975', '03/1975'],
    ['1975', '1975'],
    ['29/2/2026', '29/2/2026'],
    ['1/2', '1/2'],
    ['hôm nay', 'hôm nay'],
    ['1/2/3/4', '1/2/3/4'],
  ])('the date %s is shown as %s', (typed, text) => expect(dateText(typed, today)).toBe(text));

  test('numbers have points between thousands and a comma before decimals', () => {
    expect(decimalText('1234567.5')).toBe('1.234.567,5');
    expect(decimalText('-1234')).toBe('-1.234');
    expect(decimalText('mười')).toBe('mười');
    expect(digitsText('1250000')).toBe('1.250.000');
    expect(digitsText('1 250 000')).toBe('1.250.000');
    expect(digitsText('1.250.00')).toBe('1.250.00');
    expect(digitsText('')).toBe('');
    expect(numberText('1234,50')).toBe('1.234,50');
    expect(numberText('-12,5')).toBe('-12,5');
    expect(numberText('12,')).toBe('12,');
    expect(numberText('1,2,3')).toBe('1,2,3');
  });
});

describe('text inputs', () => {
  test('tell every change raw and never write over what is being typed', async () => {
    const told: string[] = [];
    const props = reactive({ value: '', label: 'Ngày', oninput: (text: string) => told.push(text) });
    shown = mount(DateInput, { target: document.body, props });
    const input = one<HTMLInputElement>('input');
    input.focus();
    type(input, '1/2/26');
    expect(told).toEqual(['1/2/26']);
    props.value = '2026-02-01';
    flushSync();
    expect(input.value).toBe('1/2/26');
    input.blur();
    await tick();
    expect(input.value).toBe('01/02/2026');
  });

  test('the end of a composition is told too, and each text once', () => {
    const told: string[] = [];
    const props = reactive({ value: '', label: 'Tên', oninput: (text: string) => void told.push(text) });
    shown = mount(TextInput, { target: document.body, props });
    const input = one<HTMLInputElement>('input');
    input.focus();
    type(input, 'Viê');
    input.value = 'Việ';
    input.dispatchEvent(new Event('compositionend', { bubbles: true }));
    input.dispatchEvent(new Event('input', { bubbles: true }));
    expect(told.slice(0, 2)).toEqual(['Viê', 'Việ']);
    expect(new Set(told).size).toBe(2);
    expect(input.hasAttribute('maxlength')).toBe(false);
  });
});

describe('a table of ten thousand rows', () => {
  test('draws a few of them and is moved in by keys', () => {
    const opened: string[] = [];
    shown = mount(Shelf, { target: document.body, props: { count: 10_000, onopen: (code: string) => void opened.push(code) } });
    flushSync();
    const grid = one('[role=grid]');
    expect(grid.getAttribute('aria-rowcount')).toBe('10001');
    expect(grid.querySelectorAll('[aria-selected]').length).toBeLessThan(60);
    grid.focus();
    flushSync();
    press(grid, 'ArrowDown');
    press(grid, 'ArrowDown');
    expect(one('[aria-selected=true]').getAttribute('aria-rowindex')).toBe('4');
    expect(grid.getAttribute('aria-activedescendant')).toBe(one('[aria-selected=true]').id);
    expect(press(grid, 'Enter', { isComposing: true }).defaultPrevented).toBe(false);
    expect(opened).toEqual([]);
    press(grid, 'Enter');
    expect(opened).toEqual(['row 2']);
    press(grid, 'Home');
    expect(one('[aria-selected=true]').getAttribute('aria-rowindex')).toBe('2');
  });

  test('knows where each row begins, whatever their heights', () => {
    const keys = Array.from({ length: 100 }, (_, i) => String(i));
    const offsets = new Offsets(keys, new Map([['0', 100]]), 10);
    expect(offsets.start(1)).toBe(100);
    expect(offsets.total).toBe(1090);
    expect(offsets.at(99)).toBe(0);
    expect(offsets.at(100)).toBe(1);
    expect(offsets.window(500, 100, 0)).toEqual([41, 52]);
    expect(new Offsets([], new Map(), 10).window(0, 100)).toEqual([0, 0]);
  });
});

test('a link of the error summary puts the focus into the control', () => {
  document.body.insertAdjacentHTML('beforeend', '<input id="phone" />');
  shown = mount(ErrorSummary, { target: document.body, props: { title: 'Còn 1 việc', items: [{ text: 'Thiếu số điện thoại', target: 'phone' }] } });
  one<HTMLAnchorElement>('[role=alert] a').click();
  expect(document.activeElement).toBe(one('#phone'));
  one('#phone').remove();
});

test('what was removed can be brought back for twenty seconds at least', () => {
  mock.useFakeTimers();
  const calls: string[] = [];
  const props = { text: 'Đã bỏ trang 4', seconds: 1, onundo: () => void calls.push('undo'), onclose: () => void calls.push('close') };
  shown = mount(Undo, { target: document.body, props });
  flushSync();
  mock.advanceTimersByTime(19_900);
  expect(calls).toEqual([]);
  // The window has a command for Ctrl+Z; here it would act a second time.
  press(document.body, 'z', { ctrlKey: true });
  mock.advanceTimersByTime(200);
  expect(calls).toEqual(['close']);
});

test('a press in the first instant of the bar was meant for what lay there before', () => {
  mock.useFakeTimers();
  const calls: string[] = [];
  const props = reactive({ text: 'Đã bỏ trang 4', onundo: () => void calls.push('undo'), onclose: () => void calls.push('close') });
  shown = mount(Undo, { target: document.body, props });
  flushSync();
  const press = () => document.querySelectorAll<HTMLButtonElement>('.bar button').forEach((button) => button.click());
  mock.advanceTimersByTime(550);
  press();
  expect(calls).toEqual([]);
  mock.advanceTimersByTime(100);
  press();
  expect(calls).toEqual(['undo', 'close']);
  // Other words in the same bar are something new again.
  props.text = 'Đã bỏ trang 5';
  flushSync();
  press();
  expect(calls).toEqual(['undo', 'close']);
});

test('the pressed button goes with its bar; the focus goes back, and the next bar has its time', async () => {
  document.body.insertAdjacentHTML('beforeend', '<main tabindex="-1"><button id="from">x</button></main>');
  let closed = 0;
  const props = reactive<{ text: string | undefined; onundo: () => void; onclose: () => void }>({
    text: 'Đã bỏ trang 4',
    onundo: () => (props.text = undefined),
    onclose: () => void (closed += 1),
  });
  mock.useFakeTimers();
  shown = mount(Undo, { target: document.body, props });
  flushSync();
  const undo = () => one<HTMLButtonElement>('.bar button');
  one('#from').focus();
  undo().focus();
  mock.advanceTimersByTime(700);
  undo().click();
  flushSync();
  await tick();
  expect(document.activeElement).toBe(one('#from'));
  props.text = 'Đã bỏ trang 5';
  flushSync();
  mock.advanceTimersByTime(30_000);
  expect(closed).toBe(1);
  one('#from').focus();
  undo().focus();
  one('#from').remove();
  undo().click();
  flushSync();
  await tick();
  expect(document.activeElement).toBe(one('main'));
  one('main').remove();
});

describe('a combobox', () => {
  const all = ['Tỉnh Cao Bằng', 'Tỉnh Lạng Sơn', 'Thành phố Hà Nội'].map((label, i) => ({ value: String(i), label }));

  function open(value = '') {
    const told: string[] = [];
    const props = reactive({
      value,
      label: 'Tỉnh',
      find: async (text: string) => all.filter(({ label }) => label.toLowerCase().includes(text.toLowerCase())),
      fits: (text: string, { label }: { label: string }) => label.endsWith(text),
      oninput: (text: string) => void told.push((props.value = text)),
      onchoose: ({ value, label }: { value: string; label: string }) => void (told.push(`chosen ${value}`), (props.value = label)),
    });
    shown = mount(Combobox, { target: document.body, props });
    flushSync();
    const input = one<HTMLInputElement>('[role=combobox]');
    input.focus();
    const options = () => [...document.querySelectorAll<HTMLElement>('[role=option]')].map((option) => option.textContent?.trim());
    return { told, input, options, props };
  }

  test('what came from another answer can be cleared', () => {
    const { told, input, props } = open();
    props.value = 'Tỉnh Cao Bằng';
    flushSync();
    expect(input.value).toBe('Tỉnh Cao Bằng');
    type(input, '');
    expect([told, props.value, input.value]).toEqual([[''], '', '']);
  });

  test('finds while one types, moves by arrows, and takes what Enter chooses', async () => {
    const { told, input, options } = open();
    type(input, 'ng');
    await mock.waitFor(() => expect(options()).toEqual(['Tỉnh Cao Bằng', 'Tỉnh Lạng Sơn']));
    expect([input.getAttribute('aria-expanded'), input.hasAttribute('aria-activedescendant')]).toEqual(['true', false]);
    press(input, 'ArrowDown');
    press(input, 'ArrowDown');
    const active = document.getElementById(input.getAttribute('aria-activedescendant') ?? '');
    expect([active?.textContent?.trim(), active?.getAttribute('aria-selected')]).toEqual(['Tỉnh Lạng Sơn', 'true']);
    // Enter of an input method is its own.
    press(input, 'Enter', { isComposing: true });
    expect(press(input, 'Enter').defaultPrevented).toBe(true);
    flushSync();
    expect([told, input.value, input.getAttribute('aria-expanded')]).toEqual([['ng', 'chosen 1'], 'Tỉnh Lạng Sơn', 'false']);
    // With the list closed Enter is not the list's.
    expect(press(input, 'Enter').defaultPrevented).toBe(false);
  });

  test('Esc closes the list and leaves the text; it is the screen’s when no list is open', async () => {
    const { told, input, options } = open();
    type(input, 'cao');
    await mock.waitFor(() => expect(options()).toHaveLength(1));
    expect(press(input, 'Escape').defaultPrevented).toBe(true);
    expect([input.value, told, input.getAttribute('aria-expanded')]).toEqual(['cao', ['cao'], 'false']);
    expect(press(input, 'Escape').defaultPrevented).toBe(false);
  });

  test('who leaves with a whole name has chosen it; what fits nothing stays as typed', async () => {
    const { told, input } = open();
    type(input, 'Hà Nội');
    input.blur();
    await mock.waitFor(() => expect(told).toEqual(['Hà Nội', 'chosen 2']));
    input.focus();
    type(input, 'Huế');
    input.blur();
    await tick();
    expect([told.at(-1), input.value]).toEqual(['Huế', 'Huế']);
  });

  test('all there is comes by the arrow or a press, whatever stands in it, and a press on one takes it', async () => {
    const { told, input, options } = open('Tỉnh Cao Bằng');
    press(input, 'ArrowDown');
    await mock.waitFor(() => expect(options()).toHaveLength(3));
    const third = document.querySelectorAll<HTMLElement>('[role=option]')[2];
    const down = new MouseEvent('mousedown', { bubbles: true, cancelable: true });
    third?.dispatchEvent(down);
    third?.click();
    expect([down.defaultPrevented, told, input.value]).toEqual([true, ['chosen 2'], 'Thành phố Hà Nội']);
  });
});

test('a choice that is not taken up does not stay on screen', async () => {
  const options = ['a', 'b', 'c'].map((value) => ({ value, label: value }));
  const props = reactive({ value: 'a', label: 'Chọn', options, oninput: (value: string) => void (value === 'c' && (props.value = value)) });
  shown = mount(Select, { target: document.body, props });
  flushSync();
  const select = one<HTMLSelectElement>('select');
  for (const [chosen, left] of [['b', 'a'], ['c', 'c'], ['b', 'c']] as const) {
    select.value = chosen;
    select.dispatchEvent(new Event('change', { bubbles: true }));
    await mock.waitFor(() => expect(select.value).toBe(left));
  }
});

describe('words', () => {
  test.each([partsVi, partsEn])('of parts are NFC and not empty', (words) => {
    const texts = (table: object): string[] =>
      Object.values(table).flatMap((it) => (typeof it === 'string' ? [it] : typeof it === 'function' ? [String(it(1, 2))] : texts(it as object)));
    // `rowTitle` and its kin take a word first.
    const numbers = { ...words, addRow: words.addRow('x'), removeRow: words.removeRow('x', 1), removedRow: words.removedRow('x', 1), rowTitle: words.rowTitle('x', 1), noRows: words.noRows('x') };
    for (const text of texts(numbers)) {
      expect(text.trim()).not.toBe('');
      expect(text).toBe(text.normalize('NFC'));
    }
    expect(words.rowTitle('ứng viên', 2)).toMatch(/^Ứng viên 2$/);
  });

  test('estimates are as rough as they are', () => {
    expect(partsVi.remaining(37)).toBe('còn khoảng 40 giây');
    expect(partsVi.remaining(110)).toBe('còn khoảng 2 phút');
    expect(partsVi.remaining(7000)).toBe('còn khoảng 2 giờ');
    expect(partsVi.remaining(0)).toBe('còn khoảng 1 giây');
  });

  test('an ill-formed answer is told with what to do', () => {
    expect(malformedWords({ kind: 'not_a_date' }, 'vi')).toContain('1/2/2026');
    expect(malformedWords({ kind: 'above_max', max: 1_000_000 }, 'vi')).toContain('1.000.000');
    const identity = { kind: 'identity', accepts: ['personal_number', 'old_identity_card', 'passport'], reason: 'length' } as const;
    expect(malformedWords({ ...identity, accepts: [...identity.accepts] }, 'vi')).toMatch(/12 chữ số, số CMND 9 chữ số hoặc số hộ chiếu/);
  });
});
