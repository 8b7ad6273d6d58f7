/** The words of who sits here. */
export interface AccountWords {
  signIn: string;
  signOut: string;
  change: string;
  title: string;
  name: string;
  password: string;
  cancel: string;
  changeTitle: string;
  old: string;
  fresh: string;
  freshHint: string;
  mustChange: string;
  /** Signed in without network; so many days are left. */
  offline: (days: number) => string;
  /** By kind of what runs out, its name, its day and how many days are left. */
  notice: Record<'password' | 'certificate' | 'mail_account', (name: string, days: number) => string>;
  read: string;
}

const within = (days: number, runs: string, ran: string): string => (days < 0 ? ran : days === 0 ? `${runs} hôm nay` : `${runs} sau ${days} ngày`);
const inEnglish = (days: number): string => (days < 0 ? 'has run out' : days === 0 ? 'runs out today' : `runs out in ${days} days`);

export const accountVi: AccountWords = {
  signIn: 'Đăng nhập',
  signOut: 'Đăng xuất',
  change: 'Đổi mật khẩu',
  title: 'Đăng nhập',
  name: 'Tên đăng nhập',
  password: 'Mật khẩu',
  cancel: 'Thôi',
  changeTitle: 'Đổi mật khẩu',
  old: 'Mật khẩu đang dùng',
  fresh: 'Mật khẩu mới',
  freshHint: 'Ít nhất 10 ký tự, không trùng tên.',
  mustChange: 'Đây là mật khẩu cấp lần đầu hoặc đã hết hạn. Hãy đổi mật khẩu để bắt đầu làm việc.',
  offline: (days) => `Đã đăng nhập khi không có mạng; còn ${days} ngày, sau đó phải có mạng để đăng nhập`,
  notice: {
    password: (_, days) => `${within(days, 'Mật khẩu hết hạn', 'Mật khẩu đã hết hạn')}.`,
    certificate: (name, days) => `Chứng thư số ${name}: ${within(days, 'hết hạn', 'đã hết hạn')}. Hãy xin gia hạn.`,
    mail_account: (name, days) => `Hộp thư ${name}: ${within(days, 'hết hạn', 'đã hết hạn')}. Hãy báo người quản trị.`,
  },
  read: 'Đã biết',
};

export const accountEn: AccountWords = {
  signIn: 'Sign in',
  signOut: 'Sign out',
  change: 'Change password',
  title: 'Sign in',
  name: 'Sign-in name',
  password: 'Password',
  cancel: 'Cancel',
  changeTitle: 'Change password',
  old: 'Present password',
  fresh: 'New password',
  freshHint: 'At least 10 characters, and not a name.',
  mustChange: 'This is a first password, or it has run out. Change it to begin work.',
  offline: (days) => `Signed in without network, ${days} days left`,
  notice: {
    password: (_, days) => `The password ${inEnglish(days)}.`,
    certificate: (name, days) => `Certificate ${name} ${inEnglish(days)}. Ask for another.`,
    mail_account: (name, days) => `Mail account ${name} ${inEnglish(days)}. Tell the administrator.`,
  },
  read: 'Noted',
};
