// A button and what it opens: Escape closes it and goes back to the button.

/**
 * @param {HTMLButtonElement} button @param {HTMLElement} popup
 * @param {() => boolean} [leaves] whether a press elsewhere closes it
 */
export function opens(button, popup, leaves = () => true) {
  button.setAttribute('aria-expanded', 'false');
  button.setAttribute('aria-controls', popup.id);
  const show = (/** @type {boolean} */ open) => {
    popup.hidden = !open;
    button.setAttribute('aria-expanded', String(open));
  };
  button.addEventListener('click', () => show(popup.hasAttribute('hidden')));
  const onKey = (/** @type {KeyboardEvent} */ e) => {
    if (e.key !== 'Escape' || popup.hidden) return;
    show(false);
    button.focus();
  };
  for (const node of [button, popup]) node.addEventListener('keydown', onKey);
  addEventListener('pointerdown', ({ target }) => {
    const inside = target instanceof Node && (popup.contains(target) || button.contains(target));
    if (!inside && leaves()) show(false);
  });
}
