// Asking our own server: fragments of pages, and acts.

export const csrf = () => document.querySelector('meta[name="csrf-token"]').content

// Marks a request as a script's: the server then answers errors as fragments.
const MARK = { 'X-Requested-With': 'fetch' }

// crypto.randomUUID is missing on plain http, and many offices have no certificate.
export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID()
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = (bytes[6] & 0x0f) | 0x40
  bytes[8] = (bytes[8] & 0x3f) | 0x80
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

// {ok, status, html}; status 0 where the network failed.
export async function fetchFragment(url, options = {}) {
  try {
    const response = await fetch(url, { ...options, headers: { ...MARK, ...options.headers } })
    return { ok: response.ok, status: response.status, html: await response.text(), response }
  } catch (error) {
    if (error.name === 'AbortError') throw error
    return { ok: false, status: 0, html: '', response: null }
  }
}

// Body: FormData as it is, anything else as JSON. {ok, status, data}; data is parsed
// JSON or text; status 0 where the network failed.
export async function post(url, body, headers = {}) {
  const form = body instanceof FormData || body instanceof URLSearchParams
  const sent = { ...MARK, 'X-CSRFToken': csrf(), ...headers }
  if (!form) sent['Content-Type'] = 'application/json'
  try {
    const response = await fetch(url, {
      method: 'POST', headers: sent, body: form ? body : JSON.stringify(body),
    })
    const json = (response.headers.get('Content-Type') ?? '').includes('json')
    const data = await (json ? response.json() : response.text())
    return { ok: response.ok, status: response.status, data, response }
  } catch {
    return { ok: false, status: 0, data: null, response: null }
  }
}

// The first element of a piece of HTML.
export function element(html) {
  const template = document.createElement('template')
  template.innerHTML = html.trim()
  return template.content.firstElementChild
}
