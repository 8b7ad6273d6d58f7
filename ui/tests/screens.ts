// The tests go from screen to screen at once, as a person does a moment after the start.
import { loadScreens } from '../src/app/screens.svelte';

await loadScreens();
