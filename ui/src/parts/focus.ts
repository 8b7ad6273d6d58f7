/** Puts the focus on the control with this id, or on the first control in the group that has it, and brings it into view. */
export function focusControl(id: string): boolean {
  const found = document.getElementById(id);
  if (!found) return false;
  const inside = 'a[href], button, input, select, textarea, [tabindex]';
  const first = found.matches(inside) ? found : found.querySelector<HTMLElement>(inside);
  // Of a question with several controls, the one that is wrong.
  const target = found.closest('fieldset')?.querySelector<HTMLElement>('[aria-invalid=true]') ?? first;
  if (!target) return false;
  // The whole question, label and error, not the control alone.
  (target.closest('.field') ?? target).scrollIntoView({ block: 'nearest' });
  // Who was led here by a press sees where they are too.
  target.focus({ preventScroll: true, focusVisible: true } as FocusOptions);
  return document.activeElement === target;
}
