import type { Field, OpenView, PersonPart } from '../../host/desk.gen';

/** The fields of somebody, in the order of the form. */
export function fieldsOfWho(view: OpenView, who: string): Field[] {
  return view.form.sections.flatMap((section) => section.fields).filter((field) => field.person?.who === who);
}

/** Who somebody is in the form: the part it is asked in; with the question for their name, where that part asks about more people. */
export function whoName(view: OpenView, who: string, language: 'vi' | 'en'): string {
  const section = view.form.sections.find(({ fields }) => fields.some((field) => field.person?.who === who));
  if (!section) return who;
  const others = section.fields.some((field) => field.person != null && field.person.who !== who);
  const naming = section.fields.find((field) => field.person?.who === who && isNaming(field.person.part));
  const title = section.title[language];
  return others && naming ? `${title}: ${naming.label[language]}` : title;
}

export const isNaming = (part: PersonPart): boolean => part === 'name' || part === 'organisation';
