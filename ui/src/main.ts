/** The window of the program. */
import { mount } from 'svelte';
import App from './App.svelte';
import { tauriHost } from './host/tauri';
import './style/tokens.css';
import './style/base.css';

const target = document.getElementById('app');
if (target) mount(App, { target, props: { host: tauriHost } });
