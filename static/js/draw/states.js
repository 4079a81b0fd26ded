// How far a version has come, as a sign, a word and a colour.
import { tag } from '../panels/frame.js';
import { t } from '../words.js';

/** @type {Record<string, [word: any, kind: string, sign: string]>} */
const STATES = {
  draft: ['stateDraft', 'warn plain', 'draw'],
  submitted: ['stateSubmitted', 'act', 'clock'],
  returned: ['stateReturned', 'bad', 'undo'],
};

/** @param {string} state */
export function stateTag(state) {
  const [word, kind, sign] = STATES[state] ?? STATES.draft;
  return tag(kind, sign, t(word));
}
