// Elements without markup in strings: what comes from the server is always text.

/** @typedef {Node | string | number | null | undefined | false} Leaf */
/** @typedef {Leaf | Leaf[]} Child */
/** @typedef {Record<string, string | number | boolean | null | undefined | ((event: any) => void)>} Props */

const SVG = 'http://www.w3.org/2000/svg';

/** @param {Element} node @param {Props} props */
function dress(node, props) {
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === 'function') node.addEventListener(name, value);
    else if (value === true) node.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined)
      node.setAttribute(name, String(value));
  }
}

/** @param {Child[]} children @returns {(Node | string)[]} */
function leaves(children) {
  return children
    .flat()
    .filter((c) => c !== null && c !== undefined && c !== false && c !== '')
    .map((c) => (c instanceof Node ? c : String(c)));
}

/**
 * An element. A function among the props is a listener under its event's name.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag @param {Props | null} [props] @param {Child[]} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, props, ...children) {
  const node = document.createElement(tag);
  dress(node, props ?? {});
  node.append(...leaves(children));
  return node;
}

/**
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} tag @param {Props | null} [props] @param {Child[]} children
 * @returns {SVGElementTagNameMap[K]}
 */
export function s(tag, props, ...children) {
  const node = /** @type {SVGElementTagNameMap[K]} */ (document.createElementNS(SVG, tag));
  dress(node, props ?? {});
  node.append(...leaves(children));
  return node;
}

/** @param {string} name a symbol of icons.svg @param {string} [extra] further classes */
export function icon(name, extra = '') {
  const use = s('use', { href: `#icon-${name}` });
  return s('svg', { class: `i ${extra}`.trim(), 'aria-hidden': 'true' }, use);
}

/** @param {string} id @returns {HTMLElement} */
export function byId(id) {
  const node = document.getElementById(id);
  if (!node) throw new Error(`#${id} is missing from index.html`);
  return node;
}

/** @param {Element} node @param {Child[]} children */
export const fill = (node, ...children) => node.replaceChildren(...leaves(children));

const REACHED = 'a, button, input, select, textarea, summary, [tabindex]';

/** By what an element is known again: its id, or what it is and says. @param {Element} node */
const sign = (node) =>
  node.id || `${node.tagName} ${node.getAttribute('aria-label') ?? node.textContent}`;

/** Those elements of a node that are known by the same sign. @param {Element} node @param {string} held */
const alike = (node, held) =>
  [...node.querySelectorAll(REACHED)].filter((one) => sign(one) === held);

/** Fills a node anew; the keyboard stays where it was, if that is there again. @param {Element} node @param {Child[]} children */
export function refill(node, ...children) {
  const { activeElement: before } = document;
  const held = before && before !== node && node.contains(before) ? sign(before) : null;
  const turn = before && held !== null ? alike(node, held).indexOf(before) : 0;
  fill(node, ...children);
  if (held === null || !before) return;
  const again = alike(node, held)[turn];
  if (!(again instanceof HTMLElement)) return;
  again.focus({ preventScroll: true });
  if (again instanceof HTMLTextAreaElement && before instanceof HTMLTextAreaElement)
    again.setSelectionRange(before.selectionStart, before.selectionEnd);
  else if (again instanceof HTMLInputElement && again.type === 'number') {
    const { value } = again;
    again.value = '';
    again.value = value; // one types on behind it
  }
}

/** Says something to a screen reader. @param {string} text */
export function announce(text) {
  byId('live').textContent = text;
}

export const onPhone = () => matchMedia('(max-width: 719px)').matches;
export const calmly = () => matchMedia('(prefers-reduced-motion: reduce)').matches;
