// Every part in every state, to look at while working on them: `npm run dev`, then /parts.html. No part of the product.
// The address chooses the look: /parts.html?theme=dark&size=150&density=comfortable&language=en
import '../../src/app/fonts.css';
import '../../src/app/tokens.css';
import '../../src/app/base.css';
import { mount } from 'svelte';
import Gallery from './Gallery.svelte';

const asked = new URLSearchParams(location.search);
for (const name of ['theme', 'size', 'density'] as const) {
  const value = asked.get(name);
  if (value !== null) document.documentElement.dataset[name] = value;
}
const target = document.getElementById('app');
if (target === null) throw new Error('parts.html has no #app');

mount(Gallery, { target, props: { language: asked.get('language') === 'en' ? 'en' : 'vi' } });
