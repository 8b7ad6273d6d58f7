import { afterEach, expect, test, vi as mock } from 'vitest';
import { button, close, type FakeDesk, fakeDesk, fault, input, open, press, text } from './desk';

afterEach(close);

function show(desk: FakeDesk): void {
  open(desk);
  press('7', { ctrlKey: true });
}

test('enrolment: what is wrong with the string stands at the field, and what is right becomes the agency', async () => {
  const desk = fakeDesk();
  const hub = desk.standing.hub;
  desk.standing.hub = null;
  desk.standing.link = { link: 'not_enrolled' };
  desk.answers.enrol = () => {
    throw fault('enrolment_unknown');
  };
  show(desk);
  await mock.waitFor(() => expect(document.querySelector('#enrolment')).not.toBeNull());
  button('Ghi danh').click();
  await mock.waitFor(() => expect(text()).toContain('Hãy dán chuỗi ghi danh vào đây'));
  input('#enrolment', ' https://cong.example#AAAA#bb ');
  press('Enter', {}, document.querySelector('#enrolment') ?? undefined);
  await mock.waitFor(() => expect(document.querySelector('.error')?.textContent).toContain('Cổng không biết mã ghi danh này'));
  expect(desk.asked).toContainEqual({ ask: 'enrol', enrolment: 'https://cong.example#AAAA#bb' });
  await mock.waitFor(() => expect(document.activeElement?.id).toBe('enrolment'));
  desk.answers.enrol = () => {
    desk.standing.hub = hub;
    return hub;
  };
  button('Ghi danh').click();
  await mock.waitFor(() => expect(text()).toContain('Đã ghi danh. Hồ sơ của máy này được gửi thay mặt Sở Nội vụ.'));
  expect(document.querySelector('#enrolment')).toBeNull();
  expect(text()).toContain('https://cong.example');
});

test('the language changes every word at once and is kept', async () => {
  const desk = fakeDesk();
  show(desk);
  await mock.waitFor(() => expect(text()).toContain('phiên bản 4.5.6'));
  const english = [...document.querySelectorAll('label')].find((label) => label.textContent?.includes('English'));
  english?.querySelector('input')?.click();
  await mock.waitFor(() => expect(text()).toContain('Check this computer'));
  expect(document.documentElement.lang).toBe('en');
  expect(document.title).toBe('Settings – Hồ Sơ');
  expect(desk.asked.at(-1)).toMatchObject({ ask: 'set_preferences', preferences: { language: 'en' } });
});

test('the check of the computer names each part and says what to do', async () => {
  const desk = fakeDesk();
  desk.answers.doctor = () => [
    { part: 'disk_space', works: false, detail: '', fault: { code: 'little_room', args: { mib: '512' }, retry: 'now' } },
    { part: 'text_reader', works: true, detail: '5.3.0' },
  ];
  show(desk);
  await mock.waitFor(() => expect(text()).toContain('Kiểm tra máy'));
  press('F5');
  await mock.waitFor(() => expect(text()).toContain('Đĩa sắp đầy: chỉ còn trống 512 MiB'));
  expect(text()).toContain('1 phần cần sửa');
  expect(text()).toContain('5.3.0');
});
