import { SvelteSet } from 'svelte/reactivity';

/** How far out of sight something is near enough to be drawn. */
const MARGIN = '400px';

/** Which of many things in a list that scrolls were near its sight: only those are drawn. They tell their place by `data-index`. */
export class Near {
  readonly #near = new SvelteSet<number>();
  #observer = $state.raw<IntersectionObserver>();

  has(index: number): boolean {
    return this.#near.has(index);
  }

  /** Begins with the list that scrolls; gives the way to stop. */
  watch(root: HTMLElement): () => void {
    const observer = new IntersectionObserver(
      (entries) => {
        for (const entry of entries) {
          // What was drawn stays: going back shows it at once.
          if (entry.isIntersecting) this.#near.add(Number((entry.target as HTMLElement).dataset['index']));
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
