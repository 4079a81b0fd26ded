// The server's door: JSON in, JSON out, and every failure a Problem with a sentence for people.
import { language } from './prefs.js';
import { t } from './words.js';

/** @typedef {import('./contract').ProblemBody} ProblemBody */

export class Problem extends Error {
  /** @param {ProblemBody} body */
  constructor(body) {
    super(body.detail || body.title);
    this.title = body.title;
    this.status = body.status;
    this.code = body.code ?? 'error';
    this.instance = body.instance ?? '';
    /** @type {import('./contract').Lonlat | undefined} where it is at fault */
    this.at = body.at;
    this.waitSeconds = body.retry_after_s ?? 0;
  }
}

/** @type {((reached: boolean) => void)[]} */
const listeners = [];

/** Calls back with whether the server answered, at each request. @param {(reached: boolean) => void} listener */
export function onReach(listener) {
  listeners.push(listener);
}

/** @type {(() => void)[]} */
const strangers = [];

/** Calls back when the server no longer knows who asks. @param {() => void} listener */
export function onStranger(listener) {
  strangers.push(listener);
}

/** @param {boolean} reached */
function tell(reached) {
  for (const listener of listeners) listener(reached);
}

const unreachable = () =>
  new Problem({ title: t('offlineTitle'), detail: t('offlineDetail'), status: 0, code: 'offline' });

/** @param {number} status @param {string} text @returns {Problem} */
function problemOf(status, text) {
  try {
    const problem = new Problem({ title: t('errorTitle'), status, ...JSON.parse(text) });
    if (problem.code === 'sign-in-needed') for (const listener of strangers) listener();
    return problem;
  } catch {
    return new Problem({ title: t('errorTitle'), detail: t('errorDetail', { status }), status });
  }
}

/** @param {string} path @param {Record<string, string | number | undefined>} [query] */
export function url(path, query = {}) {
  const full = new URL(path, location.origin);
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== '') full.searchParams.set(name, String(value));
  full.searchParams.set('lang', language());
  return full.href;
}

/** @param {string} address @param {RequestInit} options @returns {Promise<any>} */
async function ask(address, options) {
  /** @type {Response} */
  let response;
  try {
    response = await fetch(address, options);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    tell(false);
    throw unreachable();
  }
  tell(true);
  const text = await response.text();
  if (!response.ok) throw problemOf(response.status, text);
  return text ? JSON.parse(text) : null;
}

/** @param {string} path @param {Record<string, string | number | undefined>} [query] @param {AbortSignal} [signal] */
export const get = (path, query, signal) =>
  ask(url(path, query), { headers: { accept: 'application/json' }, signal });

/** @param {'POST' | 'PUT' | 'DELETE'} method @param {string} path @param {unknown} [body] */
export const send = (method, path, body) =>
  ask(url(path), {
    method,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });

/**
 * Sends a file. XMLHttpRequest, because fetch cannot say how much has gone.
 * @param {string} path @param {FormData} form @param {(part: number) => void} onProgress
 * @returns {{answer: Promise<any>, stop: () => void}}
 */
export function upload(path, form, onProgress) {
  const request = new XMLHttpRequest();
  const answer = new Promise((resolve, reject) => {
    request.upload.onprogress = (e) => e.lengthComputable && onProgress(e.loaded / e.total);
    request.onerror = () => {
      tell(false);
      reject(unreachable());
    };
    request.onabort = () => reject(new DOMException('stopped', 'AbortError'));
    request.onload = () => {
      tell(true);
      if (request.status < 300) resolve(JSON.parse(request.responseText));
      else reject(problemOf(request.status, request.responseText));
    };
    request.open('POST', url(path));
    request.send(form);
  });
  return { answer, stop: () => request.abort() };
}
