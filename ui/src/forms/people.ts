import { getContext, setContext } from 'svelte';
import type { Option } from '../parts/control';

/** People and organisations that are known here, to be offered where somebody's name or number is typed. */
export interface People {
  /** Who fits what is typed in this field. */
  find: (field: string, text: string) => Promise<readonly Option[]>;
  /** One of them was chosen: the fields that belong to them are filled in, in this row where it is a cell of a table. */
  choose: (field: string, person: string, row?: string) => void;
}

const key = Symbol('people');

export const providePeople = (people: People): People => setContext(key, people);

/** Nobody where nobody is known. */
export const getPeople = (): People | undefined => getContext<People | undefined>(key);
