import { fieldKey } from '../../forms/typed';
import type { AtPage, Field, Finding, OpenView, Section } from '../../host/desk.gen';
import type { Words } from '../../words';
import { findingText } from '../../words/findings';
import { fieldsOf, groupOf, rowName, rowsOf, type Place } from './checklist';

/** One thing that stands between a dossier and sending, with where to go to put it right. */
export interface Task {
  text: string;
  /** How it is mended, and what asks for it. */
  mend: string;
  why?: string | undefined;
  /** What it stands for. */
  findings: readonly Finding[];
  /** The paper alone, where it is about one. */
  paper?: string | undefined;
  field?: { section: string; field: string; row: string | null } | undefined;
  place?: Place | undefined;
  /** The page of the paper, and what is meant on it. */
  page?: AtPage | undefined;
}

/** Numbers of paper copies that an electronic document stands in for: told beside the paper, nothing to do. */
const COPIES = ['too_few_originals', 'too_few_copies'];

/**
 * Findings as a person works them off: what is merely not answered yet is one task for each section, a paper missing for several
 * rows is one task; everything that is wrong is a task of its own.
 */
export function tasksOf(view: OpenView, words: Words, blocking: boolean): Task[] {
  const tasks = new Map<string, Task>();
  for (const finding of view.sheet.findings.findings.filter((each) => each.blocking === blocking)) {
    // A paper that is merely being digitised is nothing to do, and neither is a copy that may be electronic.
    if (finding.what.code === 'not_ready' && finding.what.status === 'working') continue;
    if (!blocking && finding.place.kind === 'component' && COPIES.includes(finding.what.code)) continue;
    const task = taskOf(view, finding, words);
    const key = keyOf(finding, task);
    const before = tasks.get(key);
    if (before) before.findings = [...before.findings, finding];
    else tasks.set(key, task);
  }
  return [...tasks.values()].map((task) => (task.findings.length === 1 ? task : together(view, task, words)));
}

/** Advice: a line of its own, or one for what is the same of several papers, which opens to them. */
export interface Advice {
  text: string;
  mend: string;
  why?: string | undefined;
  tasks: readonly Task[];
}

/** What is worth a look and does not stand in the way. */
export function adviceOf(view: OpenView, words: Words): Advice[] {
  const alike = new Map<string, Task[]>();
  for (const task of tasksOf(view, words, false)) {
    const what = task.findings[0]?.what;
    const said = task.paper === undefined || !what ? `one ${task.text}` : `papers ${findingText('', what, words.findings)} ${task.why}`;
    alike.set(said, [...(alike.get(said) ?? []), task]);
  }
  return [...alike.values()].flatMap((tasks) => {
    const [first, what] = [tasks[0], tasks[0]?.findings[0]?.what];
    if (!first || !what) return [];
    const text = tasks.length === 1 ? first.text : findingText(words.preflight.papers(tasks.length), what, words.findings);
    return [{ text, mend: first.mend, why: first.why, tasks }];
  });
}

function keyOf({ place, what }: Finding, task: Task): string {
  if (place.kind === 'field') {
    return what.code === 'required' ? `section ${task.field?.section}` : `field ${fieldKey(place.field, place.row)} ${task.text}`;
  }
  if (place.kind === 'dossier') return `dossier ${what.code}`;
  // Pages of one paper with the same thing are one task; what differs on each is told of each.
  if (place.kind === 'page') return `page ${place.at.document} ${what.code === 'nearly_same' ? task.text : what.code}`;
  const missing = what.code === 'missing' || what.code === 'missing_because';
  return missing ? `missing ${place.component}` : `component ${place.component} ${place.row} ${what.code}`;
}

/** A task that stands for several findings says so. */
function together(view: OpenView, task: Task, words: Words): Task {
  const its = words.prepare.todo;
  const [count, what] = [task.findings.length, task.findings[0]?.what];
  if (task.field) {
    const section = view.form.sections.find((each) => each.id === task.field?.section);
    return section ? { ...task, text: its.section(section.title[words.language], count) } : task;
  }
  const component = view.procedure.components.find((each) => each.code === task.place?.component);
  const name = component?.name[words.language];
  if (name === undefined || !what) return task;
  if (task.page) {
    const paper = words.preflight.pages(name, count);
    return { ...task, paper, text: findingText(paper, what, words.findings) };
  }
  const group = view.form.sections.flatMap(fieldsOf).find((field) => field.id === component?.per_row);
  const row = group && groupOf(group)?.row[words.language];
  return row === undefined ? task : { ...task, text: its.rows(name, count, row) };
}

function taskOf(view: OpenView, finding: Finding, words: Words): Task {
  const { place, what, why } = finding;
  const told = (label: string): Task => ({
    text: findingText(label, what, words.findings),
    mend: words.preflight.mend[what.code],
    why: why && words.preflight.why(why),
    findings: [finding],
  });
  if (place.kind === 'dossier') return told(words.preflight.dossier);
  if (place.kind !== 'field') {
    const component = view.procedure.components.find((each) => each.code === place.component);
    const document = view.sheet.dossier.documents.find((each) => each.component === place.component);
    let label = component?.name[words.language] ?? document?.title ?? place.component;
    if (place.row !== null && component?.per_row != null) {
      const group = view.form.sections.flatMap(fieldsOf).find((field) => field.id === component.per_row);
      if (group) label += ` – ${rowName(group, rowsOf(view, group.id), place.row, words)}`;
    }
    const at = { component: place.component, row: place.row };
    if (place.kind === 'component') return { ...told(label), place: at, paper: label };
    const paper = words.preflight.onPage(label, place.at.number);
    return { ...told(paper), place: at, page: place.at, paper };
  }
  const found = sectionOf(view, place.field);
  let label = short(found?.field.label[words.language] ?? place.field);
  if (found?.group && place.row !== null) label += ` (${rowName(found.group, rowsOf(view, found.group.id), place.row, words)})`;
  return { ...told(label), field: found && { section: found.section.id, field: place.field, row: place.row } };
}

/** Some questions are whole sentences; their beginning tells which one is meant. */
const LONG = 56;
function short(label: string): string {
  const plain = label.replace(/[.:]\s*$/, '');
  return plain.length <= LONG ? plain : `${plain.slice(0, plain.lastIndexOf(' ', LONG - 6))}…`;
}

/** The section of a field, and the group it stands in where it is a cell. */
export function sectionOf(view: OpenView, id: string): { section: Section; field: Field; group: Field | undefined } | undefined {
  for (const section of view.form.sections) {
    for (const field of section.fields) {
      if (field.id === id) return { section, field, group: undefined };
      const cell = groupOf(field)?.fields.find((each) => each.id === id);
      if (cell) return { section, field: cell, group: field };
    }
  }
  return undefined;
}

/** Sections in which something can be seen. */
export function visibleSections(view: OpenView): Section[] {
  const visible = new Set(view.sheet.fields.filter((state) => state.visible).map((state) => state.field));
  return view.form.sections.filter((section) => section.fields.some((field) => visible.has(field.id)));
}
