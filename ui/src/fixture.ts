/** The window over a scripted host: `?scene=…&lang=en|fr`, for tests and for `npm run dev`. */
import { mount } from 'svelte';
import App from './App.svelte';
import { FakeHost } from './host/fake';
import './style/tokens.css';
import './style/base.css';

const wish = new URLSearchParams(location.search);
const host = new FakeHost(wish.get('scene') ?? 'list', {
  language: wish.get('lang') === 'fr' ? 'fr' : 'en',
  pace: Number(wish.get('pace') ?? 1),
});
const target = document.getElementById('app');
if (target) mount(App, { target, props: { host } });
