import './app/fonts.css';
import './app/tokens.css';
import './app/base.css';
import { mount } from 'svelte';
import App from './app/App.svelte';
import { tauriHost } from './host/tauri';

const target = document.getElementById('app');
if (target === null) throw new Error('index.html has no #app');

mount(App, { target, props: { host: tauriHost() } });
