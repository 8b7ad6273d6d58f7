import { SvelteSet } from 'svelte/reactivity';
import type { PageView } from '../../host/desk.gen';

/** How far out of sight something is near enough to be drawn. */
const MARGIN = '400px';

/** A page's name in its list: its id, or before it has one, what it is made of. Its place changes when others come or go. */
export const nameOf = (page: PageView, index: number): string => page.id ?? `${page.picture.blob} ${page.picture.frame} ${index}`;

/** Which of many things in a list that scrolls were near its sight: only those are drawn. They tell their names by `data-name`. */
export class Near {
  readonly #near = new SvelteSet<string>();
  #observer = $state.raw<IntersectionObserver>();

  has(name: string): boolean {
    return this.#near.has(name);
  }

  /** Begins with the list; gives the way to stop. What scrolls is the list, or where it is as long as its pages, what it stands in. */
  watch(list: HTMLElement): () => void {
    let root: HTMLElement | null = list;
    while (root && !/auto|scroll/.test(getComputedStyle(root).overflowY)) root = root.parentElement;
    const observer = new IntersectionObserver(
      (entries) => {
        for (const entry of entries) {
          // What was drawn stays: going back shows it at once.
          if (entry.isIntersecting) this.#near.add((entry.target as HTMLElement).dataset['name'] ?? '');
        }
      },
      { root, rootMargin: MARGIN },
    );
    this.#observer = observer;
    return () => observer.disconnect();
  }

  /** One of the things. */
  watched = (node: HTMLElement): (() => void) => {
    const observer = this.#observer;
    observer?.observe(node);
    return () => observer?.unobserve(node);
  };
}
