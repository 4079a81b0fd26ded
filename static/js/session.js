// Who is signed in, and what they may do. The session itself is a cookie that no script sees.
import { get, send } from './api.js';
import { titled } from './model.js';
import { t } from './words.js';

/** @typedef {import('./contract').Who} Who */
/** @typedef {import('./contract').SignedOut} SignedOut */
/** @typedef {import('./contract').Grant} Grant */
/** @typedef {import('./contract').Duty} Duty */

/** @type {Who | null} */
let who = null;

/** @type {import('./contract').OtherService | null} */
let other = null;

/** By which other service one may sign in; null where there is none. */
export const otherService = () => other;

/** Who is signed in; null where nobody is. */
export const signedIn = () => who;

/** @param {Duty} duty */
export const may = (duty) => who?.duties.includes(duty) ?? false;

/** Whether the map is theirs: an administrator or auditor sees none of it. */
export const seesMap = () => who?.map ?? false;

/** Asks the server who one is. @returns {Promise<Who | SignedOut>} */
export async function readSession() {
  const answer = await get('/session');
  who = answer.signed_in ? answer : null;
  other = answer.oidc ?? null;
  return answer;
}

/** @typedef {{name: string, password: string, code?: string}} Credentials */

/** @param {Credentials} credentials @returns {Promise<Who>} */
export async function signIn(credentials) {
  who = await send('POST', '/session', credentials);
  return /** @type {Who} */ (who);
}

/** Signs in whom another service vouched for. @param {string} code @returns {Promise<Who>} */
export async function signInByCode(code) {
  who = await send('POST', '/session/oidc/code', { code });
  return /** @type {Who} */ (who);
}

/** Ends the session, and forgets all that this page has read. */
export async function signOut() {
  await send('DELETE', '/session');
  location.replace(location.pathname + location.search);
}

/** @param {Grant} grant */
export const grantText = ({ title, area_name }) =>
  t('roleInArea', { role: titled(title), area: area_name });

/** In one line what somebody is here. @param {Who} one */
export function roleLine({ grants }) {
  const [first] = grants;
  if (!first) return t('noAppointment');
  const text = grantText(first);
  return grants.length > 1 ? `${text} ${t('andMore', { n: grants.length })}` : text;
}

/** Whether something of an area is theirs: theirs lies in it, or it in theirs. @param {string} code */
export const isMine = (code) =>
  who?.grants.some(({ area }) => area.startsWith(code) || code.startsWith(area)) ?? false;
