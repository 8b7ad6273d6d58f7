/** The words of papers of earlier dossiers that serve again. */
export interface ReuseWords {
  title: string;
  hint: string;
  /** In the checklist, of a component that has no paper yet. */
  there: (papers: number) => string;
  /** Where it lies. */
  from: (procedure: string, code: string) => string;
  /** The day that stands on it; the day it came in, where none was read. */
  dated: (day: string) => string;
  came: (day: string) => string;
  until: (day: string) => string;
  over: (day: string) => string;
  pages: (pages: number) => string;
  picture: (title: string) => string;
  take: string;
  takeAll: (title: string, code: string) => string;
  takeOver: string;
  ask: { title: string; text: (day: string) => string; yes: string; no: string };
  taken: (title: string) => string;
  reused: string;
}

export const reuseVi: ReuseWords = {
  title: 'Đã có trong hồ sơ trước',
  hint: 'Của cùng người, cùng loại giấy tờ. Hãy hỏi người nộp trước khi dùng lại.',
  there: (papers) => `Có ${papers} bản ở hồ sơ trước`,
  from: (procedure, code) => `${procedure} · ${code}`,
  dated: (day) => `Giấy ghi ngày ${day}`,
  came: (day) => `Số hóa ngày ${day}, không đọc được ngày trên giấy`,
  until: (day) => `Có giá trị đến ${day}`,
  over: (day) => `Chỉ có giá trị đến ${day}`,
  pages: (pages) => `${pages} trang`,
  picture: (title) => `Trang đầu của ${title}`,
  take: 'Dùng lại',
  takeAll: (title, code) => `Dùng lại ${title} của hồ sơ ${code}`,
  takeOver: 'Vẫn dùng…',
  ask: {
    title: 'Dùng giấy tờ đã hết giá trị?',
    text: (day) => `Giấy tờ này chỉ có giá trị đến ${day}. Cơ quan tiếp nhận có thể yêu cầu bản mới; khi kiểm tra, phần mềm sẽ nhắc lại.`,
    yes: 'Vẫn dùng',
    no: 'Không dùng',
  },
  taken: (title) => `Đã dùng lại ${title}`,
  reused: 'Dùng lại từ hồ sơ trước',
};

export const reuseEn: ReuseWords = {
  title: 'In earlier dossiers already',
  hint: 'Of the same people and the same kind. Ask them before using it again.',
  there: (papers) => (papers === 1 ? 'One in an earlier dossier' : `${papers} in earlier dossiers`),
  from: (procedure, code) => `${procedure} · ${code}`,
  dated: (day) => `Dated ${day}`,
  came: (day) => `Digitised ${day}; no date could be read on it`,
  until: (day) => `Good until ${day}`,
  over: (day) => `Was good until ${day}`,
  pages: (pages) => (pages === 1 ? '1 page' : `${pages} pages`),
  picture: (title) => `First page of ${title}`,
  take: 'Use again',
  takeAll: (title, code) => `Use again ${title} of ${code}`,
  takeOver: 'Use all the same…',
  ask: {
    title: 'Use a paper that counts no more?',
    text: (day) => `This paper was good until ${day}. Who receives it may ask for a new one; the check will say so again.`,
    yes: 'Use all the same',
    no: 'Do not use',
  },
  taken: (title) => `Used again: ${title}`,
  reused: 'Used again, from an earlier dossier',
};
