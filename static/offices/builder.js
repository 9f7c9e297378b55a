// <module-builder>: every change is sent as it is made, the server draws the form as it
// will be. Without this the forms are sent by their buttons all the same.
import { csrf, element } from 'govmap/http'
import { RecordFields } from 'offices/record-fields'
import { TrialMap } from 'offices/trial-map'

const PAUSE = 500 // ms after the last letter
const ALWAYS = ['csrfmiddlewaretoken', 'revision', 'step', 'name', 'code', 'when_field']

class ModuleBuilder extends HTMLElement {
  connectedCallback() {
    this.words = JSON.parse(document.getElementById(this.dataset.formWords).textContent)
    const heard = {
      submit: (event) => this.sent(event),
      input: (event) => this.typed(event),
      change: (event) => this.picked(event),
      click: (event) => this.left(event),
      dragstart: (event) => this.dragged(event),
      dragover: (event) => this.over(event),
      dragend: () => this.unmark(),
      drop: (event) => this.dropped(event),
    }
    for (const [name, hear] of Object.entries(heard)) this.addEventListener(name, hear)
    this.leaving = (event) => { if (this.waiting) event.preventDefault() }
    addEventListener('beforeunload', this.leaving)
    this.dress()
    this.known = this.live && new FormData(this.live)
    this.dataset.ready = 'true'
  }

  disconnectedCallback() {
    removeEventListener('beforeunload', this.leaving)
    clearTimeout(this.timer)
    this.undress()
  }

  // The form as it will be answers to what is chosen in it; nothing of it is sent.
  dress() {
    this.undress()
    const roots = this.querySelectorAll('[data-preview], [data-trial]')
    this.forms = [...roots].map((root) => {
      const { place, addresses } = this.dataset
      const more = root.matches('[data-trial]') ? { place, addresses } : {}
      return new RecordFields(root, { words: this.words, ...more })
    })
    const map = this.querySelector('[data-trial-map]')
    if (map) this.forms.push(new TrialMap(map))
  }

  undress() { for (const form of this.forms ?? []) form.destroy() }

  get builder() { return this.querySelector('[data-builder]') }

  get live() { return this.querySelector('form[data-live]') }

  /* Sending */

  sent(event) {
    const form = event.target
    const sure = event.submitter?.dataset.sure
    if (sure && !confirm(sure)) return event.preventDefault()
    if (!form.matches('[data-step]')) {
      this.waiting = false
      return undefined
    }
    event.preventDefault()
    return this.send(form, event.submitter)
  }

  typed(event) {
    const form = event.target.closest('form[data-live]')
    if (!form || event.target.matches('[data-whole]')) return
    this.waiting = true
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.send(form, null, true), PAUSE)
  }

  picked(event) {
    const form = event.target.closest('form[data-live]')
    if (form && event.target.matches('[data-whole]')) this.send(form)
  }

  // One after another: each says which state it was made upon.
  send(form, submitter = null, quiet = false) {
    clearTimeout(this.timer)
    this.sending = (this.sending ?? Promise.resolve()).then(() => this.post(form, submitter, quiet))
    return this.sending
  }

  async post(form, submitter, quiet) {
    // What is typed goes before what a button of another form does.
    if (form !== this.live && this.waiting && this.live) await this.post(this.live, null, true)
    const whole = new FormData(form)
    const body = form === this.live ? this.changed(whole) : new FormData(form)
    if (submitter?.name) body.append(submitter.name, submitter.value)
    body.set('revision', this.builder.dataset.revision)
    this.waiting = false
    this.say(this.dataset.saving)
    let html, ok
    try {
      const response = await fetch(form.action, {
        method: 'POST', body, headers: { 'X-Requested-With': 'fetch', 'X-CSRFToken': csrf() },
      })
      html = await response.text()
      if (!response.ok && ![409, 422].includes(response.status)) throw new Error(String(response.status))
      ok = response.ok
      quiet &&= ok
    } catch {
      this.waiting = true
      return this.say(this.dataset.failed)
    }
    const next = element(html)
    if (!next?.matches('[data-builder]')) return this.say(this.dataset.failed)
    if (quiet) this.join(next)
    else this.take(next)
    if (quiet) this.known = whole
    // What was refused is sent again in full.
    else this.known = ok && this.live ? new FormData(this.live) : null
    return this.say(ok ? this.dataset.saved : '')
  }

  // Only what was changed here: what another changed meanwhile is not put back.
  changed(whole) {
    const body = new FormData()
    const same = (name) => this.known && String(this.known.getAll(name)) === String(whole.getAll(name))
    for (const [name, value] of whole) {
      const goes = ALWAYS.includes(name) || name === 'when_values' || !same(name)
      if (goes) body.append(name, value)
    }
    return body
  }

  // All but what is being typed in.
  join(next) {
    const told = this.querySelector('[data-part=told]')
    const newTold = next.querySelector('[data-part=told]')
    if (told && newTold) told.replaceWith(newTold)
    for (const name of ['head', 'list', 'preview']) {
      const [part, newer] = [this, next].map((root) => root.querySelector(`[data-part=${name}]`))
      if (part && newer) this.swap(part, newer)
    }
    this.builder.dataset.revision = next.dataset.revision
    this.dress()
  }

  // The typed lines that wait below the list stay, and the width of the preview.
  swap(part, newer) {
    const lines = part.querySelector('[name=lines]')
    const kept = newer.querySelector('[name=lines]')
    if (lines && kept) kept.value = lines.value
    if (part.querySelector('#as-desk')?.checked) newer.querySelector('#as-desk').checked = true
    const top = part.querySelector('[data-preview]')?.scrollTop
    part.replaceWith(newer)
    if (top) newer.querySelector('[data-preview]').scrollTop = top
  }

  take(next) {
    const { activeElement } = document
    const form = activeElement?.closest('form')
    const mark = activeElement?.name && { name: activeElement.name, value: activeElement.value, of: form?.elements.namedItem('name')?.value }
    const before = this.querySelector('[data-part=settings]')?.dataset.field
    const desk = this.querySelector('#as-desk')?.checked
    this.builder.replaceWith(next)
    if (desk) next.querySelector('#as-desk')?.setAttribute('checked', '')
    this.dress()
    this.refocus(next, mark, before)
  }

  refocus(next, mark, before) {
    const wrong = next.querySelector('.field-error')?.closest('.field, form')
    if (wrong) return wrong.querySelector('input:not([type=hidden]), textarea, select')?.focus()
    const settings = next.querySelector('[data-part=settings]')
    if (settings?.dataset.field && settings.dataset.field !== before) return settings.querySelector('#set-title')?.focus()
    if (!mark) return undefined
    const same = [...next.querySelectorAll(`[name="${CSS.escape(mark.name)}"]:not([type=hidden])`)]
    const inForm = same.filter((one) => !mark.of || one.form?.elements.namedItem('name')?.value === mark.of)
    const found = inForm.find((one) => one.value === mark.value && !one.disabled) ?? inForm.find((one) => !one.disabled)
    return (found ?? next.querySelector('[name=lines]'))?.focus()
  }

  say(text) {
    const place = this.querySelector('[data-saved-word]')
    if (place) place.textContent = text
  }

  // Nobody leaves with something unsent.
  async left(event) {
    const link = event.target.closest('a[href]')
    if (!link || !this.waiting || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    await this.send(this.live, null, true)
    if (!this.waiting) location.href = link.href
  }

  /* Dragging */

  dragged(event) {
    const row = event.target.closest?.('[data-row]')
    if (!row) return
    this.row = row
    event.dataTransfer.effectAllowed = 'move'
    event.dataTransfer.setData('text/plain', row.dataset.row)
    row.classList.add('is-dragged')
  }

  over(event) {
    const row = event.target.closest?.('[data-row]')
    if (!this.row || !row) return
    event.preventDefault()
    for (const other of this.querySelectorAll('.is-over')) other.classList.remove('is-over')
    row.classList.add('is-over')
  }

  dropped(event) {
    const target = event.target.closest?.('[data-row]')
    const { row } = this
    if (!row || !target) return
    event.preventDefault()
    this.unmark()
    if (row === target) return
    const rows = [...this.querySelectorAll('[data-row]')]
    const form = row.querySelector('form[data-step]')
    const to = { name: 'to', value: String(rows.indexOf(target)) }
    this.send(form, to)
  }

  unmark() {
    this.row = null
    for (const one of this.querySelectorAll('.is-dragged, .is-over')) one.classList.remove('is-dragged', 'is-over')
  }
}
customElements.define('module-builder', ModuleBuilder)
