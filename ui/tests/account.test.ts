import { afterEach, expect, test, vi as mock } from 'vitest';
import type { Here } from '../src/host/desk.gen';
import { button, close, type FakeDesk, fakeDesk, fault, input, open, text } from './desk';

afterEach(close);

const hoa: Here = {
  me: { account: '0', sign_in_name: 'hoa.nt', name: 'Nguyễn Thị Hoa', agency: 'H07.22', unit: null, roles: ['clerk'], must_change: false, notices: [] },
  signed_in_at: '2026-11-21T07:00:00.000Z',
  online: true,
  days_left: 14,
};

/** Answers requests about people from a table. */
function people(desk: FakeDesk, answer: (what: { do: string }) => Here | null): void {
  desk.answers.account = (request) => ({ is: 'here', it: answer((request as unknown as { what: { do: string } }).what) });
}

async function signIn(name: string, password: string): Promise<void> {
  await mock.waitFor(() => expect(document.querySelector('.account button')?.textContent).toContain('Đăng nhập'));
  document.querySelector<HTMLButtonElement>('.account button')?.click();
  await mock.waitFor(() => expect(document.querySelector('#account-name')).not.toBeNull());
  input('#account-name', name);
  input('#account-password', password);
  [...document.querySelectorAll<HTMLButtonElement>('dialog[open] .actions button')].at(-1)?.click();
}

test('a wrong password is told in plain words, the right one opens', async () => {
  const desk = fakeDesk();
  people(desk, (what) => {
    if (what.do === 'sign_in') throw fault('wrong_sign_in', { left: '3' });
    return null;
  });
  open(desk);
  await signIn('hoa.nt', 'sai');
  await mock.waitFor(() => expect(text()).toContain('Tên hoặc mật khẩu không đúng; còn 3 lần thử'));
  people(desk, () => hoa);
  [...document.querySelectorAll<HTMLButtonElement>('dialog[open] .actions button')].at(-1)?.click();
  await mock.waitFor(() => expect(document.querySelector('dialog[open] #account-name')).toBeNull());
  await mock.waitFor(() => expect(text()).toContain('Đăng xuất'));
  expect(desk.asked).toContainEqual({ ask: 'account', what: { do: 'sign_in', name: 'hoa.nt', password: 'sai' } });
});

test('a first password is changed before the dialog closes', async () => {
  const desk = fakeDesk();
  people(desk, (what) => (what.do === 'sign_in' ? { ...hoa, me: { ...hoa.me, must_change: true } } : what.do === 'change_password' ? hoa : null));
  open(desk);
  await signIn('hoa.nt', 'AAAA-BBBB');
  await mock.waitFor(() => expect(text()).toContain('mật khẩu cấp lần đầu'));
  input('#account-password', 'AAAA-BBBB');
  input('#account-fresh', 'bốn mùa xuân hạ');
  [...document.querySelectorAll<HTMLButtonElement>('dialog[open] .actions button')].at(-1)?.click();
  await mock.waitFor(() => expect(desk.asked).toContainEqual({ ask: 'account', what: { do: 'change_password', old: 'AAAA-BBBB', new: 'bốn mùa xuân hạ' } }));
  await mock.waitFor(() => expect(text()).toContain('Đăng xuất'));
});

test('without network the days are told, and what runs out is a line with what to do', async () => {
  const desk = fakeDesk();
  const runs = { kind: 'password', identifier: 'hoa.nt', holder: '', valid_until: '2026-11-28', days_left: 7, threshold: 7 } as const;
  const mail = { kind: 'mail_account', identifier: 'hoa@x.gov.vn', holder: '', valid_until: '2026-11-20', days_left: -1, threshold: 0 } as const;
  people(desk, (what) => ({ ...hoa, online: false, days_left: 9, me: { ...hoa.me, notices: what.do === 'notice_read' ? [runs] : [runs, mail] } }));
  open(desk);
  await mock.waitFor(() => expect(text()).toContain('Đã đăng nhập khi không có mạng; còn 9 ngày'));
  expect(text()).toContain('Mật khẩu hết hạn sau 7 ngày.');
  expect(text()).toContain('Hộp thư hoa@x.gov.vn: đã hết hạn');
  button('Đã biết').click();
  await mock.waitFor(() => expect(text()).not.toContain('Hộp thư hoa@x.gov.vn'));
  expect(desk.asked.at(-1)).toMatchObject({ ask: 'account', what: { do: 'notice_read', identifier: 'hoa@x.gov.vn', threshold: 0 } });
  button('Đổi mật khẩu').click();
  await mock.waitFor(() => expect(document.querySelector('dialog[open] #account-fresh')).not.toBeNull());
});

test('where no hub is enrolled nobody is asked to sign in', async () => {
  const desk = fakeDesk();
  desk.standing.hub = null;
  desk.standing.link = { link: 'not_enrolled' };
  open(desk);
  await mock.waitFor(() => expect(text()).toContain('Ghi danh'));
  expect(desk.asked.some(({ ask }) => ask === 'account')).toBe(false);
});

test('what the hub says of the person later is shown when it is learnt, not only at the sign-in', async () => {
  const desk = fakeDesk();
  let now: Here = hoa;
  people(desk, () => now);
  open(desk);
  await mock.waitFor(() => expect(text()).toContain('Đăng xuất'));
  expect(text()).not.toContain('Hãy đổi mật khẩu');
  const runs = { kind: 'certificate', identifier: '54:0A', holder: '', valid_until: '2026-11-24', days_left: 3, threshold: 3 } as const;
  now = { ...hoa, me: { ...hoa.me, must_change: true, notices: [runs] } };
  desk.tell({ notice: 'account' });
  await mock.waitFor(() => expect(text()).toContain('Hãy đổi mật khẩu'));
  expect(text()).toContain('Chứng thư số 54:0A: hết hạn sau 3 ngày');
  button('Đổi mật khẩu').click();
  await mock.waitFor(() => expect(document.querySelector('dialog[open] #account-fresh')).not.toBeNull());
});

test('what goes wrong outside the dialog is told where it happened', async () => {
  const desk = fakeDesk();
  people(desk, (what) => {
    if (what.do === 'sign_out') throw fault('disk_full');
    return hoa;
  });
  open(desk);
  await mock.waitFor(() => expect(text()).toContain('Đăng xuất'));
  button('Đăng xuất').click();
  await mock.waitFor(() => expect(document.querySelector('.account [role=alert]')).not.toBeNull());
});
