import { flushSync, mount, unmount } from 'svelte';
import App from '../src/app/App.svelte';
import type { Answer, DossierLine, Notice, OutboxLine, Request, Standing } from '../src/host/desk.gen';
import { contentOf, Fault, type FaultCode, type Host } from '../src/host/host';

/** A desk behind the window that answers from a table and notes what it was asked. */
export interface FakeDesk {
  host: Host;
  asked: Request[];
  standing: Standing;
  dossiers: DossierLine[];
  outbox: OutboxLine[];
  /** What other requests are answered with, or how they fail. */
  answers: Partial<Record<Request['ask'], (request: Request) => unknown>>;
  tell: (notice: Notice) => void;
  folder: string | null;
  shown: string[];
}

export function fakeDesk(): FakeDesk {
  const listeners = new Set<(notice: Notice) => void>();
  const desk: FakeDesk = {
    asked: [],
    standing: {
      at: '2026-11-21T07:22:07.000Z',
      version: '4.5.6',
      person: 'Nguyễn Thị Hạnh',
      station: '01',
      hub: { hub: 'https://cong.example', agency_code: 'H07.22', agency_name: 'Sở Nội vụ', station: '01', support_number: '0251 000 000' },
      link: { link: 'online', since: '2026-11-21T07:00:00.000Z' },
      counts: {},
      to_digitise: 0,
      outbox: 0,
      needs_person: 0,
      network: { limit: null, waits: null },
      clock_off: null,
      held: [],
    },
    dossiers: [],
    outbox: [],
    answers: {},
    tell: (notice) => listeners.forEach((told) => told(notice)),
    folder: null,
    shown: [],
    host: {
      async call(request, expects) {
        desk.asked.push(request);
        const own = desk.answers[request.ask];
        const [answer, content] = own ? [expects, own(request)] : standard(desk, request);
        return contentOf({ answer, content } as Answer, expects);
      },
      listen(told) {
        listeners.add(told);
        return () => listeners.delete(told);
      },
      picture: () => '',
      chooseFiles: async () => [],
      chooseFolder: async () => desk.folder,
      onDrop: () => () => undefined,
      close: async () => undefined,
      show: async (file) => void desk.shown.push(file),
    },
  };
  return desk;
}

function standard(desk: FakeDesk, request: Request): [Answer['answer'], unknown] {
  switch (request.ask) {
    case 'status':
      return ['status', structuredClone(desk.standing)];
    case 'preferences':
      return ['preferences', { language: 'vi', theme: 'auto', size: 1000, density: 'compact' }];
    case 'set_preferences':
      return ['preferences', request.preferences];
    case 'outbox':
      return ['outbox', structuredClone(desk.outbox)];
    case 'dossier_list': {
      const wanted = desk.dossiers.filter((line) => request.states.length === 0 || request.states.includes(line.state));
      const from = request.before ?? 0;
      const page = wanted.slice(from, from + request.limit);
      return ['dossiers', { dossiers: page, next: from + page.length < wanted.length ? from + page.length : null, total: from === 0 && request.find === '' ? wanted.length : null, doubts: [] }];
    }
    case 'account':
      return ['account', { is: 'here', it: null }];
    case 'procedure_list':
      return ['procedures', []];
    case 'hold':
    case 'dossier_discard':
      return ['done', undefined];
    default:
      throw fault('unexpected');
  }
}

export function fault(code: FaultCode, args: Record<string, string> = {}): Fault {
  return new Fault(code, 'no', args);
}

export function dossier(id: string, more: Partial<DossierLine> = {}): DossierLine {
  return {
    id,
    procedure: 'NB-03',
    state: 'draft',
    code: `T-01-261121-${id}`,
    applicant: 'Trường THPT Bình Sơn',
    title: 'Điều chuyển tài sản công',
    practice: false,
    due: null,
    working_days_left: null,
    outbox: null,
    updated_at: '2026-11-21T07:00:00.000Z',
    ...more,
  };
}

export function submission(dossier: string, more: Partial<OutboxLine> = {}): OutboxLine {
  return {
    dossier,
    code: `T-01-261121-${dossier}`,
    applicant: 'Hội Phụ nữ tỉnh',
    files: 3,
    title: 'Tặng Bằng khen',
    state: 'pending',
    bytes_sent: 0,
    bytes: 29_600_000,
    attempt: 0,
    not_before: null,
    queued_at: '2026-11-21T07:10:00.000Z',
    ...more,
  };
}

let app: object | undefined;

export function open(desk: FakeDesk): void {
  app = mount(App, { target: document.body, props: { host: desk.host } });
  flushSync();
}

export async function close(): Promise<void> {
  if (app) await unmount(app);
  app = undefined;
}

export function press(key: string, more: KeyboardEventInit = {}, target: EventTarget = document.activeElement ?? document.body): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more });
  target.dispatchEvent(event);
  flushSync();
  return event;
}

export const text = (): string => (document.body.textContent ?? '').replace(/\s+/g, ' ');

/** The button whose words begin like this. */
export function button(words: string): HTMLButtonElement {
  const all = [...document.querySelectorAll<HTMLButtonElement>('button')];
  const found = all.find((one) => (one.textContent ?? '').trim().startsWith(words));
  if (!found) throw new Error(`no button “${words}” among ${all.map((one) => one.textContent?.trim()).join(' | ')}`);
  return found;
}

export function input(selector: string, typed: string): void {
  const box = document.querySelector<HTMLInputElement>(selector);
  if (!box) throw new Error(`no ${selector}`);
  box.value = typed;
  box.dispatchEvent(new Event('input', { bubbles: true }));
  flushSync();
}
