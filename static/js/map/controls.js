// Buttons and scale on the map's edge.
import { announce, byId, fill, h, icon, onPhone } from '../dom.js';
import { t } from '../words.js';

/** @typedef {import('./view.js').View} View */
/** @typedef {import('../contract').Bounds} Bounds */

/** @param {string} sign @param {string} label @param {(event: Event) => void} press */
const button = (sign, label, press) =>
  h('button', { type: 'button', 'aria-label': label, title: label, click: press }, icon(sign));

/** @param {View} view */
function locate(view) {
  if (!navigator.geolocation) {
    announce(t('noPlace'));
    return;
  }
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      /** @type {[number, number]} */
      const point = [coords.longitude, coords.latitude];
      view.update({ place: { point, metres: coords.accuracy } });
      view.moveTo(point, { zoom: 15 });
      announce(t('placeFound', { metres: Math.round(coords.accuracy) }));
    },
    () => say(t('noPlace')),
    { enableHighAccuracy: true, timeout: 10_000 },
  );
}

/** A short word beside the buttons, that also a screen reader hears. @param {string} text */
function say(text) {
  announce(text);
  const note = h('p', { class: 'ctlnote' }, text);
  byId('controls').prepend(note);
  setTimeout(() => note.remove(), 6000);
}

/** @param {View | null} view @param {Node} layersButton @param {() => Bounds} townBounds */
export function drawControls(view, layersButton, townBounds) {
  fill(
    byId('controls'),
    h('div', { class: 'ctl' }, layersButton),
    view &&
      h(
        'div',
        { class: 'ctl desk-only' },
        button('plus', t('zoomIn'), () => view.map.zoomIn()),
        button('minus', t('zoomOut'), () => view.map.zoomOut()),
        button('fit', t('wholeTown'), () => view.fit(townBounds())),
      ),
    view &&
      h(
        'div',
        { class: 'ctl' },
        button('locate', t('myPlace'), () => locate(view)),
      ),
  );
  if (view) drawScale(view);
}

/** @param {number} metres */
function roundLength(metres) {
  const power = 10 ** Math.floor(Math.log10(metres));
  return ([5, 2, 1].find((k) => k * power <= metres) ?? 1) * power;
}

/** @param {View} view */
function drawScale({ map }) {
  const bar = h('i', null);
  const text = h('b', null);
  const xy = h('span', { class: 'xy' }, t('datum'));
  fill(byId('scale'), h('span', null, bar, text), xy);
  const draw = () => {
    const y = map.getCanvas().clientHeight / 2;
    const metres = map.unproject([0, y]).distanceTo(map.unproject([100, y]));
    const length = roundLength(metres);
    bar.style.width = `${Math.round((length / metres) * 100)}px`;
    text.textContent = length >= 1000 ? `${length / 1000} km` : `${length} m`;
  };
  map.on('move', draw);
  draw();
  if (onPhone()) xy.remove();
}
