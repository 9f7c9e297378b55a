// The form of a move: sent by a script where there is one, by the browser otherwise.
//
// It keeps its act_id until the server has answered, so sending again after a lost
// connection does the act once. What comes back (a fragment of the case, or a refusal)
// goes to the page as the event `move:answer` {status, html}.
import { element, fetchFragment, post, uuid } from 'govmap/http'
import { keepDraft } from 'govmap/draft'
import { notify } from 'govmap/notice'
import { bodyOf } from 'workflow/body'
import 'workflow/phrases'

const SEARCH_WAIT = 200 // ms after the last key

// The links of a menu show another move's form in place of the one that is open. Forms
// that the page did not bring are fetched: most are never asked for.
function offerMoves(holder) {
  for (const link of holder.querySelectorAll('[data-show]')) {
    link.addEventListener('click', (event) => { event.preventDefault(); show(holder, link) })
  }
}

async function show(holder, link) {
  const verb = CSS.escape(link.dataset.show)
  const section = holder.closest('.moves')
  let form = section.querySelector(`move-form[data-verb="${verb}"]`)
  if (!form && link.dataset.from) {
    const { ok, html } = await fetchFragment(link.dataset.from)
    const found = ok && element(html).querySelector(`move-form[data-verb="${verb}"]`)
    // No form there: what can be done has changed, and the page says so.
    if (!found) { location.assign(link.href); return }
    // Two clicks fetched it twice: the first stays.
    form = section.querySelector(`move-form[data-verb="${verb}"]`) ?? section.appendChild(found)
  }
  if (form) openForm(form)
}

// This form in place of the one that is open.
export function openForm(form) {
  const section = form.closest('.moves')
  for (const menu of section.querySelectorAll('details.menu[open]')) menu.open = false
  for (const other of section.children) other.hidden = other !== form
  form.focusFirst()
}

class MoveMenu extends HTMLElement {
  connectedCallback() {
    if (this.started) return
    this.started = true
    offerMoves(this)
  }
}

class MoveForm extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector('form')
    if (!this.form || this.started) return
    this.started = true
    this.form.elements.act_id.value = uuid()
    this.draft = keepDraft(this.form, this.form.dataset.draft)
    this.form.addEventListener('submit', (event) => { event.preventDefault(); this.send() })
    this.form.addEventListener('keydown', (event) => {
      // A key held down must not do the next step too.
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.repeat) this.form.requestSubmit()
    })
    offerMoves(this)
    for (const field of this.querySelectorAll('[data-photo-field]')) this.takePhotos(field)
    for (const field of this.querySelectorAll('[data-position]')) this.offerPosition(field)
    for (const field of this.querySelectorAll('[data-conditions]')) this.offerClasses(field)
  }

  focusFirst() {
    const wanted = 'input:not([type=hidden]):not([type=search]):not([type=file]), select, textarea'
    const first = this.form.querySelector('[aria-invalid], .is-invalid')
      ?? this.form.querySelector('input[type=radio]:checked') ?? this.form.querySelector(wanted)
      ?? this.form.querySelector('.move-send')
    first.focus()
  }

  // Whether somebody has typed here something that would be lost.
  get dirty() {
    return Array.from(this.form.querySelectorAll('textarea')).some((area) => area.value !== area.defaultValue)
      || Boolean(this.photos?.uuids.length)
  }

  async send() {
    if (this.dataset.busy === 'true') return
    this.dataset.busy = 'true'
    try {
      if (!navigator.onLine && this.isKept()) return
      // Photos go ahead of the form; what went wrong with one stands beside it.
      if (this.photos && !(await this.photos.settled())) return
      const answer = await post(this.form.action, bodyOf(this.form))
      if (answer.status === 0 && this.isKept()) return
      this.answer(answer)
    } finally {
      this.dataset.busy = 'false'
    }
  }

  // Whether the page keeps it until there is a network (field/acts).
  isKept() {
    return !this.dispatchEvent(new CustomEvent('move:lost', { bubbles: true, cancelable: true }))
  }

  answer({ ok, status, data, response }) {
    if (status === 0) return notify(this.dataset.lost, { kind: 'error' })
    if (response.redirected) return notify(this.dataset.signedOut, { kind: 'error' })
    if (status >= 500) return notify(this.dataset.failed, { kind: 'error' })
    if (ok) this.draft.done()
    this.dispatchEvent(new CustomEvent('move:answer', {
      bubbles: true, detail: { ok, status, html: data },
    }))
  }

  takePhotos(field) {
    this.photos = field.querySelector('photo-picker')
    const kept = field.dataset.kept.split(' ').filter(Boolean)
    if (kept.length) this.photos.restore(kept)
  }

  offerPosition(field) {
    if (!navigator.geolocation || !isSecureContext) return
    field.hidden = false
    const [input, button] = [field.querySelector('input'), field.querySelector('button')]
    const word = button.querySelector('span')
    button.addEventListener('click', () => navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        input.value = [coords.longitude, coords.latitude, coords.accuracy].join(',')
        word.textContent = field.dataset.found.replace('%(metres)s', Math.round(coords.accuracy))
        button.setAttribute('aria-pressed', 'true')
      },
      () => { word.textContent = field.dataset.none },
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
    ))
  }

  // Conditions of another class than the reporter's.
  offerClasses(field) {
    const [search, options] = [field.querySelector('[data-class-search]'), field.querySelector('[data-options]')]
    const own = options.innerHTML
    let timer = 0
    let latest = 0
    const look = async () => {
      const mine = ++latest
      const asked = search.value.trim()
      if (!asked) { options.innerHTML = own; return }
      const { ok, html } = await fetchFragment(`${field.dataset.conditions}?class=${encodeURIComponent(asked)}`)
      if (ok && mine === latest) options.innerHTML = html
    }
    search.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(look, SEARCH_WAIT) })
    search.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.ctrlKey || event.metaKey) return
      event.preventDefault()
      options.querySelector('input:checked, input')?.focus()
    })
  }
}

customElements.define('move-form', MoveForm)
customElements.define('move-menu', MoveMenu)

// Puts a fragment into a slot; answers the article now in it.
export function place(slot, html) {
  const made = element(html)
  if (slot.firstElementChild) slot.replaceChildren(made)
  else slot.append(made)
  return made
}
