// <correction-form>: what is wrong in the field, not lost where the network fails. What
// is chosen and typed is kept on the phone under one uuid until the server has it.
import { element, post, uuid } from 'govmap/http'
import { fill } from 'govmap/words'
import { loadMap } from 'cases/lazy-map'

const CREATED = 201
const REFUSED = 422
const KEPT = 'textarea, select, input:not([type=hidden], [type=file])'

class CorrectionForm extends HTMLElement {
  connectedCallback() {
    this.words = JSON.parse(document.getElementById('correction-words').textContent)
    this.form = this.querySelector('form')
    this.photos = this.querySelector('photo-picker')
    this.values = this.querySelector('[data-values]')
    this.button = this.querySelector('[data-send]')
    this.status = this.querySelector('[data-status]')
    this.key = `correction:${this.dataset.owner}:${this.dataset.about}`
    this.listen()
    this.draw()
    customElements.whenDefined('photo-picker').then(() => this.start())
  }

  disconnectedCallback() {
    this.map?.destroy()
    removeEventListener('online', this.online)
    removeEventListener('beforeunload', this.leaving)
  }

  listen() {
    this.form.addEventListener('submit', (event) => { event.preventDefault(); this.send() })
    this.form.addEventListener('input', (event) => this.typed(event))
    this.addEventListener('photos:change', () => this.changed())
    this.querySelector('[data-discard]').addEventListener('click', () => this.discard())
    this.online = () => { if (this.waits) this.send() }
    addEventListener('online', this.online)
    this.leaving = (event) => { if (this.dirty && !this.sent) event.preventDefault() }
    addEventListener('beforeunload', this.leaving)
  }

  typed({ target }) {
    // Whoever says that attributes are wrong can say at once what they should be.
    if (target.name === 'reason' && this.values && target.value === 'values') this.values.open = true
    target.closest('.value-input')?.classList.toggle('is-changed', target.value !== initial(target))
    this.changed()
  }

  async start() {
    const draft = this.read()
    if (draft) this.restore(draft)
    if (await this.photos?.resume()) this.tellDraft(draft?.at ?? Date.now())
    this.ready = true
    if (!draft) this.changed() // what was quicker than the scripts
  }

  // At a desk there is room for the map beside the form; a phone has just come from it.
  async draw() {
    const box = this.querySelector('.mark-map')
    if (!box || !matchMedia('(min-width: 1000px)').matches) return
    box.hidden = false
    try {
      const createMap = await loadMap()
      const center = [Number(box.dataset.lon), Number(box.dataset.lat)]
      this.map = await createMap(box.querySelector('[data-map]'), { center, zoom: 18 })
    } catch (error) {
      box.hidden = true // the form is whole without a map
      console.warn(error)
      return
    }
    if (!box.dataset.outline) return this.map.show({ type: 'Point', coordinates: [Number(box.dataset.lon), Number(box.dataset.lat)] })
    const outline = JSON.parse(box.dataset.outline)
    this.map.show(outline)
    this.map.fit(outline, { maxZoom: 19, padding: 80 })
  }

  // The draft

  fields() { return [...this.form.querySelectorAll(KEPT)].filter((field) => field.name && field.type !== 'file') }

  read() {
    try { return JSON.parse(localStorage.getItem(this.key)) } catch { return null }
  }

  forget() {
    try { localStorage.removeItem(this.key) } catch { /* closed */ }
  }

  changed() {
    if (!this.ready || this.sent) return
    const kept = this.fields().filter(isTouched).map(({ name, value }) => [name, value])
    const photos = this.photos?.uuids ?? []
    this.dirty = Boolean(kept.length || photos.length || this.photos?.waiting)
    if (!kept.length && !photos.length) return this.forget()
    const draft = {
      uuid: this.form.elements.uuid.value,
      happened: this.form.elements.happened_at.value,
      spot: this.form.elements.spot.value,
      at: Date.now(),
      kept,
      photos,
    }
    try { localStorage.setItem(this.key, JSON.stringify(draft)) } catch { /* full */ }
    return undefined
  }

  restore(draft) {
    this.form.elements.uuid.value = draft.uuid
    this.form.elements.happened_at.value = draft.happened ?? ''
    this.form.elements.spot.value ||= draft.spot
    for (const [name, value] of draft.kept) {
      for (const field of this.fields().filter((one) => one.name === name)) {
        if (field.type === 'radio') field.checked = field.value === value
        else field.value = value
        field.closest('.value-input')?.classList.toggle('is-changed', field.value !== initial(field))
        if (this.values?.contains(field)) this.values.open = true
      }
    }
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
    const spot = this.form.elements.spot.value
    this.form.reset()
    this.form.elements.uuid.value = uuid()
    this.form.elements.happened_at.value = ''
    this.form.elements.spot.value = spot
    this.photos?.clear()
    for (const one of this.querySelectorAll('.is-changed')) one.classList.remove('is-changed')
    this.forget()
    this.dirty = false
    this.querySelector('[data-draft]').hidden = true
    this.ready = true
    this.form.querySelector('[name=reason]').focus()
  }

  // Sending

  async send() {
    if (this.busy) return
    this.errors({})
    this.say('')
    if (!this.form.querySelector('[name=reason]:checked')) return this.errors({ reason: this.words.need_reason })
    this.waits = false
    this.working(this.photos?.waiting ? this.words.photos_first : this.words.sending)
    try {
      if (this.photos && !(await this.photos.settled())) {
        this.waits = !navigator.onLine
        return this.say(this.waits ? this.words.offline : this.words.photos_left)
      }
      this.working(this.words.sending)
      // When it was seen, however long the network is gone.
      this.form.elements.happened_at.value ||= new Date().toISOString()
      this.changed()
      this.answered(await post(this.form.action, this.body()))
    } finally {
      this.working('')
    }
    return undefined
  }

  // Files went ahead of the form, so only their uuids are sent.
  body() {
    const body = new FormData(this.form)
    for (const name of Array.from(body.keys())) {
      if (name.endsWith('_files')) body.delete(name)
    }
    return body
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
    this.map?.destroy()
    this.map = null
    this.innerHTML = html
    scrollTo(0, 0)
    this.querySelector('[data-focus]').focus()
  }

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
      if (error) first ??= field
    }
    if (!first) return
    if (first === this.values) first.open = true
    first.querySelector('input:not([type=hidden], [type=file]), select, textarea')?.focus({ preventScroll: true })
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

// What the layer says, as the server wrote it.
function initial(field) {
  if (field.matches('select')) return field.querySelector('[selected]')?.value ?? ''
  return field.defaultValue
}

function isTouched(field) {
  return field.type === 'radio' ? field.checked : field.value !== initial(field)
}

function sentence(text) {
  return Object.assign(document.createElement('p'), { className: 'field-error', textContent: text })
}

customElements.define('correction-form', CorrectionForm)
