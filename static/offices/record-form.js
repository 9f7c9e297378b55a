// <record-form>: a new record or a correction. What is typed is kept on the server,
// sealed, every few seconds, and what is computed is shown as it comes.
import { post } from 'govmap/http'
import { fill } from 'govmap/words'
import { RecordFields } from 'offices/record-fields'

const PAUSE = 500 // ms: what is computed
const KEEP = 4000 // ms: the draft

class RecordForm extends HTMLElement {
  connectedCallback() {
    this.words = JSON.parse(document.getElementById(this.dataset.words).textContent)
    this.form = this.querySelector('form')
    const { place, addresses, files } = this.dataset
    this.fields = new RecordFields(this.form, { words: this.words, place, addresses, files }, () => this.changed())
    this.said = this.querySelector('[data-kept]')
    this.querySelector('[data-keep]')?.addEventListener('click', (event) => { event.preventDefault(); this.keep() })
    this.form.addEventListener('submit', () => { this.sent = true; clearTimeout(this.keeping) })
    this.addEventListener('photos:change', () => this.changed())
    this.leaving = (event) => { if (this.dirty && !this.sent) event.preventDefault() }
    addEventListener('beforeunload', this.leaving)
    this.focusError()
    this.dataset.ready = 'true'
  }

  disconnectedCallback() {
    removeEventListener('beforeunload', this.leaving)
    clearTimeout(this.keeping)
    clearTimeout(this.computing)
    this.fields.destroy()
  }

  focusError() {
    const wrong = this.querySelector('.field-error[id]')?.closest('[data-field]')
    wrong?.querySelector('input:not([type=hidden]), select, textarea')?.focus()
  }

  changed() {
    this.dirty = true
    clearTimeout(this.computing)
    this.computing = setTimeout(() => this.compute(), PAUSE)
    if (!this.dataset.draft) return
    clearTimeout(this.keeping)
    this.keeping = setTimeout(() => this.keep(), KEEP)
  }

  async compute() {
    const outputs = [...this.querySelectorAll('[data-computed]')]
    if (!outputs.length) return
    const { ok, data } = await post(this.dataset.computed, new FormData(this.form))
    if (!ok) return
    for (const output of outputs) {
      if (output.dataset.computed in data) output.textContent = data[output.dataset.computed] || '—'
    }
  }

  async keep() {
    if (!this.dataset.draft || this.sent) return
    clearTimeout(this.keeping)
    const { ok } = await post(this.dataset.draft, new FormData(this.form))
    const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: '2-digit', minute: '2-digit' })
    if (ok) this.dirty = false
    this.said.textContent = ok ? fill(this.words.kept, { time }) : this.words.not_kept
  }
}
customElements.define('record-form', RecordForm)
