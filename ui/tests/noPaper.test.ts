import { expect, test } from 'vitest';
import type { NoPaperRequest, NoPaperView, Request } from '../src/host/desk.gen';
import { draftOf, early, proposed, savable, stateOf, wrongOf, type DraftLine } from '../src/screens/noPaper/draft';
import { ListDraft } from '../src/screens/noPaper/listDraft.svelte';
import { DeskState } from '../src/state/desk.svelte';
import { isoDay } from '../src/words/format';
import { fakeDesk, fault } from './desk';

const line = (to: Partial<DraftLine> = {}): DraftLine => ({ procedure: 'NB-20', from: '1/12/26', basis: 'Văn bản 5436', except: '', ...to });

test('days are read as they are typed, and what is no day is none', () => {
  expect(['1/12/26', '01122026', '2026-12-01', '1.12.2026'].map(isoDay)).toEqual(Array(4).fill('2026-12-01'));
  expect(['31/2/26', '31/02/2026', '12/2026', '2026', '', 'mai'].map(isoDay)).toEqual(Array(6).fill(undefined));
});

test('a draft is saved only once every line of it is right', () => {
  expect(wrongOf(line())).toEqual([]);
  expect(wrongOf(line({ from: '31/2/26', basis: ' ' }))).toEqual(['from', 'basis']);
  expect(savable([])).toBeUndefined();
  expect(savable([line(), line({ procedure: 'NB-21', from: '' })])).toBeUndefined();
  const saved = savable([line({ except: 'mất mạng' })]);
  expect(saved).toEqual([{ procedure: 'NB-20', from: '2026-12-01', basis: 'Văn bản 5436', except: 'mất mạng' }]);
  expect(draftOf({ department: 'Sở', revision: 1, lines: saved! })).toEqual([line({ from: '01/12/2026', except: 'mất mạng' })]);
});

test('what was written last is proposed for the next', () => {
  expect(proposed([], '2026-11-21')).toEqual({ from: '01/12/2026', basis: '', except: '' });
  expect(proposed([], '2026-12-21').from).toBe('01/01/2027');
  const lines = [line({ basis: 'một' }), line({ basis: 'hai', except: 'x' }), line({ from: 'chưa' })];
  expect(proposed(lines, '2026-11-21')).toEqual({ from: '1/12/26', basis: 'hai', except: 'x' });
});

test('who decides after a procedure was to begin is told how many', () => {
  const list = { department: 'Sở', revision: 1, lines: savable([line(), line({ procedure: 'NB-21', from: '1/1/27' })])! };
  expect(early(list, '2026-12-01')).toBe(0);
  expect(early(list, '2026-12-02')).toBe(1);
  expect(early(list, '2026-12-02', list), 'what holds already').toBe(0);
  const view: NoPaperView = { list, saved_at: '2026-11-21T03:00:00.000Z', saved_by: '', in_force: false, hub: { is: 'here' } };
  expect(stateOf(view)).toBe('draft');
  const approval = { by: 'B', title: 'G', number: '1', on: '2026-11-20' };
  expect(stateOf({ ...view, list: { ...list, approval } })).toBe('replaced');
  expect(stateOf({ ...view, list: { ...list, approval }, in_force: true })).toBe('in_force');
});

/** A draft of a list of one line that is kept, and what the desk was asked of it. */
function kept() {
  const fake = fakeDesk();
  const list = { department: 'Sở', revision: 1, lines: savable([line()])! };
  const view: NoPaperView = { list, saved_at: '2026-11-21T03:00:00.000Z', saved_by: '', in_force: false, hub: { is: 'here' } };
  const asked: NoPaperRequest[] = [];
  const mood = { refuse: false };
  fake.answers.no_paper = (request) => {
    const { what } = request as Extract<Request, { ask: 'no_paper' }>;
    if (mood.refuse) throw fault('unexpected', {});
    asked.push(what);
    if (what.do === 'save') return { is: 'list', it: { ...view, list: { ...list, lines: what.lines } } };
    return { is: 'lists', it: [] };
  };
  const desk = new DeskState(fake.host);
  return { desk, view, asked, mood, draft: ListDraft.of(desk, 'Sở', 1, view, []) };
}

test('while something is wrong nothing is saved and nothing is lost: who comes back finds it', async () => {
  const { desk, view, asked, draft } = kept();
  draft.change([line(), line({ procedure: 'NB-21', from: '31/2/26' })]);
  await draft.flush();
  expect([draft.wrong, draft.isSaved, asked]).toEqual([1, false, []]);
  expect(desk.unsaved.has(draft)).toBe(true);
  expect(ListDraft.unsaved(desk)).toBe(draft);
  expect(ListDraft.of(desk, 'Sở', 1, view, [])).toBe(draft);
  draft.change([line(), line({ procedure: 'NB-21' })]);
  await draft.flush();
  expect([draft.isSaved, asked.map((what) => what.do), desk.unsaved.size]).toEqual([true, ['save'], 0]);
  expect(ListDraft.of(desk, 'Sở', 1, view, [])).not.toBe(draft);
});

test('a save that fails keeps the draft, and trying again saves what is newest', async () => {
  const { desk, asked, mood, draft } = kept();
  mood.refuse = true;
  draft.change([line({ basis: 'một' })]);
  await draft.flush();
  expect([draft.isSaved, desk.notSaved.has(draft), desk.unsaved.has(draft)]).toEqual([false, true, true]);
  draft.change([line({ basis: 'hai' })]);
  mood.refuse = false;
  await Promise.all([...desk.notSaved.keys()].map((saver) => saver.flush()));
  expect(asked).toMatchObject([{ do: 'save', lines: [{ basis: 'hai' }] }]);
  expect([draft.isSaved, desk.notSaved.size, desk.unsaved.size]).toEqual([true, 0, 0]);
});

test('a draft that was emptied is none: what was kept goes, and comes back with a line', async () => {
  const { asked, draft } = kept();
  draft.change([]);
  await draft.flush();
  expect([draft.isSaved, draft.saved, asked]).toEqual([true, undefined, [{ do: 'discard', department: 'Sở' }]]);
  draft.change([line()]);
  await draft.flush();
  expect([draft.isSaved, draft.saved?.list.lines.length, asked.at(-1)?.do]).toEqual([true, 1, 'save']);
});
