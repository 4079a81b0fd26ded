// Search as a combobox: one box, a list under it, all of it reachable by keys.
import { get } from './api.js';
import { announce, byId, fill, h, icon } from './dom.js';
import { layerOf, titled } from './model.js';
import { t } from './words.js';
import { written } from './written.js';

/** @typedef {import('./contract').Found} Found */

/** @type {Record<string, string>} */
const SIGNS = { village: 'map', grid: 'grid', group: 'people', house: 'house' };
const WAIT = 140; // ms after the last key

/** @param {Found} found */
const signOf = (found) => SIGNS[found.layer] ?? layerOf(found.layer)?.style.icon ?? 'pin';

/** What the title does not say already. @param {Found} found */
function detailOf({ layer, title, subtitle }) {
  const known = layerOf(layer);
  if (subtitle && subtitle !== title.replaceAll(' ', '')) return subtitle;
  return known ? titled(known.title) : '';
}

class Search {
  /** @type {Found[]} */
  #found = [];
  #chosen = -1;
  #timer = 0;
  /** @type {AbortController | null} */
  #asked = null;

  /** @param {(found: Found) => void} onChoose @param {Node} end */
  constructor(onChoose, end) {
    this.onChoose = onChoose;
    this.input = h('input', {
      id: 'q',
      type: 'search',
      placeholder: t('searchPlaceholder'),
      autocomplete: 'off',
      enterkeyhint: 'search',
      role: 'combobox',
      'aria-expanded': 'false',
      'aria-controls': 'found',
      'aria-autocomplete': 'list',
    });
    this.list = h('ul', { id: 'found', class: 'pop found', role: 'listbox', hidden: true });
    this.list.setAttribute('aria-label', t('searchResults'));
    fill(
      byId('search'),
      icon('search'),
      h('label', { class: 'vh', for: 'q' }, t('search')),
      this.input,
      h('kbd', { class: 'desk-only', 'aria-hidden': 'true' }, '/'),
      end,
      this.list,
    );
    this.#listen();
  }

  #listen() {
    const form = byId('search');
    this.input.addEventListener('input', () => this.#later());
    this.input.addEventListener('keydown', (e) => this.#key(e));
    this.input.addEventListener('focus', () => this.#found.length && this.#open(true));
    form.addEventListener('submit', (e) => e.preventDefault());
    form.addEventListener('focusout', ({ relatedTarget }) => {
      if (!(relatedTarget instanceof Node && form.contains(relatedTarget))) this.#open(false);
    });
    addEventListener('keydown', (e) => {
      const typing = e.target instanceof Element && e.target.matches('input, select, textarea');
      if (e.key !== '/' || typing || e.ctrlKey || e.metaKey || e.altKey) return;
      e.preventDefault();
      this.input.focus();
      this.input.select();
    });
  }

  #later() {
    clearTimeout(this.#timer);
    this.#asked?.abort();
    const text = this.input.value.trim();
    if (text) this.#timer = setTimeout(() => this.#ask(text), WAIT);
    else {
      this.#found = [];
      this.#open(false);
    }
  }

  /** @param {string} text */
  async #ask(text) {
    this.#asked = new AbortController();
    try {
      const { results } = await get('/search', { q: text, limit: 8 }, this.#asked.signal);
      this.#show(results, t('searchNone', { text }));
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') return;
      this.#show([], error instanceof Error ? error.message : t('errorUnknown'));
    }
  }

  /** @param {Found[]} found @param {string} none what to say when there is nothing */
  #show(found, none) {
    this.#found = found;
    this.#chosen = found.length ? 0 : -1;
    fill(
      this.list,
      found.map((one, i) => this.#option(one, i)),
      !found.length && h('li', { class: 'none', role: 'option', 'aria-disabled': 'true' }, none),
    );
    this.#open(true);
    this.#mark();
    announce(found.length ? t('searchCount', { n: found.length }) : none);
  }

  /** @param {Found} found @param {number} i */
  #option(found, i) {
    return h(
      'li',
      {
        id: `found-${i}`,
        class: 'item',
        role: 'option',
        // the list must not take the focus away from the box
        pointerdown: (/** @type {Event} */ e) => e.preventDefault(),
        click: () => this.#choose(i),
      },
      h('span', { class: 'mark' }, icon(signOf(found))),
      h(
        'span',
        { class: 'txt' },
        h('b', null, written(found.title)),
        h('small', null, written(detailOf(found))),
      ),
      !found.point && !found.bounds && h('span', { class: 'tag warn' }, t('unplaced')),
    );
  }

  #mark() {
    for (const [i, option] of [...this.list.children].entries())
      option.setAttribute('aria-selected', String(i === this.#chosen));
    if (this.#chosen >= 0)
      this.input.setAttribute('aria-activedescendant', `found-${this.#chosen}`);
    else this.input.removeAttribute('aria-activedescendant');
    this.list.children[this.#chosen]?.scrollIntoView({ block: 'nearest' });
  }

  /** @param {boolean} open */
  #open(open) {
    this.list.hidden = !open;
    this.input.setAttribute('aria-expanded', String(open));
  }

  /** @param {KeyboardEvent} e */
  #key(e) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (step) {
      e.preventDefault();
      const n = this.#found.length;
      if (n) this.#chosen = (this.#chosen + step + n) % n;
      this.#open(n > 0);
      this.#mark();
    } else if (e.key === 'Enter' && !this.list.hidden) this.#choose(this.#chosen);
    else if (e.key === 'Escape') this.#leave();
  }

  /** First closes the list, then empties the box. */
  #leave() {
    if (this.list.hidden) this.input.value = '';
    this.#open(false);
  }

  /** @param {number} i */
  #choose(i) {
    const found = this.#found[i];
    if (!found) return;
    this.#open(false);
    this.input.value = found.title;
    this.input.blur();
    this.onChoose(found);
  }
}

/** @param {(found: Found) => void} onChoose @param {Node} end what stands at the end of the box */
export const drawSearch = (onChoose, end) => new Search(onChoose, end);
