import { expect, test } from 'vitest';
import type { NoPaperView } from '../src/host/desk.gen';
import { draftOf, early, isoOf, proposed, savable, stateOf, wrongOf, type DraftLine } from '../src/screens/noPaper/draft';

const line = (to: Partial<DraftLine> = {}): DraftLine => ({ procedure: 'NB-20', from: '1/12/26', basis: 'Văn bản 5436', except: '', ...to });

test('days are read as they are typed, and what is no day is none', () => {
  expect(['1/12/26', '01122026', '2026-12-01', '1.12.2026'].map(isoOf)).toEqual(Array(4).fill('2026-12-01'));
  expect(['31/2/26', '12/2026', '2026', '', 'mai'].map(isoOf)).toEqual(Array(5).fill(undefined));
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
