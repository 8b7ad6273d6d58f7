/** What a `Field` gives to the control in it. */
export interface Control {
  id?: string | undefined;
  /** Ids of hint and error. */
  describedby?: string | undefined;
  invalid?: boolean | undefined;
  required?: boolean | undefined;
}

/** A control of one line of text. `oninput` gets the raw text at every change. */
export interface TextControl extends Control {
  value: string;
  oninput: (text: string) => void;
  disabled?: boolean | undefined;
  /** For a control without a `Field` around it. */
  label?: string | undefined;
}

export interface Option {
  value: string;
  label: string;
  hint?: string | undefined;
  /** Said before the label: another name of it. */
  before?: string | undefined;
  /** It is what was typed, to the letter: Enter takes it where no other is. */
  exact?: boolean | undefined;
}
