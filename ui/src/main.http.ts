// The entry of the browser tests: the same window before a program behind HTTP. Never shipped.
import './app/fonts.css';
import './app/tokens.css';
import './app/base.css';
import { mount } from 'svelte';
import App from './app/App.svelte';
import { httpHost } from './host/http';

const target = document.getElementById('app');
if (target === null) throw new Error('http.html has no #app');

mount(App, { target, props: { host: httpHost() } });
