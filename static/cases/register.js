// <register-form>: what the desk is told, with its source, its caller and its tags.
import { ClassPicker } from 'cases/class-picker'
import { NearBox } from 'cases/near'
import { PlacePicker } from 'cases/place-picker'
import { csrf } from 'govmap/http'
import { SendingForm } from 'workflow/sending'

const PAUSE = 400 // ms after the last digit of a number
const DIGITS = 7 // fewer are no telephone number

class RegisterForm extends SendingForm {
  get key() { return `register:${this.dataset.owner}` }

  begin() {
    const changed = () => this.changed()
    const place = this.querySelector('[data-field=place]')
    const urls = { place: this.dataset.place, addresses: this.dataset.addresses }
    this.place = place && new PlacePicker(place, urls, this.words, changed)
    const what = this.querySelector('[data-field=category]')
    this.what = what && new ClassPicker(what, this.words, changed)
    this.note = this.form.elements.note
    this.phone = this.form.elements.caller_phone
    this.near = new NearBox(this.querySelector('[data-near-box]'), this.dataset.near)
    this.phone.addEventListener('input', () => {
      clearTimeout(this.asking)
      this.asking = setTimeout(() => this.askCalls(), PAUSE)
    })
    this.form.addEventListener('change', () => this.showCaller())
    this.showCaller()
  }

  started() {
    this.place?.toggle(true)
    const said = this.querySelector('[data-place-words] span')
    if (said && !this.place?.value) said.textContent = this.words.choose_place
  }

  get source() { return this.form.elements.source?.value ?? '' }

  // Behind most sources nobody called.
  showCaller() {
    const called = !this.source || this.dataset.callers.split(' ').includes(this.source)
    this.querySelector('[data-caller]').hidden = !called
  }

  // The number goes in the body: addresses are written down on the way.
  async askCalls() {
    const box = this.querySelector('[data-calls-box]')
    const phone = this.phone.value.trim()
    if (phone.replace(/\D/g, '').length < DIGITS) return box.replaceChildren()
    const body = new URLSearchParams({ phone, csrfmiddlewaretoken: csrf() })
    const headers = { 'X-Requested-With': 'fetch' }
    try {
      const answer = await fetch(this.dataset.calls, { method: 'POST', body, headers })
      if (answer.ok && this.phone.value.trim() === phone) box.innerHTML = await answer.text()
    } catch { /* the desk can register without it */ }
    return undefined
  }

  changed() {
    super.changed()
    const { lon, lat } = this.place ?? {}
    this.near?.look(this.place?.value && { lon, lat }, this.what?.value)
    this.askPhoto()
  }

  // Asked for where the class wants one, and never forced: who calls has none.
  askPhoto() {
    const hint = this.querySelector('[data-wants-photo]')
    if (!hint) return
    const wanted = this.words.photo_classes.includes(Number(this.what?.value))
    hint.hidden = !wanted || Boolean(this.photos?.uuids.length)
  }

  // Name and number are never kept in the browser.
  typed() {
    return {
      note: this.note?.value ?? '',
      source: this.source,
      category: this.what?.value ?? '',
      place: this.place?.value || null,
      address: this.place?.isOwnAddress ? this.place.address.value : '',
    }
  }

  isWork({ note, category, address }) { return Boolean(note.trim() || category || address) }

  restore(draft) {
    if (this.note) this.note.value = draft.note
    if (draft.source) this.form.elements.source.value = draft.source
    this.what?.set(draft.category)
    if (draft.place) this.place?.restore(draft.place, draft.address)
    this.showCaller()
  }

  cleared() {
    this.form.reset()
    this.what?.set('')
    if (this.place) { this.place.field.value = ''; this.place.isOwnAddress = false }
    this.showCaller()
  }

  lacking() {
    const missing = {}
    if (!this.source) missing.source = this.words.need_source
    if (this.what && !this.what.value) missing.category = this.words.need_category
    if (this.note?.required && !this.note.value.trim()) missing.note = this.words.need_note
    return missing
  }

  open(field) {
    if (field.dataset.field === 'place') this.place.toggle(true)
  }

  end() { this.place?.destroy() }
}

customElements.define('register-form', RegisterForm)
