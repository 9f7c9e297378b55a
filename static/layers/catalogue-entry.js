// An entry's form: what was typed is kept, and its attributes move by buttons. Without
// scripts they move by the number of their place.
import { keepDraft } from 'govmap/draft'

class LayerEntry extends HTMLElement {
  connectedCallback() {
    this.dress()
    this.addEventListener('htmx:afterSettle', () => this.dress({ isNew: true }))
    this.addEventListener('click', (event) => {
      const button = event.target.closest('[data-move]')
      if (button) this.move(button, Number(button.dataset.move))
    })
    this.querySelector('.field-error')?.closest('.field, .schema-row').querySelector('input, select').focus()
  }

  dress({ isNew = false } = {}) {
    const form = this.querySelector('form')
    if (!this.querySelector('.field-error')) {
      const draft = keepDraft(form, `${this.dataset.key}-${form.elements.seen.value}-${this.rows().length}`)
      // What the server does not take it shows again.
      form.addEventListener('submit', () => draft.done())
    }
    for (const row of this.rows()) {
      if (row.querySelector('.schema-moves')) continue
      const place = row.querySelector('.schema-order')
      place.querySelector('input').type = 'hidden'
      const moves = Object.assign(document.createElement('span'), { className: 'schema-moves' })
      moves.append(this.button('↑', -1, this.dataset.up), this.button('↓', 1, this.dataset.down))
      place.append(moves)
    }
    if (isNew) this.rows().at(-1).querySelector('input:not([type=hidden])').focus()
  }

  rows() { return Array.from(this.querySelectorAll('[data-row]')) }

  button(sign, by, label) {
    const made = Object.assign(document.createElement('button'), { type: 'button', className: 'btn-plain', textContent: sign })
    made.dataset.move = by
    made.setAttribute('aria-label', label)
    return made
  }

  move(button, by) {
    const row = button.closest('[data-row]')
    const other = by < 0 ? row.previousElementSibling : row.nextElementSibling
    if (!other) return
    if (by < 0) other.before(row)
    else other.after(row)
    this.rows().forEach((one, at) => { one.querySelector('.schema-order input').value = at + 1 })
    button.focus()
  }
}
customElements.define('layer-entry', LayerEntry)
