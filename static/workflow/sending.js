// A form that makes something new and is not lost. What is typed, chosen and sent ahead
// is kept on the phone under one uuid until the server has said that it has it.
//
// A page's element extends SendingForm and says
//   key                the name that its draft is kept under
//   begin()            once, before anything is restored
//   started()          once the draft is restored
//   typed()            → {…} what somebody typed and chose, as it is kept
//   isWork(draft)      → whether it would be a loss; sent photos always are
//   restore(draft)     what `typed` said, back into the fields
//   cleared()          after a draft was thrown away
//   lacking()          → {field: sentence} what the phone itself knows to be missing
//   open(field)        before a field with an error gets the focus
//   elsewhere()        a draft that the server kept, or null
//   end()              when it is sent, or the page is left
//
//   data-words   the id of the page's sentences (JSON)
//   in the form: [data-field=name] with [data-errors] in it, [data-status] and [data-send]
import { element, post, uuid } from 'govmap/http'
import { fill } from 'govmap/words'
import { bodyOf } from 'workflow/body'

const CREATED = 201
const REFUSED = 422
const FIRST = '[data-chips] button, input:not([type=hidden], [type=file]), select, textarea'

export class SendingForm extends HTMLElement {
  connectedCallback() {
    this.words = JSON.parse(document.getElementById(this.dataset.words).textContent)
    this.form = this.querySelector('form')
    this.photos = this.querySelector('photo-picker')
    this.button = this.querySelector('[data-send]')
    this.status = this.querySelector('[data-status]')
    this.begin()
    this.listen()
    customElements.whenDefined('photo-picker').then(() => this.start())
  }

  disconnectedCallback() {
    this.end()
    removeEventListener('online', this.online)
    removeEventListener('beforeunload', this.leaving)
  }

  begin() {}
  started() {}
  typed() { return {} }
  isWork() { return false }
  restore() {}
  cleared() {}
  lacking() { return {} }
  open() {}
  elsewhere() { return null }
  end() {}

  listen() {
    this.form.addEventListener('submit', (event) => { event.preventDefault(); this.send() })
    this.form.addEventListener('input', () => this.changed())
    this.addEventListener('photos:change', () => this.changed())
    this.querySelector('[data-discard]').addEventListener('click', () => this.discard())
    this.online = () => { if (this.waits) this.send() }
    addEventListener('online', this.online)
    this.leaving = (event) => { if (this.dirty && !this.sent) event.preventDefault() }
    addEventListener('beforeunload', this.leaving)
  }

  async start() {
    const draft = this.newest()
    if (draft) this.resume(draft)
    if (await this.photos?.resume()) this.tellDraft(draft?.at ?? Date.now())
    this.ready = true
    if (!draft) this.changed() // what was quicker than the scripts
    this.started()
  }

  // The draft

  // The one that the server kept, unless this phone knows better. What another report
  // has here is not lost for it.
  newest() {
    const own = this.read()
    const kept = this.elsewhere()
    if (!kept) return own
    if (!own || (own.uuid === kept.uuid && own.at <= kept.at)) return kept
    if (own.uuid !== kept.uuid) this.say(this.words.other_draft)
    return own
  }

  read() {
    try { return JSON.parse(localStorage.getItem(this.key)) } catch { return null }
  }

  write(draft) {
    try { localStorage.setItem(this.key, JSON.stringify(draft)) } catch { /* full */ }
  }

  forget() {
    try { localStorage.removeItem(this.key) } catch { /* closed */ }
  }

  changed() {
    if (!this.ready || this.sent) return
    const draft = {
      uuid: this.form.elements.uuid.value,
      at: Date.now(),
      happened: this.form.elements.happened_at.value,
      ...this.typed(),
      photos: this.photos?.uuids ?? [],
    }
    const isWork = draft.photos.length > 0 || this.isWork(draft)
    this.dirty = isWork || Boolean(this.photos?.waiting)
    // What is the same is as old as it was.
    const before = { ...this.read(), at: draft.at }
    if (!isWork) this.forget()
    else if (JSON.stringify(before) !== JSON.stringify(draft)) this.write(draft)
  }

  resume(draft) {
    this.form.elements.uuid.value = draft.uuid
    this.form.elements.happened_at.value = draft.happened ?? ''
    this.restore(draft)
    this.photos?.restore(draft.photos)
    this.tellDraft(draft.at)
  }

  tellDraft(at) {
    const time = new Date(at).toLocaleTimeString(document.documentElement.lang, {
      hour: '2-digit', minute: '2-digit',
    })
    this.querySelector('[data-draft-said]').textContent = fill(this.words.restored, { time })
    this.querySelector('[data-draft]').hidden = false
  }

  discard() {
    this.ready = false
    this.form.reset()
    this.form.elements.uuid.value = uuid()
    this.form.elements.happened_at.value = ''
    this.photos?.clear()
    this.forget()
    this.dirty = false
    this.querySelector('[data-draft]').hidden = true
    this.cleared()
    this.ready = true
  }

  // Sending

  async send() {
    if (this.busy) return
    this.say('')
    const lacking = this.lacking()
    this.errors(lacking)
    if (Object.keys(lacking).length) return
    this.waits = false
    this.working(this.photos?.waiting ? this.words.photos_first : this.words.sending)
    try {
      if (await this.photosLeft()) return
      this.working(this.words.sending)
      // When it was seen, however long the network is gone.
      this.form.elements.happened_at.value ||= new Date().toISOString()
      this.changed()
      this.answered(await post(this.form.action, bodyOf(this.form)))
    } finally {
      this.working('')
    }
  }

  // Whether a photo could not go ahead; says so.
  async photosLeft() {
    if (!this.photos || await this.photos.settled()) return false
    this.waits = !navigator.onLine
    this.say(this.waits ? this.words.offline : this.words.photos_left)
    return true
  }

  answered({ status, data, response }) {
    if (status === CREATED) return this.done(data)
    if (status === REFUSED) return this.refused(data)
    if (status === 0) {
      this.waits = true
      return this.say(this.words.offline)
    }
    if (response.redirected || status === 401) return this.say(this.words.signed_out)
    const told = status < 500 && element(data)
    return this.say(told?.textContent?.trim() || this.words.failed)
  }

  done(html) {
    this.sent = true
    this.forget()
    this.end()
    this.innerHTML = html
    scrollTo(0, 0)
    this.querySelector('[data-focus]').focus()
  }

  // A fragment whose children name in data-for the field that they belong beside.
  refused(html) {
    const found = {}
    for (const part of element(html).children) found[part.dataset.for] = part
    this.errors(found)
  }

  // {field: sentence or element}: beside each field; the first gets the focus.
  errors(found) {
    let first = null
    for (const field of this.querySelectorAll('[data-field]')) {
      const box = field.matches('[data-errors]') ? field : field.querySelector('[data-errors]')
      const error = found[field.dataset.field]
      box.replaceChildren()
      if (error) box.append(...(error.childNodes ? [...error.childNodes] : [sentence(error)]))
      // Where many fields share one sentence, it says itself which of them it means.
      for (const control of field.matches('details') ? [] : field.querySelectorAll('input, select, textarea')) {
        control.setAttribute('aria-invalid', String(Boolean(error)))
      }
      if (error) first ??= field
    }
    if (!first) return
    this.open(first)
    first.querySelector(FIRST)?.focus({ preventScroll: true })
    first.scrollIntoView({ block: 'center' })
  }

  working(word) {
    this.busy = Boolean(word)
    this.button.setAttribute('aria-disabled', String(this.busy))
    const text = this.button.querySelector('span')
    this.button.dataset.word ??= text.textContent
    text.textContent = word || this.button.dataset.word
  }

  say(text) {
    this.status.hidden = !text
    this.status.querySelector('span').textContent = text
  }
}

function sentence(text) {
  return Object.assign(document.createElement('p'), { className: 'field-error', textContent: text })
}
