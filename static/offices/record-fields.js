// The fields of a record, in a form of its own or in the form of a move: what is asked
// only when another field says so, rows that are added, things that are referred to,
// files that go ahead, places on the map.
//
//   const fields = new RecordFields(root, { words, place, addresses, files }, changed)
//   fields.values()   what the fields say now, by name
//   fields.destroy()
import { PlacePicker } from 'cases/place-picker'
import { element, post } from 'govmap/http'

const PAUSE = 300 // ms after the last letter
const PREFIX = 'f-'

export class RecordFields {
  constructor(root, told, changed = () => {}) {
    Object.assign(this, { root, told, changed, places: [] })
    this.heard = [
      ['click', (event) => this.clicked(event)],
      ['input', (event) => this.typed(event)],
      ['change', (event) => this.picked(event)],
      ['keydown', (event) => { if (event.key === 'Enter' && event.target.matches('[data-find]')) event.preventDefault() }],
    ]
    for (const [name, heard] of this.heard) root.addEventListener(name, heard)
    for (const box of root.querySelectorAll('[data-place]')) this.place(box)
    this.restorePhotos()
    this.ask()
  }

  destroy() {
    for (const [name, heard] of this.heard) this.root.removeEventListener(name, heard)
    for (const place of this.places) place.destroy()
  }

  place(box) {
    if (!this.told.place) return
    const urls = { place: this.told.place, addresses: this.told.addresses }
    this.places.push(new PlacePicker(box, urls, this.told.words, () => this.changed()))
  }

  // Photos that were sent before stand in hidden fields until their picker has them.
  restorePhotos() {
    customElements.whenDefined('photo-picker').then(() => {
      for (const picker of this.root.querySelectorAll('photo-picker')) {
        const kept = [...picker.parentElement.querySelectorAll('[data-kept-photo]')]
        picker.restore(kept.map((input) => input.value))
        for (const input of kept) input.remove()
      }
    })
  }

  // What is asked only when another field says so

  values() {
    const found = {}
    for (const input of this.root.querySelectorAll('[name]')) {
      if (!input.name.startsWith(PREFIX) || input.name.endsWith('-find')) continue
      const name = input.name.slice(PREFIX.length)
      if (input.type === 'checkbox') {
        found[name] ??= []
        if (input.checked) found[name].push(input.value)
      } else if (input.type === 'radio') {
        found[name] ??= ''
        if (input.checked) found[name] = input.value
      } else if (!/-\d+-/.test(name)) found[name] = input.value
    }
    return found
  }

  ask() {
    const values = this.values()
    for (const part of this.root.querySelectorAll('[data-when]')) {
      part.hidden = !holds(JSON.parse(part.dataset.when), values)
    }
  }

  // Rows and references

  clicked(event) {
    const add = event.target.closest('[data-add-row]')
    if (add) this.addRow(add.closest('[data-rows]'))
    event.target.closest('[data-drop-row]')?.closest('[data-row]').remove()
    const option = event.target.closest('[data-uuid]')
    if (option) this.choose(option)
    const clear = event.target.closest('[data-clear]')
    if (clear) this.clear(clear.closest('.ref-picker'))
    if (add || option || clear || event.target.closest('[data-drop-row]')) this.changed()
  }

  addRow(box) {
    const list = box.querySelector('[data-row-list]')
    const numbers = [...list.querySelectorAll('[name]')].map((input) => Number(/-(\d+)-/.exec(input.name)?.[1] ?? -1))
    const row = element(box.querySelector('template').innerHTML.replaceAll('__', String(Math.max(-1, ...numbers) + 1)))
    list.append(row)
    row.querySelector('input:not([type=hidden]), select')?.focus()
  }

  choose(option) {
    const picker = option.closest('.ref-picker')
    picker.querySelector('[data-value]').value = option.dataset.uuid
    picker.querySelector('[data-label]').replaceChildren(...option.cloneNode(true).childNodes)
    picker.querySelector('[data-chosen]').hidden = false
    picker.querySelector('[data-find]').hidden = true
    picker.querySelector('[data-found]').replaceChildren()
    picker.querySelector('[data-clear]').focus()
    this.ask()
  }

  clear(picker) {
    picker.querySelector('[data-value]').value = ''
    picker.querySelector('[data-chosen]').hidden = true
    const find = picker.querySelector('[data-find]')
    Object.assign(find, { hidden: false, value: '' })
    find.focus()
    this.ask()
  }

  typed(event) {
    const find = event.target.closest('[data-find]')
    if (find) {
      clearTimeout(this.timer)
      this.timer = setTimeout(() => this.find(find), PAUSE)
      return
    }
    this.ask()
    this.changed()
  }

  async find(input) {
    const picker = input.closest('.ref-picker')
    const text = input.value.trim()
    const found = picker.querySelector('[data-found]')
    if (!text) return found.replaceChildren()
    // Sent, not asked by an address: it may be somebody's number.
    const body = new FormData()
    body.append('q', text)
    const { ok, data, response } = await post(picker.dataset.ref, body)
    if (ok && !response.redirected && input.value.trim() === text) found.innerHTML = data
    return undefined
  }

  // Files go ahead of the form

  async picked(event) {
    const input = event.target
    if (!input.matches('[data-file]') || !input.files.length) return
    const picker = input.closest('[data-files]')
    const body = new FormData()
    body.append('file', input.files[0])
    body.append('field', picker.dataset.files)
    input.value = ''
    const { ok, data } = await post(this.told.files, body)
    const said = picker.querySelector('[data-said]')
    said.hidden = ok
    if (!ok) { said.textContent = element(`<p>${data ?? ''}</p>`)?.textContent.trim() || this.told.words.not_kept; return }
    const row = document.createElement('li')
    const hidden = Object.assign(document.createElement('input'), { type: 'hidden', name: picker.dataset.name, value: data.uuid })
    const name = Object.assign(document.createElement('span'), { textContent: data.name })
    row.append(hidden, name)
    picker.querySelector('[data-list]').append(row)
    this.changed()
  }
}

// As the server's `conditions.holds`, over the texts of a form.
export function holds(when, values) {
  if (when.all) return when.all.every((one) => holds(one, values))
  if (when.any) return when.any.some((one) => holds(one, values))
  const value = values[when.field]
  const filled = Array.isArray(value) ? value.length > 0 : Boolean(value)
  if ('filled' in when) return filled === when.filled
  const wanted = ('in' in when ? when.in : [when.is]).map(String)
  if ('in' in when || 'is' in when) {
    return Array.isArray(value) ? value.some((one) => wanted.includes(one)) : wanted.includes(String(value ?? ''))
  }
  const day = (text) => (text === 'today' ? new Date().toLocaleDateString('sv') : String(text))
  if ('before' in when) return filled && String(value) < day(when.before)
  if ('after' in when) return filled && String(value) > day(when.after)
  return true
}
