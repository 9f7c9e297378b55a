// The style editor: whatever is typed is drawn by the server's own code, legend and map,
// and kept by nobody until it is saved. Without this the form saves all the same.
import { createMap, theme } from 'layers/map-core'
import { csrf } from 'govmap/http'

const PAUSE = 250 // ms after the last key
const HEX = /^#[0-9a-f]{6}$/i
// What lies under the layer, so that one sees where it is.
const GROUND = /^(base_|regions$|background$)/

class StyleEditor extends HTMLElement {
  async connectedCallback() {
    this.legend = this.querySelector('[data-legend]')
    this.note = this.querySelector('[data-note]')
    this.draft = null
    this.dress()
    this.addEventListener('input', (event) => this.typed(event))
    this.addEventListener('htmx:afterSettle', () => { this.dress(); this.ask(); this.unsaved = true })
    this.addEventListener('submit', () => { this.unsaved = false })
    this.addEventListener('click', (event) => {
      if (event.target.closest('[data-reset]')) this.unsaved = false
    })
    this.onLeave = (event) => { if (this.unsaved) event.preventDefault() }
    addEventListener('beforeunload', this.onLeave)
    this.onTheme = () => this.ask()
    document.addEventListener('govmap:theme', this.onTheme)
    this.querySelector('.field-error')?.closest('.style-field, fieldset').querySelector('input, select').focus()
    this.ask()
    await this.showMap()
  }

  disconnectedCallback() {
    removeEventListener('beforeunload', this.onLeave)
    document.removeEventListener('govmap:theme', this.onTheme)
    this.map?.destroy()
  }

  get form() { return this.querySelector('#style-form') }

  /* The map */

  async showMap() {
    const [lon, lat] = (this.dataset.place ?? '').split(',').map(Number)
    const near = Math.max(Number(this.dataset.minzoom) + 1, 15)
    const place = lat ? { center: [lon, lat], zoom: Math.min(near, 18) } : {}
    try {
      this.map = await createMap(this.querySelector('.map'), {
        ...place,
        adjust: (style) => this.join((this.ground = style)),
      })
    } catch (error) {
      this.say(error.message)
    }
  }

  // The one map's ground with the layer as the form has it.
  join(style) {
    const isGround = (layer) => GROUND.test(layer.metadata?.['govmap:layer'] ?? layer.id)
    const own = this.draft?.layers.filter((layer) => layer.id !== 'background') ?? []
    const ground = style.layers.filter((layer) => isGround(layer) && layer.metadata?.['govmap:layer'] !== this.dataset.layer)
    const sources = { ...style.sources, ...this.draft?.sources }
    const used = new Set([...ground, ...own].map((layer) => layer.source))
    for (const name of Object.keys(sources)) if (!used.has(name)) delete sources[name]
    // The layer lies on the ground, but under the ground's names, as on the one map.
    const isName = (layer) => layer.type === 'symbol'
    const layers = [...ground.filter((layer) => !isName(layer)), ...own, ...ground.filter(isName)]
    return { ...style, sources, layers }
  }

  /* The form */

  typed(event) {
    if (event.target.type === 'color') this.picked(event.target)
    else if (event.target.matches('[data-colour]')) this.match(event.target)
    this.unsaved = true
    clearTimeout(this.waiting)
    this.waiting = setTimeout(() => this.ask(), PAUSE)
  }

  dress() {
    for (const field of this.querySelectorAll('[data-colour]')) {
      if (field.parentElement.querySelector('[type=color]')) continue
      const picker = Object.assign(document.createElement('input'), { type: 'color' })
      picker.setAttribute('aria-label', `${this.dataset.pick}: ${field.labels[0].textContent}`)
      field.before(picker)
      this.match(field)
    }
  }

  picked(picker) {
    picker.nextElementSibling.value = picker.value
    picker.toggleAttribute('data-none', false)
  }

  // The picker shows what is typed; a word of the palette has no one colour.
  match(field) {
    const picker = field.previousElementSibling
    if (picker?.type !== 'color') return
    const said = field.value.split('/')[0].trim()
    if (HEX.test(said)) picker.value = said
    picker.toggleAttribute('data-none', !HEX.test(said))
  }

  /* The preview */

  async ask() {
    this.asking?.abort()
    const asking = (this.asking = new AbortController())
    const body = new FormData(this.form)
    try {
      const response = await fetch(`${this.dataset.preview}?theme=${theme()}`, {
        method: 'POST', body, signal: asking.signal,
        headers: { 'X-Requested-With': 'fetch', 'X-CSRFToken': csrf() },
      })
      if (!response.ok) throw new Error(this.dataset.failed)
      this.show(await response.json())
    } catch (error) {
      if (error.name !== 'AbortError') this.say(this.dataset.failed)
    }
  }

  show({ problems, document: drawn, legend }) {
    this.mark(problems)
    const wrong = Object.keys(problems).length > 0
    this.say(wrong ? this.dataset.wrong : '')
    if (wrong) return
    this.legend.innerHTML = legend
    this.draft = drawn
    this.dataset.previews = Number(this.dataset.previews ?? 0) + 1
    if (this.map && this.ground) this.map.setStyle(this.join(this.ground))
  }

  mark(problems) {
    for (const old of this.querySelectorAll('[data-error]')) old.remove()
    for (const field of this.querySelectorAll('[aria-invalid], .is-invalid')) {
      field.removeAttribute('aria-invalid')
      field.classList.remove('is-invalid')
    }
    for (const [name, text] of Object.entries(problems)) {
      const fields = this.form.querySelectorAll(`[name="${CSS.escape(name)}"]`)
      const field = fields[fields.length - 1]
      if (!field) continue
      const error = Object.assign(document.createElement('p'), { className: 'field-error', textContent: text })
      error.dataset.error = name
      error.id = `error-${name}`
      field.setAttribute('aria-invalid', 'true')
      field.setAttribute('aria-describedby', error.id)
      field.classList.add('is-invalid')
      const part = field.closest('.style-types') ?? field
      part.after(error)
    }
  }

  say(text) {
    this.note.hidden = !text
    this.note.textContent = text
  }
}
customElements.define('style-editor', StyleEditor)
