// <report-form>: a report that is not lost. What is typed, chosen and sent ahead is kept
// on the phone under one uuid until the server has said that it has it.
import { element, post, uuid } from 'govmap/http'
import { fill } from 'govmap/words'
import { ClassPicker } from 'cases/class-picker'
import { PlacePicker } from 'cases/place-picker'

const CREATED = 201
const REFUSED = 422

class ReportForm extends HTMLElement {
  connectedCallback() {
    this.words = JSON.parse(document.getElementById('report-words').textContent)
    this.form = this.querySelector('form')
    this.photos = this.querySelector('photo-picker')
    this.note = this.form.elements.note
    this.button = this.querySelector('[data-send]')
    this.status = this.querySelector('[data-status]')
    this.key = `report:${this.dataset.owner}`
    const changed = () => this.changed()
    const place = this.querySelector('[data-field=place]')
    this.place = place && new PlacePicker(place, this.urls(), this.words, changed)
    const what = this.querySelector('[data-field=category]')
    this.what = what && new ClassPicker(what, this.words, changed)
    this.listen()
    customElements.whenDefined('photo-picker').then(() => this.start())
  }

  disconnectedCallback() {
    this.place?.destroy()
    removeEventListener('online', this.online)
    removeEventListener('beforeunload', this.leaving)
  }

  urls() {
    return { place: this.dataset.place, addresses: this.dataset.addresses }
  }

  listen() {
    this.form.addEventListener('submit', (event) => { event.preventDefault(); this.send() })
    this.form.addEventListener('input', () => this.changed())
    this.addEventListener('photos:change', () => this.changed())
    this.note?.addEventListener('input', () => grow(this.note))
    this.querySelector('[data-discard]').addEventListener('click', () => this.discard())
    this.online = () => { if (this.waits) this.send() }
    addEventListener('online', this.online)
    this.leaving = (event) => { if (this.dirty && !this.sent) event.preventDefault() }
    addEventListener('beforeunload', this.leaving)
  }

  async start() {
    const draft = this.read()
    if (draft) this.restore(draft)
    if (await this.photos?.resume()) this.tellDraft(draft?.at ?? Date.now())
    this.ready = true
    if (!draft) this.changed() // what was quicker than the scripts
    if (!this.place?.value) this.place?.locate()
    // On a desk there is room for the map beside the form.
    if (matchMedia('(min-width: 1000px)').matches) this.place?.toggle(true)
  }

  // The draft

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
      note: this.note?.value ?? '',
      category: this.what?.value ?? '',
      place: this.place?.value || null,
      address: this.place?.isOwnAddress ? this.place.address.value : '',
      photos: this.photos?.uuids ?? [],
    }
    // A place alone is no work that could be lost.
    const kept = draft.note.trim() || draft.category || draft.photos.length || draft.address
    this.dirty = Boolean(kept || this.photos?.waiting)
    if (!kept) return this.forget()
    // What is the same is as old as it was.
    const before = { ...this.read(), at: draft.at }
    if (JSON.stringify(before) !== JSON.stringify(draft)) this.write(draft)
    return undefined
  }

  restore(draft) {
    this.form.elements.uuid.value = draft.uuid
    this.form.elements.happened_at.value = draft.happened ?? ''
    if (this.note) { this.note.value = draft.note; grow(this.note) }
    this.what?.set(draft.category)
    if (draft.place) this.place?.restore(draft.place, draft.address)
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
    this.what?.set('')
    this.forget()
    this.dirty = false
    this.querySelector('[data-draft]').hidden = true
    this.ready = true
    if (this.place) {
      this.place.field.value = ''
      this.place.isOwnAddress = false
      this.place.locate(true)
    }
    this.form.querySelector('input[type=file]')?.focus()
  }

  // Sending

  async send() {
    if (this.busy) return
    this.errors({})
    this.say('')
    if (!this.complete()) return
    this.waits = false
    this.working(this.photos?.waiting ? this.words.photos_first : this.words.sending)
    try {
      if (this.photos && !(await this.photos.settled())) {
        this.waits = !navigator.onLine
        return this.say(this.waits ? this.words.offline : this.words.photos_left)
      }
      this.working(this.words.sending)
      // When it was reported, however long the network is gone.
      this.form.elements.happened_at.value ||= new Date().toISOString()
      this.changed()
      this.answered(await post(this.form.action, new FormData(this.form)))
    } finally {
      this.working('')
    }
  }

  complete() {
    const missing = {}
    if (this.place && !this.place.value) missing.place = this.words.need_place
    if (this.what && !this.what.value) missing.category = this.words.need_category
    this.errors(missing)
    return !Object.keys(missing).length
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
    this.place?.destroy()
    this.innerHTML = html
    scrollTo(0, 0)
    this.querySelector('[data-focus]').focus()
  }

  refused(html) {
    const told = element(html)
    const found = {}
    for (const part of told.children) found[part.dataset.for] = part
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
      for (const control of field.querySelectorAll('input, select, textarea')) {
        control.setAttribute('aria-invalid', String(Boolean(error)))
      }
      if (error) first ??= field
    }
    if (!first) return
    if (first.dataset.field === 'place') this.place.toggle(true)
    const target = first.querySelector('[data-chips] button, input:not([type=hidden], [type=file]), textarea')
    target?.focus({ preventScroll: true })
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

function grow(area) {
  area.style.height = 'auto'
  area.style.height = `${area.scrollHeight + 2}px`
}

customElements.define('report-form', ReportForm)
