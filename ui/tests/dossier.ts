import { NO_EDITS } from '../src/state/pages.svelte';
import type { DocumentView, DossierView, FieldState, Finding, OpenView, PageReport, PageView } from '../src/host/desk.gen';

/** A dossier as the program opens it: two papers, one of them for each contract, and two sections. */
export function opened(more: { dossier?: Partial<DossierView>; fields?: FieldState[]; findings?: Finding[]; documents?: DocumentView[] } = {}): OpenView {
  const words = (vi: string) => ({ vi, en: `en ${vi}` });
  const component = { sign: 'none' as const, certified_copies: 0, plain_copies: 0, copy_will_do: false, electronic_ok: true, digitise: true };
  const findings = more.findings ?? [];
  return {
    procedure: {
      provenance: { status: 'real', source: '' },
      components: [
        { code: 'A', name: words('Tờ trình'), need: 'mandatory', originals: 1, ...component },
        { code: 'B', name: words('Hồ sơ hợp đồng'), need: 'mandatory', per_row: 'contracts', originals: 1, ...component },
      ],
    },
    form: {
      id: 'f',
      revision: 1,
      title: words('Biểu mẫu'),
      sections: [
        {
          id: 'one',
          title: words('Bên đề nghị'),
          fields: [
            { id: 'name', label: words('Người lập'), type: { text: { max: 100 } }, required: true },
            { id: 'phone', label: words('Điện thoại'), type: { text: { max: 20, format: 'phone' } } },
          ],
        },
        {
          id: 'two',
          title: words('Hợp đồng'),
          fields: [
            {
              id: 'contracts',
              label: words('Hợp đồng'),
              type: { group: { min_rows: 0, max_rows: 9, row: words('hợp đồng'), fields: [{ id: 'number', label: words('Số'), type: { text: { max: 50 } } }] } },
            },
          ],
        },
      ],
    },
    sheet: {
      dossier: {
        id: 'd1',
        procedure: 'NB-15',
        revision: 1,
        name_vi: 'Quyết toán',
        name_en: 'Settlement',
        state: 'draft',
        provisional_code: 'T-01',
        official_code: null,
        applicant: 'Sở Nội vụ',
        answers: {},
        documents: more.documents ?? [],
        removed: [],
        events: [],
        practice: false,
        examples: [],
        editable: true,
        at_hub: false,
        created_at: '2026-11-21T07:00:00.000Z',
        updated_at: '2026-11-21T07:00:00.000Z',
        ...more.dossier,
      },
      fields: more.fields ?? [field('name'), field('phone'), field('contracts')],
      findings: { dossier: 'd1', ready: !findings.some(({ blocking }) => blocking), findings, documents: {} },
      saved_at: '2026-11-21T07:00:00.000Z',
    },
  } as unknown as OpenView;
}

export function field(id: string, more: Partial<FieldState> = {}): FieldState {
  return { field: id, row: null, visible: true, required: false, value: null, malformed: null, failed: [], unconfirmed: null, ...more };
}

/** The table of contracts with these rows, by id and number. */
export function contracts(...rows: [string, string][]): FieldState {
  return field('contracts', { value: rows.map(([id, number]) => ({ id, answers: { number: { value: number, source: 'typed' as const } } })) });
}

export function paper(id: string, more: Partial<DocumentView> = {}): DocumentView {
  return { id, component: 'A', row: null, file_name: `${id}.tif`, title: 'Tờ trình', status: 'done', pages: 2, bytes: 9, sha256: 'ab', sealed: false, reused: false, warnings: [], ...more };
}

export function page(position: number, more: Partial<PageView> = {}, found: Partial<PageReport> = {}): PageView {
  const report = { width: 1000, height: 1400, kept: [1000, 1400] as [number, number], born_digital: false, doubts: 0, dpi: [300, 300] as [number, number], orientation: 0, orientation_sure: true, skew_deg: 0.3, quad: null, blank: false, ink: 0.04, separator: false } satisfies Partial<PageReport>;
  const read = { codes: [], double: null, letterhead: null, text: 'Kính gửi', words: 90, mean_confidence: 0.97, bytes: 9, warnings: [], colour: 'bw', file: 0, source: 'a.tif', frame: position, edits: NO_EDITS };
  return {
    id: `p${position}`,
    position,
    picture: { blob: 'aa', frame: position },
    made: { blob: 'bb', frame: position },
    removed: false,
    edits: NO_EDITS,
    found: { ...report, dpi: [300, 300], ...read, ...found },
    ...more,
  };
}
