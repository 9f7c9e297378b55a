// <subject-presence>: says that somebody has a subject open here, and who else has.
//
// At most one request in 20 seconds, taken over a minute: three may go at once, so that
// coming, writing and going on are told when they happen. Nothing while the page is
// hidden; then, and when it is left, a last word goes out with nobody waiting for it.
//
//   data-url   where it is said; the answer is who else is there
import { csrf, fetchFragment, uuid } from 'govmap/http'

const BEAT = 20_000 // ms between two signs of life
const SETTLED = 1000 // ms: who only passes by is not announced
const GONE = 500 // ms that a fresh article may take to come
const AT_ONCE = 3

const tab = uuid()
let spare = AT_ONCE // requests that may go now; one more every BEAT
let counted = Date.now()
let here = null // the element that is shown
let url = '' // of the subject that was announced, or is about to be
let verb = '' // of the form that is being filled in
let told = '' // what the server last answered of it
let timer = 0

function refill() {
  const now = Date.now()
  spare = Math.min(AT_ONCE, spare + (now - counted) / BEAT)
  counted = now
}

const body = (fields) => {
  const form = new FormData()
  for (const [name, value] of Object.entries({ tab, csrfmiddlewaretoken: csrf(), ...fields })) form.set(name, value)
  return form
}

// Soon, or when the next request may go.
function ask(wait = 0) {
  clearTimeout(timer)
  refill()
  const due = spare >= 1 ? 0 : (1 - spare) * BEAT
  timer = setTimeout(say, Math.max(wait, due))
}

async function say() {
  if (!here || document.hidden || !here.parentElement.offsetParent) return
  spare -= 1
  ask(BEAT)
  const mine = url
  const { ok, status, html, response } = await fetchFragment(mine, { method: 'POST', body: body({ verb }) })
  if (mine !== url) return
  if (status === 404) clearTimeout(timer)
  told = ok && !response.redirected ? html : ''
  show()
}

function show() {
  if (here && here.innerHTML !== told) here.innerHTML = told
}

function leave() {
  clearTimeout(timer)
  if (url) navigator.sendBeacon(url, body({ leave: '1' }))
}

document.addEventListener('visibilitychange', () => {
  if (!here) return
  if (document.hidden) leave()
  else ask()
})
addEventListener('pagehide', () => { if (here) leave() })
document.addEventListener('govmap:presence', ({ detail }) => {
  if (here && !document.hidden && url.includes(detail.uuid)) ask()
})
document.addEventListener('input', (event) => {
  const form = here && event.target.closest?.('move-form')
  if (!form || form.dataset.verb === verb) return
  if (!form.closest('[data-case]')?.contains(here)) return
  verb = form.dataset.verb
  ask()
})

class SubjectPresence extends HTMLElement {
  connectedCallback() {
    const again = url === this.dataset.url
    here = this
    if (!again) [url, told] = [this.dataset.url, '']
    const wrote = verb
    verb = ''
    show()
    if (!again) ask(SETTLED)
    else if (wrote) ask(SETTLED) // a fresh article: what was written is sent
  }

  disconnectedCallback() {
    setTimeout(() => {
      if (here !== this) return
      leave();
      [here, url, told, verb] = [null, '', '', '']
    }, GONE)
  }
}

customElements.define('subject-presence', SubjectPresence)
