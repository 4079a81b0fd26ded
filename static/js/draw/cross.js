// The cross over the map: where a corner is set on a phone, and where an approver's remark is pinned.
import { byId, onPhone } from '../dom.js';
import { uncovered } from '../map/view.js';

/** @typedef {import('./workshop.js').Workshop} Workshop */

/** Whether a draft waits for this person's word. @param {Workshop} shop */
export const isJudging = ({ desk }) =>
  desk?.draft?.state === 'submitted' && desk.inForce.may.approve;

/** @param {Workshop} shop */
export function showCross(shop) {
  const cross = byId('cross');
  const draws = onPhone() && shop.hand === 'cross' && !shop.desk?.readOnly;
  cross.hidden = !draws && !isJudging(shop);
  if (onPhone()) {
    cross.removeAttribute('style');
    return;
  }
  const { left, right, top, bottom } = uncovered();
  const { clientWidth, clientHeight } = byId('stage');
  cross.style.left = `${(left + clientWidth - right) / 2}px`;
  cross.style.top = `${(top + clientHeight - bottom) / 2}px`;
}
