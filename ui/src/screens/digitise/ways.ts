/** The four ways a page can stand: degrees clockwise from how it is seen, in the order of the keys 1 to 4. */
export const WAYS = [0, 90, 180, 270] as const;
