// A file dropped anywhere on the page is an import.
import { byId, fill, h, icon } from '../dom.js';
import { t } from '../words.js';

/** @param {DragEvent} e */
const carriesFiles = (e) => e.dataTransfer?.types.includes('Files') ?? false;

/** @param {(file: File) => void} send */
export function acceptDrops(send) {
  const veil = byId('drop');
  let depth = 0;
  fill(
    veil,
    h(
      'div',
      { class: 'drop' },
      h('span', { class: 'mark act big' }, icon('import', 'i-24')),
      h('b', { class: 'title-s' }, t('dropAnywhere')),
    ),
  );
  const show = (/** @type {number} */ change) => {
    depth = change ? Math.max(0, depth + change) : 0;
    veil.hidden = depth === 0;
  };
  addEventListener('dragenter', (e) => carriesFiles(e) && show(1));
  addEventListener('dragleave', (e) => carriesFiles(e) && show(-1));
  addEventListener('dragover', (e) => carriesFiles(e) && e.preventDefault());
  addEventListener('drop', (e) => {
    if (!carriesFiles(e)) return;
    e.preventDefault();
    show(0);
    const file = e.dataTransfer?.files[0];
    if (file) send(file);
  });
}
